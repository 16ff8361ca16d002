package film

import (
	"slices"
	"strings"
	"testing"

	"orrery/sim"
	"orrery/sim/render"
)

// TestTheKeyOfAPlanNamesWhatIsDrawn: goals and plans are in the key where there are some,
// and only there.
func TestTheKeyOfAPlanNamesWhatIsDrawn(t *testing.T) {
	t.Parallel()
	for _, planned := range []bool{false, true} {
		film := testFilm(3)
		film.Width, film.Predicted = 800, nil
		if planned {
			scene := *film.Scene
			scene.Goals = []sim.Goal{{Kind: sim.Place, Radius: 0.1}}
			film.Scene, film.BehindName = &scene, "plan (outlined)"
		}
		for _, name := range []string{"goal (dashed)", "plan (outlined)"} {
			said := slices.ContainsFunc(mustReel(t, film).Frame(0).Items, func(item render.Item) bool {
				text, ok := item.(render.Text)
				return ok && text.Value == name
			})
			if said != planned {
				t.Errorf("planned %v: the key says %q: %v", planned, name, said)
			}
		}
	}
}

// TestTheSpeedIsSaid beside the time, unless it is that of the world.
func TestTheSpeedIsSaid(t *testing.T) {
	t.Parallel()
	for speed, want := range map[float64]string{1: "", 0.5: "0.5×", 1.0 / 3: "0.333×", 12.25: "12.2×"} {
		for _, size := range [][2]int{{800, 600}, {540, 960}} {
			film := sized(testFilm(3), size[0], size[1])
			film.Speed = speed
			said := ""
			for _, item := range mustReel(t, film).Frame(0).Items {
				if text, ok := item.(render.Text); ok && strings.HasSuffix(text.Value, "×") {
					said += text.Value
				}
			}
			if said != want {
				t.Errorf("at %v times the speed a picture of %v says %q, want %q", speed, size, said, want)
			}
		}
	}
}

// TestSpreadStatesReachFromTheFirstToTheLast at equal distances, and are no more than there
// are.
func TestSpreadStatesReachFromTheFirstToTheLast(t *testing.T) {
	t.Parallel()
	for frames, want := range map[int][]int{2: {0, 1}, 6: {0, 1, 2, 3, 4, 5}, 11: {0, 2, 4, 6, 8, 10}, 130: {0, 25, 51, 77, 103, 129}} {
		if got := mustReel(t, testFilm(frames)).spread(6); !slices.Equal(got, want) {
			t.Errorf("6 of %d states are %v, want %v", frames, got, want)
		}
	}
	if got := mustReel(t, testFilm(5)).spread(1); !slices.Equal(got, []int{0}) {
		t.Errorf("one of 5 states is %v", got)
	}
}

// TestMeasurementsAreDrawnWhereTheyWere: a cross for each that the trail reaches back to, a disc where their
// deviation is larger than that, and a word in the key.
func TestMeasurementsAreDrawnWhereTheyWere(t *testing.T) {
	t.Parallel()
	film := testFilm(30)
	film.Trail = 2.5 * film.Scene.FrameTime()
	for k := range film.True {
		row := make([]sim.Sight, len(film.Scene.Bodies))
		row[0] = sim.Sight{X: film.True[k][0].X, Y: film.True[k][0].Y, Seen: k != 19, Std: 1e-6}
		if k == 20 {
			row[0].Std = 0.2
		}
		film.Seen = append(film.Seen, row)
	}
	count := func(film Film) (crosses, discs int, named bool) {
		for _, item := range mustReel(t, film).Frame(20).Items {
			switch item := item.(type) {
			case render.Text:
				named = named || item.Value == "measured (cross)"
			case render.Path:
				if fade := film.Theme.Text.Fade(0.8); item.Open && item.Stroke.Colour == fade {
					crosses += len(item.Contours) / 2
				}
				if item.Fill == film.Theme.Text.Fade(0.08) {
					discs++
				}
			}
		}
		return crosses, discs, named
	}
	if crosses, discs, named := count(film); crosses != 2 || discs != 1 || !named { // of frames 18 and 20
		t.Errorf("%d crosses, %d discs, in the key: %v", crosses, discs, named)
	}
	film.Seen = nil
	if crosses, discs, named := count(film); crosses != 0 || discs != 0 || named {
		t.Errorf("of known states: %d crosses, %d discs, in the key: %v", crosses, discs, named)
	}
}
