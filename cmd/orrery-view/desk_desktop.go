//go:build (cgo || windows) && !js

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	system "github.com/atotto/clipboard"
	"github.com/ncruces/zenity"

	works "orrery/cmd/orrery-view/keep"
	"orrery/cmd/orrery-view/open"
	"orrery/cmd/orrery-view/screen"
	"orrery/datasets/storage"
)

// openKeeper keeps what is drawn in a folder of the user.
func openKeeper() (*works.Keeper, error) {
	dir, err := works.UsualFolder()
	if err != nil {
		return nil, fmt.Errorf("what is drawn is not kept by itself: %w", err)
	}
	folder, err := works.OpenFolder(dir)
	if err != nil {
		return nil, fmt.Errorf("what is drawn is not kept by itself: %w", err)
	}
	return works.New(folder), nil
}

// lostWork says that what was lost is shown, unless something else is asked for.
func lostWork(o open.Options) (slot string, wanted bool) {
	usual := open.DefaultOptions()
	return "", o.Scene == usual.Scene && o.Paths == nil && o.Record == "" && o.Set == nil && o.Mode == usual.Mode && o.Seed == usual.Seed && !o.Plan && o.Model == ""
}

// maxOpened bounds a file that is opened, in bytes.
const maxOpened = 8 << 20

// kinds are the files that can be opened.
var kinds = zenity.FileFilters{{Name: "scenarios and drawings", Patterns: []string{"*.json", "*.svg"}, CaseFold: true}}

// desk shows the dialogs of the system. Where it has none, files are saved in the working directory.
func desk() screen.Desk {
	return screen.Desk{
		Write:   storage.WriteFile,
		IsThere: func(path string) bool { _, err := os.Stat(path); return err == nil },
		AskOpen: func() {
			go func() {
				path, err := zenity.SelectFile(zenity.Title("Open a scenario"), kinds)
				switch {
				case errors.Is(err, zenity.ErrCanceled):
				case err != nil:
					trouble(errors.New("there is no dialog for files here (zenity, qarma or kdialog show one): drop the file on the window"))
				default:
					info, err := os.Stat(path)
					if err == nil && info.Size() > maxOpened {
						err = fmt.Errorf("%s: a scenario has at most %d MB", path, maxOpened>>20)
					}
					var text []byte
					if err == nil {
						text, err = os.ReadFile(path)
					}
					opened(filepath.Base(path), path, text, err)
				}
			}()
		},
		AskSave: func(name string) {
			go func() {
				path, err := zenity.SelectFileSave(zenity.Title("Save the scenario"), zenity.Filename(name), zenity.ConfirmOverwrite(), kinds)
				switch {
				case errors.Is(err, zenity.ErrCanceled):
				case err != nil:
					path, err = free(name)
					if err != nil {
						trouble(err)
						return
					}
					place(path)
				default:
					place(path)
				}
			}()
		},
	}
}

// free returns the path of a file in the working directory that is not there yet.
func free(name string) (string, error) {
	return storage.WriteNewFile(name, nil)
}

// clipboard is that of the system. Where it has none, what is copied stays here.
func clipboard() screen.Clipboard {
	if system.Unsupported {
		return screen.Clipboard{}
	}
	return screen.Clipboard{
		Copy: func(text string) { go func() { _ = system.WriteAll(text) }() },
		Paste: func() {
			go func() {
				if text, err := system.ReadAll(); err == nil {
					pasted(text)
				}
			}()
		},
	}
}
