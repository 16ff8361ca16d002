package eval

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"testing"

	"orrery/sim"
	"orrery/sim/input"
	"orrery/world"
)

// InShards evaluates in so many shards, whose figures go through JSON, and demands what Run returns but for paces.
func InShards(t *testing.T, want *Result, n int, trajectories []*sim.Trajectory, entries []Entry, truth Truth, cfg Config) {
	t.Helper()
	var all []Figures
	var terms Terms
	for i := range n {
		job, err := NewJob(trajectories, entries, truth, cfg)
		if err != nil {
			t.Fatal(err)
		}
		from, to := i*len(trajectories)/n, (i+1)*len(trajectories)/n
		figures, err := job.Measure(t.Context(), from, to, nil)
		if err != nil {
			t.Fatal(err)
		}
		figures[0].USPerStep = job.Paces(t.Context())
		through(t, figures, &figures)
		all = append(all, figures...)
		var own Terms
		if through(t, job.Terms(), &own); i > 0 && string(encoded(t, own)) != string(encoded(t, terms)) {
			t.Errorf("shard %d has other terms", i)
		}
		terms = own
	}
	got, err := terms.Result(all)
	if err != nil {
		t.Fatal(err)
	}
	for k := range got.Rows {
		if got.Rows[k].USPerStep.Measured() != want.Rows[k].USPerStep.Measured() {
			t.Errorf("%s: a pace of %v", got.Rows[k].Name, got.Rows[k].USPerStep)
		}
		got.Rows[k].USPerStep = want.Rows[k].USPerStep
		if a, b := got.Rows[k], want.Rows[k]; fmt.Sprint(a.Curve, a.EpisodeM) != fmt.Sprint(b.Curve, b.EpisodeM) {
			t.Errorf("%s: other errors per frame or episode", a.Name)
		}
	}
	if a, b := encoded(t, got), encoded(t, want); !bytes.Equal(a, b) {
		t.Errorf("%d shards: got\n%s, want\n%s", n, a, b)
	}
}

func encoded(t *testing.T, v any) []byte {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// through takes a value through JSON.
func through(t *testing.T, v, to any) {
	t.Helper()
	text := encoded(t, v)
	reflect.ValueOf(to).Elem().SetZero()
	if err := input.DecodeJSONPart(text, to); err != nil {
		t.Fatal(err)
	}
}

// TestObservedMotionIsJudgedInShards: with the row of what was measured and with regions.
func TestObservedMotionIsJudgedInShards(t *testing.T) {
	t.Parallel()
	var data []*sim.Trajectory
	for k := range 7 {
		data = append(data, seenFlight(k, 0.002, k%2 == 0))
	}
	cfg := DefaultConfig()
	cfg.HorizonsS, cfg.Bootstrap = []float64{0.1, 0.5}, 50
	entries := []Entry{{Name: "model", Model: honest{}}}
	want, err := Run(t.Context(), data, entries, nil, cfg, nil)
	if err != nil {
		t.Fatal(err)
	}
	if want.Row(Measured) == nil || want.Row("model").Calibration == nil {
		t.Fatal("nothing is observed, or nothing expected")
	}
	for _, n := range []int{1, 2, 3, 7} {
		InShards(t, want, n, data, entries, nil, cfg)
	}
}

// TestTermsThatDoNotFitAreRefused instead of a panic.
func TestTermsThatDoNotFitAreRefused(t *testing.T) {
	t.Parallel()
	data := []*sim.Trajectory{seenFlight(0, 0.002, true), seenFlight(1, 0.002, true)}
	cfg := DefaultConfig()
	cfg.HorizonsS, cfg.Bootstrap = []float64{0.1}, 20
	job, err := NewJob(data, []Entry{{Name: "model", Model: honest{}}}, nil, cfg)
	if err != nil {
		t.Fatal(err)
	}
	figures, err := job.Measure(t.Context(), 0, 2, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*Terms, []Figures) []Figures{
		"an episode less":   func(_ *Terms, f []Figures) []Figures { return f[:1] },
		"a row less":        func(_ *Terms, f []Figures) []Figures { f[1].Rows = f[1].Rows[1:]; return f },
		"a frame less":      func(_ *Terms, f []Figures) []Figures { f[1].Rows[0].PositionM = f[1].Rows[0].PositionM[1:]; return f },
		"an angle less":     func(_ *Terms, f []Figures) []Figures { f[1].Rows[0].AngleRad = nil; return f },
		"a motion less":     func(_ *Terms, f []Figures) []Figures { f[1].Rows[0].Motions = nil; return f },
		"no radii":          func(_ *Terms, f []Figures) []Figures { f[1].Rows[2].Expected.RadiusM = nil; return f },
		"no levels":         func(_ *Terms, f []Figures) []Figures { f[1].Rows[2].Expected.Within = nil; return f },
		"no horizons":       func(t *Terms, f []Figures) []Figures { t.HorizonsS = nil; return f },
		"endless":           func(t *Terms, f []Figures) []Figures { t.Frames = []int{1 << 40}; return f },
		"frames that fall":  func(t *Terms, f []Figures) []Figures { t.Frames = []int{0}; return f },
		"no settings":       func(t *Terms, f []Figures) []Figures { t.Settings = Config{}; return f },
		"two lists more":    func(t *Terms, f []Figures) []Figures { t.Frames = append(t.Frames, t.Frames...); return f },
		"no time":           func(t *Terms, f []Figures) []Figures { t.FrameTimeS = 0; return f },
		"time that is none": func(t *Terms, f []Figures) []Figures { t.FrameTimeS = math.NaN(); return f },
		"no arenas":         func(t *Terms, f []Figures) []Figures { t.SizesM = nil; return f },
		"no rows":           func(t *Terms, f []Figures) []Figures { t.Rows = nil; return f },
		"no resting":        func(_ *Terms, f []Figures) []Figures { f[1].Rows[0].Resting = exact(math.NaN()); return f },
		"no impacts":        func(_ *Terms, f []Figures) []Figures { f[1].Rows[0].Impacts[0] = exact(math.Inf(1)); return f },
		"an unknown escape": func(_ *Terms, f []Figures) []Figures { f[1].Rows[0].Escape = &world.Escape{Kind: "gone"}; return f },
		"a level less":      func(_ *Terms, f []Figures) []Figures { r := f[1].Rows[2].Expected.RadiusM; r[0] = r[0][1:]; return f },
		"no sigma":          func(_ *Terms, f []Figures) []Figures { f[1].Rows[2].Expected.SigmaM = nil; return f },
		"no error":          func(_ *Terms, f []Figures) []Figures { f[1].Rows[2].Expected.ErrorM = nil; return f },
		"no stretch":        func(_ *Terms, f []Figures) []Figures { f[1].Rows[2].Expected.Stretch = nil; return f },
	} {
		var terms Terms
		var own []Figures
		through(t, job.Terms(), &terms)
		through(t, figures, &own)
		if _, err := terms.Result(change(&terms, own)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// TestWhatIsInfiniteComesThroughJSON, and what is no number, as it was.
func TestWhatIsInfiniteComesThroughJSON(t *testing.T) {
	t.Parallel()
	for _, v := range []float64{0, -1.5, 1e-300, math.Inf(1), math.Inf(-1), math.NaN()} {
		var got exact
		through(t, exact(v), &got)
		if math.Float64bits(float64(got)) != math.Float64bits(v) && !(math.IsNaN(v) && math.IsNaN(float64(got))) {
			t.Errorf("%v comes back as %v", v, got)
		}
	}
	var e exact
	if err := e.UnmarshalJSON([]byte(`"Inf"`)); err == nil {
		t.Errorf("a text is read as %v", e)
	}
}
