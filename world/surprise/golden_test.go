package surprise_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/sim/golden"
	"orrery/world"
	"orrery/world/flight"
	"orrery/world/surprise"
	"orrery/world/surprise/planted"
)

// counting is a model that counts the frames that it predicts.
type counting struct {
	world.Model
	predictors, frames, bodies int
}

func (c *counting) Predictor(scenes []*sim.Scene) (world.Predictor, error) {
	c.predictors++
	p, err := c.Model.Predictor(scenes)
	return counted{p, c}, err
}

type counted struct {
	world.Predictor
	by *counting
}

func (c counted) Step(state sim.State, a sim.Action) error {
	c.by.frames++
	c.by.bodies += len(state)
	return c.Predictor.Step(state, a)
}

// TestTheSameMotionIsAsSurprising compares scores, events and how much was tried of motion of many kinds with what
// earlier versions of this program said, to seven digits. It holds where the compiler fuses no multiplication with an
// addition. What scores should be like is held by other tests; this one tells of changes that nobody meant.
func TestTheSameMotionIsAsSurprising(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine does the work, and the race detector makes it ten times as long")
	}
	t.Parallel()
	var got strings.Builder
	tell := func(name string, model world.Model, list ...*sim.Trajectory) {
		c := &counting{Model: model}
		found, err := surprise.Find(t.Context(), c, list, 1, nil)
		if err != nil {
			fmt.Fprintf(&got, "# %s\n%v\n", name, err)
			return
		}
		fmt.Fprintf(&got, "# %s\nnoise %.7g, doubt %.7g; %d predictors, %d frames, %d bodies\n", name, found.Noise, found.Doubt, c.predictors, c.frames, c.bodies)
		for _, e := range found.Events {
			other := "nothing"
			if e.Other != nil {
				other = fmt.Sprint(*e.Other)
			}
			fmt.Fprintf(&got, "episode %d, frame %d, body %d and %s: %.7g, %s\n", e.Episode, e.Frame, e.Body, other, e.Score, e.Cause)
		}
		for e, frames := range found.Scores {
			for i := range frames[0] {
				sum, most, at := 0.0, 0.0, 0
				for k := range frames {
					if most = max(most, frames[k][i]); most == frames[k][i] {
						at = k
					}
					sum += float64(k+1) * min(frames[k][i], 20)
				}
				fmt.Fprintf(&got, "episode %d, body %d: %.6f in all, %.7g at most, in frame %d\n", e, i, sum, most, at)
			}
		}
	}
	set := func(change func(*planted.Settings)) planted.Settings {
		s := planted.DefaultSettings()
		s.Discs, s.Frames = 4, 30
		change(&s)
		return s
	}
	seen := set(func(*planted.Settings) {})
	known := set(func(s *planted.Settings) { s.Noise = 0 })
	for _, kind := range append(planted.Kinds(), planted.None) {
		list, _ := episodes(seen, kind, 4, 6)
		tell(fmt.Sprintf("%s, seen", kind), planted.Law{}, list[0])
		list, _ = episodes(known, kind, 0, 3)
		tell(fmt.Sprintf("%s, known", kind), planted.Law{}, list...)
	}
	list, _ := episodes(seen, planted.None, 0, 2)
	tell("a model that bounces too little", planted.Law{Bounce: 0.8}, list...)
	list, _ = episodes(known, planted.Vanished, 0, 2)
	tell("one that bounces too much, and a wall that vanishes", planted.Law{Bounce: 1.1}, list...)
	crowd := known
	crowd.Discs, crowd.Frames = 11, 40
	for _, bounce := range []float64{0.93, 1.04} {
		list, _ = episodes(crowd, planted.None, 0, 3)
		tell(fmt.Sprintf("a crowd that bounces %g times as much", bounce), planted.Law{Bounce: bounce}, list...)
	}
	list, _ = episodes(known, planted.None, 0, 1)
	tell("discs for whom nothing is there", flight.Ballistic(), list[0])
	list, _ = episodes(seen, planted.None, 1, 2)
	tell("seen discs for whom nothing is there", flight.Ballistic(), list[0])

	lost, _ := episodes(seen, planted.Teleport, 0, 1)
	rng := sim.NewRand(1, "surprise/golden", 0)
	for k, row := range lost[0].Seen.Sights {
		for i := range row {
			row[i].Seen, row[i].Turned = rng.Float64() > 0.2 && (i != 1 || k < 10 || k > 15), i == 2
			row[i].Std /= 2
			row[i].After = 0.002 * float64(k%3)
		}
	}
	tell("lost sights and angles, of noise that is told wrongly", planted.Law{}, lost...)

	own := known
	own.Discs = 3
	swapped, _ := own.Episode(7, 3, planted.None)
	for k := range swapped.States {
		s := swapped.States[k]
		if k >= 10 {
			s[0], s[1] = s[1], s[0]
			s[0].Angle += 4 * math.Pi
		}
		if k >= 20 {
			s[1].X += 0.3
		}
	}
	tell("a swap and a jump", planted.Law{}, swapped)
	gained, _ := own.Episode(9, 1, planted.None)
	gained.Scene.Bodies[2].Kind, gained.Scene.Bodies[2].Mass, gained.Scene.Bodies[2].Moment = sim.Kinematic, 0, 0
	for k := range gained.States {
		gained.States[k][2] = gained.States[0][2]
		if k >= 12 { // a push from nowhere
			dt := float64(k-12) / 30
			gained.States[k][0].VX += 0.6
			gained.States[k][0].X += 0.6 * dt
			gained.States[k][1].Omega += 3
			gained.States[k][1].Angle += 3 * dt
		}
	}
	tell("a push from nowhere, beside a body that a hand moves", planted.Law{}, gained)
	box := sim.DefaultScene()
	box.Gravity, box.FPS = sim.Vec{Y: -3}, 30
	box.Bodies = []sim.Body{sim.NewBox(0.2, 0.1, 10, sim.Surface{}), sim.NewDisc(0.1, 10, sim.Surface{})}
	fall := &sim.Trajectory{Scene: &box}
	for k := range 20 {
		at := float64(k) / 30
		fall.States = append(fall.States, sim.State{
			{X: 0.3 * at, Y: -1.5 * at * at, VX: 0.3, VY: -3 * at, Angle: at, Omega: 1},
			{X: 0.5 + 0.2*math.Max(0, at-0.3), Y: 0.1 - 1.5*at*at, VX: 0.2 * float64(k/10), VY: -3 * at},
		})
	}
	tell("what falls, and is pushed once", flight.Ballistic(), fall)
	golden.Compare(t, "testdata/scores.txt", got.String())
}
