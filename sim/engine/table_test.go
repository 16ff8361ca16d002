package engine

import (
	"reflect"
	"testing"

	"orrery/sim"
)

// TestTableSizesAreThoseOfTheLibrary puts as many moving shapes into a new space as just
// fit a hash table of the library, and one more, and reads its size there.
func TestTableSizesAreThoseOfTheLibrary(t *testing.T) {
	t.Parallel()
	for _, size := range tableSizes {
		for _, n := range []int{size - 1, size} {
			scene := discs(n)
			s := newSpace(0)
			s.fill(scene, scene.Start())
			leaves := reflect.ValueOf(s.Space).Elem().FieldByName("dynamicShapes").Elem().FieldByName("class").Elem().Elem().FieldByName("leaves").Elem()
			if entries := leaves.FieldByName("entries").Uint(); entries != uint64(n) {
				t.Fatalf("%d of %d shapes are in the table", entries, n)
			}
			want := int(leaves.FieldByName("size").Uint())
			if beyond := tableSizes[len(tableSizes)-1]; want > beyond {
				want = 0
			}
			if got := tableSize(scene); got != want {
				t.Errorf("%d shapes: a table of %d, want %d", n, got, want)
			}
		}
	}
}

// discs returns a scene of n discs that lie apart.
func discs(n int) *sim.Scene {
	scene := sim.DefaultScene()
	for i := range n {
		b := sim.NewDisc(0.1, 1, sim.Surface{})
		b.Start.X = float64(i)
		scene.Bodies = append(scene.Bodies, b)
	}
	return &scene
}

// TestPushTakesTheGreatestMagnitude and refuses the least that is more.
func TestPushTakesTheGreatestMagnitude(t *testing.T) {
	t.Parallel()
	e := New()
	if err := e.Load(discs(1)); err != nil {
		t.Fatal(err)
	}
	const most = sim.MaxMagnitude
	for _, c := range []struct {
		impulse, at sim.Vec
		ok          bool
	}{
		{sim.Vec{X: most}, sim.Vec{}, true}, {sim.Vec{X: most + 1}, sim.Vec{}, false},
		{sim.Vec{}, sim.Vec{Y: -most}, true}, {sim.Vec{}, sim.Vec{Y: -most - 1}, false},
	} {
		if err := e.Push(0, c.impulse, c.at); (err == nil) != c.ok {
			t.Errorf("impulse %v at %v: %v", c.impulse, c.at, err)
		}
	}
}
