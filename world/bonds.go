package world

import (
	"fmt"
	"slices"

	"orrery/sim"
)

// BondsIn returns the kinds of joint and of field that occur in trajectories, each
// once and sorted by name. It returns nil for none.
func BondsIn(trajectories []*sim.Trajectory) (joints []sim.JointKind, fields []sim.FieldKind) {
	for _, t := range trajectories {
		for i := range t.Scene.Joints {
			joints = include(joints, t.Scene.Joints[i].Kind)
		}
		for i := range t.Scene.Fields {
			fields = include(fields, t.Scene.Fields[i].Kind)
		}
	}
	return joints, fields
}

// include returns a sorted list with x in it.
func include[K ~string](list []K, x K) []K {
	if at, found := slices.BinarySearch(list, x); !found {
		return slices.Insert(list, at, x)
	}
	return list
}

// CheckBonds returns an error that names the first kind of joint or field that does
// not exist or is listed twice.
func CheckBonds(joints []sim.JointKind, fields []sim.FieldKind) error {
	if err := checkKinds("joints", joints, sim.Kinds[sim.JointKind]()); err != nil {
		return err
	}
	return checkKinds("fields", fields, sim.Kinds[sim.FieldKind]())
}

func checkKinds[K ~string](name string, list, all []K) error {
	for i, kind := range list {
		if !slices.Contains(all, kind) || slices.Contains(list[:i], kind) {
			return fmt.Errorf("%s: %q must be one of %q, and once", name, kind, all)
		}
	}
	return nil
}

// KnowsBonds returns an error that names the first joint or field of scene whose kind
// is not in the lists.
func KnowsBonds(scene *sim.Scene, joints []sim.JointKind, fields []sim.FieldKind) error {
	for i := range scene.Joints {
		if kind := scene.Joints[i].Kind; !slices.Contains(joints, kind) {
			return fmt.Errorf("joint %d is a %s and the model was trained without", i, kind)
		}
	}
	for i := range scene.Fields {
		if kind := scene.Fields[i].Kind; !slices.Contains(fields, kind) {
			return fmt.Errorf("field %d is %s and the model was trained without", i, kind)
		}
	}
	return nil
}
