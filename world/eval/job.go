package eval

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"orrery/sim"
	"orrery/world"
)

// Job is an evaluation whose episodes are measured a few at a time, by one process or by several, each of which has all
// episodes but measures some.
//
//	job, err := eval.NewJob(episodes, entries, truth, cfg, nil)
//	figures, err := job.Measure(ctx, 20, 40)
//	result, err := job.Terms().Result(all) // of all episodes, in their order; what Run returns but for paces
type Job struct{ m *measurement }

// NewJob returns the evaluation that Run does with the same arguments, or its error. Of a table of impacts there is none.
func NewJob(trajectories []*sim.Trajectory, entries []Entry, truth Truth, cfg Config) (*Job, error) {
	if err := Check(trajectories, entries, cfg); err != nil {
		return nil, err
	}
	if trajectories[0].Impact {
		return nil, errors.New("evaluation: a table of impacts is measured as a whole")
	}
	return &Job{newMeasurement(trajectories, entries, truth, cfg)}, nil
}

// Terms returns what the result of all episodes needs beside their figures. Its lists must not be changed.
func (j *Job) Terms() *Terms { return &j.m.Terms }

// Measure returns the figures of the episodes from one number to another. Progress, which may be nil, is told how many of the
// frames of these episodes are predicted.
func (j *Job) Measure(ctx context.Context, from, to int, progress func(done, total int)) ([]Figures, error) {
	j.m.done, j.m.total, j.m.progress = 0, 0, progress
	rows, err := j.m.rows(ctx, from, to)
	if err != nil {
		return nil, err
	}
	figures := make([]Figures, to-from)
	for _, row := range rows {
		for i := range row {
			figures[i].Rows = append(figures[i].Rows, row[i].share(j.m.Frames))
		}
	}
	return figures, nil
}

// Paces returns how many microseconds each row takes for a step here, for Figures of one episode.
func (j *Job) Paces(ctx context.Context) []Number { return j.m.paces(ctx) }

// Result returns the result of the figures of all episodes, in their order. Paces are the median of those that some of
// the figures have.
func (t *Terms) Result(figures []Figures) (*Result, error) {
	if err := t.Validate(); err != nil {
		return nil, err
	}
	if len(figures) != len(t.SizesM) {
		return nil, fmt.Errorf("figures of %d episodes must be of %d", len(figures), len(t.SizesM))
	}
	s := newSummary(*t)
	rows := make([][]comparison, len(t.Rows))
	paces := make([][]float64, len(t.Rows))
	for i := range figures {
		f := &figures[i]
		if len(f.Rows) != len(t.Rows) || f.USPerStep != nil && len(f.USPerStep) != len(t.Rows) {
			return nil, fmt.Errorf("episode %d: %d rows must be %d", i, len(f.Rows), len(t.Rows))
		}
		for k := range f.Rows {
			c, err := f.Rows[k].comparison(i, &s)
			if err != nil {
				return nil, fmt.Errorf("episode %d: %s: %w", i, t.Rows[k].Name, err)
			}
			rows[k] = append(rows[k], c)
			if f.USPerStep != nil && f.USPerStep[k].Measured() {
				paces[k] = append(paces[k], float64(f.USPerStep[k]))
			}
		}
	}
	var pace []Number
	for k := range paces {
		pace = append(pace, Number(median(paces[k])))
	}
	return s.result(rows, pace), nil
}

// Figures are what one episode adds to each row of a result.
type Figures struct {
	Rows      []added  `json:"rows"`                  // in the order of Terms.Rows
	USPerStep []Number `json:"us_per_step,omitempty"` // µs of each row, where it was taken after this episode
}

// added is what one episode adds to a row. What was not measured is NaN.
type added struct {
	PositionM    []exact    `json:"position_m"` // m, per frame
	AngleRad     []exact    `json:"angle_rad"`  // rad, per horizon
	Energy       exact      `json:"energy"`     // share of the energy
	Drift        exact      `json:"drift"`      // 1/s
	PenetrationM exact      `json:"penetration_m"`
	Scaled       []exact    `json:"scaled"`     // after each of ScaledFrames
	DeepestM     exact      `json:"deepest_m"`  // at the headline horizon
	RestDrift    exact      `json:"rest_drift"` // m/s, sum over the bodies at rest
	Resting      exact      `json:"resting"`    // number of bodies at rest
	Impacts      [3]exact   `json:"impacts"`    // number, sum of the errors in m/s and in rad/s
	Motions      [][3]exact `json:"motions"`    // of each kind: number of bodies, sum of the errors in m and in m/s
	Expected     *expected  `json:"expected,omitempty"`
	Scene        string     `json:"scene,omitempty"`

	Failure   *Failure      `json:"failure,omitempty"`
	Escape    *world.Escape `json:"escape,omitempty"`
	FarthestM exact         `json:"farthest_m"`  // m beyond the arena
	FastestMS exact         `json:"fastest_m_s"` // m/s
}

// expected are the errors that a model expects in one episode and those that it makes, per horizon a value for each dynamic body.
type expected struct {
	Within  [][]exact   `json:"within"`   // levels of the regions, 0 to 1
	SigmaM  [][]exact   `json:"sigma_m"`  // m
	ErrorM  [][]exact   `json:"error_m"`  // m
	Stretch [][]exact   `json:"stretch"`  // ratio of the axes
	RadiusM [][][]exact `json:"radius_m"` // m, [horizon][level]
}

// exactly returns values as they are written.
func exactly(values []float64) []exact {
	out := make([]exact, len(values))
	for i, v := range values {
		out[i] = exact(v)
	}
	return out
}

// plain is the inverse of exactly.
func plain(values []exact) []float64 {
	out := make([]float64, len(values))
	for i, v := range values {
		out[i] = float64(v)
	}
	return out
}

// each applies a function to each of a list.
func each[A, B any](list []A, of func(A) B) []B {
	var out []B
	for _, a := range list {
		out = append(out, of(a))
	}
	return out
}

// share returns a comparison without what no result needs.
func (c *comparison) share(horizons []int) added {
	s := added{
		PositionM: exactly(c.position), Energy: exact(c.energy), Drift: exact(c.drift), PenetrationM: exact(c.penetration), Scaled: exactly(c.scaled[:]),
		DeepestM: exact(c.stacked.deepest), RestDrift: exact(c.stacked.drift), Resting: exact(c.stacked.resting),
		Impacts: [3]exact{exact(c.impacts.count), exact(c.impacts.velocity), exact(c.impacts.spin)},
		Scene:   c.scene, Failure: c.failure, Escape: c.escape, FarthestM: exact(c.farthest), FastestMS: exact(c.fastest),
	}
	for _, k := range horizons {
		s.AngleRad = append(s.AngleRad, exact(c.angle[k]))
	}
	for _, m := range c.motions {
		s.Motions = append(s.Motions, [3]exact{exact(m.bodies), exact(m.position), exact(m.velocity)})
	}
	if e := c.expectation; e != nil {
		s.Expected = &expected{each(e.within, exactly), each(e.sigma, exactly), each(e.off, exactly), each(e.stretch, exactly), nil}
		for _, levels := range e.radius {
			s.Expected.RadiusM = append(s.Expected.RadiusM, each(levels, exactly))
		}
	}
	return s
}

// comparison is the inverse of share, of episode i.
func (f *added) comparison(i int, s *summary) (comparison, error) {
	c := comparison{
		position: make([]float64, s.frames), angle: make([]float64, s.frames), energy: float64(f.Energy), drift: float64(f.Drift), penetration: float64(f.PenetrationM),
		stacked: stacked{float64(f.DeepestM), float64(f.RestDrift), float64(f.Resting)},
		impacts: impactSums{count: int(f.Impacts[0]), velocity: float64(f.Impacts[1]), spin: float64(f.Impacts[2])},
		scene:   f.Scene, failure: f.Failure, escape: f.Escape, farthest: float64(f.FarthestM), fastest: float64(f.FastestMS),
	}
	if len(f.PositionM) != s.frames || len(f.AngleRad) != len(s.Frames) || len(f.Scaled) != len(c.scaled) || len(f.Motions) != len(c.motions) {
		return c, fmt.Errorf("%d positions, %d angles, %d scaled errors and %d kinds of motion must be %d, %d, %d and %d",
			len(f.PositionM), len(f.AngleRad), len(f.Scaled), len(f.Motions), s.frames, len(s.Frames), len(c.scaled), len(c.motions))
	}
	if !f.Resting.finite() || !f.Impacts[0].finite() {
		return c, errors.New("the numbers of bodies at rest and of impacts must be there")
	}
	if f.Escape != nil && !slices.Contains(world.EscapeKinds(), f.Escape.Kind) {
		return c, fmt.Errorf("kind %q must be one of %q", f.Escape.Kind, world.EscapeKinds())
	}
	for k, v := range f.PositionM {
		c.position[k] = float64(v)
	}
	for h, k := range s.Frames {
		c.angle[k] = float64(f.AngleRad[h])
	}
	for k, v := range f.Scaled {
		c.scaled[k] = float64(v)
	}
	for m, v := range f.Motions {
		c.motions[m].bodies, c.motions[m].position, c.motions[m].velocity = float64(v[0]), float64(v[1]), float64(v[2])
	}
	if c.failure != nil {
		c.failure.Episode = i
	}
	e := f.Expected
	if e == nil {
		return c, nil
	}
	if err := e.validate(len(s.Frames)); err != nil {
		return c, err
	}
	c.expectation = &expectation{each(e.Within, plain), each(e.SigmaM, plain), each(e.ErrorM, plain), each(e.Stretch, plain), nil}
	for _, levels := range e.RadiusM {
		c.expectation.radius = append(c.expectation.radius, each(levels, plain))
	}
	return c, nil
}

// validate returns an error unless what was expected has a list for each horizon.
func (e *expected) validate(horizons int) error {
	for _, list := range [][][]exact{e.Within, e.SigmaM, e.ErrorM, e.Stretch} {
		if len(list) != horizons {
			return fmt.Errorf("expected: %d lists must be %d, one for each horizon", len(list), horizons)
		}
	}
	if len(e.RadiusM) != horizons {
		return fmt.Errorf("expected: %d radii must be %d, one for each horizon", len(e.RadiusM), horizons)
	}
	for _, levels := range e.RadiusM {
		if len(levels) != len(calibrationLevels) {
			return fmt.Errorf("expected: %d radii must be %d, one for each level", len(levels), len(calibrationLevels))
		}
	}
	return nil
}
