// Package open finds and reads what the viewer shows: models, datasets, rollouts and
// scenes, from the command line or an address, and dropped on the window.
//
//	options, err := open.ParseArguments(os.Args[1:], os.Stdout)
//	opener, err := open.New(options, session.Threads)
//	opener.Session …
//	err = opener.Dropped(files)
//
// Models are those embedded in assets, and directories as orrery train writes them.
// Files are checked by the packages that own their formats, and are limited in size.
//
// In a browser datasets are refused: with their reader the page would be 5.2 MB packed,
// and it may be 5 MB. Rollouts, as orrery rollout writes them, are replayed there.
package open
