//go:build !unix

package console

// askForWriting knows of no way to ask here: the first file that is written tells.
func askForWriting(string) error { return nil }
