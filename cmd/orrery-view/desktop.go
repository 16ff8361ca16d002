//go:build (cgo || windows) && !js

package main

import (
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/hajimehoshi/ebiten/v2"

	"orrery/cmd/orrery-view/screen"
	"orrery/datasets/storage"
)

// receive hands on files that were dropped.
func receive(files fs.FS, use func(fs.FS, error)) { use(files, nil) }

// ownPixels is for browsers.
const ownPixels = false

// density returns how many pixels of the display are one unit of the system, one of the
// window's size as the library tells it, and one of a place as the library tells it.
func density() (unit, size, place float64) {
	scale := ebiten.Monitor().DeviceScaleFactor()
	return scale, scale, 1
}

// wait lets others work until there may be something to draw.
func wait() { time.Sleep(2 * time.Millisecond) }

// stopped returns a channel that is closed when the system asks the program to end.
func stopped() <-chan struct{} {
	asked, stopped := make(chan os.Signal, 1), make(chan struct{})
	signal.Notify(asked, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-asked
		close(stopped)
	}()
	return stopped
}

// showLink, copyLink and started are for browsers.
func showLink(string) {}
func copyLink(string) {}
func started()        {}

// hasLinks says that what is shown has no address.
const hasLinks = false

// keep writes a folder into the working directory, where it replaces none, and returns where.
func keep(folder screen.Folder) (string, error) {
	where, err := filepath.Abs(folder.Name)
	if err != nil {
		return "", err
	}
	return storage.WriteNewFolder(where, folder.Files)
}

// save writes a file to the working directory, where it replaces none, and returns where.
func save(file screen.File) (string, error) {
	where, err := filepath.Abs(file.Name)
	if err != nil {
		return "", err
	}
	return storage.WriteNewFile(where, file.Data)
}
