// Package open finds and reads what the viewer shows: models, datasets, rollouts and
// scenes, from the command line or an address, and dropped on the window.
//
//	options, err := open.ParseArguments(os.Args[1:])
//	opener, err := open.New(options, jobs.Threads, engine, planner, fit.Decode)
//	opener.Session …
//	err = opener.Dropped(files)
//
// Errors say what is wrong in words that need no knowledge of this program, and call a file
// that is not shown here by what it is. One of the options themselves is a Usage.
//
// The models are those embedded in assets, and directories as orrery train writes them.
// Files are checked by the packages that own their formats, and are limited in size.
//
// Of a dataset only the episode that is shown is decoded, and on a disk only that is
// read. In a browser all that is dropped at once is copied to memory, because its files
// cannot be read while a picture is made: at most 256 MB.
package open
