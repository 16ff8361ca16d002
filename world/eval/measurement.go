package eval

import (
	"context"
	"fmt"
	"math"
	"slices"

	"orrery/sim"
	"orrery/world"
)

// measurement is what is measured on which episodes.
type measurement struct {
	*evaluation
	entries []Entry // with the baselines
	truth   Truth   // or nil
}

// newMeasurement readies the measurement of entries that Check has found in order.
func newMeasurement(trajectories []*sim.Trajectory, entries []Entry, truth Truth, cfg Config) *measurement {
	m := &measurement{newEvaluation(trajectories, cfg), withBaselines(entries), truth}
	m.TrueStack, m.Resting = m.trueStack()
	none := Number(math.NaN())
	for _, e := range m.entries {
		row := rowTerm{Name: e.Name, Params: none, TrainS: none}
		if e.Model != nil {
			row.Params, row.TrainS = Number(e.Model.Parameters()), Number(e.TrainSeconds)
		}
		m.Rows = append(m.Rows, row)
	}
	if trajectories[0].Seen != nil {
		m.Rows = append(m.Rows, rowTerm{Name: Measured, Params: none, TrainS: none})
	} else if truth != nil {
		for _, metres := range cfg.RungsM() {
			m.Rows = append(m.Rows, rowTerm{truthName(metres), metres, none, none})
		}
	}
	return m
}

// frames of prediction that rows take for each episode.
func (m *measurement) work() (frames int) {
	for k, row := range m.Rows {
		switch {
		case row.PerturbationM > 0:
			frames += m.cfg.Draws * (m.frames - 1)
		case k < len(m.entries) && m.entries[k].Model != nil:
			frames += 2 * (m.frames - 1) // rolled out, and one by one
		}
	}
	return frames
}

// rows measures some episodes and returns the comparisons of each row with them.
func (m *measurement) rows(ctx context.Context, from, to int) (rows [][]comparison, err error) {
	if m.total == 0 {
		m.total = (to - from) * m.work()
	}
	if err := m.ready(ctx, from, to); err != nil {
		return nil, err
	}
	for k, row := range m.Rows {
		var comparisons []comparison
		switch {
		case row.PerturbationM > 0:
			comparisons, err = m.perturbed(ctx, m.truth, row.PerturbationM, from, to)
		case k == len(m.entries):
			comparisons = m.floors(from, to)
		case m.entries[k].Predicted != nil:
			comparisons, err = m.told(ctx, m.entries[k], from, to)
		default:
			comparisons, err = m.model(ctx, m.entries[k], from, to)
		}
		if err != nil {
			return nil, fmt.Errorf("evaluation of %s: %w", row.Name, err)
		}
		rows = append(rows, comparisons)
	}
	return rows, nil
}

// paces returns the microseconds that each row takes for a step, or NaN where that is nothing to know.
func (m *measurement) paces(ctx context.Context) []Number {
	paces := slices.Repeat([]Number{Number(math.NaN())}, len(m.Rows))
	engine := Number(math.NaN())
	for k, row := range m.Rows {
		switch {
		case row.PerturbationM > 0 && slices.Contains(m.cfg.PerturbationsM, row.PerturbationM):
			if !engine.Measured() {
				engine = m.truthPace(ctx, m.truth)
			}
			paces[k] = engine
		case k < len(m.entries) && m.entries[k].Model != nil:
			paces[k] = m.pace(ctx, world.Bare(m.entries[k].Model))
		}
	}
	return paces
}
