// Package input reads what people write: JSON, decimal numbers and names. What is wrong is
// said in their words, with place, value and rule, and never in those of Go's packages.
//
//	if err := input.DecodeStrictJSON(text, &settings); err != nil {
//		return fmt.Errorf("%s: %w", file, err) // s.json: line 3, column 5: rounds: "x" must be a whole number
//	}
//
//	number, ok := input.ParseNumber("29.97")
//
//	return fmt.Errorf("unknown field %q%s", name, input.Perhaps(name, fields)) // …, perhaps "radius"
//
// It knows nothing of scenes. Everything here is safe for concurrent use.
package input
