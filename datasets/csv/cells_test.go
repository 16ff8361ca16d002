package csv

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"orrery/datasets/splits"
	"orrery/sim"
)

// TestEveryWrongCellOfARecordingIsNamed, whichever column it is in.
func TestEveryWrongCellOfARecordingIsNamed(t *testing.T) {
	t.Parallel()
	options := DefaultOptions()
	options.FPS, options.Recording, options.Scene = 50, true, pusher()
	const good = "2"
	columns := []string{"frame", "time", "body", "x", "y", "angle", "seen", "std", "std_x", "std_y", "std_angle", "radius", "width", "height", "shape", "action0", "action1"}
	cells := map[string][][2]string{ // what is wrong, and what is said
		"frame":  {{"1.5", "must be a whole number"}},
		"time":   {{"late", "or a date such as"}, {"", "must be a time, but is empty"}, {"2e19", "or a date"}},
		"body":   {{"", "must not be empty"}},
		"seen":   {{"maybe", "must be 0 or 1, true or false"}},
		"shape":  {{"star", `"star" must be disc or box`}},
		"radius": {{"-1", "-1 must be at least 0"}}, "width": {{"-1", "-1 must be at least 0"}}, "height": {{"-1", "-1 must be at least 0"}},
		"std": {{"-1", "-1 must be at least 0"}}, "std_x": {{"-1", "-1 must be"}}, "std_y": {{"-1", "-1 must be"}}, "std_angle": {{"-1", "-1 must be"}},
	}
	for _, number := range []string{"x", "y", "angle", "std", "std_x", "std_y", "std_angle", "radius", "width", "height", "action0", "action1"} {
		cells[number] = append(cells[number], [2]string{"many", `"many" must be a number`})
	}
	table := func(at int, cell string) string {
		fields := make([]string, len(columns))
		for i := range fields {
			fields[i] = good
		}
		fields[columnAt(columns, "shape")], fields[columnAt(columns, "frame")] = "disc", "0"
		if at >= 0 {
			fields[at] = cell
		}
		return strings.Join(columns, ",") + "\n" + strings.Join(fields, ",") + "\n"
	}
	raw, _, err := rawOf(table(-1, ""), options)
	if err != nil {
		t.Fatal(err)
	}
	if r := raw.Rows[0]; r.Width != 2 || r.Height != 2 || r.Radius != 2 || r.Std != 2 || r.StdTurn != 2 || len(r.Action) != 2 || r.Action[1] != 2 || !r.Seen || !r.Turned {
		t.Errorf("%+v", r)
	}
	for column, list := range cells {
		at := columnAt(columns, column)
		for _, c := range list {
			_, _, err := rawOf(table(at, c[0]), options)
			if place := fmt.Sprintf("line 2, column %d: %s ", at+1, column); err == nil || !strings.Contains(err.Error(), place) || !strings.Contains(err.Error(), c[1]) {
				t.Errorf("%s %q: %v, want %q and %q", column, c[0], err, place, c[1])
			}
		}
	}
}

func columnAt(columns []string, name string) int {
	for i, c := range columns {
		if c == name {
			return i
		}
	}
	panic(name)
}

// TestWhatIsSeenIsSaidInManyWords: numbers above 0 and words, of which some say that a body was not seen at all.
func TestWhatIsSeenIsSaidInManyWords(t *testing.T) {
	t.Parallel()
	options := DefaultOptions()
	options.FPS, options.Recording = 30, true
	for word, want := range map[string]bool{
		"true": true, "Yes": true, "T": true, "y": true, "1": true, "0.2": true, "99": true,
		"false": false, "No": false, "F": false, "n": false, "0": false, "-1": false, "": false, "NaN": false,
	} {
		raw, _, err := rawOf("frame,x,y,angle,seen\n0,1,2,3,"+word+"\n", options)
		if err != nil {
			t.Fatal(err)
		}
		if r := raw.Rows[0]; r.Seen != want || r.Turned != want {
			t.Errorf("%q: seen %v, turned %v, want %v", word, r.Seen, r.Turned, want)
		}
	}
	for cells, want := range map[string]float64{"0.3,": 0.3, ",0.4": 0.4, "3,4": 3.5355339059327378, ",": 0} {
		raw, _, err := rawOf("frame,x,y,std_x,std_y\n0,1,2,"+cells+"\n", options)
		if err != nil {
			t.Fatal(err)
		}
		if got := raw.Rows[0].Std; got != want {
			t.Errorf("deviations %q: %v, want %v", cells, got, want)
		}
	}
}

// TestTracksAreBounded: 4096 bodies are read, and one more says what may be the matter.
func TestTracksAreBounded(t *testing.T) {
	t.Parallel()
	options := DefaultOptions()
	options.FPS, options.Recording = 30, true
	var b strings.Builder
	b.WriteString("frame,body,x,y\n")
	for i := range 4096 {
		fmt.Fprintf(&b, "0,b%d,1,1\n", i)
	}
	raw, _, err := rawOf(b.String(), options)
	if err != nil || len(raw.Tracks) != 4096 || len(raw.Rows) != 4096 {
		t.Fatalf("4096 bodies: %v", err)
	}
	b.WriteString("0,more,1,1\n")
	if _, _, err := rawOf(b.String(), options); err == nil || !strings.Contains(err.Error(), `line 4098, column 2: body "more" is one of more than 4096 bodies`) {
		t.Errorf("4097 bodies: %v", err)
	}
}

// TestEveryWrongCellOfOtherTablesIsNamed: of impacts, of edges and of motion.
func TestEveryWrongCellOfOtherTablesIsNamed(t *testing.T) {
	t.Parallel()
	impacts := []string{"x", "y", "angle", "vx", "vy", "omega", "vx_after", "vy_after", "omega_after", "x_after", "y_after", "angle_after", "normal_x", "normal_y"}
	for i, column := range impacts {
		fields := strings.Split(strings.Repeat("1,", len(impacts)-1)+"1", ",")
		fields[i] = "many"
		_, err := ReadImpacts(t.Context(), "hits.csv", strings.NewReader(strings.Join(impacts, ",")+"\n"+strings.Join(fields, ",")+"\n"), nil)
		if want := fmt.Sprintf(`hits.csv: line 2, column %d: %s "many" must be a number`, i+1, column); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("impacts: %v, want %q", err, want)
		}
	}
	const motion = head + "0,0,0,1,1\n0,0,1,1,1\n"
	for edges, want := range map[string]string{
		"0,0,1,linear,strong,0\n": `edges.csv: line 2, column 5: strength "strong" must be a number`,
		"0,0,1,linear,1,far\n":    `edges.csv: line 2, column 6: limit "far" must be a number`,
		"0,x,1,linear,1,0\n":      `edges.csv: line 2, column 2: a "x" must be`,
		"0,0,x,linear,1,0\n":      `edges.csv: line 2, column 3: b "x" must be`,
	} {
		if _, err := tryTracks(at50(), motion, "episode,a,b,type,strength,limit\n"+edges); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("edges: %v, want %q", err, want)
		}
	}
	for column, want := range map[string]string{
		"angle": "a number", "vx": "a number", "vy": "a number", "omega": "a number", "time": "a number",
	} {
		_, err := tryTracks(at50(), "frame,x,y,"+column+"\n0,1,1,many\n1,1,1,many\n")
		if want := fmt.Sprintf(`line 2, column 4: %s "many" must be %s`, column, want); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("motion: %v, want %q", err, want)
		}
	}
}

// TestTablesOfImpactsEndWithTheirContext, and those that cannot be read say so.
func TestTablesOfImpactsEndWithTheirContext(t *testing.T) {
	t.Parallel()
	const table = "x,y,angle,vx,vy,omega,vx_after,vy_after,omega_after\n1,2,3,4,5,6,7,8,9\n"
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := ReadImpacts(ctx, "hits.csv", strings.NewReader(table), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("told to stop: %v", err)
	}
	in, err := text("hits.csv", table)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := readImpacts(ctx, in, nil, maxImpacts); !errors.Is(err, context.Canceled) {
		t.Errorf("told to stop among rows: %v", err)
	}
	if _, err := OpenImpacts(t.Context(), t.TempDir()+"/none.csv", nil); err == nil || !strings.Contains(err.Error(), "none.csv") {
		t.Errorf("a file that is not there: %v", err)
	}
	for _, from := range []int64{0, int64(len(table)) - 5} {
		in.content = broken{table, from}
		if _, err := readImpacts(t.Context(), in, nil, maxImpacts); !errors.Is(err, errBroken) || !strings.HasPrefix(err.Error(), "hits.csv: ") {
			t.Errorf("broken from byte %d: %v", from, err)
		}
	}
	if _, err := ReadImpacts(t.Context(), "hits.csv", strings.NewReader(table+"1,2\n"), nil); err == nil || !strings.Contains(err.Error(), "line 3") {
		t.Errorf("a short row: %v", err)
	}
}

// failing takes so many bytes and no more.
type failing struct{ left int }

var errFull = errors.New("disk full")

func (f *failing) Write(p []byte) (int, error) {
	if f.left -= len(p); f.left < 0 {
		return 0, errFull
	}
	return len(p), nil
}

// TestEstimatesAreWrittenWithWhatWasSeen: when, and empty where nothing was; an error of the disk or of an episode ends it.
func TestEstimatesAreWrittenWithWhatWasSeen(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.FPS = 50
	scene.Bodies = []sim.Body{{}, {}}
	state := sim.State{{X: 1, Y: 2}, {X: 3}}
	episode := &sim.Trajectory{Scene: &scene, States: []sim.State{state, state}, Seen: &sim.Observation{
		Sights: [][]sim.Sight{{{}, {}}, {{X: 1.5, Y: 2.5, Seen: true, After: 0.001}, {Angle: 0.5, Turned: true}}},
		Std:    []sim.State{{{X: 0.1}, {}}, {{}, {Omega: 0.25}}},
	}}
	var out bytes.Buffer
	divided := splits.Splits{{Name: "train", From: 0, To: 1}}
	if err := Write(&out, 1, true, divided, each([]*sim.Trajectory{episode})); err != nil {
		t.Fatal(err)
	}
	const want = `episode,frame,time,body,x,y,angle,vx,vy,omega,action0,seen_x,seen_y,seen_angle,seen_time,std_x,std_y,std_angle,std_vx,std_vy,std_omega,split
0,0,0,0,1,2,0,0,0,0,,,,,,0.1,0,0,0,0,0,train
0,0,0,1,3,0,0,0,0,0,,,,,,0,0,0,0,0,0,train
0,1,0.02,0,1,2,0,0,0,0,,1.5,2.5,,0.021,0,0,0,0,0,0,train
0,1,0.02,1,3,0,0,0,0,0,,,,0.5,0.02,0,0,0,0,0,0.25,train
`
	if out.String() != want {
		t.Errorf("wrote\n%s, want\n%s", out.String(), want)
	}
	for _, room := range []int{0, 70_000} {
		long := &sim.Trajectory{Scene: &scene}
		for range 5000 {
			long.States = append(long.States, state)
		}
		if err := Write(&failing{room}, 0, false, nil, each([]*sim.Trajectory{long})); !errors.Is(err, errFull) {
			t.Errorf("a disk of %d bytes: %v", room, err)
		}
	}
	if err := Write(&failing{}, 0, false, nil, each(nil)); !errors.Is(err, errFull) {
		t.Errorf("no room for the header: %v", err)
	}
	damaged := errors.New("damaged")
	if err := Write(&out, 0, false, nil, func(yield func(*sim.Trajectory, error) bool) { yield(nil, damaged) }); !errors.Is(err, damaged) {
		t.Errorf("an episode that is damaged: %v", err)
	}
}
