package datasets

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"orrery/datasets/camera"
	"orrery/datasets/flights"
	"orrery/datasets/parquet"
	"orrery/datasets/shard"
	"orrery/datasets/splits"
	"orrery/sim"
	"orrery/sim/canon"
	"orrery/sim/golden"
)

// TestScenesMustFitTheirEpisodes: each way in which the table of scenes may be another one's.
func TestScenesMustFitTheirEpisodes(t *testing.T) {
	t.Parallel()
	spec := smallSpec()
	tree := flights.Tree(t, writeFlights(t, spec))
	sound := mustOpen(t, writeFlights(t, spec))
	scenes := make([]*sim.Scene, 3)
	for i := range scenes {
		var err error
		if scenes[i], err = sound.Scene(t.Context(), i); err != nil {
			t.Fatal(err)
		}
	}
	var told strings.Builder
	for _, c := range []struct {
		what   string
		rows   []int // numbers of episodes
		change func(scene *sim.Scene)
		text   string // in place of the first scene, unless it is empty
	}{
		{"sound", []int{0, 1, 2}, nil, ""}, {"one is missing", []int{0, 1}, nil, ""}, {"none is there", nil, nil, ""}, {"one too many", []int{0, 1, 2, 0}, nil, ""}, {"in another order", []int{1, 0, 2}, nil, ""},
		{"of another pace", []int{0, 1, 2}, func(s *sim.Scene) { s.FPS = 31 }, ""},
		{"with more bodies", []int{0, 1, 2}, func(s *sim.Scene) {
			for range 4 {
				s.Bodies = append(s.Bodies, s.Bodies[0])
			}
		}, ""},
		{"with one body less", []int{0, 1, 2}, func(s *sim.Scene) { s.Bodies = s.Bodies[1:] }, ""},
		{"with an actuator", []int{0, 1, 2}, func(s *sim.Scene) {
			s.Actuators = []sim.Actuator{{Kind: sim.Force, Against: sim.World, Low: -1, High: 1, Axis: sim.Vec{X: 1}}}
		}, ""},
		{"no scene", []int{0, 1, 2}, nil, "{}"}, {"no JSON", []int{0, 1, 2}, nil, "{"},
	} {
		var file bytes.Buffer
		columns := sceneTable()
		for k, i := range c.rows {
			scene := *scenes[i]
			scene.Bodies = append([]sim.Body(nil), scene.Bodies...)
			if k == 0 && c.change != nil {
				c.change(&scene)
			}
			text, err := canon.Encode(&scene)
			if err != nil {
				text = []byte("{}")
			}
			if k == 0 && c.text != "" {
				text = []byte(c.text)
			}
			parquet.Put(columns[0], int64(i))
			parquet.Put(columns[1], text)
		}
		w := parquet.NewWriter(&file, columns, nil)
		if len(c.rows) > 0 {
			if err := w.EndGroup(len(c.rows)); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		files := fstest.MapFS{}
		for path, content := range tree {
			files[path] = &fstest.MapFile{Data: []byte(content)}
		}
		files[scenesPath] = &fstest.MapFile{Data: file.Bytes()}
		d, err := OpenFS(t.Context(), files, "data")
		if err == nil {
			_, err = d.Scene(t.Context(), 0)
		}
		if err == nil {
			_, err = d.Episode(t.Context(), 0)
		}
		fmt.Fprintf(&told, "%s: %v\n", c.what, err)
	}
	golden.Compare(t, "testdata/scenes.txt", told.String())
}

// TestCardsStay: what the page of a dataset says of datasets of every sort.
func TestCardsStay(t *testing.T) {
	t.Parallel()
	var told strings.Builder
	plan := func(change func(p *Provenance)) Provenance {
		p := Provenance{Format: 1, Spec: testSpec(), Program: shard.Program{Module: "orrery v1", Go: "go1", Arch: "amd64 v1"}}
		change(&p)
		return p
	}
	part := Part{Name: "a", From: 2, To: 9, Provenance: plan(func(p *Provenance) { p.Seed = 4 })}
	table := Part{Name: "b", Provenance: plan(func(p *Provenance) { p.Sources = map[string]string{"t.csv": "1"}; p.Command = "" })}
	for i, c := range []struct {
		plan Provenance
		rows int
		room Room
	}{
		{plan(func(*Provenance) {}), 407, Room{Bodies: 3}},
		{plan(func(p *Provenance) {
			p.Splits = splits.Splits{{Name: "train", From: 0, To: 30}, {Name: "test", From: 30, To: 37}}
			p.Policy = "noise"
		}), 400, Room{Bodies: 3, Actions: []string{"a", "b"}, Rewarded: true}},
		{plan(func(p *Provenance) { p.Parts = []Part{part, table}; p.Command = "" }), 2000, Room{Bodies: 1, Observed: true}},
		{plan(func(p *Provenance) {
			p.Film = camera.Film{Kind: camera.Video, Width: 64, Height: 48, Look: "plain", Seed: 2}
			p.Shard = shard.Shard{Index: 1, Of: 3}
		}), 20_000_000, Room{Bodies: 3, Film: camera.Film{Kind: camera.Video, Width: 64, Height: 48}}},
		{plan(func(p *Provenance) {
			p.Sources, p.File, p.Frames = map[string]string{"t.csv": "1"}, "{}", MaxFrames
			p.Ranges = map[string]Range{"speed": {1, 2}}
		}), 0, Room{Bodies: 1}},
		{plan(func(p *Provenance) { p.Motion, p.Frames = Impacts, 2 }), 74, Room{Bodies: 1}},
	} {
		text := card(c.plan, newInfo(c.plan.Episodes, c.rows, c.plan.FPS, c.room), c.room)
		fmt.Fprintf(&told, "# card %d\n%s\n", i, text)
	}
	for _, room := range []Room{{Bodies: 1}, {Bodies: 2, Actions: []string{"a"}, Rewarded: true}, {Bodies: 1, Observed: true, Film: camera.Film{Kind: camera.Image, Width: 8, Height: 6}}, {Bodies: 1, Film: camera.Film{Kind: camera.Video, Width: 64, Height: 48}}} {
		text, err := json.Marshal(newInfo(3, 30, 25, room))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&told, "# info\n%s\n", text)
	}
	for _, rows := range []int{9_999_999_999, 10_000_000_000} {
		fmt.Fprintln(&told, rows, sizeCategory(rows))
	}
	golden.Compare(t, "testdata/cards.txt", told.String())
}
