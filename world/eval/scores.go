package eval

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"

	"orrery/datasets/storage"
	"orrery/world"
)

// Store puts what was measured of a model into its directory: metrics.json and the card.
func (r *Result) Store(dir string, d *world.Description) error {
	var text bytes.Buffer
	if err := r.WriteJSON(&text); err != nil {
		return err
	}
	if err := storage.WriteFile(storage.Join(dir, world.MetricsFile), text.Bytes()); err != nil {
		return err
	}
	row := r.Row(d.Kind)
	if row == nil {
		return fmt.Errorf("%s: the figures of the model %s are missing", dir, d.Kind)
	}
	var scores []world.Score
	for h, seconds := range r.HorizonsS {
		scores = append(scores, world.Score{
			Name:  fmt.Sprintf("position error at %g s (m)", seconds),
			Type:  fmt.Sprintf("position_error_%gs", seconds),
			Value: row.Position.Mean[h],
		})
	}
	if r.OfImpacts() {
		scores = append(scores,
			world.Score{Name: "error of the velocity after an impact (m/s)", Type: "impact_velocity_m_s", Value: float64(row.Impact.VelocityM)},
			world.Score{Name: "error of the spin after an impact (rad/s)", Type: "impact_spin_rad_s", Value: float64(row.Impact.SpinRad)})
	}
	return world.WriteCard(dir, d, scores)
}

// ReadScores returns what Store has put into a model's directory, or nil when nothing was.
func ReadScores(dir string) (*Result, error) {
	path := storage.Join(dir, world.MetricsFile)
	f, err := storage.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	result, err := ReadResult(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return result, nil
}
