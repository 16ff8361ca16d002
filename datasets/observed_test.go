package datasets

import (
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"orrery/datasets/flights"
	"orrery/datasets/parquet"
	"orrery/sim"
)

// writeWatched makes a dataset of flights that were watched in a new directory.
func writeWatched(t testing.TB, spec Spec) string {
	t.Helper()
	return write(t, spec, func(episode int) (*sim.Trajectory, []Outcome) { return flightsOf(spec).Watch(episode), nil })
}

func TestMeasurementsComeBackAsTheyWere(t *testing.T) {
	t.Parallel()
	spec := testSpec()
	d := mustOpen(t, writeWatched(t, spec))
	if !d.Room().Observed {
		t.Error("the dataset does not say that it was observed")
	}
	for _, i := range sim.NewRand(1, "order", 0).Perm(spec.Episodes) {
		got, err := d.Episode(t.Context(), i)
		if err != nil {
			t.Fatal(err)
		}
		want := flightsOf(spec).Watch(i).Seen
		records, err := d.Records(i)
		if err != nil {
			t.Fatal(err)
		}
		if got.Seen.Records != nil {
			t.Fatal("the records were read although nobody asked for them")
		}
		got.Seen.Records = records
		if len(want.Impacts) == 0 {
			want.Impacts = nil
		}
		if !reflect.DeepEqual(got.Seen, want) {
			t.Fatalf("episode %d: %+v came back as %+v", i, want, got.Seen)
		}
	}
	if err := survey(t, d); err != nil {
		t.Error(err)
	}
}

func TestWhatIsKnownHasNoMeasurements(t *testing.T) {
	t.Parallel()
	dir := writeFlights(t, smallSpec())
	d := mustOpen(t, dir)
	trajectory, err := d.Episode(t.Context(), 0)
	if err != nil || trajectory.Seen != nil {
		t.Errorf("%+v, %v", trajectory.Seen, err)
	}
	if records, err := d.Records(0); err != nil || records != nil {
		t.Errorf("%v, %v", records, err)
	}
	for _, path := range []string{observedPath, recordingPath} {
		if _, err := os.Stat(filepath.Join(dir, path)); err == nil {
			t.Errorf("%s is there", path)
		}
	}
}

func TestMeasurementsAreInAllEpisodesOrInNone(t *testing.T) {
	t.Parallel()
	watched, known := mustOpen(t, writeWatched(t, smallSpec())), set(t, 3, 4, "")
	_, err := Merge([]string{"a", "b"}, []*Dataset{watched, known}, nil)
	if err == nil || !strings.Contains(err.Error(), "was measured") {
		t.Error(err)
	}
}

func TestFilesBesideTheFramesAreChecked(t *testing.T) {
	t.Parallel()
	for _, path := range []string{observedPath, recordingPath} {
		dir := writeWatched(t, smallSpec())
		name := filepath.Join(dir, path)
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		text[len(text)/3] ^= 1
		if err := os.WriteFile(name, text, 0o644); err != nil {
			t.Fatal(err)
		}
		d, err := Open(t.Context(), dir)
		if err == nil {
			err = d.Check(t.Context(), nil)
		}
		if err == nil || !strings.Contains(err.Error(), filepath.Base(path)) {
			t.Errorf("%s: %v", path, err)
		}
		if err := os.Remove(name); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(t.Context(), dir); err == nil {
			t.Errorf("%s may be missing", path)
		}
	}
}

// TestTimesBesideTheFramesAreThoseOfTheFrames: others read them from the file.
func TestTimesBesideTheFramesAreThoseOfTheFrames(t *testing.T) {
	t.Parallel()
	spec := testSpec()
	dir := writeWatched(t, spec)
	file, err := parquet.OpenRows(t.Context(), filepath.Join(dir, observedPath))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	at := map[string]int{}
	for i, name := range file.Columns() {
		at[name] = i
	}
	kinds := map[string]int{}
	last := 0
	err = file.Rows(t.Context(), func(fields []string) error {
		kind := fields[at["kind"]]
		frame, _ := strconv.Atoi(fields[at["frame_index"]])
		time, err := strconv.ParseFloat(fields[at["time"]], 64)
		if err != nil {
			return err
		}
		kinds[kind]++
		last = max(last, frame)
		from := float64(frame) / float64(spec.FPS)
		if kind == kindCovariance && time != from || kind == kindImpact && !(time >= from && time < from+1/float64(spec.FPS)) {
			t.Errorf("%s in frame %d at %v s", kind, frame, time)
		}
		return nil
	})
	if err != nil || kinds[kindCovariance] == 0 || kinds[kindImpact] == 0 || last < 2 {
		t.Errorf("rows %v up to frame %d: %v", kinds, last, err)
	}
}

// TestSightsAFrameLateAreKept: a time between two frames may grow beyond it by a rounding.
func TestSightsAFrameLateAreKept(t *testing.T) {
	t.Parallel()
	spec := smallSpec()
	late := 1 / float64(spec.FPS)
	if !(float64(float32(late)) > late) {
		t.Fatalf("%v is not rounded up", late)
	}
	d := mustOpen(t, write(t, spec, func(episode int) (*sim.Trajectory, []Outcome) {
		watched := flightsOf(spec).Watch(episode)
		watched.Seen.Sights[1][0].After, watched.Seen.Sights[1][0].Seen = late, true
		return watched, nil
	}))
	got, err := d.Episode(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	if after := got.Seen.Sights[1][0].After; after != late {
		t.Errorf("seen after %v s, want %v", after, late)
	}
}

// TestCovariancesAreOfAllBodiesInAllFrames, in their order, or of none: an episode whose rows begin or end elsewhere is refused.
func TestCovariancesAreOfAllBodiesInAllFrames(t *testing.T) {
	t.Parallel()
	spec := smallSpec()
	dir := write(t, spec, func(episode int) (*sim.Trajectory, []Outcome) {
		return flights.Flights{Scenario: "flight", Seed: 7, FPS: spec.FPS, Frames: spec.Frames}.Watch(episode), nil
	})
	for _, c := range []struct {
		from, to int // rows that are moved; episode 1 has one impact before its covariances, and episode 2 two
		want     string
	}{{0, 0, ""}, {1, 0, ""}, {2, 0, "must be that of body 0 in frame 0"}, {0, -1, "must be those of"}, {0, -2, "must be those of"}, {0, 3, "the covariance of body 0 in frame 0 must be"}} {
		d := mustOpen(t, dir)
		d.observed.observedFrom[1] += c.from
		d.observed.observedFrom[2] += c.to
		_, err := d.Episode(t.Context(), 1)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("rows from %+d to %+d: %v, want %q", c.from, c.to, err, c.want)
		}
	}
}
