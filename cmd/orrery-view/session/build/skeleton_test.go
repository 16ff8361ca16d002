package build

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"orrery/sim"
)

// changed gives a value of a scene another one, and reports whether it can.
func changed(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Float64:
		v.SetFloat(v.Float() + 1)
	case reflect.Int:
		v.SetInt(v.Int() + 1)
	case reflect.Bool:
		v.SetBool(!v.Bool())
	case reflect.String:
		v.SetString(v.String() + "x")
	case reflect.Struct:
		return changed(v.Field(0))
	default:
		return false
	}
	return true
}

// TestLawsAreWhatMayChange in a scene that was built on by hand: all of these numbers, and no other.
func TestLawsAreWhatMayChange(t *testing.T) {
	t.Parallel()
	made := func() *sim.Scene {
		s := sim.DefaultScene()
		s.Bodies = []sim.Body{sim.NewDisc(0.1, 1, sim.Surface{})}
		s.Walls = []sim.Shape{sim.NewShape(sim.Circle, 1, sim.Surface{}, sim.Vec{X: 9})}
		s.Joints, s.Fields, s.Actuators, s.Pairs = make([]sim.Joint, 1), make([]sim.Field, 1), make([]sim.Actuator, 1), make([]sim.Pair, 1)
		return &s
	}
	parts := []struct {
		name string
		of   func(s *sim.Scene) any
	}{
		{"", func(s *sim.Scene) any { return s }}, {"wall.", func(s *sim.Scene) any { return &s.Walls[0] }}, {"body.", func(s *sim.Scene) any { return &s.Bodies[0] }},
		{"shape.", func(s *sim.Scene) any { return &s.Bodies[0].Shapes[0] }}, {"joint.", func(s *sim.Scene) any { return &s.Joints[0] }}, {"field.", func(s *sim.Scene) any { return &s.Fields[0] }},
		{"actuator.", func(s *sim.Scene) any { return &s.Actuators[0] }}, {"pair.", func(s *sim.Scene) any { return &s.Pairs[0] }},
	}
	var laws []string
	for _, part := range parts {
		kind := reflect.TypeOf(part.of(made())).Elem()
		for k := range kind.NumField() {
			s := made()
			if changed(reflect.ValueOf(part.of(s)).Elem().Field(k)) && reflect.DeepEqual(skeleton(s), skeleton(made())) {
				laws = append(laws, part.name+kind.Field(k).Name)
			}
		}
	}
	want := strings.Fields(`Substeps Iterations Slop Bias Gravity Damping ChipmunkOrder Primed wall.Friction wall.Elasticity body.Mass body.Moment body.Grip
		shape.Friction shape.Elasticity joint.Stiffness joint.Damping joint.Rate joint.MaxTorque field.Strength field.Limit
		actuator.Low actuator.High actuator.Stiffness actuator.Damping pair.Friction pair.Elasticity`)
	if !slices.Equal(laws, want) {
		t.Errorf("these may change:\n%v\nwant\n%v", laws, want)
	}
}
