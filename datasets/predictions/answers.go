package predictions

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"orrery/sim"
	"orrery/sim/input"
)

// Row is a predicted pose of one body.
type Row struct {
	Episode int // number of the episode
	Start   int // frame from which it was predicted
	Frame   int // that is predicted
	Body    int // index of the body
	State   sim.BodyState
}

// String says which row it is.
func (r *Row) String() string {
	return fmt.Sprintf("episode %d, start %d, frame %d, body %d", r.Episode, r.Start, r.Frame, r.Body)
}

// Answers collects predictions row by row.
type Answers struct {
	questions *Questions
	index     map[int]int   // of the trajectory of an episode
	rollouts  [][]sim.State // [episode][frame][n]
	steps     [][]sim.State // [episode][frame][n]
	told      [][][]bool    // [episode][frame][n] of rollouts
	stepped   [][][]bool    // likewise of steps; the first are those of the rollouts
	anySteps  bool
	poses     bool
	skipped   int
}

// Answers returns answers that have no rows yet. Poses says that the rows will have no velocities.
func (q *Questions) Answers(poses bool) *Answers {
	a := &Answers{questions: q, index: map[int]int{}, poses: poses}
	for i, t := range q.Trajectories {
		a.index[q.Episodes[i]] = i
		n := len(t.Scene.Bodies)
		rollout, steps := make([]sim.State, q.Frames), make([]sim.State, q.Frames-1)
		told, stepped := make([][]bool, q.Frames), make([][]bool, q.Frames-1)
		for k := range rollout {
			rollout[k], told[k] = slices.Clone(t.States[k]), make([]bool, n)
			if k > 0 {
				steps[k-1], stepped[k-1] = slices.Clone(t.States[k]), make([]bool, n)
			}
		}
		a.rollouts, a.steps = append(a.rollouts, rollout), append(a.steps, steps)
		a.told, a.stepped = append(a.told, told), append(a.stepped, stepped)
	}
	return a
}

// startSlack is how far, in metres and radians, a row of the start may be from the true state: what
// float32 and printing round off.
const startSlack = 1e-4

// Add takes a row. A row of frames or episodes that are not compared is only counted. Of a body that the scene does not
// have, x, y and angle may all be NaN.
func (a *Answers) Add(r *Row) error {
	q := a.questions
	i, found := a.index[r.Episode]
	if !found {
		if r.Episode < 0 || r.Episode >= q.Known {
			return fmt.Errorf("%v: there is no such episode; there are %s", r, span(q.Known, "episode"))
		}
		a.skipped++
		return nil
	}
	t := q.Trajectories[i]
	n := len(t.Scene.Bodies)
	if r.Body >= n && math.IsNaN(r.State.X) && math.IsNaN(r.State.Y) && math.IsNaN(r.State.Angle) {
		return nil // a place in an array for bodies of other scenes
	}
	if r.Body < 0 || r.Body >= n {
		return fmt.Errorf("%v: there is no such body; the scene has %s", r, span(n, "body"))
	}
	frames := q.Frame(len(t.States)-1) + q.Stride // a few more than are known of a thinned episode
	switch {
	case r.Start < 0 || r.Frame < 0 || r.Frame >= frames:
		return fmt.Errorf("%v: there is no such frame; the episode has %s", r, span(frames-q.Stride+1, "frame"))
	case r.Frame < r.Start: // which is a frame, too
		return fmt.Errorf("%v: the frame must come after its start", r)
	}
	state := r.State
	if a.poses {
		state.VX, state.VY, state.Omega = 0, 0, 0
	}
	if err := finite(&state); err != nil {
		return fmt.Errorf("%v: %w", r, err)
	}
	if r.Start < q.First || (r.Start-q.First)%q.Stride != 0 || (r.Frame-q.First)%q.Stride != 0 {
		a.skipped++
		return nil
	}
	from, to := (r.Start-q.First)/q.Stride, (r.Frame-q.First)/q.Stride
	if from == to {
		return checkStart(r, &t.States[from][r.Body])
	}
	if to >= q.Frames || from > 0 && to != from+1 {
		a.skipped++
		return nil
	}
	if to == from+1 {
		if a.stepped[i][from][r.Body] {
			return fmt.Errorf("%v is there twice", r)
		}
		a.stepped[i][from][r.Body], a.steps[i][from][r.Body] = true, state
		a.anySteps = a.anySteps || from > 0
	}
	if from > 0 {
		return nil
	}
	if a.told[i][to][r.Body] {
		return fmt.Errorf("%v is there twice", r)
	}
	a.told[i][to][r.Body], a.rollouts[i][to][r.Body] = true, state
	return nil
}

// Skipped returns how many rows were of frames or episodes that are not compared.
func (a *Answers) Skipped() int { return a.skipped }

// span says how many things there are and how they are numbered.
func span(n int, thing string) string {
	text := input.Count(n, thing)
	if thing == "body" && n != 1 {
		text = fmt.Sprintf("%d bodies", n)
	}
	return fmt.Sprintf("%s, 0 to %d", text, n-1)
}

// names are those of the numbers of a state.
var names = [...]string{"x", "y", "angle", "vx", "vy", "omega"}

func finite(s *sim.BodyState) error {
	for i, v := range s.Values() {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("%s is missing, NaN or infinite: must be a number", names[i])
		}
	}
	return nil
}

// checkStart returns an error if the row of a start is not its true state.
func checkStart(r *Row, truth *sim.BodyState) error {
	off := max(math.Abs(r.State.X-truth.X), math.Abs(r.State.Y-truth.Y), math.Abs(math.Remainder(r.State.Angle-truth.Angle, 2*math.Pi)))
	if !(off <= startSlack) {
		return fmt.Errorf("%v: x, y, angle %.5g, %.5g, %.5g must be %.5g, %.5g, %.5g, as a row whose frame is its start has the true state: the first predicted frame is the one after it",
			r, r.State.X, r.State.Y, r.State.Angle, truth.X, truth.Y, truth.Angle)
	}
	return nil
}

// Told is what was predicted.
type Told struct {
	Rollouts [][]sim.State // [episode][frame][n], fed with their own predictions; the first is the true start
	Steps    [][]sim.State // [episode][frame][n], each predicted from the true state before, the first for the frame after the start; nil where nobody predicted them
	Poses    bool          // velocities were not predicted and, but for the start's, mean nothing
}

// Told returns the predictions when all rows were added.
func (a *Answers) Told() (*Told, error) {
	for i := range a.rollouts {
		if err := a.checkRollout(i); err != nil {
			return nil, err
		}
		if a.anySteps {
			if err := a.checkSteps(i); err != nil {
				return nil, err
			}
		}
	}
	if err := a.checkAngles(); err != nil {
		return nil, err
	}
	p := &Told{Rollouts: a.rollouts, Poses: a.poses}
	if a.anySteps {
		p.Steps = a.steps
	}
	return p, nil
}

// missing returns the first dynamic body of which there is no row.
func missing(scene *sim.Scene, told []bool) (body int, is bool) {
	for b, there := range told {
		if !there && scene.Bodies[b].Kind == sim.Dynamic {
			return b, true
		}
	}
	return 0, false
}

// checkRollout returns an error about the first row that a rollout lacks, or about its end where it is too short.
func (a *Answers) checkRollout(i int) error {
	q := a.questions
	scene := q.Trajectories[i].Scene
	gap, body, last := 0, 0, 0 // first frame that lacks something, and last frame of which there is a row
	for k := 1; k < q.Frames; k++ {
		if b, is := missing(scene, a.told[i][k]); is && gap == 0 {
			gap, body = k, b
		}
		if slices.Contains(a.told[i][k], true) {
			last = k
		}
	}
	if gap == 0 {
		return nil
	}
	wanted := Row{Episode: q.Episodes[i], Start: q.First, Frame: q.Frame(gap), Body: body}
	all := fmt.Sprintf("frames %d to %d", q.Frame(1), q.Frame(q.Frames-1))
	if q.Stride > 1 {
		all += fmt.Sprintf(", every %d,", q.Stride)
	}
	switch {
	case last == 0:
		return fmt.Errorf("episode %d has no rollout: there must be rows of %s from start %d", wanted.Episode, all, q.First)
	case last < gap:
		return fmt.Errorf("episode %d: the rollout from start %d ends at frame %d, after %.3g s; it must go on to frame %d, %.3g s, as that is the last horizon", wanted.Episode, q.First, q.Frame(last), q.Seconds(last), q.Frame(q.Frames-1), q.Seconds(q.Frames-1))
	}
	return fmt.Errorf("%v is missing: there must be a row for each dynamic body in %s", &wanted, all)
}

// checkSteps returns an error about the first single step that is missing.
func (a *Answers) checkSteps(i int) error {
	q := a.questions
	for k, told := range a.stepped[i] {
		if b, is := missing(q.Trajectories[i].Scene, told); is {
			wanted := Row{Episode: q.Episodes[i], Start: q.Frame(k), Frame: q.Frame(k + 1), Body: b}
			return fmt.Errorf("%v is missing: where some frames are predicted from the one before them, all must be", &wanted)
		}
	}
	return nil
}

// checkAngles returns an error about the first angle that jumps by a turn because it was wrapped.
func (a *Answers) checkAngles() error {
	q := a.questions
	for i, states := range a.rollouts {
		t := q.Trajectories[i]
		for b := range t.Scene.Bodies {
			k := wrapped(states, t.States, b)
			if k > 0 {
				r := Row{q.Episodes[i], q.First, q.Frame(k), b, states[k][b]}
				return fmt.Errorf("%v: angle %.4g comes after %.4g: angles must be continuous, not wrapped to a turn, as with numpy.unwrap from the start's %.4g on", &r, states[k][b].Angle, states[k-1][b].Angle, states[0][b].Angle)
			}
		}
		if !a.anySteps {
			continue
		}
		for k, state := range a.steps[i] {
			for b := range state {
				if before := t.States[k][b].Angle; turned(before, state[b].Angle) && inTurn(state[b].Angle) && slow(t.States, k+1, b) {
					r := Row{q.Episodes[i], q.Frame(k), q.Frame(k + 1), b, state[b]}
					return fmt.Errorf("%v: angle %.4g comes after %.4g: angles must be continuous, not wrapped to a turn", &r, state[b].Angle, before)
				}
			}
		}
	}
	return nil
}

// wrapped returns the first frame at which the angle of a body jumps by a turn, if all of its angles lie within
// one, as those do that were wrapped. A prediction that goes astray may turn as fast, but not within a turn.
func wrapped(states, truth []sim.State, body int) (frame int) {
	for k := 1; k < len(states); k++ {
		if !inTurn(states[k][body].Angle) {
			return 0
		}
		if frame == 0 && turned(states[k-1][body].Angle, states[k][body].Angle) && slow(truth, k, body) {
			frame = k
		}
	}
	return frame
}

// inTurn reports whether an angle is between −π and π or between 0 and 2π.
func inTurn(angle float64) bool { return angle >= -math.Pi-1e-6 && angle <= 2*math.Pi+1e-6 }

// slow reports whether a body truly turns so little on the way to a frame that no turn can be meant.
func slow(truth []sim.State, frame, body int) bool {
	return math.Abs(truth[frame][body].Angle-truth[frame-1][body].Angle) < math.Pi/2
}

// turned reports whether two angles look nearly the same but are a turn or more apart.
func turned(a, b float64) bool {
	return math.Abs(a-b) > math.Pi && math.Abs(math.Remainder(a-b, 2*math.Pi)) < math.Pi/2
}

// errVelocities is the error of a table that has only some velocities.
var errVelocities = errors.New("must have all of vx, vy and omega, or none of them")
