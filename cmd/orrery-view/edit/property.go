package edit

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"orrery/sim/scenario/file"
)

// Section is properties of one thing.
type Section struct {
	Title      string
	Properties []Property
}

// Property is something that can be set of what is selected, of the scene or of its task.
type Property struct {
	Name    string   // what it is, in a word or two
	Unit    string   // of a number, or empty
	Value   string   // as it may be typed; empty where nothing is given
	Usual   string   // what applies then
	Choices []string // all that it may be, or nil for any text
	Step    float64  // by which a number changes while it is dragged, in its unit for each pixel; 0 for what is no number
	Fixed   bool     // only shown, for it has no text that could be typed

	set func(f *file.Scenario, text string) error
}

// Set sets the property to a text that was typed: one entry of the document's history, or an error in words that leaves
// everything as it was.
func (p *Property) Set(d *Document, text string) error {
	if p.Fixed {
		return fmt.Errorf("%s: it can only be changed in the file", p.Name)
	}
	return d.Change(p.Name, func(f *file.Scenario) error { return p.change(f, text) })
}

func (p *Property) change(f *file.Scenario, text string) error {
	if err := p.set(f, text); err != nil {
		return fmt.Errorf("%s: %w", p.Name, err)
	}
	return nil
}

// Dragged reports whether the property is a number that can be dragged.
func (p *Property) Dragged() bool { return p.Step > 0 && !p.Fixed && !math.IsNaN(p.number()) }

// number returns the value as a number as it stands, or NaN.
func (p *Property) number() float64 {
	text := p.Value
	if text == "" {
		text, _, _ = strings.Cut(p.Usual, " ")
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return math.NaN()
	}
	return v
}

// Drag changes the number within a gesture of the document by some pixels, from what it was when the gesture began.
func (p *Property) Drag(d *Document, pixels float64) error {
	if !p.Dragged() {
		return fmt.Errorf("%s: it cannot be dragged", p.Name)
	}
	// Whole steps keep the texts short.
	v := p.Step * math.Round(p.number()/p.Step+pixels)
	text := strconv.FormatFloat(v, 'g', 6, 64)
	return d.Try(func(f *file.Scenario) error { return p.change(f, text) })
}

// number returns the property of a number of the file.
func number(name, unit, usual string, step float64, f *file.Scenario, of func(f *file.Scenario) *file.Number) Property {
	value, typed := format(*of(f))
	return Property{Name: name, Unit: unit, Value: value, Usual: usual, Step: step, Fixed: !typed, set: func(f *file.Scenario, text string) error {
		n, err := parse(text, unit)
		if err == nil {
			*of(f) = n
		}
		return err
	}}
}

// coordinate returns the property of one of the numbers of a point that may be missing.
func coordinate(name, unit string, step float64, axis int, f *file.Scenario, of func(f *file.Scenario) **file.Point) Property {
	p := Property{Name: name, Unit: unit, Usual: "0", Step: step}
	if at := *of(f); at != nil {
		var typed bool
		p.Value, typed = format(at[axis])
		p.Fixed = !typed
	}
	p.set = func(f *file.Scenario, text string) error {
		n, err := parse(text, unit)
		if err != nil {
			return err
		}
		if n.IsZero() {
			n = file.Value(0)
		}
		at := of(f)
		now := file.At(0, 0)
		if *at != nil {
			now = **at
		}
		now[axis] = n
		*at = &now
		return nil
	}
	return p
}

// word returns the property of a text of the file, and what must be done when it changes.
func word(name, usual string, choices []string, f *file.Scenario, of func(f *file.Scenario) *string, changed func(f *file.Scenario, from, to string)) Property {
	return Property{Name: name, Value: *of(f), Usual: usual, Choices: choices, set: func(f *file.Scenario, text string) error {
		text = strings.TrimSpace(text)
		from := *of(f)
		*of(f) = text
		if changed != nil && from != text {
			changed(f, from, text)
		}
		return nil
	}}
}

// wholeNumber returns the property of a whole number of the file, of which 0 stands for what is usual.
func wholeNumber(name, unit string, usual int, f *file.Scenario, of func(f *file.Scenario) *int) Property {
	p := Property{Name: name, Unit: unit, Usual: strconv.Itoa(usual), Step: 0.2}
	if n := *of(f); n != 0 {
		p.Value = strconv.Itoa(n)
	}
	p.set = func(f *file.Scenario, text string) error {
		text = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(text), unit))
		if text == "" {
			*of(f) = 0
			return nil
		}
		v, err := strconv.ParseFloat(text, 64)
		if err != nil || !(math.Abs(v) < 1e9) {
			return fmt.Errorf("%q must be a whole number", text)
		}
		if *of(f) = int(math.Round(v)); *of(f) < 1 {
			return fmt.Errorf("%s must be at least 1", text)
		}
		return nil
	}
	return p
}

// merged returns the properties that all of several things have, of which a change is one of all.
func merged(all [][]Property) []Property {
	var out []Property
	for _, p := range all[0] {
		sets := []func(*file.Scenario, string) error{p.set}
		for _, others := range all[1:] {
			for _, other := range others {
				if other.Name == p.Name {
					sets = append(sets, other.set)
					if p.Fixed = p.Fixed || other.Fixed; other.Value != p.Value {
						p.Value, p.Usual, p.Step = "", "several", 0
					}
				}
			}
		}
		if len(sets) < len(all) || p.Name == "name" && len(all) > 1 {
			continue
		}
		p.set = func(f *file.Scenario, text string) error {
			for _, set := range sets {
				if err := set(f, text); err != nil {
					return err
				}
			}
			return nil
		}
		out = append(out, p)
	}
	return out
}
