//go:build cgo || windows || js

package main

import (
	"time"

	"orrery/cmd/orrery-view/open"
	"orrery/cmd/orrery-view/session/tape"
)

// workKey names, in an address, what was drawn there.
const workKey = "work"

// furnish gives the screen what it needs of this place to keep what is drawn: a store, dialogs for files and the clipboard.
// A place without a store is told once, and anything else works.
func (v *viewer) furnish(o open.Options) {
	var err error
	if v.screen.Keeper, err = openKeeper(); err != nil {
		v.Check(err)
	}
	v.Edit = func(name string, text []byte) error { return v.screen.OpenText(name, "", text) }
	v.screen.Desk, v.screen.Clipboard = desk(), clipboard()
	if hasLinks {
		v.screen.Link, v.screen.LinkModel = v.copyLink, v.copyLinkWithModel
	}
	if slot, wanted := lostWork(o); wanted && !v.screen.Restore(slot) {
		v.lost, v.missing, v.lostUntil = slot, true, time.Now().Add(lostWait)
	}
}

// lostWait is for how long what was lost is looked for: a tab that was closed takes a while to let go of it.
const lostWait = 10 * time.Second

// restore looks for what was lost again.
func (v *viewer) restore() {
	if v.missing && v.ticks%(tape.TicksPerSecond/10) == 0 {
		v.missing = time.Now().Before(v.lostUntil) && !v.screen.Restore(v.lost)
	}
}

// opened takes a file that the user has chosen.
func opened(name, path string, text []byte, err error) {
	asks <- func(v *viewer) {
		if err == nil {
			err = v.screen.OpenText(name, path, text)
		}
		v.Check(err)
	}
}

// pasted takes a text of the clipboard.
func pasted(text string) {
	asks <- func(v *viewer) { v.screen.Paste(text) }
}

// place takes where a file is to be saved.
func place(path string) {
	asks <- func(v *viewer) { v.screen.SaveTo(path) }
}

// trouble tells of an error.
func trouble(err error) {
	asks <- func(v *viewer) { v.Check(err) }
}
