package session

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"orrery/cmd/orrery-view/session/jobs"
	"orrery/sim"
	"orrery/sim/canon"
	"orrery/sim/golden"
	"orrery/sim/scenario/library"
)

// TestSubjectsStay: how long the episodes of a lesson are, where they begin, and who acts in every other one. No seed that is shown is among them.
func TestSubjectsStay(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	tell := func(name string, l letter) {
		encoded, err := json.Marshal(l)
		if err != nil {
			t.Fatal(err)
		}
		subject, err := ReadSubject(encoded, library.Find)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		fmt.Fprintf(&text, "# %s: %s, %d frames\n", name, subject.Name, subject.Frames)
		for episode := range 2 {
			scene, acts, err := subject.Draw(episode)
			if err != nil {
				t.Fatal(err)
			}
			var sum [6]float64
			for _, b := range scene.Start() {
				for k, v := range b.Values() {
					sum[k] += v
				}
			}
			fmt.Fprintf(&text, "%d bodies, %.6g", len(scene.Bodies), sum)
			if acts != nil {
				fmt.Fprintf(&text, ", %.6g", acts(0, scene.Start()))
			}
			fmt.Fprintln(&text)
		}
	}
	for _, s := range library.List() {
		values, err := s.Values(nil)
		if err != nil {
			t.Fatal(err)
		}
		tell(s.Name, letter{Library: s.Name, Values: values, Seed: 5})
	}
	built := sim.DefaultScene()
	built.Name, built.FPS, built.Bodies = "built", 40, []sim.Body{sim.NewDisc(0.1, 1, sim.Surface{}), sim.NewBox(0.1, 0.2, 1, sim.Surface{})}
	built.Bodies[1].Start.X = 1
	scene, err := canon.Encode(&built)
	if err != nil {
		t.Fatal(err)
	}
	tell("a scene that was built", letter{Scene: scene, Seed: 5})
	golden.Compare(t, "testdata/subjects.txt", text.String())
	if got := New(jobs.InTick, nil).patience; got != 10*time.Millisecond {
		t.Errorf("a picture waits for %v", got)
	}
}
