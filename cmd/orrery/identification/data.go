package identification

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"orrery/cmd/orrery/console"
	"orrery/sim"
	"orrery/world/identify"
)

// Data is what the numbers of a scene are read from: episodes of a dataset.
type Data struct {
	Name         string            // directory
	Numbers      []int             // of the episodes in the dataset
	Trajectories []*sim.Trajectory // in the same order
	Presumed     bool              // scenes were made up when a recording without one was imported
}

// NewData returns the episodes of a dataset with such numbers, and refuses what is no motion at all.
func NewData(name string, numbers []int, trajectories []*sim.Trajectory) (*Data, error) {
	d := &Data{Name: name, Numbers: numbers, Trajectories: trajectories, Presumed: presumed(trajectories)}
	return d, d.check()
}

// presumedName is what an importer calls scenes that it makes up.
const presumedName = "recording"

// presumed reports whether the scenes of episodes are those that an importer makes up.
func presumed(trajectories []*sim.Trajectory) bool {
	return !slices.ContainsFunc(trajectories, func(t *sim.Trajectory) bool {
		return t.Scene.Name != presumedName || len(t.Scene.Walls) > 0 || t.Seen == nil
	})
}

// check refuses what tells nothing at all.
func (d *Data) check() error {
	frames := 0
	for k, t := range d.Trajectories {
		if t.Impact {
			return fmt.Errorf("%s: episode %d is of an impact alone: no time passes in it, so nothing can be told from its motion", d.Name, d.Numbers[k])
		}
		frames = max(frames, len(t.States))
	}
	switch {
	case len(d.Trajectories) == 0:
		return fmt.Errorf("%s: there is no episode, so there is no motion to tell anything from", d.Name)
	case frames < 2:
		return fmt.Errorf("%s: every episode has one frame: motion shows in two frames at the least", d.Name)
	case len(d.Trajectories[0].Scene.Bodies) == 0:
		return fmt.Errorf("%s: its scenes have no bodies, so nothing can move", d.Name)
	case !slices.ContainsFunc(d.Trajectories, func(t *sim.Trajectory) bool { return moves(t) }):
		return fmt.Errorf("%s: nothing moves in %s: motion is what numbers are read from", d.Name, all(len(d.Trajectories)))
	}
	return nil
}

func all(episodes int) string {
	if episodes == 1 {
		return "its episode"
	}
	return fmt.Sprintf("any of its %d episodes", episodes)
}

// A body that is at rest scatters by its noise: still is by how much more, as a factor of the variance, it may
// seem to, for noise is not known better, and chance how many deviations of what few frames do come on top.
// stillExact is how far, in m and in rad, it goes at most where states are known.
const (
	still      = 1.5
	chance     = 5
	stillExact = 1e-6
)

// moves reports whether some body of an episode goes somewhere or turns.
func moves(t *sim.Trajectory) bool {
	for i := range t.Scene.Bodies {
		if t.Scene.Bodies[i].Kind != sim.Dynamic {
			continue
		}
		if t.Seen == nil {
			for _, state := range t.States {
				a, b := t.States[0][i], state[i]
				if math.Hypot(b.X-a.X, b.Y-a.Y) > stillExact || math.Abs(b.Angle-a.Angle) > stillExact {
					return true
				}
			}
			continue
		}
		if wanders(t.Seen, i) {
			return true
		}
	}
	return false
}

// wanders reports whether what was seen of a body lies further apart than noise puts it.
func wanders(seen *sim.Observation, i int) bool {
	for axis := range 3 {
		var n, sum, squares, variance float64
		for _, row := range seen.Sights {
			v, std, ok := row[i].X, row[i].Std, row[i].Seen
			switch axis {
			case 1:
				v = row[i].Y
			case 2:
				v, std, ok = row[i].Angle, row[i].StdTurn, row[i].Turned
			}
			if ok {
				n, sum, squares, variance = n+1, sum+v, squares+v*v, variance+std*std
			}
		}
		if n < 2 {
			continue
		}
		mean := sum / n
		if spread := squares/n - mean*mean; spread > (still+chance*math.Sqrt(2/n))*max(variance/n, 1e-12) {
			return true
		}
	}
	return false
}

// Replace takes the scene of a file in place of those of the episodes: its bodies are theirs in the same order.
func (d *Data) Replace(scene *sim.Scene, file string) error {
	for k, t := range d.Trajectories {
		if len(scene.Bodies) != len(t.Scene.Bodies) {
			return fmt.Errorf("%s has %d bodies, and episode %d of %s has %d", file, len(scene.Bodies), d.Numbers[k], d.Name, len(t.Scene.Bodies))
		}
		own := *scene
		own.Bodies, own.FPS, own.Substeps = slices.Clone(scene.Bodies), t.Scene.FPS, t.Scene.Substeps
		for i := range own.Bodies {
			own.Bodies[i].Start = t.Scene.Bodies[i].Start
		}
		if err := own.Validate(); err != nil {
			return fmt.Errorf("%s: with the start of episode %d of %s: %w", file, d.Numbers[k], d.Name, err)
		}
		changed := *t
		changed.Scene = &own
		d.Trajectories[k] = &changed
	}
	d.Presumed = false
	return nil
}

// SetMass says what a body weighs, in kg, in all episodes; 0 leaves what the scene says.
func (d *Data) SetMass(body string, kg float64) error {
	scene := d.Trajectories[0].Scene
	label := identify.Label{Scene: scene}
	var names []string
	at := -1
	for i := range scene.Bodies {
		names = append(names, label.Body(i))
		if names[i] == body {
			at = i
		}
	}
	switch {
	case at < 0:
		return fmt.Errorf("there is no body %s; there are %s", console.Quoted(body), strings.Join(names, ", "))
	case scene.Bodies[at].Kind != sim.Dynamic:
		return fmt.Errorf("body %s is %s, so its mass means nothing", body, scene.Bodies[at].Kind)
	case kg == 0:
		return nil
	}
	for k, t := range d.Trajectories {
		if at >= len(t.Scene.Bodies) || t.Scene.Bodies[at].Kind != sim.Dynamic {
			return fmt.Errorf("episode %d has no such body as %s", d.Numbers[k], body)
		}
		own := *t.Scene
		own.Bodies = slices.Clone(own.Bodies)
		b := &own.Bodies[at]
		b.Moment *= kg / b.Mass
		b.Mass = kg
		changed := *t
		changed.Scene = &own
		d.Trajectories[k] = &changed
	}
	return nil
}
