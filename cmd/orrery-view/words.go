//go:build cgo || windows || js

package main

import (
	"encoding/json"

	"orrery/cmd/orrery-view/session/tape"
)

// words tell the picture to a screen reader, which a page has.
type words struct {
	told string // the outline, as it was last
	news string // likewise what was announced
	due  int    // tick of the next look
}

// wordTicks is between two looks: four a second.
const wordTicks = tape.TicksPerSecond / 4

// speak tells what has changed. What moves is told at most four times a second, and what is announced once.
func (v *viewer) speak() {
	w := &v.words
	if !hasWords || v.ticks < w.due {
		return
	}
	w.due = v.ticks + wordTicks
	text, err := json.Marshal(v.screen.Outline())
	if err == nil && string(text) != w.told {
		w.told = string(text)
		showOutline(w.told)
	}
	if news := v.Session.Notice(); news != w.news {
		w.news = news
		announce(news)
	}
}

// ask is what a screen reader or the page wants done, at the next tick.
type ask func(v *viewer)

// maxAsks is the number of asks that wait; more in a sixtieth of a second are lost.
const maxAsks = 64

// answer does what was asked for.
func (v *viewer) answer() {
	for {
		select {
		case do := <-asks:
			do(v)
		default:
			return
		}
	}
}

var asks = make(chan ask, maxAsks)
