package eval

import (
	"cmp"
	"encoding/json"
	"math"
	"slices"
)

// Result is an evaluation: one row per model, measured on the same episodes. Those
// of the same models on other sets may hang on the first.
type Result struct {
	Set       string          // name of the set of episodes; may be empty
	Dataset   json.RawMessage // what was evaluated on, in the caller's words; Run leaves it empty
	Measured  bool            // the true states were not made by this program's engine; Run leaves it false
	Settings  Config
	Episodes  int
	HorizonsS []float64 // s, those of the settings that the episodes reach
	TrueStack Stack     // of what truly happens
	Resting   Number    // share of the dynamic bodies that are at rest at the headline horizon
	Rows      []Row     // still, ballistic, the given models, the perturbed engine or what was measured
	TimesS    []float64 // s, of each Row's Curve; not in metrics.json

	Others []*Result // the other sets, without others of their own

	Ladder *Ladder // behind the equivalent measurement errors; nil without an engine; not in metrics.json
}

// Row has the measurements of one model. The glossary of the report and the
// package comment define each value.
type Row struct {
	Name            string        `json:"-"`                        // the key in metrics.json
	PerturbationM   float64       `json:"perturbation_m,omitempty"` // m, of the engine's start; 0 for models
	Params          Number        `json:"params"`                   // number of trained parameters; of a Predicted it is not known, nor are the training and the pace
	TrainS          Number        `json:"train_s"`                  // s of training
	Position        Spread        `json:"position_m"`               // m
	Angle           Spread        `json:"angle_rad"`                // rad; of no horizon where angles were not measured
	OneStepM        Number        `json:"one_step_m"`               // m
	EpsilonM        []Number      `json:"epsilon_m"`                // m, per horizon; null without an engine
	HorizonS        Number        `json:"horizon_s"`                // s
	PenetrationM    Number        `json:"penetration_m"`            // m, mean over episodes of the deepest
	PenetrationMaxM Number        `json:"penetration_max_m"`        // m, deepest of all
	MomentumDrift   Number        `json:"momentum_drift"`           // 1/s
	EnergyError     Number        `json:"energy_error"`             // share of the energy
	USPerStep       Number        `json:"us_per_step"`              // µs
	ScaledMSE       []Number      `json:"scaled_mse"`               // after 1, 10 and 20 frames, in squares of half the range of the data
	Stack           Stack         `json:"stack"`
	Motions         []MotionError `json:"sources,omitempty"` // what each adds to the one-step error; none for the engine
	Escapes         *Escapes      `json:"escapes,omitempty"` // nil when all predictions can be right
	Failures        []Failure     `json:"failures,omitempty"`

	Lo95 *rowMeans `json:"lo95,omitempty"` // lower ends of the 95 % bootstrap intervals
	Hi95 *rowMeans `json:"hi95,omitempty"` // upper ends

	Impact *Impact `json:"impact,omitempty"` // nil when nothing hit anything alone, and for the perturbed engine

	Calibration *Calibration `json:"calibration,omitempty"` // of a model that knows its uncertainty

	Curve    Spread    `json:"-"` // m, position error at every frame
	EpisodeM []float64 `json:"-"` // m, mean position error of each episode at the headline horizon
	Strikes  []Strike  `json:"-"` // of a table of impacts, each one
}

// rowMeans has an end of the interval of each mean of a Row that is a single figure.
type rowMeans struct {
	OneStepM      Number   `json:"one_step_m"`     // m
	PenetrationM  Number   `json:"penetration_m"`  // m
	MomentumDrift Number   `json:"momentum_drift"` // 1/s
	EnergyError   Number   `json:"energy_error"`   // share of the energy
	ScaledMSE     []Number `json:"scaled_mse"`     // as in the row
}

// Spread is a mean and median over episodes with the 95 % bootstrap interval of
// the mean, per horizon or per frame, in the unit of its field.
type Spread struct {
	Mean   []float64 `json:"mean"`   // [horizons] or [frames], as are the others
	Median []float64 `json:"median"` // [horizons]
	Lo95   []float64 `json:"lo95"`   // [horizons] lower end of the interval
	Hi95   []float64 `json:"hi95"`   // [horizons] upper end
}

// Failure is an episode in which a model stopped making predictions.
type Failure struct {
	Episode int    `json:"episode"`
	Scene   string `json:"scene"`
	Frame   int    `json:"frame"` // the first without a prediction
	Reason  string `json:"reason"`
}

// Observed reports whether the true states are estimates of what was measured, with which predictions
// were compared: the result then has the row Measured.
func (r *Result) Observed() bool { return r.Row(Measured) != nil }

// Row returns the row of that name, or nil.
func (r *Result) Row(name string) *Row {
	i := slices.IndexFunc(r.Rows, func(row Row) bool { return row.Name == name })
	if i < 0 {
		return nil
	}
	return &r.Rows[i]
}

// Headline returns the index of the horizon that single figures speak of: the
// last that is at most one second, or the first.
func (r *Result) Headline() int { return headline(r.HorizonsS) }

func headline(horizons []float64) int {
	i := 0
	for k, h := range horizons {
		if h <= 1 {
			i = k
		}
	}
	return i
}

// EpisodeAt returns the episode whose error at the headline horizon stands at
// that quantile of all episodes: 0 is the best, 0.5 the median, 1 the worst.
func (row *Row) EpisodeAt(quantile float64) int {
	order := make([]int, len(row.EpisodeM))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(row.EpisodeM[a], row.EpisodeM[b]) })
	return order[int(math.Round(quantile*float64(len(order)-1)))]
}

// newRow returns a row in which nothing is measured yet.
func newRow(name string) Row {
	none := Number(math.NaN())
	return Row{
		Name: name, Params: none, TrainS: none, OneStepM: none, HorizonS: none,
		PenetrationM: none, PenetrationMaxM: none, MomentumDrift: none, EnergyError: none, USPerStep: none, Stack: Stack{PenetrationM: none, PenetrationMaxM: none, RestDrift: none},
	}
}
