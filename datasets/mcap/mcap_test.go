package mcap

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/foxglove/mcap/go/mcap"
	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
)

// message is a message of a file, read back.
type message struct {
	topic string
	time  uint64
	sceneUpdate
}

func readBack(t *testing.T, file []byte) []message {
	t.Helper()
	reader, err := mcap.NewReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	messages, err := reader.Messages(mcap.UsingIndex(true), mcap.InOrder(mcap.LogTimeOrder))
	if err != nil {
		t.Fatal(err)
	}
	var all []message
	for {
		s, channel, m, err := messages.NextInto(nil)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		if s.Name != sceneUpdates {
			continue
		}
		if s.Encoding != "jsonschema" || !json.Valid(s.Data) || channel.MessageEncoding != "json" {
			t.Fatalf("schema %s in %s, messages in %s", s.Name, s.Encoding, channel.MessageEncoding)
		}
		now := message{topic: channel.Topic, time: m.LogTime}
		decoder := json.NewDecoder(bytes.NewReader(m.Data))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&now.sceneUpdate); err != nil {
			t.Fatal(err)
		}
		all = append(all, now)
	}
}

// scene has bodies of all shapes, walls, and 30 frames a second.
func scene(bodies int) *sim.Scene {
	s := sim.DefaultScene()
	s.Name, s.FPS = "shapes", 30
	surface := sim.Surface{}
	stick := sim.NewDisc(0.1, 1, surface)
	stick.Shapes = append(stick.Shapes, sim.NewShape(sim.Segment, 0.05, surface, sim.Vec{X: 1}, sim.Vec{X: 2}))
	s.Bodies = []sim.Body{stick, sim.NewBox(0.2, 0.1, 1, surface), sim.NewDisc(0.3, 1, surface)}[:bodies]
	s.Walls = []sim.Shape{sim.NewShape(sim.Segment, 0.1, surface, sim.Vec{X: -5, Y: -2}, sim.Vec{X: 5, Y: -2})}
	return &s
}

// spin returns states in which body i turns and drifts.
func spin(bodies, frames int, offset float64) []sim.State {
	states := make([]sim.State, frames)
	for k := range states {
		for i := range bodies {
			at := float64(k + 10*i)
			states[k] = append(states[k], sim.BodyState{X: at/8 + offset, Y: -at / 4, Angle: at * 0.7})
		}
	}
	return states
}

func episodes(all ...Episode) iter.Seq2[Episode, error] {
	return func(yield func(Episode, error) bool) {
		for _, e := range all {
			if !yield(e, nil) {
				return
			}
		}
	}
}

func TestEveryStateIsPlayed(t *testing.T) {
	t.Parallel()
	all := []Episode{
		{Trajectory: &sim.Trajectory{Scene: scene(3), States: spin(3, 4, 0)}, Predicted: spin(3, 4, 0.5)},
		{Trajectory: &sim.Trajectory{Scene: scene(1), States: spin(1, 7, 0)}},
	}
	var file bytes.Buffer
	if err := Write(&file, nil, episodes(all...)); err != nil {
		t.Fatal(err)
	}
	got := readBack(t, file.Bytes())
	next := 0
	expect := func(topic string, time float64, clear bool, entities int) []entity {
		t.Helper()
		if next == len(got) {
			t.Fatalf("only %d messages", next)
		}
		m := got[next]
		next++
		if m.topic != topic || !scalar.EqualWithinAbs(float64(m.time), time*1e9, 2) || len(m.Deletions) > 0 != clear || len(m.Entities) != entities {
			t.Fatalf("message %d: %s at %v s, %d deletions, %d entities; want %s at %v s, cleared %v, %d entities",
				next-1, m.topic, float64(m.time)/1e9, len(m.Deletions), len(m.Entities), topic, time, clear, entities)
		}
		return m.Entities
	}
	start := 0.0
	for i, e := range all {
		walls := expect("/walls", start, true, 1)
		if want := fmt.Sprintf("shapes, episode %d", i); walls[0].Texts[0].Text != want || len(walls[0].Lines) != 1 {
			t.Errorf("episode %d: walls %+v", i, walls[0])
		}
		for k := range e.States {
			now := start + float64(k)/30
			checkPlaces(t, expect("/true", now, k == 0, len(e.Scene.Bodies)), e.Scene, e.States[k], 1)
			if e.Predicted != nil {
				checkPlaces(t, expect("/predicted", now, k == 0, len(e.Scene.Bodies)), e.Scene, e.Predicted[k], 0.5)
			}
		}
		start += float64(len(e.States)) / 30
	}
	if next != len(got) {
		t.Errorf("%d messages, want %d", len(got), next)
	}
}

// checkPlaces demands every vertex of every shape where the state has it.
func checkPlaces(t *testing.T, entities []entity, scene *sim.Scene, state sim.State, alpha float32) {
	t.Helper()
	for i, e := range entities {
		if e.ID != fmt.Sprintf("body%d", i) || e.FrameID != "world" {
			t.Errorf("entity %d: id %q in frame %q", i, e.ID, e.FrameID)
		}
		var got, want []sim.Vec
		for _, s := range scene.Bodies[i].Shapes {
			for _, v := range s.Vertices {
				want = append(want, state[i].Point(v))
			}
		}
		for _, c := range e.Cylinders {
			got = append(got, place(c.Pose, point{}))
			if c.Color.A != alpha {
				t.Errorf("alpha %v, want %v", c.Color.A, alpha)
			}
		}
		for _, l := range e.Lines[:len(e.Lines)-1] { // the last is the mark
			if closed := l.Type == lineLoop; closed != (len(l.Points) > 2) {
				t.Errorf("body %d: a line of %d points that is closed: %t", i, len(l.Points), closed)
			}
			for _, p := range l.Points {
				got = append(got, place(l.Pose, p))
			}
		}
		if !slices.EqualFunc(got, want, func(a, b sim.Vec) bool { return a.Sub(b).Len() < 1e-5 }) {
			t.Errorf("body %d: vertices %v, want %v", i, got, want)
		}
		for _, area := range e.Triangles {
			if n := len(area.Points); len(area.Indices) != 3*(n-2) {
				t.Errorf("body %d: %d indices for %d points", i, len(area.Indices), n)
			}
		}
	}
}

// place applies a pose to a point by the general formula v + 2q×(q×v + wv), in
// which q points along z.
func place(p pose, v point) sim.Vec {
	z, w := float64(p.Orientation.Z), float64(p.Orientation.W)
	x, y := float64(v.X), float64(v.Y)
	tx, ty := -z*y+w*x, z*x+w*y
	return sim.Vec{X: float64(p.Position.X) + x - 2*z*ty, Y: float64(p.Position.Y) + y + 2*z*tx}
}

func TestBytesDependOnTheEpisodesOnly(t *testing.T) {
	t.Parallel()
	e := Episode{Trajectory: &sim.Trajectory{Scene: scene(3), States: spin(3, 400, 0)}, Predicted: spin(3, 400, 1)}
	var first, second bytes.Buffer
	for _, file := range []*bytes.Buffer{&first, &second} {
		if err := Write(file, nil, episodes(e, e)); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Error("the same episodes gave other bytes")
	}
	if perMessage := first.Len() / 1600; perMessage > 500 {
		t.Errorf("%d bytes a message of a scene with its numbers", perMessage)
	} else {
		t.Logf("%d bytes a message of a scene", perMessage)
	}
}

func TestFaultsStopTheFile(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	err := Write(io.Discard, nil, func(yield func(Episode, error) bool) { yield(Episode{}, broken) })
	if !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
	e := Episode{Trajectory: &sim.Trajectory{Scene: scene(1), States: spin(1, 3, 0)}, Predicted: spin(1, 2, 0)}
	if err := Write(io.Discard, nil, episodes(e)); err == nil || !strings.Contains(err.Error(), "2 predicted states must be as many as the 3") {
		t.Errorf("error %v", err)
	}
}
