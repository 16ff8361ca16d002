package edit

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"orrery/sim/scenario/file"
)

// inWords returns an error without lines and files, which whoever draws does not see: of what it is about it gives the
// name. Of several mistakes it tells the first.
func inWords(err error, f *file.Scenario) error {
	var mistakes *file.Mistakes
	if !errors.As(err, &mistakes) || len(mistakes.List) == 0 {
		return err
	}
	m := mistakes.List[0]
	at, rule := place(m.Pointer, f), m.Rule
	for _, other := range strings.FieldsFunc(rule, func(r rune) bool { return r == ' ' || r == ',' }) {
		if strings.HasPrefix(other, "/") {
			rule = strings.Replace(rule, other, cmp.Or(place(other, f), other), 1)
		}
	}
	if at == "" {
		return errors.New(rule)
	}
	return fmt.Errorf("%s: %s", at, rule)
}

// place returns what a JSON pointer is called: that of /bodies/3/circle is "ball: circle".
func place(pointer string, f *file.Scenario) string {
	parts := strings.Split(strings.TrimPrefix(pointer, "/"), "/")
	if pointer == "" {
		return ""
	}
	if len(parts) > 1 {
		if index, err := strconv.Atoi(parts[1]); err == nil {
			name := ""
			for _, of := range []struct {
				list, one string
				name      func() string
				count     int
			}{
				{"bodies", "body", func() string { return f.Bodies[index].Name }, len(f.Bodies)},
				{"walls", "wall", func() string { return f.Walls[index].Name }, len(f.Walls)},
				{"joints", "joint", func() string { return f.Joints[index].Name }, len(f.Joints)},
				{"fields", "field", func() string { return f.Fields[index].Name }, len(f.Fields)},
				{"actuators", "actuator", func() string { return f.Actuators[index].Name }, len(f.Actuators)},
				{"goals", "goal", func() string { return f.Goals[index].Name }, len(f.Goals)},
			} {
				if parts[0] == of.list {
					if name = fmt.Sprintf("%s %d", of.one, index); index < of.count {
						name = cmp.Or(of.name(), name)
					}
				}
			}
			if name != "" {
				parts = append([]string{name}, parts[2:]...)
			}
		}
	}
	return strings.Join(parts, ": ")
}
