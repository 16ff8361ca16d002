package screen

import (
	"testing"
	"time"

	"orrery/cmd/orrery-view/mesh"
	"orrery/cmd/orrery-view/session"
	"orrery/cmd/orrery-view/session/jobs"
	"orrery/sim/render"
	"orrery/sim/scenario"
	"orrery/world/choose"
	"orrery/world/flight"
)

// BenchmarkPicture steps a scene of 60 bodies with a ghost of 60 frames, makes its picture
// and that one's triangles: what has to fit into a sixtieth of a second beside the card's
// own work. Forecasts are made on another thread.
func BenchmarkPicture(b *testing.B) {
	ses := session.New(jobs.Threads, nil)
	ses.SetModels([]choose.Candidate{{Name: "ballistic", Model: flight.Ballistic()}})
	if err := ses.OpenScenario(find(b, "mixed"), 1); err != nil {
		b.Fatal(err)
	}
	if err := ses.Set(scenario.Values{"half_width": 2.5, "bodies": 60}); err != nil {
		b.Fatal(err)
	}
	s := New(ses)
	for range 30 {
		s.Update(Input{Keys: []string{"f"}}) // who is busy is not shown the next scene
		time.Sleep(time.Millisecond)
	}
	if n := len(ses.Scene().Bodies); n != 60 || len(ses.Forecast().States) < 60 {
		b.Fatalf("%d bodies", n)
	}
	var m mesh.Mesh
	for b.Loop() {
		m.Reset()
		s.Update(Input{})
		for _, item := range s.List().Items {
			if path, ok := item.(render.Path); ok {
				m.Add(&path)
			}
		}
	}
}
