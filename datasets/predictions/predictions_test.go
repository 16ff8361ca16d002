package predictions_test

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"orrery/datasets/npz"
	"orrery/datasets/parquet"
	"orrery/datasets/predictions"
	"orrery/sim"
)

// episodes returns free flights of two discs and a moving platform, which turn slowly. Frames is that of each.
func episodes(count, frames int) []*sim.Trajectory {
	var out []*sim.Trajectory
	for i := range count {
		scene := sim.DefaultScene()
		scene.Name = "flight"
		for range 2 {
			scene.Bodies = append(scene.Bodies, sim.NewDisc(0.1, 10, sim.Surface{}))
		}
		platform := sim.NewDisc(0.2, 0, sim.Surface{})
		platform.Kind, platform.Mass, platform.Moment = sim.Kinematic, 0, 0
		scene.Bodies = append(scene.Bodies, platform)
		t := &sim.Trajectory{Scene: &scene}
		for k := range frames {
			at := float64(k) * scene.FrameTime()
			t.States = append(t.States, sim.State{
				{X: at, Y: float64(i), Angle: 7 + at, VX: 1, Omega: 1}, {X: -1 - at, VX: -1}, {Y: 5 + at, VY: 1},
			})
		}
		for b := range scene.Bodies {
			scene.Bodies[b].Start = t.States[0][b]
		}
		out = append(out, t)
	}
	return out
}

// ask asks for six frames.
func ask(trajectories []*sim.Trajectory) *predictions.Questions {
	return predictions.Ask(trajectories, 7)
}

// right returns rows that predict what truly happens, with single steps or without.
func right(q *predictions.Questions, steps bool) (rows []predictions.Row) {
	for i, t := range q.Trajectories {
		for from := range q.Frames - 1 {
			for to := from + 1; to < q.Frames; to++ {
				if from > 0 && (to > from+1 || !steps) {
					continue
				}
				for b := range 2 {
					rows = append(rows, predictions.Row{Episode: q.Episodes[i], Start: q.Frame(from), Frame: q.Frame(to), Body: b, State: t.States[to][b]})
				}
			}
		}
	}
	return rows
}

func add(q *predictions.Questions, rows []predictions.Row, poses bool) (*predictions.Told, int, error) {
	a := q.Answers(poses)
	for i := range rows {
		if err := a.Add(&rows[i]); err != nil {
			return nil, 0, err
		}
	}
	p, err := a.Told()
	return p, a.Skipped(), err
}

// Rows in any order, with the start or without, with single steps or without, are the states that they say. What is not
// asked for is counted.
func TestRowsBecomeStates(t *testing.T) {
	t.Parallel()
	trajectories := episodes(2, 30)
	q := ask(trajectories)
	q.Episodes, q.Known = []int{4, 9}, 12
	for _, steps := range []bool{false, true} {
		rows := right(q, steps)
		slices.Reverse(rows)
		rows = append(rows,
			predictions.Row{Episode: 9, Body: 1, State: trajectories[1].States[0][1]},
			predictions.Row{Episode: 9, Frame: 7, Body: 1, State: trajectories[1].States[7][1]},           // beyond the horizon
			predictions.Row{Episode: 9, Start: 2, Frame: 4, Body: 1, State: trajectories[1].States[4][1]}, // no single step
			predictions.Row{Episode: 11, Start: 0, Frame: 1, Body: 1})                                     // not evaluated
		p, skipped, err := add(q, rows, false)
		if err != nil {
			t.Fatal(err)
		}
		if skipped != 3 {
			t.Errorf("%d rows were left out, want 3", skipped)
		}
		if (p.Steps != nil) != steps || p.Poses {
			t.Errorf("steps %v, poses %v", p.Steps != nil, p.Poses)
		}
		for i, e := range trajectories {
			for k := range 7 {
				if !slices.Equal(p.Rollouts[i][k], e.States[k]) || steps && k > 0 && !slices.Equal(p.Steps[i][k-1], e.States[k]) {
					t.Fatalf("episode %d: frame %d is %v, want %v", i, k, p.Rollouts[i][k], e.States[k])
				}
			}
		}
	}
}

// Frames are those of the dataset, where episodes were cut or thinned.
func TestFramesAreThoseOfTheDataset(t *testing.T) {
	t.Parallel()
	var thinned []*sim.Trajectory
	for _, e := range episodes(1, 61) {
		e.States = e.States[9:]
		s, err := e.Stride(2)
		if err != nil {
			t.Fatal(err)
		}
		thinned = append(thinned, s)
	}
	q := predictions.Ask(thinned, 4)
	q.First, q.Stride = 9, 2
	rows := right(q, true)
	if r := rows[0]; r.Start != 9 || r.Frame != 11 {
		t.Fatalf("the first row is %v", &r)
	}
	for k := range 4 { // frames between those that are compared
		rows = append(rows, predictions.Row{Start: 9, Frame: 10 + 2*k}, predictions.Row{Start: 10 + 2*k, Frame: 11 + 2*k}, predictions.Row{Start: 1, Frame: 11})
	}
	p, skipped, err := add(q, rows, true)
	if err != nil {
		t.Fatal(err)
	}
	if skipped != 12 || p.Steps == nil || p.Rollouts[0][3][0].X != thinned[0].States[3][0].X {
		t.Errorf("%d rows were left out, want 12; frame 3 is %v", skipped, p.Rollouts[0][3])
	}
	if _, _, err := add(q, append(rows, predictions.Row{Start: 9, Frame: 62}), true); err == nil || !strings.Contains(err.Error(), "no such frame; the episode has 60 frames, 0 to 59") {
		t.Errorf("got %v", err)
	}
}

func TestMistakesInRowsAreNamed(t *testing.T) {
	t.Parallel()
	trajectories := episodes(2, 30)
	q := ask(trajectories)
	q.Episodes, q.Known = []int{4, 9}, 12
	without := func(keep func(r *predictions.Row) bool) func([]predictions.Row) []predictions.Row {
		return func(rows []predictions.Row) []predictions.Row {
			return slices.DeleteFunc(rows, func(r predictions.Row) bool { return !keep(&r) })
		}
	}
	with := func(r predictions.Row) func([]predictions.Row) []predictions.Row {
		return func(rows []predictions.Row) []predictions.Row { return append(rows, r) }
	}
	spoil := func(change func(r *predictions.Row)) func([]predictions.Row) []predictions.Row {
		return func(rows []predictions.Row) []predictions.Row {
			for i := range rows {
				if r := &rows[i]; r.Episode == 9 && r.Start == 0 && r.Body == 0 {
					change(r)
				}
			}
			return rows
		}
	}
	for _, c := range []struct {
		want   string
		steps  bool
		change func(rows []predictions.Row) []predictions.Row
	}{
		{"episode 9, start 0, frame 5, body 1 is missing: there must be a row for each dynamic body in frames 1 to 6", false,
			without(func(r *predictions.Row) bool { return r.Episode != 9 || r.Frame != 5 || r.Body != 1 })},
		{"episode 9: the rollout from start 0 ends at frame 4, after 0.0667 s; it must go on to frame 6, 0.1 s", false,
			without(func(r *predictions.Row) bool { return r.Episode != 9 || r.Frame <= 4 })},
		{"episode 4 has no rollout: there must be rows of frames 1 to 6 from start 0", false, without(func(r *predictions.Row) bool { return r.Episode == 9 })},
		{"episode 9, start 3, frame 4, body 1 is missing: where some frames are predicted from the one before them, all must be", true,
			without(func(r *predictions.Row) bool { return r.Episode != 9 || r.Start != 3 || r.Body != 1 })},
		{"episode 9, start 0, frame 5, body 1 is there twice", false, with(predictions.Row{Episode: 9, Frame: 5, Body: 1})},
		{"episode 9, start 2, frame 3, body 1 is there twice", true, with(predictions.Row{Episode: 9, Start: 2, Frame: 3, Body: 1})},
		{"episode 12, start 0, frame 1, body 0: there is no such episode; there are 12 episodes, 0 to 11", false, with(predictions.Row{Episode: 12, Frame: 1})},
		{"there is no such episode", false, with(predictions.Row{Episode: -1, Frame: 1})},
		{"there is no such body; the scene has 3 bodies, 0 to 2", false, with(predictions.Row{Episode: 4, Frame: 1, Body: 3})},
		{"there is no such body", false, with(predictions.Row{Episode: 4, Frame: 1, Body: -1})},
		{"there is no such body", false, with(predictions.Row{Episode: 4, Frame: 1, Body: 3, State: sim.BodyState{X: math.NaN(), Y: math.NaN()}})},
		{"there is no such body", false, with(predictions.Row{Episode: 4, Frame: 1, Body: 3, State: sim.BodyState{X: math.NaN(), Angle: math.NaN()}})},
		{"there is no such body", false, with(predictions.Row{Episode: 4, Frame: 1, Body: 3, State: sim.BodyState{Y: math.NaN(), Angle: math.NaN()}})},
		{"episode 9, start 0, frame 3, body 1 is missing: there must be a row for each dynamic body", false,
			without(func(r *predictions.Row) bool { return r.Episode != 9 || r.Frame != 3 && r.Frame != 5 || r.Body != 1 })},
		{"x, y, angle 0.00011, 0, 7 must be 0, 0, 7", false, with(predictions.Row{Episode: 4, State: sim.BodyState{X: 0.00011, Angle: 7}})},
		{"x, y, angle 0, 0, 7.0001 must be 0, 0, 7", false, with(predictions.Row{Episode: 4, State: sim.BodyState{Angle: 7.00011}})},
		{"there is no such frame; the episode has 30 frames, 0 to 29", false, with(predictions.Row{Episode: 4, Frame: 30})},
		{"there is no such frame", false, with(predictions.Row{Episode: 4, Start: -1, Frame: 3})},
		{"the frame must come after its start", false, with(predictions.Row{Episode: 4, Start: 5, Frame: 3})},
		{"x, y, angle 0.001, 0, 7 must be 0, 0, 7, as a row whose frame is its start has the true state", false,
			with(predictions.Row{Episode: 4, State: sim.BodyState{X: 0.001, Angle: 7}})},
		{"frame 1, body 0: y is missing, NaN or infinite: must be a number", false, spoil(func(r *predictions.Row) { r.State.Y = math.NaN() })},
		{"frame 1, body 0: omega is missing, NaN or infinite: must be a number", false, spoil(func(r *predictions.Row) { r.State.Omega = math.Inf(1) })},
		{"frame 1, body 0: angle 0.7335 comes after 7: angles must be continuous", false,
			spoil(func(r *predictions.Row) { r.State.Angle = math.Remainder(r.State.Angle, 2*math.Pi) })},
		{"episode 9, start 0, frame 4, body 0: angle -3.1 comes after 3.1: angles must be continuous", false, func(rows []predictions.Row) []predictions.Row {
			trajectories[1].States[0][0].Angle = 3
			return spoil(func(r *predictions.Row) {
				if r.State.Angle = 3.1; r.Frame >= 4 {
					r.State.Angle = -3.1
				}
			})(rows)
		}},
	} {
		trajectories[1].States[0][0].Angle = 7
		_, _, err := add(q, c.change(right(q, c.steps)), false)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v\nwant %s", err, c.want)
		}
	}
	trajectories[1].States[0][0].Angle = 7
	rows := spoil(func(r *predictions.Row) { r.State.Angle = 7 + 6.3*float64(r.Frame) })(right(q, true))
	if _, _, err := add(q, rows, false); err != nil {
		t.Errorf("a prediction that turns too fast is refused: %v", err)
	}
	rows = append(right(q, false), predictions.Row{Episode: 4, State: sim.BodyState{X: 0.00009, Y: -0.00009, Angle: 7.00009 - 2*math.Pi}})
	if _, _, err := add(q, rows, false); err != nil {
		t.Errorf("the rounded state of the start is refused: %v", err)
	}
}

// TestOneBodyAndOneFrameAreSaidAsOne.
func TestOneBodyAndOneFrameAreSaidAsOne(t *testing.T) {
	t.Parallel()
	scene := sim.DefaultScene()
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 10, sim.Surface{})}
	q := predictions.Ask([]*sim.Trajectory{{Scene: &scene, States: []sim.State{scene.Start(), scene.Start()}}}, 2)
	for row, want := range map[predictions.Row]string{
		{Frame: 1, Body: 1}: "there is no such body; the scene has 1 body, 0 to 0",
		{Episode: 1}:        "there is no such episode; there are 1 episode, 0 to 0",
	} {
		if err := q.Answers(false).Add(&row); err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// columns of a file of predictions.
func columnsOf(rows []predictions.Row) (whole map[string][]int64, real map[string][]float64) {
	whole, real = map[string][]int64{}, map[string][]float64{}
	for i := range rows {
		r := &rows[i]
		for name, v := range map[string]int{"episode": r.Episode, "start": r.Start, "frame": r.Frame, "body": r.Body} {
			whole[name] = append(whole[name], int64(v))
		}
		s := r.State
		for name, v := range map[string]float64{"x": s.X, "y": s.Y, "angle": s.Angle, "vx": s.VX, "vy": s.VY, "omega": s.Omega} {
			real[name] = append(real[name], v)
		}
	}
	return whole, real
}

// writeNPZ writes rows with the columns that are named, and others as given.
func writeNPZ(t *testing.T, rows []predictions.Row, names string, extra ...npz.Array) string {
	t.Helper()
	whole, real := columnsOf(rows)
	arrays := extra
	for _, name := range strings.Fields(names) {
		if v := whole[name]; v != nil {
			arrays = append(arrays, npz.Array{Name: name, Shape: []int{len(rows)}, Values: v})
		} else {
			arrays = append(arrays, npz.Array{Name: name, Shape: []int{len(rows)}, Values: real[name]})
		}
	}
	var text bytes.Buffer
	if err := npz.Write(&text, arrays); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "p.npz")
	if err := os.WriteFile(path, text.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const (
	poseColumns = "episode start frame body x y angle"
	allColumns  = poseColumns + " vx vy omega"
)

func TestFilesOfBothFormatsAreRead(t *testing.T) {
	t.Parallel()
	q := ask(episodes(2, 30))
	rows := right(q, false)
	whole, real := columnsOf(rows)
	var columns []*parquet.Column
	for _, name := range strings.Fields(allColumns) {
		if v := whole[name]; v != nil {
			c := parquet.NewColumn[int64](name)
			columns = append(columns, c)
			continue
		}
		columns = append(columns, parquet.NewColumn[float64](name))
	}
	var text bytes.Buffer
	w := parquet.NewWriter(&text, columns, nil)
	for _, c := range columns {
		if v := whole[c.Name()]; v != nil {
			parquet.Put(c, v...)
		} else {
			parquet.Put(c, real[c.Name()]...)
		}
	}
	if err := w.EndGroup(len(rows)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	table := filepath.Join(t.TempDir(), "p.Parquet")
	if err := os.WriteFile(table, text.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{table, writeNPZ(t, rows, allColumns), writeNPZ(t, rows, poseColumns)} {
		p, skipped, err := q.Read(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		want := q.Trajectories[1].States[6][:2]
		if p.Poses {
			want = slices.Clone(want)
			for b := range want {
				want[b].VX, want[b].VY, want[b].Omega = 0, 0, 0
			}
		}
		if skipped != 0 || !slices.Equal(p.Rollouts[1][6][:2], want) {
			t.Errorf("%s: the last state is %v, want %v", path, p.Rollouts[1][6], want)
		}
	}
}

// Arrays with an axis for episodes, frames and bodies need no column for each row.
func TestArraysOfAllEpisodesAreRead(t *testing.T) {
	t.Parallel()
	q := ask(episodes(2, 30))
	q.Episodes, q.Known = []int{3, 8}, 10
	var poses []float64
	for _, e := range q.Trajectories {
		for k := 1; k < q.Frames; k++ {
			for b := range 3 {
				s := e.States[k][b]
				poses = append(poses, s.X, s.Y, s.Angle)
			}
			poses = append(poses, math.NaN(), math.NaN(), math.NaN()) // of a larger scene
		}
	}
	path := writeNPZ(t, nil, "", npz.Array{Name: "poses", Shape: []int{2, q.Frames - 1, 4, 3}, Values: poses},
		npz.Array{Name: "episode", Shape: []int{2}, Values: []int64{3, 8}}, npz.Array{Name: "start", Shape: []int{2}, Values: []int64{0, 0}},
		npz.Array{Name: "frame", Shape: []int{6}, Values: []int64{1, 2, 3, 4, 5, 6}})
	p, _, err := q.Read(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := p.Rollouts[1][5][1].X, q.Trajectories[1].States[5][1].X; got != want || !p.Poses {
		t.Errorf("x is %v, want %v", got, want)
	}
}

func TestMistakesInFilesAreNamed(t *testing.T) {
	t.Parallel()
	q := ask(episodes(1, 30))
	rows := right(q, false)
	n := len(rows)
	words, halves, bad := make([]string, n), make([]float64, n), make([]float64, n)
	for i := range n {
		words[i], halves[i], bad[i] = "left", 0.5, 1
	}
	bad[3] = math.NaN()
	gone := slices.Repeat([]float64{math.NaN()}, n)
	array := func(name string, values any) npz.Array { return npz.Array{Name: name, Shape: []int{n}, Values: values} }
	for _, c := range []struct{ path, want string }{
		{writeNPZ(t, rows, "episode frame body x y"), "p.npz: has no column start, angle; it must have episode, start, frame, body, x, y, angle, and has body, episode, frame, x, y"},
		{writeNPZ(t, rows, poseColumns+" vx"), "p.npz: must have all of vx, vy and omega, or none of them"},
		{writeNPZ(t, rows, "episode start frame x y angle", array("body", words)), `p.npz: row 0: body "left" must be a whole number`},
		{writeNPZ(t, rows, "episode start body x y angle", array("frame", halves)), `p.npz: row 0: frame "0.5" must be a whole number`},
		{writeNPZ(t, rows, "episode start frame body x angle", array("y", bad)), "p.npz: row 3: episode 0, start 0, frame 2, body 1: y is missing, NaN or infinite: must be a number"},
		{writeNPZ(t, rows, "episode start frame body x y", array("angle", words)), `p.npz: row 0: episode 0, start 0, frame 1, body 0: angle "left" must be a number`},
		{writeNPZ(t, rows[2:], poseColumns), "p.npz: episode 0, start 0, frame 1, body 0 is missing"},
		{writeNPZ(t, rows, "episode start frame x y angle", array("body", gone)), "p.npz: row 0: body is missing, NaN or infinite: must be a whole number"},
		{filepath.Join(t.TempDir(), "p.csv"), "p.csv: the name of a file of predictions must end in .npz or .parquet"},
	} {
		_, _, err := q.Read(t.Context(), c.path)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v\nwant %s", err, c.want)
		}
	}
}

// Questions have what a program without orrery needs; what is absent is zero.
func TestQuestionsHaveAllThatIsNeeded(t *testing.T) {
	t.Parallel()
	trajectories := episodes(2, 30)
	small := *trajectories[0].Scene
	small.Bodies = small.Bodies[:1]
	for k := range trajectories[0].States {
		trajectories[0].States[k] = trajectories[0].States[k][:1]
	}
	trajectories[0].Scene = &small
	acted := *trajectories[1].Scene
	acted.Actuators = []sim.Actuator{{Kind: sim.Force, Body: 0, Against: sim.World, Low: -9, High: 9, Axis: sim.Vec{X: 1}}, {Kind: sim.Force, Body: 0, Against: sim.World, Low: -9, High: 9, Axis: sim.Vec{Y: 1}}}
	trajectories[1].Scene = &acted
	for k := range 29 {
		trajectories[1].Actions = append(trajectories[1].Actions, sim.Action{float64(k) / 10, -1})
	}
	q := ask(trajectories)
	q.Episodes, q.First = []int{4, 9}, 2
	var text bytes.Buffer
	if err := q.Write(&text); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "q.npz")
	if err := os.WriteFile(path, text.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	got := readArchive(t, path)
	for name, want := range map[string]string{
		"episode": "4 9", "start": "2 2", "bodies": "1 3", "dynamic": "1 0 0 1 1 0", "fps": "60",
		"frame": "3 4 5 6 7 8 3 4 5 6 7 8",
	} {
		if strings.Join(got[name], " ") != want {
			t.Errorf("%s is %v, want %s", name, got[name], want)
		}
	}
	states, actions := got["state"], got["action"]
	if len(states) != 2*6*3*6 || len(actions) != 2*6*2 {
		t.Fatalf("%d numbers of states and %d of actions", len(states), len(actions))
	}
	const second = 6 * 3 * 6 // where the second episode begins
	if got := strings.Join(states[6:18], " "); got != strings.TrimSpace(strings.Repeat("0 ", 12)) {
		t.Errorf("bodies that are absent are %s", got)
	}
	if got := states[second+18+6]; got != "-1.0166666666666666" {
		t.Errorf("x of body 1 at the second frame is %s", got)
	}
	if got := strings.Join(actions[10:16], " "); got != "0 0 0 -1 0.1 -1" {
		t.Errorf("actions are %s", got)
	}
	if len(got["scene"]) != 2 || !strings.Contains(got["scene"][1], `"actuators"`) {
		t.Errorf("scenes are %q", got["scene"])
	}
}

// An angle may jump where the body truly turns that fast, or where the jump is no turn.
func TestOnlyTurnsAreTakenForWrapped(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		spin    float64 // rad a frame, of the true body
		angles  [6]float64
		refused bool
	}{
		{"wrapped", 0.01, [6]float64{3, 3.1, -3.1, -3, -3, -3}, true},
		{"half a turn", 0.01, [6]float64{0, 0.1, 3.3, 3.3, 3.3, 3.3}, false},
		{"three quarters of a turn", 0.01, [6]float64{0, 0.1, 4.9, 4.9, 4.9, 4.9}, true},
		{"fast in truth", 2, [6]float64{0, 0, 6, 6, 6, 6}, false},
		{"beyond a turn", 0.01, [6]float64{0, 0, 6, 12, 12, 12}, false},
	} {
		for _, steps := range []bool{false, true} {
			trajectories := episodes(1, 30)
			for k := range trajectories[0].States {
				trajectories[0].States[k][0].Angle = c.angles[0] + c.spin*float64(k)
			}
			q := ask(trajectories)
			rows := right(q, steps)
			for i := range rows {
				if r := &rows[i]; r.Body == 0 && r.Start == 0 {
					r.State.Angle = c.angles[r.Frame-1]
				}
			}
			if _, _, err := add(q, rows, false); (err != nil) != c.refused {
				t.Errorf("%s, with steps %v: got %v", c.name, steps, err)
			}
		}
	}
}

// The angle of a single step is judged by the true one before it.
func TestSingleStepsAreNotWrappedEither(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		spin, jump float64 // rad a frame, of the true body and of the prediction of frame 4
		refused    bool
	}{{0.01, 6.2, true}, {0.01, 3.3, false}, {2, -6, false}, {0.01, 12, false}} {
		trajectories := episodes(1, 30)
		for k := range trajectories[0].States {
			trajectories[0].States[k][0].Angle = c.spin * float64(k)
		}
		q := ask(trajectories)
		rows := right(q, true)
		for i := range rows {
			if r := &rows[i]; r.Body == 0 && r.Start == 3 {
				r.State.Angle = trajectories[0].States[3][0].Angle + c.jump
			}
		}
		if _, _, err := add(q, rows, false); (err != nil) != c.refused {
			t.Errorf("%+v: got %v", c, err)
		}
	}
}

// Rows without velocities bring none, whatever stands in them.
func TestPosesBringNoVelocities(t *testing.T) {
	t.Parallel()
	q := ask(episodes(1, 30))
	p, _, err := add(q, right(q, true), true)
	if err != nil {
		t.Fatal(err)
	}
	if s := p.Rollouts[0][3][0]; !p.Poses || s.VX != 0 || s.Omega != 0 || s.X == 0 {
		t.Errorf("a pose is %+v", s)
	}
	if s := p.Rollouts[0][0][0]; s.VX != 1 {
		t.Errorf("the start is %+v, want it as it truly is", s)
	}
}
