package console

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"orrery/sim/input"
)

// Settings is the value of a flag that collects key=number. Each number has the unit of
// the parameter that is its key.
type Settings map[string]float64

// Set implements pflag.Value.
func (s Settings) Set(text string) error {
	key, value, found := strings.Cut(text, "=")
	number, ok := input.ParseNumber(value)
	if !found || key == "" || !ok {
		return errors.New("must be key=number")
	}
	s[key] = number
	return nil
}

// Type implements pflag.Value.
func (s Settings) Type() string { return "key=number" }

// String implements pflag.Value; nothing is set by default.
func (s Settings) String() string { return "" }

// Flags returns the settings as a command line has them.
func (s Settings) Flags(name string) string {
	var text strings.Builder
	for _, key := range slices.Sorted(maps.Keys(s)) {
		fmt.Fprintf(&text, " --%s %s=%v", name, key, s[key])
	}
	return text.String()
}
