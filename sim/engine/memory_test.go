package engine

import (
	"runtime"
	"testing"

	"orrery/sim"
)

// TestMemoryStaysFlat over thousands of scenes in one engine.
func TestMemoryStaysFlat(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	scenes, e := []*sim.Scene{clutter(8, 0), clutter(8, 1), clutter(12, 0)}, New()
	live := func(episodes int) uint64 {
		for i := range episodes {
			if err := e.Load(scenes[i%len(scenes)]); err != nil {
				t.Fatal(err)
			}
			for range 5 {
				if err := e.Frame(nil); err != nil {
					t.Fatal(err)
				}
			}
		}
		for range 3 { // what cp pools is let go by the third collection
			runtime.GC()
		}
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		return stats.HeapAlloc
	}
	first := live(300)
	if last := live(3000); last > first+first/20 {
		t.Errorf("%d bytes live after 300 episodes and %d after 3300", first, last)
	}
}

// TestForcesMakeNoGarbage: a frame allocates as often with as without them.
func TestForcesMakeNoGarbage(t *testing.T) {
	allocations := func(scene *sim.Scene, action sim.Action) float64 {
		e := New()
		if err := e.Load(scene); err != nil {
			t.Fatal(err)
		}
		return testing.AllocsPerRun(100, func() {
			if err := e.Frame(action); err != nil {
				t.Fatal(err)
			}
		})
	}
	scene := free(60)
	for i := range 20 {
		scene.Bodies = append(scene.Bodies, disc(float64(i), 0, 0, 0))
	}
	bare := allocations(scene, nil)
	for i := range scene.Bodies {
		scene.Bodies[i].Grip = sim.Grip{Along: 1}
		for j := range i {
			scene.Fields = append(scene.Fields, sim.Field{Kind: sim.Linear, A: i, B: j, Strength: 1e-6})
		}
	}
	scene.Actuators = []sim.Actuator{{Kind: sim.Thrust, Against: sim.World, Axis: sim.Vec{X: 1}, Low: -1, High: 1}}
	if full := allocations(scene, sim.Action{0.01}); !(full <= bare) {
		t.Errorf("%v allocations in a frame, %v without forces", full, bare)
	}
}

func BenchmarkFields(b *testing.B) {
	scene := free(60)
	for i := range 200 {
		body := disc(float64(i%20), float64(i/20), 0, 0)
		scene.Bodies = append(scene.Bodies, body)
		for j := range i {
			scene.Fields = append(scene.Fields, sim.Field{Kind: sim.InverseSquare, A: i, B: j, Strength: 1e-9, Limit: 1})
		}
	}
	e := New()
	if err := e.Load(scene); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := e.Frame(nil); err != nil {
			b.Fatal(err)
		}
	}
}
