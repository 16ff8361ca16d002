//go:build cgo || windows || js

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"os"
	"runtime"
	"time"

	"orrery/cmd/orrery-view/open"
	"orrery/cmd/orrery-view/screen"
	"orrery/cmd/orrery-view/session/tape"
)

// viewer is all of the program but the window.
type viewer struct {
	*open.Opener
	screen *screen.Screen

	words     words
	missing   bool      // what was drawn last, which is looked for
	lost      string    // its slot, or empty for any
	lostUntil time.Time // it is looked for
	report    io.Writer // or nil
	ticks     int
	pictures  int // asked for since they were counted
	drawings  int // of them, drawn anew because something had changed, since the start
	counted   time.Time
}

// newViewer returns a viewer of what was opened, as options want it to look.
func newViewer(opener *open.Opener, o open.Options) (*viewer, error) {
	v := &viewer{Opener: opener, screen: screen.New(opener.Session), counted: time.Now()}
	v.screen.Sources = open.Datasets("data", "datasets")
	v.screen.Look.Panel = o.Panel
	if o.Record == "" {
		v.Session.Keep(open.NewFiles(v.screen.Save))
	}
	if o.Report {
		v.report = os.Stdout
	}
	listen()
	err := v.screen.SetTheme(o.Theme)
	v.furnish(o)
	return v, err
}

// showLink keeps the address up to date, which is without a scenario that is too long for it.
func (v *viewer) showLink() {
	if !hasLinks {
		return
	}
	fragment, _ := v.fragment(false)
	query := v.Query(v.screen.Theme())
	if v.screen.Editing() && v.screen.Keeper != nil {
		query += "&" + url.Values{workKey: {v.screen.Keeper.Slot()}}.Encode()
	}
	showLink(query + fragment)
}

// fragment returns the end of an address for what is drawn or shown.
func (v *viewer) fragment(withModel bool) (string, error) {
	if d := v.screen.Document(); v.screen.Editing() && !d.Empty() {
		return v.FragmentOf(d.Name, d.Text(), withModel)
	}
	if withModel {
		return v.FragmentWithModel()
	}
	return v.Fragment()
}

// copyLink hands the address to the clipboard, or says why there is none.
func (v *viewer) copyLink() { v.copyFragment(v.fragment(false)) }

// copyLinkWithModel is copyLink with the model that predicts.
func (v *viewer) copyLinkWithModel() { v.copyFragment(v.fragment(true)) }

func (v *viewer) copyFragment(fragment string, err error) {
	if v.Check(err); err == nil {
		copyLink(v.Query(v.screen.Theme()) + fragment)
		v.Session.Notify(fmt.Sprintf("the link is copied: it has all of the scenario in it, %d letters", len(fragment)))
	}
}

// reportTicks is between two reports: a fifth of a second, for tests wait for them.
const reportTicks = tape.TicksPerSecond / 5

// tick counts pictures, and reports if that is wanted.
func (v *viewer) tick() {
	v.ticks++
	v.Opener.Tick()
	v.answer()
	v.restore()
	v.speak()
	if passed := time.Since(v.counted); passed >= time.Second {
		v.screen.FPS = float64(v.pictures) / passed.Seconds()
		v.pictures, v.counted = 0, time.Now()
		v.showLink()
	}
	if v.report == nil || v.ticks%reportTicks != 1 {
		return
	}
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	size := v.screen.Size()
	models, chosen := v.Session.Models()
	drawing := ""
	if v.screen.Editing() {
		drawing = string(v.screen.Document().Text())
	}
	line, err := json.Marshal(map[string]any{
		"tick": v.ticks, "frame": v.Session.Frame(), "mode": v.Session.Mode(), "scene": v.Session.Scene().Name, "model": models[chosen].Name,
		"seed": v.Session.Seed(), "planning": v.Session.Planning(), "bodies": len(v.Session.Scene().Bodies), "paused": v.Session.Paused(),
		"speed": v.Session.Speed(), "choice": v.Session.Choice(), "escape": v.Session.Reading().Escape, "theme": v.screen.Theme(), "look": v.screen.Look, "notice": v.Session.Notice(),
		"width": size.X, "height": size.Y, "pictures_per_s": v.screen.FPS, "drawings": v.drawings, "heap": memory.HeapAlloc, "drawing": drawing,
	})
	if err == nil {
		fmt.Fprintf(v.report, "%s\n", line)
	}
}
