package lerobot

import (
	"fmt"
	"strings"
)

// Notation is how callers write what data mean, which errors repeat in their way.
type Notation int

// The notations.
const (
	Flags    Notation = iota // --layout pusht --map body0.x=observation.state[0]
	Keywords                 // layout="pusht", mapping={"body0.x": "observation.state[0]"}
)

// mostShown bounds what is repeated of each part of a mapping, in bytes.
const mostShown = 60

// Scene returns how a scene is told, or the name of the option where the value is empty.
func (n Notation) Scene(value string) string { return n.option("scene", value) }

// Layout returns how a layout is told, likewise.
func (n Notation) Layout(value string) string { return n.option("layout", value) }

func (n Notation) option(name, value string) string {
	switch n {
	case Flags:
		return strings.TrimSpace(fmt.Sprintf("--%s %s", name, value))
	case Keywords:
		if value == "" {
			return name
		}
		return fmt.Sprintf("%s=%q", name, value)
	}
	panic("lerobot: an unknown notation")
}

// Map returns how quantities are mapped, each followed by its source, or the name of the option where there are none.
func (n Notation) Map(pairs ...string) string {
	name, form := "--map ", "%.*s=%.*s"
	if n == Keywords {
		name, form = "mapping=", "%.*q: %.*q"
	}
	var all []string
	for i := 1; i < len(pairs); i += 2 {
		all = append(all, fmt.Sprintf(form, mostShown, pairs[i-1], mostShown, pairs[i]))
	}
	switch {
	case len(all) == 0:
		return name[:len(name)-1]
	case n == Keywords:
		return name + "{" + strings.Join(all, ", ") + "}"
	}
	return name + strings.Join(all, ",")
}
