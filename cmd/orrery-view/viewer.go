package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"os"
	"runtime"
	"strconv"
	"time"

	"orrery/cmd/orrery-view/screen"
	"orrery/cmd/orrery-view/session"
)

// viewer is a session with its screen, opened as the options say. It is all of the
// program but the window.
type viewer struct {
	session   *session.Session
	screen    *screen.Screen
	temporary []string // directories to be removed

	report   io.Writer // or nil
	ticks    int
	pictures int // drawn since the last report
	reported time.Time
}

// newViewer opens what the options ask for. What cannot be opened becomes a notice,
// for a window with a message is worth more than none.
func newViewer(o options, threads session.Threading) (*viewer, error) {
	s := session.New(threads)
	v := &viewer{session: s, screen: screen.New(s), reported: time.Now()}
	models, err := builtInModels()
	if err != nil {
		return nil, err
	}
	s.SetModels(models)
	if err := v.screen.SetTheme(o.Theme); err != nil {
		return nil, err
	}
	if err := s.OpenScenario(o.Scene, o.Seed); err != nil {
		v.check(err)
		if err := s.OpenScenario(usualScene, o.Seed); err != nil {
			return nil, err
		}
	}
	v.screen.Look.Panel = o.Panel
	v.screen.Sources = findDatasets("data", "datasets")
	if o.Report {
		v.report = os.Stdout
	}
	v.check(v.chooseModel(o.Model))
	for _, path := range o.Paths {
		v.check(v.openPath(path))
	}
	if mode := session.Mode(o.Mode); mode != session.Sandbox {
		s.SetMode(mode)
	}
	s.Pause(o.Paused)
	return v, nil
}

// usualScene is the scenario that is shown when no other is wanted.
const usualScene = "mixed"

func (v *viewer) check(err error) {
	if err != nil {
		v.session.Notify(err.Error())
	}
}

// close removes what was only needed while the window was open.
func (v *viewer) close() {
	for _, dir := range v.temporary {
		os.RemoveAll(dir)
	}
}

// chooseModel takes the name of a model that is there, or a directory.
func (v *viewer) chooseModel(name string) error {
	if name == "" {
		return nil
	}
	models, _ := v.session.Models()
	for i, m := range models {
		if m.Name == name {
			v.session.SetModel(i)
			return nil
		}
	}
	return v.openPath(name)
}

// query returns the state as it stands in an address.
func (v *viewer) query() string {
	q := url.Values{}
	q.Set("scene", v.session.Scene().Name)
	q.Set("seed", strconv.FormatUint(v.session.Seed(), 10))
	q.Set("mode", string(v.session.Mode()))
	q.Set("theme", v.screen.Theme())
	if models, chosen := v.session.Models(); !v.session.Follows() {
		q.Set("model", models[chosen].Name)
	}
	return "?" + q.Encode()
}

// tick reports once a second, if that is wanted.
func (v *viewer) tick() {
	v.ticks++
	passed := time.Since(v.reported)
	if passed < time.Second {
		return
	}
	v.screen.FPS = float64(v.pictures) / passed.Seconds()
	v.pictures, v.reported = 0, time.Now()
	showLink(v.query())
	if v.report == nil {
		return
	}
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	size := v.screen.Size()
	line, err := json.Marshal(map[string]any{
		"tick": v.ticks, "frame": v.session.Frame(), "mode": v.session.Mode(), "scene": v.session.Scene().Name,
		"seed": v.session.Seed(), "bodies": len(v.session.Scene().Bodies), "paused": v.session.Paused(),
		"speed": v.session.Speed(), "theme": v.screen.Theme(), "look": v.screen.Look, "notice": v.session.Notice(),
		"width": size.X, "height": size.Y, "pictures_per_s": v.screen.FPS, "heap": memory.HeapAlloc,
	})
	if err == nil {
		fmt.Fprintf(v.report, "%s\n", line)
	}
}
