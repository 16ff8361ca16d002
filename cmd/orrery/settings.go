package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"orrery/sim"
)

// settings is the value of a flag that collects key=number.
type settings map[string]float64

// Set implements pflag.Value.
func (s settings) Set(text string) error {
	key, value, found := strings.Cut(text, "=")
	number, ok := sim.ParseNumber(value)
	if !found || key == "" || !ok {
		return errors.New("must be key=number")
	}
	s[key] = number
	return nil
}

// Type implements pflag.Value.
func (s settings) Type() string { return "key=number" }

// String implements pflag.Value; nothing is set by default.
func (s settings) String() string { return "" }

// flags returns the settings as a command line has them.
func (s settings) flags(name string) string {
	var text strings.Builder
	for _, key := range slices.Sorted(maps.Keys(s)) {
		fmt.Fprintf(&text, " --%s %s=%v", name, key, s[key])
	}
	return text.String()
}
