package identify

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Name says which quantity of a scene a Parameter is.
type Name string

// The quantities that motion may tell. Gravity points down (-y); what pulls to the right (x) is
// Gravity of Sideways. Damping is that of a spring. Grip is friction with the ground.
const (
	Gravity    Name = "gravity"    // m/s²
	Drag       Name = "drag"       // 1/s, share of its velocity a body loses
	Elasticity Name = "elasticity" // coefficient of restitution of a contact
	Friction   Name = "friction"   // coefficient of a contact
	Mass       Name = "mass"       // kg
	Moment     Name = "moment"     // kg·m² about the centre of mass
	Radius     Name = "radius"     // m, of a circle
	Stiffness  Name = "stiffness"  // N/m, of a spring
	Damping    Name = "damping"    // N·s/m, of a spring
	Length     Name = "length"     // m, of a spring at rest, a pin or a rope
	Anchor     Name = "anchor"     // m, one coordinate of where a joint holds a body
	Strength   Name = "strength"   // N/m or N·m² of a field, N·m of a motor
	Grip       Name = "grip"       // m/s² or rad/s²
)

// Names returns all names, in the order in which parameters are listed.
func Names() []Name {
	return []Name{Gravity, Drag, Elasticity, Friction, Mass, Moment, Radius, Stiffness, Damping, Length, Anchor, Strength, Grip}
}

// ParseName returns the name that a text is, or an error that lists those there are.
func ParseName(text string) (Name, error) {
	if slices.Contains(Names(), Name(text)) {
		return Name(text), nil
	}
	var all []string
	for _, n := range Names() {
		all = append(all, string(n))
	}
	return "", fmt.Errorf("quantity %q must be one of %s", text, strings.Join(all, ", "))
}

// What a Parameter may be of besides a body, a joint, or a pair of bodies or materials.
const (
	Scene    = "scene" // gravity and drag; elasticity and friction of any two bodies
	Sideways = "scene x"
	Wall     = "wall" // elasticity and friction of any body and any wall
)

// Parameter is one number of a scene, as motion shows it.
type Parameter struct {
	Name         Name
	Of           string  // Scene, Wall, a body's name, a pair "A-B" of bodies, of a body and a wall or of materials, or a joint's name, each as Label has them
	Value        float64 // in Unit; 0 where it is not identifiable
	Lo, Hi       float64 // in Unit, ends of the 95 % interval; 0 where it is not identifiable, but for a Lo that it has at least
	Unit         string  // empty for coefficients
	Identifiable bool
	Why          string // how it was identified, or why it cannot be, in a short plain sentence
}

// Known returns the parameter that an estimate and its 95 % interval make.
func Known(name Name, of string, value, lo, hi float64, unit, why string) Parameter {
	return Parameter{Name: name, Of: of, Value: value, Lo: lo, Hi: hi, Unit: unit, Identifiable: true, Why: why}
}

// Unknown returns the parameter that motion does not tell, for a reason.
func Unknown(name Name, of, unit, why string) Parameter {
	return Parameter{Name: name, Of: of, Unit: unit, Why: why}
}

// AtLeast returns the parameter of which motion tells no more than that it has this value at least, which is more than 0, for a reason.
func AtLeast(name Name, of string, least float64, unit, why string) Parameter {
	return Parameter{Name: name, Of: of, Lo: least, Unit: unit, Why: why}
}

// written is a Parameter in JSON.
type written struct {
	Name         Name     `json:"name"`
	Of           string   `json:"of"`
	Value        *float64 `json:"value"` // null where it is not identifiable
	Lo           *float64 `json:"lo95"`
	Hi           *float64 `json:"hi95"`
	Unit         string   `json:"unit"`
	Identifiable bool     `json:"identifiable"`
	Why          string   `json:"why"`
}

// MarshalJSON writes name, of, value, lo95, hi95, unit, identifiable and why. What is not
// identifiable has null for its numbers, but for the lower end of the interval where that is known.
func (p Parameter) MarshalJSON() ([]byte, error) {
	w := written{Name: p.Name, Of: p.Of, Unit: p.Unit, Identifiable: p.Identifiable, Why: p.Why}
	if p.Identifiable {
		w.Value, w.Lo, w.Hi = finiteOrNil(p.Value), finiteOrNil(p.Lo), finiteOrNil(p.Hi)
	} else if p.Lo > 0 {
		w.Lo = finiteOrNil(p.Lo)
	}
	return json.Marshal(w)
}

// UnmarshalJSON reads what MarshalJSON writes. An end of an interval that is null is infinite.
func (p *Parameter) UnmarshalJSON(data []byte) error {
	var w written
	if err := json.Unmarshal(data, &w); err != nil {
		return err
	}
	*p = Parameter{Name: w.Name, Of: w.Of, Unit: w.Unit, Identifiable: w.Identifiable, Why: w.Why}
	or := func(v *float64, none float64) float64 {
		if v == nil {
			return none
		}
		return *v
	}
	if !w.Identifiable {
		p.Lo = or(w.Lo, 0)
		return nil
	}
	p.Value, p.Lo, p.Hi = or(w.Value, 0), or(w.Lo, math.Inf(-1)), or(w.Hi, math.Inf(1))
	return nil
}

func finiteOrNil(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}

// Merge returns the parameters of several lists as one, sorted by Names and then in the order
// in which they come. Of a parameter that is there more than once the identifiable one stays, and
// of these the one with the narrowest interval; of those that are not the one with the highest least value.
func Merge(lists ...[]Parameter) []Parameter {
	type key struct {
		name Name
		of   string
	}
	at := map[key]int{}
	var out []Parameter
	for _, list := range lists {
		for _, p := range list {
			k, ok := at[key{p.Name, p.Of}]
			if !ok {
				at[key{p.Name, p.Of}] = len(out)
				out = append(out, p)
				continue
			}
			if better(&p, &out[k]) {
				out[k] = p
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Parameter) int {
		return cmp.Compare(slices.Index(Names(), a.Name), slices.Index(Names(), b.Name))
	})
	return out
}

// better reports whether p tells more than q of the same quantity.
func better(p, q *Parameter) bool {
	if p.Identifiable != q.Identifiable {
		return p.Identifiable
	}
	if !p.Identifiable {
		return p.Lo > q.Lo
	}
	return p.Hi-p.Lo < q.Hi-q.Lo
}

// Twins returns parameters with those that are not identifiable for the same reason as one: its
// Of is the list of theirs, parted by commas.
func Twins(list []Parameter) []Parameter {
	var out []Parameter
	for _, p := range list {
		k := slices.IndexFunc(out, func(o Parameter) bool {
			return !p.Identifiable && !o.Identifiable && o.Name == p.Name && o.Why == p.Why
		})
		if k < 0 {
			out = append(out, p)
		} else {
			out[k].Of += ", " + p.Of
		}
	}
	return out
}
