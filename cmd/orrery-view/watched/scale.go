package watched

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"path"

	"orrery/datasets/film"
	"orrery/sim"
)

// scale is how large what a film shows is, and what pulls at it.
type scale struct {
	perMetre float64 // px
	gravity  sim.Vec // m/s²
	why      string
}

// down returns where things fall to, or zero where nothing does.
func (s *scale) down() sim.Vec {
	if !(s.gravity.Len() > 0) {
		return sim.Vec{}
	}
	return s.gravity.Scale(1 / s.gravity.Len())
}

// told is what such a file says of the scale.
type told struct {
	PerMetre float64 `json:"px_per_metre"`
	Gravity  sim.Vec `json:"gravity"` // m/s²
}

// read reads what lies beside a film, or nothing.
func read(files fs.FS, name string) (t told, err error) {
	dir := path.Dir(name) // that of "." is the folder of pictures itself
	text, err := fs.ReadFile(files, path.Join(dir, film.Told))
	if errors.Is(err, fs.ErrNotExist) {
		return told{}, nil
	}
	if err != nil {
		return told{}, err
	}
	if json.Unmarshal(text, &t) != nil || !(t.PerMetre >= 0 && t.PerMetre <= 1e9) || !(t.Gravity.Len() <= 1e6) {
		return told{}, fmt.Errorf("%s: is not as orrery watch writes it", film.Told)
	}
	return t, nil
}

// The fall of things on Earth, and how high a picture may be in which they do.
const (
	earth           = 9.81 // m/s²
	lowest, highest = 0.02, 200.0
)

// scale returns that of a film so many px high in which things fall by so many px/s².
func (t told) scale(fall sim.Vec, height int) scale {
	if t.PerMetre > 0 {
		return scale{t.PerMetre, t.Gravity, "to the scale of its " + film.Told}
	}
	if per := fall.Len() / earth; per > 0 {
		if high := float64(height) / per; high >= lowest && high <= highest {
			return scale{per, fall.Scale(1 / per), fmt.Sprintf("taken to fall by %g m/s²", earth)}
		}
	}
	per := float64(height) / Height
	return scale{per, fall.Scale(1 / per), fmt.Sprintf("taken as %d m high", int(math.Round(Height)))}
}
