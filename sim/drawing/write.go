package drawing

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"

	"orrery/sim"
	"orrery/sim/input"
)

// Scenario returns the drawing as the text of a scenario file with a name. Notes of what
// had to be changed for that are added to the drawing.
func (d *Drawing) Scenario(name string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "{\n  \"format\": 2,\n  \"name\": %s,\n  \"gravity\": [0, -9.81],  // m/s²; [0, 0] for a table seen from above\n", text(name))
	used := map[string]bool{}
	for _, part := range []struct {
		key   string
		layer layer
	}{{"walls", walls}, {"bodies", bodies}, {"regions", regions}} {
		var entries []string
		for _, s := range d.shapes {
			if s.layer == part.layer {
				entries = append(entries, d.entry(&s, used))
			}
		}
		if len(entries) == 0 && part.layer != bodies {
			continue
		}
		open, shut := "[", "]"
		if part.layer == regions {
			open, shut = "{", "}"
		}
		fmt.Fprintf(&b, "  \"%s\": %s\n", part.key, open)
		for i, e := range entries {
			b.WriteString("    " + e)
			if i < len(entries)-1 {
				b.WriteByte(',')
			}
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "  %s,\n", shut)
	}
	fmt.Fprintf(&b, "}\n")
	return b.Bytes()
}

// entry returns one wall, body or region.
func (d *Drawing) entry(s *shape, used map[string]bool) string {
	var fields []string
	add := func(key, value string) { fields = append(fields, text(key)+": "+value) }
	name := d.unique(s, used)
	if s.layer != regions {
		add("name", text(name))
	}
	add(s.kind, values(s.values))
	if s.at != (sim.Vec{}) {
		add("at", values([]float64{s.at.X, s.at.Y}))
	}
	if angle := tidy(s.angle * 180 / math.Pi); angle != 0 {
		add("angle", text(number(angle)+"deg"))
	}
	if s.round > 0 {
		add("rounding", number(s.round))
	}
	for _, data := range s.data {
		if s.layer == bodies || data[0] == "material" || data[0] == "friction" || data[0] == "elasticity" {
			add(data[0], dataValue(data[1]))
		} else {
			d.Notes = append(d.Notes, Note{s.line, name, fmt.Sprintf("data-%s is only for bodies, and left out", data[0])})
		}
	}
	entry := "{ " + strings.Join(fields, ", ") + " }"
	if s.layer == regions {
		entry = text(name) + ": " + entry
	}
	return entry
}

// unique returns a name that expressions and references can use, and that is not used yet.
func (d *Drawing) unique(s *shape, used map[string]bool) string {
	name := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' {
			return r
		}
		return '_'
	}, s.name)
	if name == "" {
		name = s.kind
	}
	if unicode.IsDigit([]rune(name)[0]) {
		name = "_" + name
	}
	if s.name != "" && name != s.name {
		d.Notes = append(d.Notes, Note{s.line, fmt.Sprintf("id %q", s.name), fmt.Sprintf("names have letters, digits and _ only: it is called %q", name)})
	}
	free := name
	for k := 2; used[free]; k++ {
		free = name + "_" + strconv.Itoa(k)
	}
	used[free] = true
	return free
}

// dataValue returns what a data attribute says as JSON: numbers, lists of numbers, true and
// false as such, everything else as text.
func dataValue(value string) string {
	value = strings.TrimSpace(value)
	if json.Valid([]byte(value)) {
		return value
	}
	fields := strings.FieldsFunc(value, func(r rune) bool { return r == ' ' || r == ',' })
	numbers := make([]float64, len(fields))
	for i, f := range fields {
		var ok bool
		if numbers[i], ok = input.ParseNumber(f); !ok {
			return text(value)
		}
	}
	if len(numbers) == 1 {
		return number(numbers[0])
	}
	if len(numbers) == 0 {
		return text(value)
	}
	return values(numbers)
}

// values writes a number, a list of numbers or a list of points.
func values(v any) string {
	switch v := v.(type) {
	case float64:
		return number(v)
	case []float64:
		parts := make([]string, len(v))
		for i, x := range v {
			parts[i] = number(x)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case []sim.Vec:
		parts := make([]string, len(v))
		for i, p := range v {
			parts[i] = values([]float64{p.X, p.Y})
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	panic(fmt.Sprintf("drawing: %T is no value", v))
}

// tidy rounds to a hundredth of a micrometre, or of a millionth of a degree: what a drawing
// says beyond that is rounding.
func tidy(x float64) float64 { return math.Round(x*1e8)/1e8 + 0 }

func number(x float64) string { return strconv.FormatFloat(tidy(x), 'g', -1, 64) }

func text(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		panic(err) // a string can be encoded
	}
	return strings.TrimSuffix(b.String(), "\n")
}
