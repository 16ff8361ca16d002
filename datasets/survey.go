package datasets

import (
	"context"
	"fmt"
	"math"

	"orrery/datasets/splits"
	"orrery/datasets/statistics"
	"orrery/sim"
)

// Survey sums up all frames of a dataset.
type Survey struct {
	Bodies  Range            `json:"bodies"` // how many an episode has
	Frames  Range            `json:"frames"` // how many an episode has
	X       Range            `json:"x"`      // m, of centres of mass
	Y       Range            `json:"y"`      // m, of centres of mass
	Speed   Range            `json:"speed"`  // m/s
	Spin    Range            `json:"spin"`   // rad/s, regardless of direction
	Actions map[string]Range `json:"actions,omitempty"`
	Tasks   *Tally           `json:"tasks,omitempty"` // nil without outcomes
}

// Range is the least and the largest of some values.
type Range struct {
	Min float64 `json:"min"` // in the unit of the values
	Max float64 `json:"max"` // in the unit of the values
}

// Tally tells how the episodes of a dataset with outcomes went.
type Tally struct {
	Successes int     `json:"successes"` // episodes that end in success
	Truncated int     `json:"truncated"` // episodes that end for want of time
	Return    float64 `json:"return"`    // mean sum of the rewards of an episode
}

// nothing is the range of no values.
func nothing() Range { return Range{math.Inf(1), math.Inf(-1)} }

func (r *Range) add(v float64) { r.Min, r.Max = min(r.Min, v), max(r.Max, v) }

// Survey checks the dataset as Check does, reads every row of it, and compares the
// statistics with its own. The error names the first fault, or is that of ctx when it
// ends before. It takes as long as reading all episodes. When progress is not nil, it is
// told which share of the work is done, from 0 to 1.
func (d *Dataset) Survey(ctx context.Context, progress func(fraction float64)) (*Survey, error) {
	return d.SurveyOf(ctx, d.all(), progress)
}

// SurveyOf checks all that Survey does, and sums up the frames of a split only.
func (d *Dataset) SurveyOf(ctx context.Context, of splits.Split, progress func(fraction float64)) (*Survey, error) {
	if progress == nil {
		progress = func(float64) {}
	}
	const hashing = 0.1 // share of the time that hashes take, about
	if err := d.Check(ctx, func(fraction float64) { progress(hashing * fraction) }); err != nil {
		return nil, err
	}
	stats, err := d.Stats()
	if err != nil {
		return nil, err
	}
	s := &Survey{
		Bodies: nothing(), Frames: nothing(), X: nothing(), Y: nothing(), Speed: nothing(), Spin: nothing(),
		Actions: map[string]Range{},
	}
	if d.room.Rewarded {
		s.Tasks = &Tally{}
	}
	total := make([]statistics.Stats, len(d.features))
	for i, t := 0, 0; t < len(d.described); t++ {
		const atOnce = 512 // rows
		for from := 0; from < d.described[t].Rows(); from += atOnce {
			to := min(from+atOnce, d.described[t].Rows())
			stored, err := d.readStats(d.described[t], from, to)
			if err != nil {
				return nil, err
			}
			if err := d.checkEpisodeTasks(d.described[t], i, from, to); err != nil {
				return nil, err
			}
			for row := range to - from {
				if err := ctx.Err(); err != nil {
					return nil, err
				}
				f, err := d.frames(ctx, i)
				if err != nil {
					return nil, err
				}
				for j, got := range describeColumns(d.features, f.columns) {
					total[j].Merge(got)
					if err := statistics.Differ(stored[j][row], got, true); err != nil {
						return nil, fmt.Errorf("%s: episode %d: stats/%s: %w", d.described[t].Name(), i, d.features[j].name, err)
					}
				}
				if of.From <= i && i < of.To {
					s.add(f, d.room.Actions)
				}
				i++
				progress(hashing + (1-hashing)*float64(i)/float64(d.Episodes()))
			}
		}
	}
	for j, f := range d.features {
		if err := statistics.Differ(stats[f.name], total[j], false); err != nil {
			return nil, fmt.Errorf("%s: %s: %w", d.in.where(statsPath), f.name, err)
		}
	}
	if s.Tasks != nil {
		s.Tasks.Return /= float64(of.Len())
	}
	return s, nil
}

// add adds an episode to the survey.
func (s *Survey) add(f *frames, names []string) {
	s.Bodies.add(float64(len(f.trajectory.Scene.Bodies)))
	s.Frames.add(float64(len(f.trajectory.States)))
	for _, state := range f.trajectory.States {
		s.addState(state)
	}
	for _, action := range f.trajectory.Actions {
		for i, v := range action {
			r, ok := s.Actions[names[i]]
			if !ok {
				r = nothing()
			}
			r.add(v)
			s.Actions[names[i]] = r
		}
	}
	for k, o := range f.outcomes {
		s.Tasks.Return += o.Reward
		if k < len(f.outcomes)-1 {
			continue
		}
		if o.Success {
			s.Tasks.Successes++
		}
		if o.Truncated {
			s.Tasks.Truncated++
		}
	}
}

func (s *Survey) addState(state sim.State) {
	for _, b := range state {
		s.X.add(b.X)
		s.Y.add(b.Y)
		s.Speed.add(b.Velocity().Len())
		s.Spin.add(math.Abs(b.Omega))
	}
}

// describeColumns returns the statistics of each feature, given its values
// [t, width].
func describeColumns(features []feature, columns [][]float64) []statistics.Stats {
	stats := make([]statistics.Stats, len(features))
	for i, f := range features {
		stats[i] = statistics.Describe(columns[i], f.width)
	}
	return stats
}
