package fleet

import "context"

// Estimate is what a stage would take.
type Estimate struct {
	Stage     string   `json:"stage"`
	Run       string   `json:"run"`
	Shards    int      `json:"shards"`               // number of shards
	After     []string `json:"after,omitempty"`      // stages before it
	Cores     int      `json:"cores"`                // number of each task
	Left      int      `json:"left"`                 // number of tasks that are not done
	Measured  int      `json:"measured"`             // number of shards whose time is known
	Shard     float64  `json:"shard_s,omitempty"`    // s, the mean of those
	Frames    float64  `json:"frames,omitempty"`     // number of them in all shards
	Bytes     float64  `json:"bytes,omitempty"`      // number of them in all shards
	Seconds   float64  `json:"seconds,omitempty"`    // s, of all that is left, on the cores asked about; 0 where nothing was measured
	CoreHours float64  `json:"core_hours,omitempty"` // hours; 3600 seconds of one core each
}

// Estimates returns what the stages of a plan would take on so many cores of one machine, by the
// shards of theirs that were measured.
func (p *Plan) Estimates(ctx context.Context, cores int) ([]Estimate, error) {
	var list []Estimate
	for _, s := range p.Steps {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		m, err := p.measured(s)
		if err != nil {
			return nil, err
		}
		e := Estimate{Stage: s.Name, Run: s.Run, Shards: s.Of, After: s.Needs, Cores: s.Resources.Cores, Measured: len(m.shards)}
		there, err := p.look(s)
		if err != nil {
			return nil, err
		}
		for _, task := range s.Tasks() {
			if !there.isDone(task) {
				e.Left++
			}
		}
		if e.Measured > 0 {
			for _, v := range m.shards {
				e.Shard += v / float64(len(m.shards))
			}
			e.Frames, e.Bytes = m.frames*float64(s.Of), m.bytes*float64(s.Of)
			left := *s
			if left.Of = e.Left; s.merges() && e.Left > 0 {
				left.Of--
			}
			c := DefaultCluster()
			c.Cores = max(cores, s.Resources.Cores)
			if e.Left > 0 {
				o := simulate(c, &left, m)
				e.Seconds, e.CoreHours = o.Seconds, o.CoreHours
			}
		}
		list = append(list, e)
	}
	return list, nil
}

// Measure makes the first shard of each stage that has no shard yet and whose needs are done, so that its time
// is known. What it makes is kept.
func (l Local) Measure(ctx context.Context, p *Plan) error {
	return l.run(ctx, p, func(s *Step, task int, _ *seen) (bool, error) {
		if task != 0 {
			return false, nil
		}
		m, err := p.measured(s)
		if err != nil || len(m.shards) > 0 {
			return false, err
		}
		for _, name := range s.Needs {
			other, err := p.Find(name)
			if err != nil {
				return false, err
			}
			if whole, err := p.resultIsWhole(other); err != nil || !whole {
				return false, err
			}
		}
		return true, nil
	})
}
