package npz

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"orrery/sim/input"
)

// axis is a direction in which the rows of the table go on.
type axis int

const (
	episodes axis = iota
	frames
	bodies
)

// names are how a table calls the axes.
var names = [...]string{episodes: "episode", frames: "frame", bodies: "body"}

// grids are the axes of positions by how many they have.
var grids = map[int][]axis{1: {frames}, 2: {frames, bodies}, 3: {episodes, frames, bodies}}

// aliases are the other names of columns under which programs save arrays; the first that is
// there is taken.
var aliases = map[string][]string{
	"time":    {"t", "times", "timestamp", "timestamps"},
	"body":    {"id", "ids", "bodies", "track", "track_id", "track_ids"},
	"episode": {"episodes", "episode_index", "run"},
	"frame":   {"frames", "frame_index"},
	"angle":   {"angles", "theta"},
	"radius":  {"radii"},
	"mask":    {"visible", "seen", "valid"},
	"action":  {"actions"},
}

// positions are the names of arrays of places, in the order in which they are looked for, and
// what the numbers of one are.
var positions = []struct {
	name  string
	parts []string
}{
	{"poses", []string{"x", "y", "angle"}}, {"pose", []string{"x", "y", "angle"}},
	{"xy", []string{"x", "y"}}, {"positions", []string{"x", "y"}}, {"position", []string{"x", "y"}}, {"pos", []string{"x", "y"}},
}

// preferred are the axes of what may have one value for each of them, where several fit.
var preferred = map[string]axis{
	"time": frames, "frame": frames, "action": frames,
	"body": bodies, "radius": bodies, "width": bodies, "height": bodies, "shape": bodies,
	"std": bodies, "std_x": bodies, "std_y": bodies, "std_angle": bodies, "mask": frames,
	"episode": episodes, "scene": episodes, "split": episodes, "start": episodes,
}

// known reports whether a table has a column of that name.
func known(name string) bool {
	_, is := preferred[name]
	return is || slices.Contains([]string{"x", "y", "angle", "vx", "vy", "omega"}, name)
}

// column is a column of the table: numbers in a member of the archive, or the place in the grid.
type column struct {
	name   string
	member *member // nil for a place
	part   int     // of the numbers that the member has for each place
	axis   axis    // of a place
}

// layout says which rows and columns the arrays are.
type layout struct {
	axes    []axis
	size    shape // of the axes
	columns []column
	skipped []string
	called  map[string]string // the array of a column that has another name
}

// rows returns how many rows the table has.
func (l *layout) rows() int {
	n := 1
	for _, d := range l.size {
		n *= d
	}
	return n
}

// place returns where a row is in the grid.
func (l *layout) place(row int) []int {
	at := make([]int, len(l.size))
	for i := len(at) - 1; i >= 0; i-- {
		at[i], row = row%l.size[i], row/l.size[i]
	}
	return at
}

// arrange finds the positions among the members, and what the others belong to. called gives the
// arrays of columns that have other names.
func arrange(members map[string]*member, called map[string]string) (*layout, error) {
	l := &layout{called: called}
	rest := maps.Clone(members)
	places, err := l.findGrid(rest)
	if err != nil {
		return nil, err
	}
	others, err := l.fit(rest)
	if err != nil {
		return nil, err
	}
	l.columns = append(append(l.indices(append(places, others...)), places...), others...)
	return l, nil
}

// findGrid takes the positions from members. Without any, arrays of one length are columns.
func (l *layout) findGrid(rest map[string]*member) (columns []column, err error) {
	for _, p := range positions {
		m := rest[p.name]
		if m == nil {
			continue
		}
		if m.fault != nil {
			return nil, m.said(m.fault)
		}
		rank := len(m.shape) - 1
		if rank < 1 || m.shape[rank] != len(p.parts) || grids[rank] == nil {
			return nil, fmt.Errorf("array %q has the shape %v: must be [frames, bodies, %d] for %s, with episodes before or without bodies",
				m.name, m.shape, len(p.parts), strings.Join(p.parts, ", "))
		}
		l.axes, l.size, m.axes, m.parts = grids[rank], m.shape[:rank], grids[rank], len(p.parts)
		for i, part := range p.parts {
			columns = append(columns, column{name: part, member: m, part: i})
		}
		delete(rest, p.name)
		return columns, nil
	}
	if x, y := rest[cmp.Or(l.called["x"], "x")], rest[cmp.Or(l.called["y"], "y")]; x != nil && y != nil {
		if err := errors.Join(x.said(x.fault), y.said(y.fault)); err != nil {
			return nil, err
		}
		if !slices.Equal(x.shape, y.shape) || grids[len(x.shape)] == nil {
			return nil, fmt.Errorf("arrays %.40s and %.40s have the shapes %v and %v: must be the same, [frames] or [frames, bodies] or with episodes before", x.name, y.name, x.shape, y.shape)
		}
		l.axes, l.size = grids[len(x.shape)], x.shape
		return nil, nil // they fit as all others do
	}
	for _, name := range slices.Sorted(maps.Keys(rest)) {
		m := rest[name]
		if m.fault != nil {
			continue
		}
		if len(m.shape) != 1 || l.size != nil && m.shape[0] != l.size[0] {
			return nil, fmt.Errorf("has no positions: there must be an array xy [frames, bodies, 2] or poses [frames, bodies, 3], or arrays x and y; it has %s", listed(rest))
		}
		l.axes, l.size = grids[1], m.shape
	}
	if l.size != nil {
		return nil, nil
	}
	for _, name := range slices.Sorted(maps.Keys(rest)) {
		return nil, rest[name].said(rest[name].fault) // as none can be read
	}
	return nil, nil
}

// listed names some arrays with their shapes.
func listed(members map[string]*member) string {
	const most = 8
	var shown []string
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if len(shown) == most {
			return strings.Join(shown, ", ") + fmt.Sprintf(" and %d more", len(members)-most)
		}
		shown = append(shown, fmt.Sprintf("%.40q %v", name, members[name].shape))
	}
	return strings.Join(shown, ", ")
}

// fit makes columns of all arrays that have a value for each place of the grid, or for each of
// some of its axes.
func (l *layout) fit(rest map[string]*member) (columns []column, err error) {
	kept := map[string]string{} // what columns are that keep the names of their arrays
	for name, key := range l.called {
		kept[key] = name
	}
	renamed := map[string]string{} // names of columns of arrays that have other names
	for name, others := range aliases {
		if rest[name] != nil || l.called[name] != "" {
			continue
		}
		if i := slices.IndexFunc(others, func(other string) bool { return rest[other] != nil && kept[other] == "" }); i >= 0 {
			renamed[others[i]] = name
		}
	}
	for _, key := range slices.Sorted(maps.Keys(rest)) {
		m := rest[key]
		name := cmp.Or(kept[key], renamed[key], key) // what it is
		title := cmp.Or(renamed[key], key)           // and what it is called
		if name == "action" && m.fault == nil && l.action(m) {
			for i := range m.parts {
				columns = append(columns, column{name: fmt.Sprintf("action%d", i), member: m, part: i})
			}
			continue
		}
		if m.fault != nil {
			if known(name) {
				return nil, m.said(m.fault)
			}
			l.skipped = append(l.skipped, m.name)
			continue
		}
		axes, fits := l.axesOf(name, m.shape)
		switch {
		case fits:
			m.axes, m.parts = axes, 1
			columns = append(columns, column{name: title, member: m})
		case known(name):
			return nil, fmt.Errorf("array %q has the shape %v: must have a value for each of %s, or for each of some of them", m.name, m.shape, l)
		default:
			l.skipped = append(l.skipped, m.name)
		}
	}
	return columns, nil
}

// String describes the grid, such as "100 frames and 3 bodies".
func (l *layout) String() string {
	if len(l.axes) == 1 {
		return input.Count(l.size[0], "row")
	}
	var parts []string
	for i, a := range l.axes {
		parts = append(parts, strings.Replace(input.Count(l.size[i], names[a]), "bodys", "bodies", 1))
	}
	return strings.Join(parts, " and ")
}

// action takes an array of actions, which have several numbers for each frame.
func (l *layout) action(m *member) bool {
	rank := len(m.shape) - 1
	if rank < 1 {
		return false
	}
	axes, fits := l.axesOf("action", m.shape[:rank])
	if !fits || slices.Contains(axes, bodies) {
		return false
	}
	m.axes, m.parts = axes, m.shape[rank]
	return true
}

// axesOf returns the axes of the grid that a shape has the sizes of. Where several have them, the
// one is taken that the name says.
func (l *layout) axesOf(name string, shape []int) (axes []axis, fits bool) {
	if len(shape) == 0 {
		return nil, true
	}
	var found [][]axis
	for choice := 1; choice < 1<<len(l.axes); choice++ {
		var chosen []axis
		var size []int
		for i, a := range l.axes {
			if choice>>i&1 == 1 {
				chosen, size = append(chosen, a), append(size, l.size[i])
			}
		}
		if slices.Equal(size, shape) {
			found = append(found, chosen)
		}
	}
	if len(found) == 0 {
		return nil, false
	}
	wanted, is := preferred[name]
	if i := slices.IndexFunc(found, func(axes []axis) bool { return slices.Contains(axes, wanted) }); is && i >= 0 {
		return found[i], true
	}
	return found[0], len(found) == 1 || len(found[0]) == len(l.axes)
}

// indices returns the columns for places that no array has.
func (l *layout) indices(columns []column) (places []column) {
	has := func(name string) bool {
		return slices.ContainsFunc(columns, func(c column) bool { return c.name == cmp.Or(l.called[name], name) })
	}
	timed := has("time") || has("frame")
	for _, a := range l.axes {
		switch {
		case has(names[a]), a == frames && timed:
		case len(l.axes) == 1 && (has("body") || has("episode")):
			// Rows of several bodies or episodes need a time or a frame of their own.
		default:
			places = append(places, column{name: names[a], axis: a})
		}
	}
	return places
}
