package film

import (
	"slices"
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
			film.Scene, film.OverlayName = &scene, "plan (outlined)"
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
