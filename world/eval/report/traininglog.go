package report

import (
	"math"

	"orrery/learn/train"
)

// readCurve reads a training log; a model without one has no curve.
func readCurve(path string) ([]Point, error) {
	log, err := train.ReadLog(path)
	if err != nil {
		return nil, err
	}
	var curve []Point
	for _, p := range log {
		point := Point{Step: p.Step, Seconds: p.Seconds, Loss: p.Loss, Holdout: math.NaN()}
		if p.Validation != nil {
			point.Holdout = *p.Validation
		}
		curve = append(curve, point)
	}
	return curve, nil
}
