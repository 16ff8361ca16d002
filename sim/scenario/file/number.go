package file

// Number is a number as it stands, an expression, or chance; exactly one of its fields is
// set, or none where nothing is given.
type Number struct {
	Value  *float64 // in the unit of whatever the number is for
	Text   *string  // an expression of sim/expression
	Chance *Chance
}

// Chance is how a number is drawn; exactly one of Range, Normal and Choice is set.
type Chance struct {
	Range   *[2]Number `json:"range,omitempty" jsonschema_description:"all values from the first to the second, in the unit of the number, are equally likely"`
	Integer bool       `json:"integer,omitempty" jsonschema_description:"of a range: whole numbers only, both ends included"`
	Normal  *[2]Number `json:"normal,omitempty" jsonschema_description:"mean and standard deviation of a normal distribution"`
	Choice  []Number   `json:"choice,omitempty" jsonschema_description:"one of these, each in the unit of the number"`
	Weights []Number   `json:"weights,omitempty" jsonschema_description:"how likely each choice is, weights relative to each other; all alike by default"`
}

// Value returns a number as it stands, in the unit of whatever it is for.
func Value(x float64) Number { return Number{Value: &x} }

// Text returns a number by an expression, in the unit of whatever it is for.
func Text(expression string) Number { return Number{Text: &expression} }

// IsZero reports whether nothing is given.
func (n Number) IsZero() bool { return n == Number{} }

// Form implements input.Forms.
func (n *Number) Form(letter byte) any {
	switch letter {
	case '0':
		n.Value = new(float64)
		return n.Value
	case '"':
		n.Text = new(string)
		return n.Text
	case '{':
		n.Chance = new(Chance)
		return n.Chance
	}
	return nil
}

// Words implements input.Forms.
func (*Number) Words() string {
	return `a number, an expression in quotes or chance such as {"range": [1, 2]}`
}

// MarshalJSON returns the form that is set.
func (n Number) MarshalJSON() ([]byte, error) {
	switch {
	case n.Text != nil:
		return plain(*n.Text)
	case n.Chance != nil:
		return plain(n.Chance)
	}
	return plain(n.Value)
}

// Point is [x, y] in metres, unless said otherwise.
type Point [2]Number

// At returns a point of two numbers in metres.
func At(x, y float64) Point { return Point{Value(x), Value(y)} }

// Spot is a place in the world: [x, y], or the name of a point.
type Spot struct {
	At   *Point
	Name *string
}

// Form implements input.Forms.
func (s *Spot) Form(letter byte) any {
	switch letter {
	case '[':
		s.At = new(Point)
		return s.At
	case '"':
		s.Name = new(string)
		return s.Name
	}
	return nil
}

// Words implements input.Forms.
func (*Spot) Words() string { return "a place [x, y] or the name of a point" }

// MarshalJSON returns the form that is set.
func (s Spot) MarshalJSON() ([]byte, error) {
	if s.Name != nil {
		return plain(*s.Name)
	}
	return plain(s.At)
}

// Names is one name or a list of names.
type Names struct {
	One  *string
	List []Word
}

// Word is a name in a list.
type Word string

// Form implements input.Forms.
func (w *Word) Form(letter byte) any {
	if letter == '"' {
		return (*string)(w)
	}
	return nil
}

// Words implements input.Forms.
func (*Word) Words() string {
	return `a name in double quotes; places have names in "points", such as "points": {"end": [1, 0]}`
}

// All returns the names.
func (n *Names) All() []string {
	if n.One != nil {
		return []string{*n.One}
	}
	all := make([]string, len(n.List))
	for i, word := range n.List {
		all[i] = string(word)
	}
	return all
}

// IsZero reports whether nothing is given.
func (n Names) IsZero() bool { return n.One == nil && n.List == nil }

// Form implements input.Forms.
func (n *Names) Form(letter byte) any {
	switch letter {
	case '[':
		return &n.List
	case '"':
		n.One = new(string)
		return n.One
	}
	return nil
}

// Words implements input.Forms.
func (*Names) Words() string { return "a name or a list of names" }

// MarshalJSON returns the form that is set.
func (n Names) MarshalJSON() ([]byte, error) {
	if n.One != nil {
		return plain(*n.One)
	}
	return plain(n.List)
}
