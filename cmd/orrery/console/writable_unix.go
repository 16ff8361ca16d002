//go:build unix

package console

import "golang.org/x/sys/unix"

// askForWriting asks the system whether files can be made in a folder. A file made on
// trial would stay behind where the process is killed.
func askForWriting(dir string) error { return unix.Access(dir, unix.W_OK|unix.X_OK) }
