package contest

import (
	"fmt"
	"io"
	"math"
	"slices"
	"text/tabwriter"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"

	"orrery/cmd/orrery/console"
	"orrery/world/plan"

	"orrery/sim/input"
)

// Terms say who acts in which task.
type Terms struct {
	Task     string           `json:"task"`
	Set      console.Settings `json:"set,omitempty"` // parameters of the scenario
	Protocol string           `json:"protocol"`
	Observe  string           `json:"observe,omitempty"` // what the planner is told of the states; nothing where that is all
	Model    string           `json:"model"`
	TrainS   *float64         `json:"train_s,omitempty"` // s of training, or nil where nothing is trained
	Planner  string           `json:"planner,omitempty"`
	Config   *plan.Config     `json:"config,omitempty"`
	Seed     uint64           `json:"seed"` // of the episodes and the planner
}

// Result sums up a contest.
type Result struct {
	Terms
	Episodes int `json:"episodes"` // number judged
	Skipped  int `json:"skipped"`  // number of starts left out because they are solved

	Success         Share    `json:"success"`
	Return          float64  `json:"return"`            // mean over episodes, in the unit of the task's reward
	FramesToSuccess *float64 `json:"frames_to_success"` // frames, median of the episodes that succeeded, or null
	DecisionMS      *float64 `json:"decision_ms"`       // ms, mean of all decisions, or null without a model
	OneStepM        *float64 `json:"one_step_m"`        // m, mean over episodes, or null without a model
	SeeMS           *float64 `json:"see_ms,omitempty"`  // ms, median over episodes of what seeing a frame took, where the planner sees
	SeenM           *float64 `json:"seen_m,omitempty"`  // m, mean position error of what it saw
	Escapes         int      `json:"escapes"`           // episodes in which the model expected what cannot be

	Attempts []Attempt `json:"attempts,omitempty"`
}

// Share is a share of the episodes that succeed with its 95 % interval.
type Share struct {
	Rate float64 `json:"rate"` // 0 to 1
	Lo95 float64 `json:"lo95"` // 0 to 1, lower end
	Hi95 float64 `json:"hi95"` // 0 to 1, upper end
}

// wilson returns the share of successes with its interval by Wilson (1927,
// "Probable inference, the law of succession, and statistical inference"), which
// unlike that of the normal distribution is right near 0 and 1.
func wilson(successes, n int) Share {
	z := distuv.UnitNormal.Quantile(0.975)
	rate, trials := float64(successes)/float64(n), float64(n)
	middle := rate + z*z/(2*trials)
	reach := z * math.Sqrt(rate*(1-rate)/trials+z*z/(4*trials*trials))
	whole := 1 + z*z/trials
	return Share{rate, min((middle-reach)/whole, rate), max((middle+reach)/whole, rate)} // rounding apart
}

// NewResult sums up one attempt or more.
func NewResult(terms Terms, attempts []Attempt) *Result {
	r := &Result{Terms: terms, Episodes: len(attempts), Attempts: attempts}
	var frames []float64
	decisions, ms, oneStep := 0, 0.0, 0.0
	for _, t := range attempts {
		if t.Success {
			frames = append(frames, float64(t.Frames))
		}
		if t.Escape != "" {
			r.Escapes++
		}
		r.Return += t.Return / float64(len(attempts))
		decisions += t.Decisions
		ms += t.DecisionMS * float64(t.Decisions)
		oneStep += t.OneStepM / float64(len(attempts))
	}
	r.Success = wilson(len(frames), len(attempts))
	if len(frames) > 0 {
		slices.Sort(frames)
		median := stat.Quantile(0.5, stat.Empirical, frames, nil)
		r.FramesToSuccess = &median
	}
	if see, off := seen(attempts); len(see) > 0 {
		median := stat.Quantile(0.5, stat.Empirical, see, nil)
		r.SeeMS, r.SeenM = &median, &off
	}
	if decisions > 0 {
		ms /= float64(decisions)
		r.DecisionMS, r.OneStepM = &ms, &oneStep
	}
	return r
}

// Skipped returns how many starts were left out because they are solved, when attempts are all that were made.
func Skipped(attempts []Attempt) int {
	if len(attempts) == 0 {
		return 0
	}
	return attempts[len(attempts)-1].Episode + 1 - len(attempts)
}

// seen returns how long seeing took in the attempts, in ms and sorted, and the mean error in m of what was seen.
func seen(attempts []Attempt) (ms []float64, off float64) {
	for _, t := range attempts {
		if t.SeeMS > 0 {
			ms = append(ms, t.SeeMS)
			off += t.SeenM
		}
	}
	slices.Sort(ms)
	return ms, off / float64(max(len(ms), 1))
}

// Actor says who acted.
func (r *Result) Actor() string {
	if r.Config == nil {
		return "at random"
	}
	return r.Planner + " on " + r.Model
}

// WriteTable writes the result for a reader.
func (r *Result) WriteTable(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "%s (%s)\t%s\n", r.Task, r.Protocol, r.Actor())
	fmt.Fprintf(w, "success\t%.1f %% (%.1f to %.1f) of %s\n", 100*r.Success.Rate, 100*r.Success.Lo95, 100*r.Success.Hi95, input.Count(r.Episodes, "episode"))
	fmt.Fprintf(w, "return\t%.4g\n", r.Return)
	if r.FramesToSuccess != nil {
		fmt.Fprintf(w, "frames to success\t%.0f\n", *r.FramesToSuccess)
	}
	if r.DecisionMS != nil {
		fmt.Fprintf(w, "decision\t%s ms\n", fmt.Sprintf("%.4g", *r.DecisionMS))
		fmt.Fprintf(w, "one-step error\t%.3g m\n", *r.OneStepM)
	}
	if r.SeeMS != nil {
		fmt.Fprintf(w, "seeing\t%.3g ms a frame, from %s alone, %.2g m off\n", *r.SeeMS, r.Observe, *r.SeenM)
	}
	for _, a := range r.Attempts {
		if a.Escape != "" {
			fmt.Fprintf(w, "model astray\t%s; in episode %d it expects that %s\n", input.Count(r.Escapes, "episode"), a.Episode, a.Escape)
			break
		}
	}
	if r.Skipped > 0 {
		fmt.Fprintf(w, "solved at the start\t%d, left out\n", r.Skipped)
	}
	return w.Flush()
}
