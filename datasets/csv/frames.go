package csv

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"orrery/sim"
	decimal "orrery/sim/input"
)

// grid is the rows of an episode, in the end one for each body of each frame.
type grid struct {
	table  *table
	n      int   // bodies
	rows   []row // [t·n], frame-major
	values []float64
	width  int // values of a row: those of the state, then of the action
}

// row says where the values of a row are, and for what they are.
type row struct {
	frame int64
	body  int
	line  int
	time  float64 // s, if there is such a column
	at    int     // in values
}

// compare orders rows by frame, then body.
func (r row) compare(other row) int {
	return cmp.Or(cmp.Compare(r.frame, other.frame), cmp.Compare(r.body, other.body))
}

// readFrames reads the rows of an episode and checks that every body is there at
// every frame.
func (f *File) readFrames(ctx context.Context, c *cast, extents []extent) (*grid, error) {
	g := &grid{table: f.motion, width: sim.StateSize + c.actuators()}
	most := sim.MaxBodies
	if c.scene != nil {
		g.n = len(c.scene.Bodies)
		most = g.n
	}
	frame, time, body := g.table.column("frame"), g.table.column("time"), g.table.column("body")
	states, actions := g.table.columnsOf(stateNames[:]), g.table.columnsOf(actionNames[:c.actuators()])
	others := g.table.columnsOf(actionNames[c.actuators():f.actions])
	rows, width := 0, g.width
	for _, e := range extents {
		rows += e.rows
	}
	g.rows = make([]row, 0, rows)
	g.values = make([]float64, 0, rows*g.width)
	err := g.table.each(ctx, extents, func(fields []string, line int) error {
		r := row{line: line, at: len(g.values)}
		var err error
		if frame.exists() {
			if r.frame, err = g.table.whole(fields, line, frame); err != nil {
				return err
			}
		}
		if body.exists() {
			if r.body, err = c.body(g.table, fields, line, body, most); err != nil {
				return err
			}
		}
		if time.exists() {
			if r.time, err = g.table.seconds(fields, line, time); err != nil {
				return err
			}
		}
		for _, c := range others {
			if strings.TrimSpace(fields[c.place]) != "" {
				return g.table.cellError(line, c.quantity, "%.40q must be empty, as the scene of the episode has %s", fields[c.place], decimal.Count(width-sim.StateSize, "actuator"))
			}
		}
		g.n = max(g.n, r.body+1)
		g.rows = append(g.rows, r)
		return g.readValues(fields, line, states, actions)
	})
	if err != nil {
		return nil, err
	}
	if !frame.exists() {
		g.countFrames(f.options.FPS)
	}
	if !slices.IsSortedFunc(g.rows, row.compare) { // most are
		slices.SortStableFunc(g.rows, row.compare)
	}
	if err := g.checkComplete(); err != nil {
		return nil, err
	}
	if err := g.checkTimes(f.options.FPS, f.options.Jitter); err != nil {
		return nil, err
	}
	return g, g.checkActions()
}

// ambiguous stands for the index of a body where several have the name.
const ambiguous = -1

// body returns the index of a body that is given by number or by name; it must
// be below n.
func (c *cast) body(t *table, fields []string, line int, in column, n int) (int, error) {
	text := strings.TrimSpace(fields[in.place])
	switch i, named := c.bodies[text]; {
	case named && i == ambiguous:
		return 0, t.cellError(line, in.quantity, "%.40q is the name of more than one body of the scene; their numbers tell them apart", text)
	case named:
		return i, nil
	}
	number, ok := parseWhole(text, t.mark)
	if !ok || number < 0 {
		return 0, t.cellError(line, in.quantity, "%.40q must be a whole number from 0 or the name of a body of the scene", text)
	}
	if number >= int64(n) {
		return 0, t.cellError(line, in.quantity, "%d must be below the number of bodies, %d", number, n)
	}
	return int(number), nil
}

// countFrames gives each row the frame that its time is nearest to, from the first time
// of the episode on.
func (g *grid) countFrames(fps int) {
	first := slices.MinFunc(g.rows, func(a, b row) int { return cmp.Compare(a.time, b.time) }).time
	for i := range g.rows {
		g.rows[i].frame = frameOf(g.rows[i].time-first, fps)
	}
}

// frameOf returns the frame that is nearest to a time in seconds after the first.
func frameOf(seconds float64, fps int) int64 { return int64(math.Round(seconds * float64(fps))) }

// readValues appends the state and the action in a row to the values. What has no
// column is 0; an action left empty is NaN.
func (g *grid) readValues(fields []string, line int, states, actions []column) error {
	for _, c := range states {
		var v float64
		var err error
		if c.exists() {
			if v, err = g.table.number(fields, line, c); err != nil {
				if isMissing(fields[c.place]) {
					err = &Uneven{err}
				}
				return err
			}
		}
		g.values = append(g.values, v)
	}
	for _, c := range actions {
		v := math.NaN()
		var err error
		if strings.TrimSpace(fields[c.place]) != "" {
			if v, err = g.table.number(fields, line, c); err != nil {
				return err
			}
		}
		g.values = append(g.values, v)
	}
	return nil
}

// Uneven is the error of a table that lacks values, or whose times are not on the beat of the frames. As a
// recording it can be read.
type Uneven struct{ Cause error }

// Error says what is missing and where.
func (u *Uneven) Error() string { return u.Cause.Error() }

// Unwrap returns the cause.
func (u *Uneven) Unwrap() error { return u.Cause }

// checkComplete demands every body once in every frame from the first to the last.
func (g *grid) checkComplete() error {
	first := g.rows[0].frame
	for i, r := range g.rows {
		frame, body := first+int64(i/g.n), i%g.n
		if r.frame == frame && r.body == body {
			continue
		}
		if i > 0 && r.frame == g.rows[i-1].frame && r.body == g.rows[i-1].body {
			return g.table.errorf(r.line, "%s of body %d must be there once, but is in %s too%s", g.moment(r), r.body, g.table.at(g.rows[i-1].line), g.hintOfColumns())
		}
		return &Uneven{g.table.errorf(r.line, "%s of body %d must come after frame %d of body %d, which is missing%s", g.moment(r), r.body, frame, body, g.hintOfBodies())}
	}
	if body := len(g.rows) % g.n; body != 0 {
		last := g.rows[len(g.rows)-1]
		return &Uneven{g.table.errorf(last.line, "%s is the last of its episode and must have body %d too", g.moment(last), body)}
	}
	return nil
}

// moment returns how errors call the frame of a row.
func (g *grid) moment(r row) string {
	if g.table.has("frame") {
		return fmt.Sprintf("frame %d", r.frame)
	}
	return fmt.Sprintf("frame %d, the nearest to time %v s,", r.frame, r.time)
}

// hintOfColumns says which column may be missing where rows are there twice.
func (g *grid) hintOfColumns() string {
	for _, quantity := range []string{"body", "episode"} {
		if !g.table.has(quantity) {
			return fmt.Sprintf("; there is no column %s, so all rows are of one: map %s to the column it is in", quantity, quantity)
		}
	}
	return ""
}

// hintOfBodies says what may be wrong with numbers of bodies that are never there.
func (g *grid) hintOfBodies() string {
	seen := make([]bool, g.n)
	for _, r := range g.rows {
		seen[r.body] = true
	}
	if absent := slices.Index(seen, false); absent >= 0 {
		return fmt.Sprintf("; the episode has no body %d at all: bodies must count from 0 without a gap", absent)
	}
	return ""
}

// checkTimes demands that frames are as far apart as fps says.
func (g *grid) checkTimes(fps int, jitter float64) error {
	if !g.table.has("time") {
		return nil
	}
	for i, r := range g.rows {
		want := g.rows[0].time + float64(i/g.n)/float64(fps)
		if off := math.Abs(r.time-want) * float64(fps); !(off <= jitter) {
			return &Uneven{g.table.cellError(r.line, "time", "%v s must be %.7g s: it is off by %.2g of a frame, more than %v", r.time, want, off, jitter)}
		}
	}
	return nil
}

// checkActions demands the same action in all rows of a frame, and one in every
// frame but the last.
func (g *grid) checkActions() error {
	for i, r := range g.rows {
		frame := g.rows[i/g.n*g.n]
		for j := sim.StateSize; j < g.width; j++ {
			v, first := g.values[r.at+j], g.values[frame.at+j]
			switch {
			case v != first && !(math.IsNaN(v) && math.IsNaN(first)):
				return g.table.cellError(r.line, actionNames[j-sim.StateSize], "must be that of %s, of the same frame", g.table.at(frame.line))
			case math.IsNaN(v) && i < len(g.rows)-g.n:
				return g.table.cellError(r.line, actionNames[j-sim.StateSize], "must not be empty before the last frame")
			}
		}
	}
	return nil
}

// takeActions returns the action of every frame but the last, or nil when the
// table has none.
func (g *grid) takeActions() []sim.Action {
	if g.width == sim.StateSize {
		return nil
	}
	actions := make([]sim.Action, len(g.rows)/g.n-1)
	for k := range actions {
		at := g.rows[k*g.n].at
		actions[k] = g.values[at+sim.StateSize : at+g.width]
	}
	return actions
}
