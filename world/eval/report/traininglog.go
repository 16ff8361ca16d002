package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"

	"orrery/learn/train"
)

// readCurve reads a training log; a model without one has no curve.
func readCurve(path string) ([]Point, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var curve []Point
	for lines := json.NewDecoder(f); ; {
		var p train.Progress
		if err := lines.Decode(&p); err == io.EOF {
			return curve, nil
		} else if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		point := Point{Step: p.Step, Seconds: p.Seconds, Loss: p.Loss, Holdout: math.NaN()}
		if p.Validation != nil {
			point.Holdout = *p.Validation
		}
		curve = append(curve, point)
	}
}
