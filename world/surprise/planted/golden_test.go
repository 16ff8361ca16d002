package planted

import (
	"fmt"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/sim/golden"
)

// TestTheSameSeedsMakeTheSameEpisodes compares episodes of each kind, and what the law makes of them, with those of
// earlier versions of this program, to nine digits. They hold where the compiler fuses no multiplication with an addition.
func TestTheSameSeedsMakeTheSameEpisodes(t *testing.T) {
	t.Parallel()
	var got strings.Builder
	few, slow := DefaultSettings(), DefaultSettings()
	few.Discs, few.Noise, few.Margin = 3, 0, 2
	slow.FPS, slow.Frames, slow.Least, slow.Discs = 15, 40, 0.4, 8
	for n, s := range []Settings{DefaultSettings(), few, slow} {
		for _, kind := range append(Kinds(), None) {
			for e := range 3 {
				episode, faults := s.Episode(uint64(n+1), e, kind)
				fmt.Fprintf(&got, "# settings %d, %s, episode %d: %v\n", n, kind, e, faults)
				last := len(episode.States) - 1
				for _, k := range []int{0, last / 2, last} {
					for i, b := range episode.States[k] {
						if i < 3 || k == last {
							fmt.Fprintf(&got, "frame %d, body %d: %.9f\n", k, i, b.Values())
						}
					}
				}
				if e > 0 {
					continue
				}
				if episode.Seen != nil {
					sum := 0.0
					for k, row := range episode.Seen.Sights {
						for i, see := range row {
							sum += float64(k+i+1) * (see.X + 2*see.Y + 3*see.Angle)
						}
					}
					fmt.Fprintf(&got, "sights of %.9g, the last %+v\n", sum, episode.Seen.Sights[last][0])
					blind := Blind(episode)
					fmt.Fprintf(&got, "blind: %.9f\n", blind.States[last][1].Values())
				}
				scene := *episode.Scene
				scene.Bodies = append([]sim.Body(nil), scene.Bodies...)
				scene.Walls = scene.Walls[:3]
				scene.Bodies[0].Group, scene.Bodies[1].Group = 2, 2
				scene.Bodies[2].Kind = sim.Kinematic
				p, err := Law{Bounce: 0.7}.Predictor([]*sim.Scene{&scene, episode.Scene})
				if err != nil {
					t.Fatal(err)
				}
				state := append(append(sim.State{}, episode.States[0]...), episode.States[0]...)
				state[2].VX, state[2].VY = 0, 0 // nobody moves it
				for range 20 {
					if err := p.Step(state, nil); err != nil {
						t.Fatal(err)
					}
				}
				for _, i := range []int{0, 1, 2, s.Discs, s.Discs + 1} {
					fmt.Fprintf(&got, "by the law %.9f\n", state[i].Values())
				}
			}
		}
		for i, b := range s.scene(uint64(n + 1)).Bodies {
			fmt.Fprintf(&got, "disc %d: %.9g m, %.9g kg, %.9g kg·m²\n", i, b.Shapes[0].Radius, b.Mass, b.Moment)
		}
	}
	golden.Compare(t, "testdata/episodes.txt", got.String())
}
