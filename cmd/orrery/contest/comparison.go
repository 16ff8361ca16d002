package contest

import (
	"fmt"
	"io"
	"path/filepath"

	"orrery/cmd/orrery/console"
)

// EngineName is the name of the engine as a model in results.
const EngineName = "true"

// WriteComparison writes a table of results, in which those of models stand beside the
// engine's for the same task.
func WriteComparison(out io.Writer, results []*Result) error {
	return console.Table(out, func(row func(...any)) {
		row("task", "protocol", "by planning with", "success (%)", "beside the engine's (points)", "return", "frames to success", "decision (ms)", "one-step error (m)", "training (s)")
		for _, r := range results {
			model := "–" // whoever acts at random has none
			if r.Model != "" {
				model = filepath.Base(r.Model)
			}
			percent := fmt.Sprintf("%.1f (%.1f to %.1f)", 100*r.Success.Rate, 100*r.Success.Lo95, 100*r.Success.Hi95)
			row(r.Task+r.Set.Flags("set"), r.Protocol, model, percent, orDash("%+.1f", r.behind(results)), fmt.Sprintf("%.4g", r.Return),
				orDash("%.0f", r.FramesToSuccess), orDash("%.4g", r.DecisionMS), orDash("%.2g", r.OneStepM), orDash("%.0f", r.TrainS))
		}
	})
}

// behind returns by how many points a result succeeds more often than the engine's
// for the same task, or nil where that is missing.
func (r *Result) behind(results []*Result) *float64 {
	for _, ceiling := range results {
		if ceiling.Model == EngineName && ceiling.Task == r.Task && ceiling.Protocol == r.Protocol && ceiling != r {
			points := 100 * (r.Success.Rate - ceiling.Success.Rate)
			return &points
		}
	}
	return nil
}

// orDash formats a number that may be missing.
func orDash(format string, v *float64) string {
	if v == nil {
		return "–"
	}
	return fmt.Sprintf(format, *v)
}
