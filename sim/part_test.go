package sim

import (
	"testing"
)

func TestPartIsWhatHappenedThen(t *testing.T) {
	t.Parallel()
	scene := DefaultScene()
	scene.FPS, scene.Bodies = 10, []Body{NewDisc(0.1, 1, Surface{})}
	whole := &Trajectory{Scene: &scene, Seen: &Observation{}}
	for k := range 6 {
		whole.States = append(whole.States, State{{X: float64(k), VX: 10}})
		whole.Seen.Sights = append(whole.Seen.Sights, []Sight{{X: float64(k), Seen: true}})
		whole.Seen.Std = append(whole.Seen.Std, State{{X: 0.1 * float64(k)}})
		whole.Seen.Covariances = append(whole.Seen.Covariances, []Covariance{{float64(k)}})
		whole.View = append(whole.View, []float64{float64(k)})
		if k > 0 {
			whole.Actions = append(whole.Actions, Action{float64(k)})
		}
	}
	for _, time := range []float64{0.1, 0.25, 0.4, 0.45} {
		whole.Seen.Impacts = append(whole.Seen.Impacts, Impact{Time: time})
	}
	got, err := whole.Part(2, 5)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.States) != 3 || got.States[0][0].X != 2 || got.Scene.Start()[0].X != 2 || whole.Scene.Start()[0].X != 0 {
		t.Errorf("states %v of a scene that starts at %v", got.States, got.Scene.Start())
	}
	if len(got.Actions) != 2 || got.Actions[0][0] != 3 || got.View[0][0] != 2 {
		t.Errorf("actions %v, view %v", got.Actions, got.View)
	}
	seen := got.Seen
	if len(seen.Sights) != 3 || seen.Sights[0][0].X != 2 || len(seen.Std) != 3 || seen.Std[0][0].X != 0.2 || len(seen.Covariances) != 3 || seen.Covariances[0][0][0] != 2 {
		t.Errorf("seen %+v", seen)
	}
	if len(seen.Impacts) != 2 || !(seen.Impacts[0].Time > 0.049 && seen.Impacts[0].Time < 0.051) {
		t.Errorf("impacts %+v, want those at 0.05 and 0.2 s", seen.Impacts)
	}
	for _, c := range [][2]int{{-1, 3}, {3, 3}, {2, 7}} {
		if _, err := whole.Part(c[0], c[1]); err == nil {
			t.Errorf("there are frames %v of 6", c)
		}
	}
	if _, err := (&Trajectory{Scene: &scene, States: whole.States[:2], Impact: true}).Part(0, 1); err == nil {
		t.Error("an impact has parts")
	}
}
