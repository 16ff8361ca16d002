package recordings

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/datasets/csv"
	"orrery/datasets/recording"
	"orrery/sim"
)

// box is a scene with a disc of radius 0.1 m between walls at ±1 m.
func box(fps int) *sim.Scene {
	scene := sim.DefaultScene()
	scene.Name, scene.FPS = "box", fps
	surface := sim.Surface{Elasticity: 1}
	for _, w := range [][2]sim.Vec{{{X: -1, Y: -1}, {X: -1, Y: 1}}, {{X: 1, Y: -1}, {X: 1, Y: 1}}} {
		scene.Walls = append(scene.Walls, sim.NewShape(sim.Segment, 0, surface, w[0], w[1]))
	}
	scene.Bodies = []sim.Body{{Kind: sim.Dynamic, Mass: 1, Moment: 0.005, Shapes: []sim.Shape{sim.NewShape(sim.Circle, 0.1, surface, sim.Vec{})}}}
	return &scene
}

// bounces returns a table of the disc that flies to and fro at 1.5 m/s, without the sights for which unseen is true,
// and the times of its hits in s.
func bounces(fps, pictures int, unseen func(k int) bool) (table string, hits []float64) {
	const speed, way = 1.5, 1.8
	var b strings.Builder
	b.WriteString("frame,x,y,angle\n")
	for k := range pictures {
		at := speed*float64(k)/float64(fps) + 0.4
		x := math.Mod(at, 2*way)
		if x > way {
			x = 2*way - x
		}
		if !unseen(k) {
			fmt.Fprintf(&b, "%d,%.6f,0.2,0.5\n", k, x-way/2)
		}
	}
	for k := 1; (way*float64(k)-0.4)/speed < float64(pictures)/float64(fps); k++ {
		hits = append(hits, (way*float64(k)-0.4)/speed)
	}
	return b.String(), hits
}

// readSet reads and measures a table.
func readSet(t *testing.T, table string, change func(*csv.Options, *Options)) *Set {
	t.Helper()
	options, own := csv.DefaultOptions(), DefaultOptions()
	options.FPS, options.Recording = 30, true
	change(&options, &own)
	file, err := csv.Read(t.Context(), "box.csv", strings.NewReader(table), options)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := own.Parse(); err != nil {
		t.Fatal(err)
	}
	set, err := Read(t.Context(), file, own, func(float64) {})
	if err != nil {
		t.Fatal(err)
	}
	if err := set.Measure(t.Context()); err != nil {
		t.Fatal(err)
	}
	return set
}

// TestImpactsCountFromTheirEpisode, which may begin long after the recording does.
func TestImpactsCountFromTheirEpisode(t *testing.T) {
	t.Parallel()
	const from, to = 60, 105 // pictures without a sight
	table, hits := bounces(30, 180, func(k int) bool { return k >= from && k < to })
	set := readSet(t, table, func(o *csv.Options, _ *Options) { o.Scene = box(30) })
	if set.Episodes() != 2 {
		t.Fatalf("%d episodes: %q", set.Episodes(), set.Notes)
	}
	for i, begin := range []float64{0, to / 30.} {
		end := []float64{(from - 1) / 30., 179 / 30.}[i]
		episode, err := set.Episode(t.Context(), i)
		if err != nil {
			t.Fatal(err)
		}
		var want []float64
		for _, hit := range hits {
			if hit > begin && hit < end {
				want = append(want, hit-begin)
			}
		}
		if len(episode.Seen.Impacts) != len(want) || len(want) < 1 {
			t.Fatalf("episode %d: impacts %+v, want at %v", i, episode.Seen.Impacts, want)
		}
		for k, hit := range episode.Seen.Impacts {
			if !scalar.EqualWithinAbs(hit.Time, want[k], 1e-3) {
				t.Errorf("episode %d: impact at %v s, want %v", i, hit.Time, want[k])
			}
		}
	}
}

// TestSightsHaveTheNoiseThatIsMeasured, each kind its own, unless the recording or a flag tells it.
func TestSightsHaveTheNoiseThatIsMeasured(t *testing.T) {
	t.Parallel()
	random := sim.NewRand(1, "sights", 0)
	var b strings.Builder
	b.WriteString("frame,x,y,angle\n")
	for k := range 90 {
		fmt.Fprintf(&b, "%d,%.6f,%.6f,%.6f\n", k, 0.005*float64(k)+0.001*random.NormFloat64(), 0.001*random.NormFloat64(), 0.03*random.NormFloat64())
	}
	std := func(words recording.Words) (float64, float64) {
		set := readSet(t, b.String(), func(o *csv.Options, own *Options) { own.Words = words })
		episode, err := set.Episode(context.Background(), 0)
		if err != nil {
			t.Fatal(err)
		}
		s := episode.Seen.Sights[10][0]
		return s.Std, s.StdTurn
	}
	if place, turn := std(recording.Words{}); !scalar.EqualWithinAbs(place, 0.001, 0.0003) || !scalar.EqualWithinAbs(turn, 0.03, 0.009) {
		t.Errorf("measured noise of %v m and %v rad", place, turn)
	}
	if place, turn := std(recording.Words{Noise: "2mm,3deg"}); !scalar.EqualWithinAbs(place, 0.002, 1e-12) || !scalar.EqualWithinAbs(turn, math.Pi/60, 1e-12) {
		t.Errorf("told noise of %v m and %v rad", place, turn)
	}
}

// TestEdgesNeedBodiesThatStay: fields between bodies that come and go cannot be.
func TestEdgesNeedBodiesThatStay(t *testing.T) {
	t.Parallel()
	for late, want := range map[int]string{0: "", 20: "some bodies are not always seen, but there are edges between bodies"} {
		var b strings.Builder
		b.WriteString("frame,body,x,y\n")
		for k := range 60 {
			for body := range 3 {
				if body < 2 || k >= late {
					fmt.Fprintf(&b, "%d,%d,%v,%d\n", k, body, 0.01*float64(k), body)
				}
			}
		}
		options, own := csv.DefaultOptions(), DefaultOptions()
		options.FPS, options.Recording, options.Edges = 30, true, writeEdges(t)
		file, err := csv.Read(t.Context(), "box.csv", strings.NewReader(b.String()), options)
		if err != nil {
			t.Fatal(err)
		}
		_, err = Read(t.Context(), file, own, func(float64) {})
		file.Close()
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("body 2 comes in picture %d: got %v, want %q", late, err, want)
		}
	}
}

// writeEdges writes a table with an edge between the first two bodies.
func writeEdges(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "edges.csv")
	if err := os.WriteFile(path, []byte("episode,a,b,type\n0,0,1,linear\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestWrongTimesAreEvened before anything is made of them, which is noted; what is written stays as it is.
func TestWrongTimesAreEvened(t *testing.T) {
	t.Parallel()
	random := sim.NewRand(2, "clock", 0)
	for name, wrong := range map[string]bool{"wrong times": true, "right times": false} {
		var b strings.Builder
		var told []float64
		b.WriteString("time,x,y\n")
		for k := range 120 {
			taken := float64(k) / 30
			late := 0.005 * (2*random.Float64() - 1)
			if !wrong {
				taken += late
			}
			told = append(told, float64(k)/30+late)
			fmt.Fprintf(&b, "%.6f,%.6f,%.6f\n", told[k], 0.5*taken+0.0005*random.NormFloat64(), 0.8*taken+0.0005*random.NormFloat64())
		}
		set := readSet(t, b.String(), func(*csv.Options, *Options) {})
		noted := strings.Contains(strings.Join(set.Notes, "\n"), "even beat")
		if noted != wrong || (set.Beat.Off > 0.002) != wrong || !scalar.EqualWithinAbs(set.Law.Noise, 0.0005, 0.00015) {
			t.Fatalf("%s: %+v, notes %q, noise of %v m", name, set.Beat, set.Notes, set.Law.Noise)
		}
		episode, err := set.Episode(t.Context(), 0)
		if err != nil {
			t.Fatal(err)
		}
		for k, row := range episode.Seen.Records {
			if !scalar.EqualWithinAbs(row.Time, told[k], 1e-6) {
				t.Fatalf("%s: row %d was written at %v s, want %v", name, k, row.Time, told[k])
			}
		}
		off := 0.0
		for k, sights := range episode.Seen.Sights {
			if k > 0 {
				off = max(off, math.Abs(sights[0].After))
			}
		}
		if (off < 0.0015) != wrong {
			t.Errorf("%s: sights are up to %v s off the beat", name, off)
		}
	}
}
