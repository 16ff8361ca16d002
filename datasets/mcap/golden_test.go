package mcap

import (
	"bytes"
	"encoding/json"
	"testing"

	"orrery/sim"
	"orrery/sim/golden"
)

// TestMessagesStayAsTheyAre compares all that viewers get of eight bodies of all shapes,
// true and predicted, with what they got before: sizes, colours, triangles and texts.
func TestMessagesStayAsTheyAre(t *testing.T) {
	t.Parallel()
	s := scene(3)
	s.Bodies = append(s.Bodies, s.Bodies[1], s.Bodies[2], s.Bodies[2], s.Bodies[0])
	s.Bodies = append(s.Bodies, sim.Body{Kind: sim.Dynamic, Mass: 1, Moment: 1, Shapes: []sim.Shape{
		sim.NewShape(sim.Polygon, 0, sim.Surface{}, sim.Vec{X: 1}, sim.Vec{X: 0.5, Y: 1}, sim.Vec{X: -0.5, Y: 1}, sim.Vec{X: -1}, sim.Vec{Y: -1}),
	}})
	n := len(s.Bodies)
	var file bytes.Buffer
	if err := Write(&file, nil, episodes(Episode{Trajectory: &sim.Trajectory{Scene: s, States: spin(n, 1, 0)}, Predicted: spin(n, 1, 0.5)})); err != nil {
		t.Fatal(err)
	}
	var got []byte
	for _, m := range readBack(t, file.Bytes()) {
		text, err := json.Marshal(m.sceneUpdate)
		if err != nil {
			t.Fatal(err)
		}
		got = append(append(got, m.topic+" "...), append(text, '\n')...)
	}
	golden.Compare(t, "testdata/messages.golden", string(got))
}
