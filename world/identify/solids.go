package identify

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"orrery/sim"
)

// Solids is a law by which masses and moments of dynamic bodies follow from their shapes. It serves
// scenes whose bodies are drawn anew for each episode, so that none has a mass of its own.
type Solids struct {
	Power   float64      `json:"power"` // exponent of the area with which masses grow: 1 for plates of one thickness
	Classes []SolidClass `json:"classes"`
}

// SolidClass is the bodies of one material and one kind of shape.
type SolidClass struct {
	Name     string        `json:"name"` // for people: the material, or else the kind of shape
	Material string        `json:"material,omitempty"`
	Kind     sim.ShapeKind `json:"kind"`    // of the first shape
	Density  float64       `json:"density"` // kg/m² to the Power
	Moment   float64       `json:"moment"`  // factor on that of a plate of the same mass
}

// NewSolids returns the law of plates that together have the mass of the dynamic bodies of some scenes, with
// a class for each that these are of, in the order in which they come.
func NewSolids(scenes []*sim.Scene) *Solids {
	l := &Solids{Power: 1}
	mass, whole := 0.0, 0.0
	for _, s := range scenes {
		for i := range s.Bodies {
			b := &s.Bodies[i]
			if b.Kind != sim.Dynamic {
				continue
			}
			area, _ := plate(b)
			if mass, whole = mass+b.Mass, whole+area; l.class(b) != nil {
				continue
			}
			c := SolidClass{Material: b.Shapes[0].Material, Kind: b.Shapes[0].Kind, Density: 1, Moment: 1}
			if c.Name = c.Material; c.Name == "" {
				c.Name = string(c.Kind)
			}
			l.Classes = append(l.Classes, c)
		}
	}
	for i := range l.Classes {
		if density := mass / whole; density > 0 && finite(density) {
			l.Classes[i].Density = density
		}
	}
	return l
}

// class returns the class of a body, or nil.
func (l *Solids) class(b *sim.Body) *SolidClass {
	if len(b.Shapes) == 0 {
		return nil
	}
	i := slices.IndexFunc(l.Classes, func(c SolidClass) bool {
		return c.Material == b.Shapes[0].Material && c.Kind == b.Shapes[0].Kind
	})
	if i < 0 {
		return nil
	}
	return &l.Classes[i]
}

// Clone returns a copy that shares nothing with the law.
func (l *Solids) Clone() *Solids {
	c := *l
	c.Classes = slices.Clone(l.Classes)
	return &c
}

// Set gives the dynamic bodies of a scene the masses and moments of the law. Bodies of classes
// that it does not have keep theirs.
func (l *Solids) Set(scene *sim.Scene) {
	for i := range scene.Bodies {
		b := &scene.Bodies[i]
		c := l.class(b)
		if b.Kind != sim.Dynamic || c == nil {
			continue
		}
		area, spread := plate(b)
		b.Mass = within(c.Density * math.Pow(area, l.Power))
		b.Moment = within(c.Moment * b.Mass * spread)
	}
}

func within(v float64) float64 { return min(max(v, sim.MinMagnitude), sim.MaxMagnitude) }

// plate returns the area of a body in m² and its moment per mass about its origin in m², were it
// a plate of one thickness. Shapes that overlap count twice; the rounding of polygons adds to the
// area alone.
func plate(b *sim.Body) (area, spread float64) {
	second := 0.0 // m⁴
	for i := range b.Shapes {
		s := &b.Shapes[i]
		r := s.Radius
		switch s.Kind {
		case sim.Circle:
			a := math.Pi * r * r
			area, second = area+a, second+a*(r*r/2+s.Vertices[0].Dot(s.Vertices[0]))
		case sim.Segment:
			p, q := s.Vertices[0], s.Vertices[1]
			length, middle := q.Sub(p).Len(), p.Add(q).Scale(0.5)
			a := 2*r*length + math.Pi*r*r
			area, second = area+a, second+a*(length*length/12+r*r/2+middle.Dot(middle))
		case sim.Polygon:
			a, m, round := 0.0, 0.0, 0.0
			for k, p := range s.Vertices {
				q := s.Vertices[(k+1)%len(s.Vertices)]
				cross := p.Cross(q) / 2
				a, m, round = a+cross, m+cross*(p.Dot(p)+p.Dot(q)+q.Dot(q))/6, round+q.Sub(p).Len()
			}
			whole := a + r*round + math.Pi*r*r
			area, second = area+whole, second+m*whole/a
		}
	}
	if !(area > 0) { // segments of no width
		return 1, 1
	}
	return area, second / area
}

// DecodeValues reads what json.Marshal writes of Values. It returns an error that names what no scene can
// have.
func DecodeValues(text []byte) (*Values, error) {
	v := &Values{}
	if err := json.Unmarshal(text, v); err != nil {
		return nil, err
	}
	for _, p := range v.Parameters {
		if _, err := ParseName(string(p.Name)); err != nil {
			return nil, err
		}
		if p.Identifiable && !finite(p.Value) {
			return nil, fmt.Errorf("%s of %s %v must be finite", p.Name, p.Of, p.Value)
		}
	}
	if v.Solids == nil {
		return v, nil
	}
	if !finite(v.Solids.Power) {
		return nil, fmt.Errorf("power %v must be finite", v.Solids.Power)
	}
	for _, c := range v.Solids.Classes {
		if !(c.Density > 0 && c.Moment > 0 && finite(c.Density) && finite(c.Moment)) {
			return nil, fmt.Errorf("density %v and moment %v of %s must be above 0", c.Density, c.Moment, c.Name)
		}
	}
	return v, nil
}

func finite(v float64) bool { return v-v == 0 }

// Values are what was identified, as scenes take them on that were not seen before too.
type Values struct {
	Parameters []Parameter `json:"parameters"`
	Solids     *Solids     `json:"solids,omitempty"` // nil where each body has a mass of its own
}

// Fill returns a copy of scene that has the values; see the function Fill.
func (v *Values) Fill(scene *sim.Scene) (*sim.Scene, error) {
	if v.Solids != nil {
		scene = clone(scene)
		v.Solids.Set(scene)
	}
	return Fill(scene, v.Parameters, nil)
}
