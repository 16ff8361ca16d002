package main

import (
	"bytes"
	"errors"
	"go/ast"
	"image"
	"io"
	"iter"
	"maps"
	"slices"
	"strings"
	"testing"

	"orrery/datasets/csv"
	"orrery/datasets/mcap"
	"orrery/datasets/npz"
	"orrery/datasets/predictions"
	"orrery/datasets/splits"
	"orrery/sim"
	"orrery/sim/engine"
	"orrery/sim/render/animation"
	"orrery/sim/render/film"
	"orrery/sim/scenario/library"
	"orrery/world/eval"
	"orrery/world/eval/report"
	"orrery/world/rollout"
)

// narrow takes so many bytes and no more, like a disk that is nearly full.
type narrow struct{ left int }

var errNarrow = errors.New("no space left")

func (n *narrow) Write(b []byte) (int, error) {
	if len(b) > n.left {
		return 0, errNarrow
	}
	n.left -= len(b)
	return len(b), nil
}

// writers are the functions of rooms below cmd that write to what they are given.
var writers = map[string]func(t *testing.T, w io.Writer, tr *sim.Trajectory, result *eval.Result) error{
	"datasets/csv Write": func(_ *testing.T, w io.Writer, tr *sim.Trajectory, _ *eval.Result) error {
		return csv.Write(w, 0, false, splits.Splits{}, alone(tr))
	},
	"datasets/mcap Write": func(_ *testing.T, w io.Writer, tr *sim.Trajectory, _ *eval.Result) error {
		return mcap.Write(w, splits.Splits{}, alone(mcap.Episode{Trajectory: tr}))
	},
	"datasets/npz Write": func(_ *testing.T, w io.Writer, _ *sim.Trajectory, _ *eval.Result) error {
		return npz.Write(w, []npz.Array{{Name: "x", Shape: []int{2}, Values: []float64{1, 2}}, {Name: "y", Shape: []int{1}, Values: []string{"a"}}})
	},
	"datasets/predictions Write": func(_ *testing.T, w io.Writer, tr *sim.Trajectory, _ *eval.Result) error {
		return predictions.Ask([]*sim.Trajectory{tr}, len(tr.States)).Write(w)
	},
	"sim/render/animation EncodeAPNG": func(_ *testing.T, w io.Writer, _ *sim.Trajectory, _ *eval.Result) error {
		return animation.EncodeAPNG(w, pictures())
	},
	"sim/render/animation EncodeGIF": func(_ *testing.T, w io.Writer, _ *sim.Trajectory, _ *eval.Result) error {
		return animation.EncodeGIF(w, pictures(), animation.NewPalette(nil, slices.Collect(pictures().Pictures)))
	},
	"sim/render/film Write": func(t *testing.T, w io.Writer, tr *sim.Trajectory, _ *eval.Result) error {
		f := film.Default()
		f.Scene, f.True, f.Width, f.Height = tr.Scene, tr.States[:2], 320, 320
		reel, err := film.NewReel(f)
		if err != nil {
			return err
		}
		format, err := film.FormatOf("a.png")
		if err != nil {
			return err
		}
		return reel.Write(t.Context(), w, format)
	},
	"world/eval WriteJSON": func(_ *testing.T, w io.Writer, _ *sim.Trajectory, r *eval.Result) error { return r.WriteJSON(w) },
	"world/eval/report WriteTable": func(_ *testing.T, w io.Writer, _ *sim.Trajectory, r *eval.Result) error {
		return report.WriteTable(w, r)
	},
	"world/eval/report WriteHTML": func(t *testing.T, w io.Writer, _ *sim.Trajectory, r *eval.Result) error {
		return report.WriteHTML(t.Context(), w, r, report.Page{Title: "a", Model: "ballistic"})
	},
	"world/rollout Encode": func(_ *testing.T, w io.Writer, tr *sim.Trajectory, _ *eval.Result) error {
		return (&rollout.File{Scene: tr.Scene, True: tr.States, Predicted: tr.States, Model: "still"}).Encode(w)
	},
}

// writersElsewhere have tests of a full disk of their own, for the reasons given.
var writersElsewhere = map[string]string{
	"datasets/parquet NewWriter":     "writes later",
	"sim/render/animation EncodeMP4": "needs ffmpeg, and copies a file",
}

func alone[T any](of T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) { yield(of, nil) }
}

func pictures() animation.Animation {
	var list []*image.RGBA
	for k := range 3 {
		p := image.NewRGBA(image.Rect(0, 0, 16, 8))
		for i := range p.Pix {
			p.Pix[i] = byte(i * (k + 1))
			if i%4 == 3 {
				p.Pix[i] = 255
			}
		}
		list = append(list, p)
	}
	return animation.Animation{Pictures: slices.Values(list), Size: image.Pt(16, 8), Count: 3, Rate: 10}
}

// TestWritersSayThatThereIsNoRoom, wherever it ends: at once, in the middle, before the last
// byte, which may wait in a buffer until all else is done.
func TestWritersSayThatThereIsNoRoom(t *testing.T) {
	skipShort(t)
	t.Parallel()
	billiards, err := library.Find("billiards")
	if err != nil {
		t.Fatal(err)
	}
	values, err := billiards.Values(nil)
	if err != nil {
		t.Fatal(err)
	}
	scene, err := billiards.Sample(1, 0, values)
	if err != nil {
		t.Fatal(err)
	}
	tr, err := engine.Simulate(t.Context(), scene, nil, 8, nil)
	if err != nil {
		t.Fatal(err)
	}
	cfg := eval.DefaultConfig()
	cfg.Workers = 1
	result, err := eval.Run(t.Context(), []*sim.Trajectory{tr}, nil, nil, cfg, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, write := range writers {
		var whole bytes.Buffer
		if err := write(t, &whole, tr, result); err != nil || whole.Len() == 0 {
			t.Errorf("%s: %d bytes, %v", name, whole.Len(), err)
			continue
		}
		for _, room := range []int{0, 1, whole.Len() / 2, whole.Len() - 1} {
			if err := write(t, &narrow{room}, tr, result); err == nil || !strings.Contains(err.Error(), errNarrow.Error()) {
				t.Errorf("%s: with room for %d of %d bytes: %v", name, room, whole.Len(), err)
			}
		}
	}
	for name := range writersOf(t) {
		if writers[name] == nil && writersElsewhere[name] == "" {
			t.Errorf("%s: what does it do when there is no room?", name)
		}
	}
	for _, name := range slices.Concat(slices.Collect(maps.Keys(writers)), slices.Collect(maps.Keys(writersElsewhere))) {
		if !writersOf(t)[name] {
			t.Errorf("%s is no longer there", name)
		}
	}
}

// writersOf returns the exported functions of rooms below cmd that take an io.Writer.
func writersOf(t *testing.T) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	for _, p := range ourPackages(t) {
		if strings.HasPrefix(p.path, "cmd") || strings.Contains(p.path, "peers") {
			continue
		}
		for _, file := range p.files {
			for _, d := range file.Decls {
				f, ok := d.(*ast.FuncDecl)
				if !ok || !f.Name.IsExported() {
					continue
				}
				for _, parameter := range f.Type.Params.List {
					if from, ok := parameter.Type.(*ast.SelectorExpr); ok && from.Sel.Name == "Writer" && named(from.X) == "io" {
						found[p.path+" "+f.Name.Name] = true
					}
				}
			}
		}
	}
	return found
}

func named(e ast.Expr) string {
	if name, ok := e.(*ast.Ident); ok {
		return name.Name
	}
	return ""
}
