package surprise

import (
	"context"
	"slices"

	"orrery/sim"
	"orrery/world"
)

// judge goes through one episode.
type judge struct {
	model  world.Model
	t      *sim.Trajectory // with the tracks exchanged that were swapped
	sights [][]sim.Sight   // likewise
	exact  bool            // states are known
	tracks []int           // [n] of each body: under which index the episode has it now
	base   *fitter
	rules  []rule          // that hold for some time beside the scene
	sure   []rule          // that hold all the time
	laws   map[string]*law // of scenes that rules make, by these
	fits   map[[2]int]*fit

	stretch stretch // from the last event on
	next    int     // frame to be judged

	scores [][]float64 // [t][n] under the indices of the episode
	events []Event
}

// newJudge prepares an episode. Scales say how far off measurement and model are.
func newJudge(model world.Model, t *sim.Trajectory, s scales) (*judge, error) {
	j := &judge{model: model, exact: t.Seen == nil, laws: map[string]*law{}, fits: map[[2]int]*fit{}}
	copied := *t
	copied.States = slices.Clone(t.States)
	for k := range copied.States {
		copied.States[k] = slices.Clone(t.States[k])
	}
	j.t = &copied
	if !j.exact {
		for _, row := range t.Seen.Sights {
			row = slices.Clone(row)
			for i := range row {
				row[i].Std = max(leastStd, row[i].Std*s.noise)
				row[i].StdTurn = max(leastStd, row[i].StdTurn*s.noise)
			}
			j.sights = append(j.sights, row)
		}
	}
	for i := range t.Scene.Bodies {
		j.tracks = append(j.tracks, i)
	}
	l, err := newLaw(model, t.Scene)
	if err != nil {
		return nil, err
	}
	j.base = j.fitter(l, s)
	j.next, j.stretch = 1, stretch{0, len(t.States)}
	for range t.States {
		j.scores = append(j.scores, make([]float64, len(t.Scene.Bodies)))
	}
	return j, nil
}

// leastStd is the least deviation of a measurement, in m and in rad.
const leastStd = 1e-7

// leastPitch is the least by which a start is moved, in m and in rad: models know no finer steps.
const leastPitch = 1e-5

func (j *judge) fitter(l *law, s scales) *fitter {
	f := &fitter{law: l, t: j.t, sights: j.sights, scales: s, size: sizes(l.scene)}
	f.pitch, f.twist = 1e-4, 1e-3 // for what was never seen
	if !j.exact {
		var stds, turns []float64
		for _, row := range j.sights {
			for i := range row {
				if row[i].Seen {
					stds = append(stds, row[i].Std)
				}
				if row[i].Turned {
					turns = append(turns, row[i].StdTurn)
				}
			}
		}
		if len(stds) > 0 {
			f.pitch = max(leastPitch, 0.3*median(stds))
		}
		if len(turns) > 0 {
			f.twist = max(leastPitch, 0.3*median(turns))
		}
	}
	return f
}

func median(x []float64) float64 {
	slices.Sort(x)
	return x[len(x)/2]
}

// judged reports whether motion of a body is judged; kinematic ones go where they are told.
func (j *judge) judged(i int) bool { return j.base.judged(i) }

// run judges the episode from its first frame to its last.
func (j *judge) run(ctx context.Context) error {
	for more := true; more; {
		var err error
		if more, err = j.step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// step judges the next frame and reports whether another is left. An event may take it to a frame before.
func (j *judge) step(ctx context.Context) (more bool, err error) {
	if j.next >= len(j.t.States) {
		return false, nil
	}
	if j.next >= j.stretch.to { // what passed through something has parted from it
		j.stretch = stretch{j.next, j.end(j.next)}
		j.next++
		return j.next < len(j.t.States), nil
	}
	most, err := j.score(ctx, j.stretch, j.next)
	if err != nil {
		return false, err
	}
	if most >= Alarm {
		at, err := j.settle(ctx, j.stretch, j.next)
		if err != nil {
			return false, err
		}
		if at > 0 {
			j.stretch, j.next = stretch{at, j.end(at)}, at
		}
	}
	j.next++
	return j.next < len(j.t.States), nil
}

// end returns the first frame after one at which two bodies have parted, or the end of the episode.
func (j *judge) end(frame int) int {
	to := len(j.t.States)
	for _, r := range j.rules {
		if r.to > frame && r.times == 0 && r.other >= 0 { // what left through a wall does not meet it again
			to = min(to, r.to)
		}
	}
	return to
}

// score fills the scores of a frame and returns the greatest.
func (j *judge) score(ctx context.Context, s stretch, k int) (most float64, err error) {
	row, _, _, err := j.row(ctx, s, k)
	if err != nil {
		return 0, err
	}
	for i, d := range row {
		j.scores[k][j.tracks[i]] = nines(d)
		most = max(most, nines(d))
	}
	return most, nil
}
