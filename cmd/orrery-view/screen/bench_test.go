package screen

import (
	"testing"

	"orrery/cmd/orrery-view/mesh"
	"orrery/cmd/orrery-view/session"
	"orrery/sim/render"
	"orrery/world/baseline"
)

// BenchmarkPicture makes the picture of 60 bodies with a ghost of 60 frames, and its
// triangles: what has to fit into a sixtieth of a second beside the card's own work.
func BenchmarkPicture(b *testing.B) {
	ses := session.New(session.InTick)
	ses.SetModels([]session.Model{{Name: "ballistic", Model: baseline.Ballistic()}})
	if err := ses.OpenScenario("mixed", 1); err != nil {
		b.Fatal(err)
	}
	ses.Set("half_width", 2.5)
	ses.Set("bodies", 60)
	s := New(ses)
	for range 30 {
		s.Update(Input{})
	}
	if n := len(ses.Scene().Bodies); n != 60 || len(ses.Forecast().States) < 60 {
		b.Fatalf("%d bodies", n)
	}
	var m mesh.Mesh
	for b.Loop() {
		m.Reset()
		for _, item := range s.List().Items {
			if path, ok := item.(render.Path); ok {
				m.Add(&path)
			}
		}
	}
}
