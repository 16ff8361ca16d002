// Package console is how commands speak to their user: progress on stderr, results as
// tables or JSON on stdout or in files, and the errors that mean something to whoever
// typed the command line.
//
//	bar := console.NewProgress(os.Stderr, "counting")
//	bar.Set(0.5, "half of them")
//	bar.Close()
//	err := console.WriteResult(os.Stdout, asJSON, path, encode, inWords)
//
// A file appears at its path only when it is whole. Progress is safe for concurrent
// use; everything else is a function of its arguments.
package console
