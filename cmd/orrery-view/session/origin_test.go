package session

import (
	"reflect"
	"strings"
	"testing"

	"orrery/sim/scenario"
	"orrery/sim/scenario/library"
)

func sampledBy(t *testing.T, o Origin) any {
	t.Helper()
	scene, err := o.Sample()
	if err != nil {
		t.Fatal(err)
	}
	return *scene
}

func TestAnOriginSamplesItsScene(t *testing.T) {
	t.Parallel()
	o, err := originOf("mixed", 7)
	if err != nil {
		t.Fatal(err)
	}
	heavy, err := o.With(scenario.Values{"gravity": 9})
	if err != nil {
		t.Fatal(err)
	}
	s, values := o.Scenario()
	if values["gravity"] == 9 || s.Name != "mixed" {
		t.Error("an origin has changed")
	}
	want, err := s.Sample(7, 1, values)
	if err != nil {
		t.Fatal(err)
	}
	if got := sampledBy(t, o.NextEpisode()); !reflect.DeepEqual(got, *want) {
		t.Error("the next episode is another")
	}
	seen := []any{sampledBy(t, o), sampledBy(t, heavy), sampledBy(t, o.NextEpisode()), sampledBy(t, o.NextSeed())}
	for i := range seen {
		for k := range i {
			if reflect.DeepEqual(seen[i], seen[k]) {
				t.Errorf("scenes %d and %d are the same", i, k)
			}
		}
	}
	again, err := heavy.With(scenario.Values{"gravity": values["gravity"]})
	if err != nil || !again.Same(o) || heavy.Same(o) || o.NextSeed().Same(o) || o.NextEpisode().Same(o) {
		t.Errorf("origins are mistaken for each other: %v", err)
	}
	if got := o.NextEpisode().NextEpisode().String(); got != "seed 7 · episode 2" {
		t.Errorf("says %q", got)
	}
	if got := o.NextEpisode().NextSeed().String(); got != "seed 8" {
		t.Errorf("says %q", got)
	}
}

func TestWhatIsNotSampledHasNothing(t *testing.T) {
	t.Parallel()
	o, err := originOf("push", 3)
	if err != nil || !o.HasTask() {
		t.Fatalf("push has no task: %v", err)
	}
	scene, err := o.Sample()
	if err != nil || o.Policy(scene) == nil {
		t.Fatalf("nobody acts in push: %v", err)
	}
	none := o.NextEpisode().Unsampled()
	if _, err := none.With(scenario.Values{"gravity": 1}); err == nil || !strings.Contains(err.Error(), "no parameters") {
		t.Errorf("%v", err)
	}
	if none.Seed() != 3 || none.HasTask() || none.Policy(scene) != nil || none.String() != "" {
		t.Errorf("seed %d, %q", none.Seed(), none)
	}
	scene.Actuators = nil
	if o.Policy(scene) != nil {
		t.Error("someone acts without actuators")
	}
	if _, err := originOf("mixt", 1); err == nil || !strings.Contains(err.Error(), "mixed") {
		t.Errorf("%v", err)
	}
}

// originOf returns the first episode of a scenario of the library.
func originOf(name string, seed uint64) (Origin, error) {
	found, err := library.Find(name)
	if err != nil {
		return Origin{}, err
	}
	return originFrom(found, seed)
}
