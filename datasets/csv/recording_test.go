package csv

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"orrery/datasets/recording"
)

// rawOf reads the first episode of a recording.
func rawOf(text string, options Options) (*recording.Raw, []string, error) {
	file, err := Read(context.Background(), "tracks.csv", strings.NewReader(text), options)
	if err != nil {
		return nil, nil, err
	}
	defer file.Close()
	raw, err := file.Raw(context.Background(), 0)
	return raw, file.Unused(), err
}

func TestRowsOfRecordingsAreReadAsTheyAre(t *testing.T) {
	t.Parallel()
	options := DefaultOptions()
	options.FPS, options.Recording = 30, true
	text := "time;body;x;y;angle;vx;std_x;std_y;radius;visible;shape\n" +
		"2026-05-01T00:00:00.25;red;1,5;2;NaN;9;0,3;0,4;7;yes;Circle\n" +
		"2026-05-01T00:00:01;red;;2;1;9;;;7;1;\n" +
		"2026-05-01 00:00:02;13.0;3;4;1;9;;;;0;rect\n"
	raw, unused, err := rawOf(text, options)
	if err != nil {
		t.Fatal(err)
	}
	if !raw.Timed || raw.Framed || !raw.Angled || !reflect.DeepEqual(raw.Tracks, []string{"red", "13"}) || !reflect.DeepEqual(unused, []string{"vx"}) {
		t.Errorf("%+v, unused %q", raw, unused)
	}
	want := []recording.Row{
		{Number: 2, Time: 1777593600.25, X: 1.5, Y: 2, Seen: true, Std: 0.35355339059327379, Radius: 7, Shape: "disc"},
		{Number: 3, Time: 1777593601, Y: 2, Angle: 1, Turned: true, Radius: 7},
		{Number: 4, Time: 1777593602, Track: 1, X: 3, Y: 4, Angle: 1, Shape: "box"},
	}
	for i := range want {
		if !reflect.DeepEqual(raw.Rows[i], want[i]) {
			t.Errorf("row %d is %+v, want %+v", i, raw.Rows[i], want[i])
		}
	}
	if got := raw.Place(3); got != "line 3" {
		t.Error(got)
	}
}

// TestWordsForNoValueAreNotSeen: trackers, sheets and languages have each their own.
func TestWordsForNoValueAreNotSeen(t *testing.T) {
	t.Parallel()
	options := DefaultOptions()
	options.FPS, options.Recording = 30, true
	words := []string{"", " ", "NaN", "NA", "N/A", "#N/A", "null", "None", "-", "NaT", "?"}
	text := "frame,x,y,std_x,std_y\n0,1,2,0.3,\n"
	for i, word := range words {
		text += fmt.Sprintf("%d,%s,2,,0.4\n", i+1, word)
	}
	raw, _, err := rawOf(text, options)
	if err != nil || len(raw.Rows) != len(words)+1 || !raw.Rows[0].Seen || raw.Rows[0].Std != 0.3 {
		t.Fatalf("%+v: %v", raw, err)
	}
	for i, row := range raw.Rows[1:] {
		if row.Seen || row.Std != 0.4 {
			t.Errorf("%q is read as %+v", words[i], row)
		}
	}
	if _, _, err := rawOf("frame,x,y\n0,nothing,2\n", options); err == nil {
		t.Error("another word is read")
	}
}

func TestATableIsARecordingWhereVelocitiesLack(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]bool{
		"frame,x,y": true, "frame,x,y,angle": true, "frame,x,y,vx": true, "frame,x,y,angle,vx,vy": true,
		"frame,x,y,vx,vy": false, "frame,x,y,angle,vx,vy,omega": false, "frame,x,y,vx,vy,radius,radius": false,
	} {
		options := DefaultOptions()
		options.FPS = 30
		row := strings.Repeat("0,", strings.Count(header, ",")) + "0\n"
		file, err := Read(t.Context(), "a.csv", strings.NewReader(header+"\n"+row), options)
		if err != nil {
			t.Errorf("%s: %v", header, err)
			continue
		}
		if file.Recorded() != want {
			t.Errorf("%s is a recording: %t", header, !want)
		}
		file.Close()
	}
}

func TestUnevenTablesAreToldFromWrongOnes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"frame,x,y,vx,vy\n0,1,1,0,0\n2,1,1,0,0\n":                       true,
		"frame,body,x,y,vx,vy\n0,0,1,1,0,0\n0,1,1,1,0,0\n1,0,1,1,0,0\n": true,
		"time,x,y,vx,vy\n0,1,1,0,0\n0.036,1,1,0,0\n":                    true,
		"frame,x,y,vx,vy\n0,1,1,0,0\n1,,1,0,0\n":                        true,
		"frame,x,y,vx,vy\n0,1,1,0,0\n1,nan,1,0,0\n":                     true,
		"frame,x,y,vx,vy\n0,1,1,0,0\n1,left,1,0,0\n":                    false,
		"frame,x,y,vx,vy\n0,1,1,0,0\n0,1,1,0,0\n":                       false,
	} {
		options := DefaultOptions()
		options.FPS = 30
		file, err := Read(t.Context(), "a.csv", strings.NewReader(text), options)
		if err != nil {
			t.Fatal(err)
		}
		_, err = file.Episode(t.Context(), 0)
		if uneven := (*Uneven)(nil); err == nil || errors.As(err, &uneven) != want {
			t.Errorf("%q: %v is uneven: %t", text, err, !want)
		}
		file.Close()
	}
}

// rows is a table of another format.
type rows struct {
	names  []string
	fields [][]string
	err    error
}

func (r *rows) Name() string       { return "a.parquet" }
func (r *rows) Columns() []string  { return r.names }
func (r *rows) Sum() string        { return "5um" }
func (r *rows) Place(i int) string { return fmt.Sprintf("row %d", i) }
func (r *rows) Rows(_ context.Context, visit func([]string) error) error {
	for _, f := range r.fields {
		if err := visit(f); err != nil {
			return err
		}
	}
	return r.err
}

func TestTablesOfOtherFormatsAreReadAlike(t *testing.T) {
	t.Parallel()
	options := DefaultOptions()
	options.FPS = 30
	table := &rows{names: []string{"frame", "body", "x", "y", "note"}, fields: [][]string{
		{"0", "left, the red one", "1", "2", "two\r\nlines"}, {"1", "left, the red one", "1.5", "", `a "quote"`}, {"2", "b", "3", "4", ""},
	}}
	file, err := OpenTable(t.Context(), table, options)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	raw, err := file.Raw(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(raw.Tracks, []string{"left, the red one", "b"}) || raw.Rows[0].X != 1 || raw.Rows[1].Seen || raw.Place(raw.Rows[2].Number) != "row 2" || file.Sums()["a.parquet"] != "5um" {
		t.Errorf("%+v, %v", raw, file.Sums())
	}
	for want, names := range map[string][]string{
		`a.parquet: column "x" must be there once, as it is used, but is the columns 3 and 5`: {"frame", "body", "x", "y", "x"},
		"a.parquet: has no columns": {},
	} {
		if _, err := OpenTable(t.Context(), &rows{names: names}, options); err == nil || err.Error() != want {
			t.Errorf("error %v, want %s", err, want)
		}
	}
	table.fields[1][2] = "far"
	if file, err = OpenTable(t.Context(), table, options); err == nil {
		defer file.Close()
		_, err = file.Raw(t.Context(), 0)
	}
	if err == nil || !strings.HasPrefix(err.Error(), `a.parquet: row 1, column 3: x "far" must be a number`) {
		t.Error(err)
	}
	table.err = errors.New("is damaged")
	if _, err := OpenTable(t.Context(), table, options); err == nil || !strings.Contains(err.Error(), "is damaged") {
		t.Error(err)
	}
}

// FuzzRaw reads texts as recordings to the end: whatever a text holds, it becomes episodes or an error, and no piece has
// fewer than two pictures or a time that does not ascend.
func FuzzRaw(f *testing.F) {
	for _, text := range []string{
		"frame,body,x,y\n0,0,1,2\n1,0,1,2\n", "t,x,y\n0,1,2\n0.1,,\n0.2,1,2\n", "time,body,x,y,angle,seen\n1e18,a,1,2,3,1\n1.00000000003e18,a,1,2,3,0\n",
		"episode,time,body,x,y,radius,shape\n0,2026-05-01T00:00:00Z,1,1,1,1,box\n0,2026-05-01T00:00:01Z,1,1,1,1,\n",
		"frame,x,y\n0,1,1\n1,1,1\n2,1,1\n3,9,9\n4,1,1\n5,1,1\n", "time,x,y\n0,1,1\n1,2,1\n0.5,3,1\n2,4,1\n", "frame;x;y\n0;1,5;2\n9007199254740992;1;2\n",
	} {
		f.Add(text, "drop", true)
		f.Add(text, "split", false)
	}
	f.Fuzz(func(t *testing.T, text, policy string, down bool) {
		options := DefaultOptions()
		options.FPS, options.Recording = 30, true
		file, err := Read(t.Context(), "a.csv", strings.NewReader(text), options)
		if err != nil {
			return
		}
		defer file.Close()
		frame := recording.Metres()
		frame.Down, frame.PerMetre, frame.Unit = down, 400, "px"
		p := recording.Report
		if policy == string(recording.Drop) || policy == string(recording.Split) {
			p = recording.Policy(policy)
		}
		for i := range file.Episodes() {
			raw, err := file.Raw(t.Context(), i)
			if err != nil {
				return
			}
			all, err := raw.InAll(frame, recording.Rate{Num: 30, Den: 1}, p)
			if err != nil {
				return
			}
			recording.Tell(all)
			for _, r := range all {
				pieces, _ := r.Pieces(p, r.Odd())
				for _, piece := range pieces {
					times := piece.Times()
					if times[len(times)-1]-times[0] < 1000 {
						piece.OnFrames(30, piece.Tracks)
						piece.Actions(30)
						piece.Records(piece.Tracks)
					}
					if len(times) < 2 || len(piece.Tracks) == 0 {
						t.Fatalf("%q: a piece of %d pictures and %d bodies", text, len(times), len(piece.Tracks))
					}
					for k := 1; k < len(times); k++ {
						if !(times[k] > times[k-1]) {
							t.Fatalf("%q: time %v after %v", text, times[k], times[k-1])
						}
					}
					if _, _, err := piece.Scene(nil, 0.1, 30); err != nil && !strings.Contains(err.Error(), "body") {
						t.Fatalf("%q: %v", text, err)
					}
				}
			}
		}
	})
}
