package report_test

import (
	"encoding/json"
	"math"
	"slices"

	"orrery/world/eval"
)

// madeUp returns a plausible result, measured on nothing.
func madeUp() *eval.Result {
	r := &eval.Result{
		Dataset: json.RawMessage(`{"scenario":"mixed","seed":7}`), Settings: eval.DefaultConfig(),
		Episodes: 200, HorizonsS: []float64{0.1, 0.5, 1, 2},
		TrueStack: eval.Stack{PenetrationM: 0.001, PenetrationMaxM: 0.003, RestDrift: 0.0002}, Resting: 0.3,
	}
	for k := range 121 {
		r.TimesS = append(r.TimesS, float64(k)/60)
	}
	none := eval.Number(math.NaN())
	sizes := []float64{0.95, 5.5, 0.16, 0.04, 0.11, 0.19} // m, of the error in the end
	for i, name := range []string{"still", "ballistic", "contact", "truth+0.1mm", "truth+1mm", "truth+10mm"} {
		row := eval.Row{
			Name: name, Params: eval.Number(i * 2345), TrainS: 61.5, OneStepM: 1.5e-5, HorizonS: 1.3, PenetrationM: 0.04,
			PenetrationMaxM: 0.06, MomentumDrift: 3e-7, EnergyError: 0.02, USPerStep: 17.25, EpsilonM: []eval.Number{2e-4, 1e-3, 0.0018, 5},
			ScaledMSE: []eval.Number{1.2e-9, 3.4e-7, none}, Stack: eval.Stack{PenetrationM: 0.0021, PenetrationMaxM: 0.004, RestDrift: 0.0009},
		}
		if i >= 3 {
			row.PerturbationM, row.Params, row.TrainS, row.OneStepM = math.Pow(10, float64(i-7)), none, none, none
		} else {
			row.Motions = []eval.MotionError{
				{Motion: "free flight", Share: 0.7, PositionM: 1e-7}, {Motion: "resting", Share: 0.2, PositionM: 1e-6, VelocityM: 1e-3},
				{Motion: "sliding", PositionM: none, VelocityM: none}, {Motion: "bounce", Share: 0.1, PositionM: 1e-5, VelocityM: 0.02},
			}
		}
		if name == "contact" {
			row.Calibration = madeUpCalibration()
		}
		for k := range r.TimesS {
			e := sizes[i] * (1 - math.Exp(-math.Pow(float64(k)/50, 3)))
			add(&row.Curve, e)
			if slices.Contains([]int{6, 30, 60, 120}, k) {
				add(&row.Position, e)
				add(&row.Angle, 2*e)
			}
		}
		r.Rows = append(r.Rows, row)
	}
	r.Rows[2].Failures = []eval.Failure{{Episode: 3, Scene: "mixed", Frame: 17, Reason: "body 2: x NaN must be finite"}}
	return r
}

func madeUpCalibration() *eval.Calibration {
	c := &eval.Calibration{Levels: []float64{0.5, 0.68, 0.9, 0.95}}
	for h := range 4 {
		c.Coverage = append(c.Coverage, []float64{0.48, 0.7, 0.88, 0.931})
		c.SigmaM, c.ErrorM = append(c.SigmaM, eval.Number(0.001*float64(h+1))), append(c.ErrorM, eval.Number(0.0012*float64(h+1)))
		c.Within = append(c.Within, []float64{0.1, 0.4, 0.5, 0.8, 1})
	}
	return c
}

func add(s *eval.Spread, e float64) {
	s.Mean, s.Median = append(s.Mean, e), append(s.Median, 0.8*e)
	s.Lo95, s.Hi95 = append(s.Lo95, 0.9*e), append(s.Hi95, 1.15*e)
}
