package edit

import (
	"reflect"
	"slices"
	"strconv"
	"strings"

	"orrery/sim/scenario/file"
)

// endsOf returns what a joint ties, or nil.
func endsOf(j *file.Joint) *[2]string {
	for _, ends := range []*[2]string{j.Pivot, j.Pin, j.Rope, j.Groove, j.Spring, j.Motor} {
		if ends != nil {
			return ends
		}
	}
	return nil
}

// fieldEnds returns the bodies of a field, or nil.
func fieldEnds(f *file.Field) *[2]string {
	if f.Linear != nil {
		return f.Linear
	}
	return f.InverseSquare
}

// driven returns the body that an actuator drives, or nil.
func driven(a *file.Actuator) *string {
	for _, body := range []*string{&a.Force, &a.Thrust, &a.Torque, &a.Velocity, &a.Servo, &a.Steer} {
		if *body != "" {
			return body
		}
	}
	return nil
}

// referTo changes all references to bodies, to points and to their copies: those of joints, fields, actuators and goals,
// and those of the task and the policies.
func referTo(f *file.Scenario, change func(string) string) {
	set := func(s *string) {
		if *s != "" && *s != "world" {
			*s = change(*s)
		}
	}
	for i := range f.Joints {
		if ends := endsOf(&f.Joints[i]); ends != nil {
			set(&ends[0])
			set(&ends[1])
		}
	}
	for i := range f.Fields {
		if ends := fieldEnds(&f.Fields[i]); ends != nil {
			set(&ends[0])
			set(&ends[1])
		}
	}
	for i := range f.Actuators {
		a := &f.Actuators[i]
		if body := driven(a); body != nil {
			set(body)
		}
		set(&a.Against)
	}
	for i := range f.Goals {
		g := &f.Goals[i]
		set(&g.Body)
		if g.Place != nil && g.Place.Name != nil {
			set(g.Place.Name)
		}
		if strings.Contains(g.Point, ".") {
			set(&g.Point)
		}
	}
	for i := range f.Policies {
		way := f.Policies[i].Way
		if way == nil {
			continue
		}
		set(&way.Body)
		for k := range way.Waypoints {
			if at := way.Waypoints[k].At; at != nil && at.Name != nil {
				set(at.Name)
			}
		}
	}
	if f.Task != nil {
		for i := range f.Task.Observe {
			set(&f.Task.Observe[i].Of)
		}
		measured(reflect.ValueOf(f.Task), set)
	}
}

// measured calls a function with the names in all measures of a value.
func measured(v reflect.Value, set func(*string)) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			measured(v.Elem(), set)
		}
	case reflect.Slice:
		for i := range v.Len() {
			measured(v.Index(i), set)
		}
	case reflect.Struct:
		if names, ok := v.Addr().Interface().(*file.Names); ok {
			if names.One != nil {
				set(names.One)
			}
			for i := range names.List {
				set((*string)(&names.List[i]))
			}
			return
		}
		for i := range v.NumField() {
			measured(v.Field(i), set)
		}
	}
}

// baseOf returns the body or the point of the world that a reference begins with.
func baseOf(reference string) string {
	if end := strings.IndexAny(reference, ".["); end >= 0 {
		return reference[:end]
	}
	return reference
}

// renamed returns a change of references to things that have other names now.
func renamed(names map[string]string) func(string) string {
	return func(reference string) string {
		base := baseOf(reference)
		if now, ok := names[base]; ok {
			return now + reference[len(base):]
		}
		return reference
	}
}

// taken reports whether something in a file has a name already, or may have.
func taken(f *file.Scenario, name string) bool {
	if name == "world" || name == "arena" || name == "all" || name == "walls" || name == "bodies" || name == "goals" {
		return true
	}
	for _, b := range f.Bodies {
		if b.Name == name || !b.Count.IsZero() && strings.HasPrefix(name, b.Name) && digits(name[len(b.Name):]) {
			return true
		}
	}
	for prefix, count := range map[string]int{"body": len(f.Bodies), "wall": len(f.Walls), "joint": len(f.Joints), "field": len(f.Fields), "actuator": len(f.Actuators), "goal": len(f.Goals)} {
		if index, ok := strings.CutPrefix(name, prefix); ok && digits(index) {
			if k, err := strconv.Atoi(index); err == nil && k < count {
				return true // by default
			}
		}
	}
	return slices.ContainsFunc(f.Points, func(e entryP) bool { return e.Name == name }) ||
		slices.ContainsFunc(f.Walls, func(w file.Wall) bool { return w.Name == name }) ||
		slices.ContainsFunc(f.Joints, func(j file.Joint) bool { return j.Name == name }) ||
		slices.ContainsFunc(f.Fields, func(j file.Field) bool { return j.Name == name }) ||
		slices.ContainsFunc(f.Actuators, func(j file.Actuator) bool { return j.Name == name }) ||
		slices.ContainsFunc(f.Goals, func(j file.Goal) bool { return j.Name == name }) ||
		slices.ContainsFunc(f.Regions, func(e entryR) bool { return e.Name == name })
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// FreeName returns a name that nothing has yet: that of a first disc is disc1.
func FreeName(f *file.Scenario, base string) string {
	base = strings.TrimRight(base, "0123456789")
	if base == "" {
		base = "thing"
	}
	for slices.ContainsFunc(f.Bodies, func(b file.Body) bool { return b.Name == base && !b.Count.IsZero() }) {
		base += "_" // every number behind that name may be a copy's
	}
	for k := 1; ; k++ {
		if name := base + strconv.Itoa(k); !taken(f, name) {
			return name
		}
	}
}

// Rename lets all that refers to a thing of a file by name, such as ends of joints and measures, refer to it by another.
func Rename(f *file.Scenario, from, to string) {
	if from == "" || to == "" {
		return
	}
	referTo(f, renamed(map[string]string{from: to}))
	for i := range f.Goals {
		if f.Goals[i].Region == from {
			f.Goals[i].Region = to
		}
	}
}
