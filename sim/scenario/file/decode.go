package file

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"orrery/sim/input"
)

// How much a scenario file may hold. The limits keep a hostile file from taking the memory
// of its reader; how much a scene may hold is a rule of sim.
const (
	MaxBytes = 4 << 20

	maxEntries  = 1000 // of any list of the file
	maxVertices = 500  // of an outline, as package polygon has it
	maxGoals    = 64
)

// Mistake is something in a scenario file that breaks a rule.
type Mistake struct {
	Pointer string // JSON pointer of the value
	Rule    string // the value and the rule

	Offset int // bytes into the text of the value, if that is a text such as an expression

	Line, Column int // from 1 on, in characters
}

// Mistakes are all that is wrong with a file.
type Mistakes struct {
	Name string // of the file
	List []Mistake
}

// Error returns a line for each mistake: file, line, column, JSON pointer and rule.
func (m *Mistakes) Error() string {
	lines := make([]string, len(m.List))
	for i, mistake := range m.List {
		place := mistake.Pointer
		if place != "" {
			place += ": "
		}
		lines[i] = fmt.Sprintf("%s:%d:%d: %s%s", m.Name, mistake.Line, mistake.Column, place, mistake.Rule)
	}
	return strings.Join(lines, "\n")
}

// Source is the text of a scenario file and where it comes from.
type Source struct {
	Name string // of the file
	Text []byte
}

// Decode reads a scenario. The error is *Mistakes. What it could not read is left out of
// the scenario, which is never nil, so that what else is wrong with it can be found.
func (s Source) Decode() (*Scenario, error) {
	scenario := new(Scenario)
	if len(s.Text) > MaxBytes {
		return scenario, &Mistakes{s.Name, []Mistake{{Rule: fmt.Sprintf("a file of %d bytes must have at most %d", len(s.Text), MaxBytes), Line: 1, Column: 1}}}
	}
	var list []Mistake
	for _, m := range input.DecodeEveryJSON(s.Text, scenario, most) {
		list = append(list, Mistake{Pointer: m.Pointer(), Rule: m.Rule, Line: m.Line, Column: m.Column})
	}
	if len(list) > 0 {
		return scenario, &Mistakes{s.Name, list}
	}
	return scenario, nil
}

var most = map[string]int{
	"params": maxEntries, "let": maxEntries, "materials": maxEntries, "pairs": maxEntries, "walls": maxEntries, "bodies": maxEntries,
	"joints": maxEntries, "fields": maxEntries, "actuators": maxEntries, "points": maxEntries, "regions": maxEntries, "goals": maxGoals,
	"polygon": maxVertices, "segment": 2, "chain": maxVertices, "shapes": 64, "variants": 100, "choice": maxEntries, "weights": maxEntries,
	"open": 4, "measures": maxEntries, "cost": 100, "all": 100, "any": 100, "observe": maxEntries, "policies": 100, "waypoints": maxEntries,
	"see": 10,
}

// Join returns the error for what Decode found and for what breaks rules besides, or nil.
// Of the latter it leaves out what only follows from the former: what is said of a value
// around or within one that could not be read.
func (s Source) Join(decoded error, more []Mistake) error {
	all := &Mistakes{Name: s.Name}
	if m, ok := decoded.(*Mistakes); ok {
		all.List = m.List
	}
	first := len(all.List)
	var offsets map[string]int
	text := bytes.TrimPrefix(s.Text, []byte("\ufeff"))
	for _, m := range more {
		if slices.ContainsFunc(all.List[:first], func(known Mistake) bool {
			return contains(known.Pointer, m.Pointer) || contains(m.Pointer, known.Pointer)
		}) {
			continue
		}
		if offsets == nil {
			offsets = input.Offsets(text)
		}
		m.Line, m.Column = input.Position(text, place(text, offsets, m))
		all.List = append(all.List, m)
	}
	if len(all.List) == 0 {
		return nil
	}
	slices.SortStableFunc(all.List, func(a, b Mistake) int { return cmp.Or(a.Line-b.Line, a.Column-b.Column) })
	all.List = slices.Compact(all.List)
	return all
}

// contains reports whether the value of a pointer is that of another one, or around it.
func contains(around, pointer string) bool {
	return pointer == around || strings.HasPrefix(pointer, around+"/")
}

// place returns the offset of what a mistake is about.
func place(text []byte, offsets map[string]int, m Mistake) int {
	for pointer := m.Pointer; ; {
		if offset, ok := offsets[pointer]; ok {
			if m.Offset > 0 && pointer == m.Pointer && offset < len(text) && text[offset] == '"' {
				offset += 1 + m.Offset
			}
			return min(offset, len(text))
		}
		i := strings.LastIndexByte(pointer, '/')
		if i < 0 {
			return 0
		}
		pointer = pointer[:i]
	}
}
