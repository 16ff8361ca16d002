package acting

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"orrery/cmd/orrery-py/door"
	"orrery/sim"
	"orrery/sim/canon"
)

// driven returns a disc that is pushed along x towards a wall which is half a metre away from its rim.
func driven(t *testing.T) request {
	t.Helper()
	s := sim.DefaultScene()
	s.Name, s.Gravity, s.FPS, s.Substeps = "driven", sim.Vec{}, 10, 1
	disc := sim.NewDisc(0.5, 1, sim.Surface{Elasticity: 1})
	disc.Mass = 1
	s.Bodies = []sim.Body{disc}
	s.Walls = []sim.Shape{sim.NewShape(sim.Segment, 0, sim.Surface{Elasticity: 1}, sim.Vec{X: 1, Y: -5}, sim.Vec{X: 1, Y: 5})}
	s.Actuators = []sim.Actuator{{Kind: sim.Force, Name: "push", Body: 0, Against: sim.World, Axis: sim.Vec{X: 1}, Low: -20, High: 20}}
	text, err := canon.Encode(&s)
	if err != nil {
		t.Fatal(err)
	}
	return request{"scene": json.RawMessage(text)}
}

// TestActionsCountWhereBodiesTouch: what is pushed gets there, at the place that lies between both, and actions are cut off as the scene says.
func TestActionsCountWhereBodiesTouch(t *testing.T) {
	t.Parallel()
	p := newProgram(t)
	q := driven(t)
	// it overlaps the wall by 2 cm
	states := door.Array{Name: "states", Shape: []int{2, 1, 6}, Values: []float64{0.52, 0.25, 0, 0, 0, 0, 0.52, 0.25, 0, 0, 0, 0}}
	_, found := p.must("contacts", q, states)
	values := found["values"].([]float64)
	if len(values) != contactValues {
		t.Fatalf("%d values", len(values))
	}
	if !(math.Abs(values[0]-1.01) <= 0.011) || !(math.Abs(values[1]-0.25) <= 1e-9) || !(math.Abs(values[2]+1) <= 1e-9) || !(math.Abs(values[3]) <= 1e-9) || !(math.Abs(values[4]+0.02) <= 1e-9) {
		t.Errorf("contact %v", values)
	}
	none := values[5]
	var pushed [3]float64
	for k, force := range []float64{5, 20, 500} {
		_, found := p.must("contacts", q, states, door.Array{Name: "actions", Shape: []int{1, 1}, Values: []float64{force}})
		pushed[k] = found["values"].([]float64)[5]
	}
	if !(math.Abs(pushed[0]-none-0.5) <= 0.05) || !(math.Abs(pushed[1]-none-2) <= 0.05) || pushed[2] != pushed[1] {
		t.Errorf("impulses of %v N·s, without a push %v", pushed, none)
	}
	for _, shape := range [][]int{{2, 1}, {1, 2}, {0, 1}} {
		values := make([]float64, shape[0]*shape[1])
		if _, _, err := p.call("contacts", q, states, door.Array{Name: "actions", Shape: shape, Values: values}); err == nil || !strings.Contains(err.Error(), "actions has the shape") {
			t.Errorf("actions of %v: %v", shape, err)
		}
	}
	one := door.Array{Name: "states", Shape: []int{1, 1, 6}, Values: make([]float64, 6)}
	if _, found := p.must("contacts", q, one); len(found["bodies"].([]int64)) != 0 {
		t.Error("one frame has contacts")
	}
}

// TestPicturesAreOfTheirSize: from 16 to 4096 pixels a side, three values each, of bodies on a ground.
func TestPicturesAreOfTheirSize(t *testing.T) {
	t.Parallel()
	p := newProgram(t)
	handle, _ := p.crowd(1, disabled)
	for size, good := range map[[2]int]bool{{16, 16}: true, {15, 16}: false, {16, 15}: false, {64, 32}: true, {4097, 16}: false, {16, 4097}: false, {4096, 16}: true} {
		_, found, err := p.call("environment.render", request{"handle": handle, "index": 0, "width": size[0], "height": size[1], "theme": "light"})
		if (err == nil) != good {
			t.Errorf("%v: %v", size, err)
			continue
		}
		if !good {
			continue
		}
		pixels, colours := found["pixels"].([]byte), map[[3]byte]bool{}
		for i := 0; i+2 < len(pixels); i += 3 {
			colours[[3]byte(pixels[i:])] = true
		}
		if len(pixels) != 3*size[0]*size[1] || len(colours) < 3 || colours[[3]byte{}] {
			t.Errorf("%v: %d values, %d colours", size, len(pixels), len(colours))
		}
	}
	for index, words := range map[int]string{-1: "environment -1 must be 0 to 0", 1: "environment 1 must be 0 to 0"} {
		if _, _, err := p.call("environment.state", request{"handle": handle, "index": index}); err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("environment %d: %v", index, err)
		}
	}
	for scene, want := range map[bool]bool{false: false, true: true} {
		a, _ := p.must("environment.state", request{"handle": handle, "index": 0, "scene": scene})
		if told := a["scene"] != nil; told != want {
			t.Errorf("the scene is told: %v", told)
		}
	}
}
