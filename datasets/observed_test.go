package datasets

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

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
