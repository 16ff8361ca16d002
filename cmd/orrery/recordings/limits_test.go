package recordings

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/datasets/csv"
	"orrery/datasets/recording"
	"orrery/sim"
	"orrery/sim/golden"
)

// TestAScaleIsThatOfTheMiddleRadius, of those that are told.
func TestAScaleIsThatOfTheMiddleRadius(t *testing.T) {
	t.Parallel()
	frame, err := recording.ParseFrame(recording.Words{Unit: "px", Scale: "radius=0.05m"})
	if err != nil {
		t.Fatal(err)
	}
	raw := &recording.Raw{}
	for _, radius := range []float64{0, 40, 10, 20, 0, 30, 50} {
		raw.Rows = append(raw.Rows, recording.Row{Radius: radius})
	}
	if err := setRadius(&frame, raw); err != nil || !scalar.EqualWithinAbs(frame.PerMetre, 600, 1e-9) {
		t.Errorf("%g px are a metre, %v", frame.PerMetre, err)
	}
}

// seenAt returns a recording of a body at so many even times.
func seenAt(pictures int, rate float64) *recording.Recording {
	r := &recording.Recording{Tracks: []recording.Track{{}}}
	for k := range pictures {
		r.Times = append(r.Times, float64(k)/rate)
		r.Sights, r.Rows = append(r.Sights, []sim.Sight{{Seen: true}}), append(r.Rows, []int{k})
	}
	return r
}

// TestFramesAreAsMany as the pictures of most recordings, but neither less than one a second nor more than a thousand.
func TestFramesAreAsMany(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		rates []float64
		fps   int
		fails string
	}{
		{[]float64{29.97}, 30, ""}, {[]float64{240, 25, 30}, 30, ""}, {[]float64{990}, 990, ""}, {[]float64{1010}, 0, "are more than 1000"},
		{[]float64{0.4}, 0, "less than a frame a second"}, {[]float64{0.6}, 1, ""}, {nil, 0, csv.ErrNoRate.Error()},
	} {
		s := &Set{}
		for _, rate := range c.rates {
			s.Seen = append(s.Seen, seenAt(20, rate))
		}
		err := s.setRate(&csv.File{}, &Options{})
		if c.fails != "" {
			if err == nil || !strings.Contains(err.Error(), c.fails) {
				t.Errorf("%v: %v", c.rates, err)
			}
			continue
		}
		if err != nil || s.FPS != c.fps {
			t.Errorf("%v: %d frames a second, %v", c.rates, s.FPS, err)
		}
	}
}

// TestUnitsOfTimesAreTold once.
func TestUnitsOfTimesAreTold(t *testing.T) {
	t.Parallel()
	for scaled, name := range map[float64]string{1e3: "milliseconds", 1e6: "microseconds", 1e9: "nanoseconds", 1: "", 0: ""} {
		s := &Set{Rate: 30}
		s.noteTimes(&recording.Recording{Scaled: scaled})
		s.noteTimes(&recording.Recording{Scaled: scaled})
		want := fmt.Sprintf("times are taken for %s, as in seconds there would be %.3g pictures a second", name, 30/scaled)
		if name == "" && len(s.Notes) > 0 || name != "" && (len(s.Notes) != 1 || s.Notes[0] != want) {
			t.Errorf("%g: %v", scaled, s.Notes)
		}
	}
}

// TestSplitsOfTheFileStay together where they follow each other.
func TestSplitsOfTheFileStay(t *testing.T) {
	t.Parallel()
	s := &Set{}
	for k, name := range []string{"train", "train", "", "test", "train"} {
		s.setSplit(name, 2*k, 2*k+2)
	}
	if got := fmt.Sprint(s.Splits); len(s.Splits) != 3 || s.Splits[0].From != 0 || s.Splits[0].To != 4 || s.Splits[1].From != 6 || s.Splits[2].To != 10 {
		t.Error(got)
	}
}

// TestFramesAreThoseOfTheLongestEpisode, wherever it stands.
func TestFramesAreThoseOfTheLongestEpisode(t *testing.T) {
	t.Parallel()
	s := &Set{FPS: 30}
	for _, pictures := range []int{10, 20, 5} {
		s.episodes = append(s.episodes, episode{Piece: &recording.Piece{Of: seenAt(pictures, 30), To: pictures, Tracks: []int{0}}})
	}
	if got := s.Frames(); got != 20 {
		t.Errorf("%d frames", got)
	}
}

// TestRadiiFollowFromPushes: two discs that push each other are a radius and a radius apart.
func TestRadiiFollowFromPushes(t *testing.T) {
	t.Parallel()
	for pairs, want := range map[int]string{3: "when their centres are 0.21 m apart, so radii may be 0.105 m", 2: ""} {
		info := &Info{About: &recording.About{Pairs: pairs, Apart: 0.21, High: sim.Vec{X: 1}, RateHz: 30}}
		r := seenAt(2, 30)
		r.Raw = &recording.Raw{Timed: true}
		missing := strings.Join(missingOf(&Set{Seen: []*recording.Recording{r}}, info, Look{}), "\n")
		if !strings.Contains(missing, "bodies are taken for discs of --radius"+map[bool]string{true: "; they push each other " + want}[want != ""]) || want == "" && strings.Contains(missing, "push") {
			t.Errorf("%d pairs: %s", pairs, missing)
		}
	}
}

// TestFilesAreClosedAfterALook.
func TestFilesAreClosedAfterALook(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "seen.csv")
	table, _ := bounces(30, 60, func(int) bool { return false })
	if err := os.WriteFile(path, []byte(table), 0o600); err != nil {
		t.Fatal(err)
	}
	look := Look{Path: path, Format: CSV, Seen: DefaultOptions(), Patience: time.Minute}
	if err := look.Seen.Rate.Set("30"); err != nil {
		t.Fatal(err)
	}
	if err := Inspect(t.Context(), io.Discard, io.Discard, look); err != nil {
		t.Fatal(err)
	}
	golden.Closed(t, path)
}

// TestTwelveBodiesAreNamed of a recording that has more.
func TestTwelveBodiesAreNamed(t *testing.T) {
	t.Parallel()
	info := &Info{File: "a.csv", About: &recording.About{Bodies: strings.Fields("b1 b2 b3 b4 b5 b6 b7 b8 b9 b10 b11 b12 b13")}}
	var out strings.Builder
	if err := info.print(&out); err != nil || !strings.Contains(out.String(), "b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12\n") {
		t.Errorf("%v: %s", err, &out)
	}
}
