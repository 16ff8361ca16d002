package lerobot

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"orrery/datasets"
	"orrery/sim"
	"orrery/sim/input"
)

// Mapping says which values of a dataset are poses of bodies and actions. The zero Mapping takes the states that this
// program writes.
type Mapping struct {
	// Columns has the source of each quantity: "body0.x", "agent.angle", "action0" or, for several of a body or an
	// action at once, "body0" and "action". A source is a value such as "observation.state[2]", several such as
	// "observation.state[0:3]", a whole feature, or the name of one of a feature's values.
	Columns  map[string]string
	Layout   string   // a name of Layouts, or empty
	Bodies   []string // names of the scene's bodies, or nil
	Pixel    float64  // m, of a layout in pixels; 0 where the scene is the library's pusht
	Notation Notation // of errors
}

// Layouts returns the names of the layouts of public datasets that are known.
func Layouts() []string { return []string{"pusht"} }

// Validate returns what is wrong with a mapping, whatever it is of.
func (m *Mapping) Validate() error {
	n := m.Notation
	switch {
	case m.Layout != "" && len(m.Columns) > 0:
		return fmt.Errorf("%s and %s exclude each other: a layout maps all values", n.Layout(""), n.Map())
	case m.Layout != "" && !slices.Contains(Layouts(), m.Layout):
		return fmt.Errorf("%s %.40q must be %s%s", n.Layout(""), m.Layout, strings.Join(Layouts(), ", "), input.Perhaps(m.Layout, Layouts()))
	}
	return nil
}

// reading says how rows are made of the values of a frame.
type reading struct {
	features   []string // that are read
	bodies     int
	quantities []string // of a body, beginning with x and y
	actions    int
	unwrap     bool // angles may jump by whole turns

	// body fills in the quantities of a body, and act the actions, from the values of each feature in a frame.
	body func(values [][]float64, body int, dst []float64)
	act  func(values [][]float64, dst []float64)
}

const (
	stateFeature  = "observation.state"
	viewFeature   = "observation.environment_state"
	actionFeature = "action"
	noAction      = "none" // names the one component of an action where there are no actuators
)

// plan returns how a dataset is read.
func (s *Source) plan(m Mapping) (*reading, error) {
	n := m.Notation
	if err := m.Validate(); err != nil {
		return nil, err
	}
	switch {
	case m.Layout == "pusht":
		return s.pusht(cmp.Or(m.Pixel, pushtPixel), n)
	case len(m.Columns) > 0:
		return s.mapped(m)
	case s.Own():
		return s.own(), nil
	}
	return nil, fmt.Errorf("%s: nothing says which values are places of bodies: %s does, such as %s%s",
		s.dir, n.Map(), n.Map("body0.x", stateFeature+"[0]", "body0.y", stateFeature+"[1]"), s.hint(n))
}

// Fits returns the name of the layout that the values seem to have, or nothing.
func (s *Source) Fits() string {
	if _, err := s.pusht(pushtPixel, Flags); err == nil {
		return "pusht"
	}
	return ""
}

// hint names the layout that fits, if one does.
func (s *Source) hint(n Notation) string {
	if layout := s.Fits(); layout != "" {
		return "; " + n.Layout(layout) + " may fit"
	}
	return ""
}

// Own reports whether the states are those that this program writes, by their names.
func (s *Source) Own() bool {
	f := s.info.Features[stateFeature]
	if s.width(stateFeature) != len(f.Names) || len(f.Names) == 0 || len(f.Names)%sim.StateSize != 0 || len(f.Names)/sim.StateSize > sim.MaxBodies {
		return false
	}
	names := sim.BodyState{}.Names()
	for i, name := range f.Names {
		if name != fmt.Sprintf("body%d.%s", i/sim.StateSize, names[i%sim.StateSize]) {
			return false
		}
	}
	return true
}

// own reads the states that this program writes.
func (s *Source) own() *reading {
	names := sim.BodyState{}.Names()
	r := &reading{
		features: []string{stateFeature}, bodies: s.width(stateFeature) / sim.StateSize, quantities: names[:],
		body: func(values [][]float64, body int, dst []float64) {
			copy(dst, values[0][sim.StateSize*body:sim.StateSize*(body+1)])
		},
	}
	if f := s.info.Features[actionFeature]; s.width(actionFeature) > 0 && !slices.Equal(f.Names, []string{noAction}) {
		r.features, r.actions = append(r.features, actionFeature), s.width(actionFeature)
		r.act = func(values [][]float64, dst []float64) { copy(dst, values[1]) }
	}
	return r
}

// slot is a value of a frame: a place in a feature that is read.
type slot struct{ feature, at int }

// quantityNames are what is mapped of a body; cos and sin together say its angle.
var quantityNames = []string{"x", "y", "angle", "vx", "vy", "omega", "cos", "sin"}

// mapped reads what the columns of a mapping say.
func (s *Source) mapped(m Mapping) (*reading, error) {
	r := &reading{unwrap: true}
	bodies := map[string]map[string]slot{}
	actions := map[int]slot{}
	for _, target := range slices.Sorted(maps.Keys(m.Columns)) {
		slots, err := s.find(r, m.Columns[target])
		if err == nil {
			err = take(target, slots, bodies, actions)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.Notation.Map(target, m.Columns[target]), err)
		}
	}
	order, err := orderOf(bodies, m.Bodies)
	if err == nil {
		r.bodies = len(order)
		err = r.setQuantities(order, bodies)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", m.Notation.Map(), err)
	}
	for i := range len(actions) {
		if _, found := actions[i]; !found {
			return nil, fmt.Errorf("%s: action%d is missing, as there are %d actions", m.Notation.Map(), i, len(actions))
		}
	}
	r.actions = len(actions)
	r.act = func(values [][]float64, dst []float64) {
		for i := range dst {
			dst[i] = values[actions[i].feature][actions[i].at]
		}
	}
	return r, nil
}

// take notes the sources of a target.
func take(target string, slots []slot, bodies map[string]map[string]slot, actions map[int]slot) error {
	if rest, found := strings.CutPrefix(target, "action"); found && !strings.Contains(target, ".") {
		first := 0
		if rest != "" {
			n, err := strconv.Atoi(rest)
			if err != nil || n < 0 || n >= sim.MaxActuators || strconv.Itoa(n) != rest {
				return fmt.Errorf("actions are action0 to action%d", sim.MaxActuators-1)
			}
			if len(slots) != 1 {
				return fmt.Errorf("has %d values, and must have one", len(slots))
			}
			first = n
		}
		if first+len(slots) > sim.MaxActuators {
			return fmt.Errorf("%d actions are more than %d", first+len(slots), sim.MaxActuators)
		}
		for i, from := range slots {
			if _, twice := actions[first+i]; twice {
				return fmt.Errorf("action%d is mapped twice", first+i)
			}
			actions[first+i] = from
		}
		return nil
	}
	body, quantity, single := strings.Cut(target, ".")
	names := []string{quantity}
	switch {
	case body == "":
		return errors.New("names no body: a quantity is called body0.x, agent.angle or action0")
	case single && !slices.Contains(quantityNames, quantity):
		return fmt.Errorf("%.40q must be one of %s%s", quantity, strings.Join(quantityNames, ", "), input.Perhaps(quantity, quantityNames))
	case single && len(slots) != 1:
		return fmt.Errorf("has %d values, and must have one", len(slots))
	case !single:
		all := sim.BodyState{}.Names()
		if !slices.Contains([]int{2, 3, 6}, len(slots)) {
			return fmt.Errorf("has %d values, and must have 2 (x y), 3 (x y angle) or 6 (%s)", len(slots), strings.Join(all[:], " "))
		}
		names = all[:len(slots)]
	}
	if bodies[body] == nil {
		bodies[body] = map[string]slot{}
	}
	for i, name := range names {
		if _, twice := bodies[body][name]; twice {
			return fmt.Errorf("%s.%s is mapped twice", body, name)
		}
		bodies[body][name] = slots[i]
	}
	return nil
}

// orderOf returns the names of the bodies in the order of their numbers.
func orderOf(bodies map[string]map[string]slot, known []string) ([]string, error) {
	if len(bodies) == 0 {
		return nil, errors.New("names no body, such as body0.x")
	}
	places := map[int]string{}
	for _, name := range slices.Sorted(maps.Keys(bodies)) {
		at := slices.Index(known, name)
		if digits, found := strings.CutPrefix(name, "body"); at < 0 && (found || known == nil) {
			if n, err := strconv.Atoi(digits); err == nil && n >= 0 {
				at = n
			}
		}
		if at < 0 && len(bodies) == 1 {
			at = 0
		}
		if at < 0 {
			among := "bodies are numbered, body0, body1 and so on, where no scene names them"
			if len(known) > 0 {
				among = "the scene has " + strings.Join(known, ", ")
			}
			return nil, fmt.Errorf("%.40q is no body: %s", name, among)
		}
		if other, taken := places[at]; taken {
			return nil, fmt.Errorf("%s and %s are the same body", other, name)
		}
		places[at] = name
	}
	order := make([]string, len(bodies))
	for i := range order {
		name, found := places[i]
		if !found {
			return nil, fmt.Errorf("body%d is missing, as there are %d bodies", i, len(bodies))
		}
		order[i] = name
	}
	return order, nil
}

// setQuantities sets what is read of each body.
func (r *reading) setQuantities(order []string, bodies map[string]map[string]slot) error {
	all := map[string]bool{}
	for _, name := range order {
		has := bodies[name]
		_, cos := has["cos"]
		_, sin := has["sin"]
		_, angle := has["angle"]
		switch {
		case cos != sin:
			return fmt.Errorf("%s has one of cos and sin, and an angle needs both", name)
		case cos && angle:
			return fmt.Errorf("%s has an angle, and cos and sin: one of them is enough", name)
		}
		for _, must := range []string{"x", "y"} {
			if _, found := has[must]; !found {
				return fmt.Errorf("%s.%s is missing", name, must)
			}
		}
		for quantity := range has {
			all[quantity] = true
		}
	}
	all["angle"] = all["angle"] || all["cos"]
	for _, quantity := range (sim.BodyState{}).Names() {
		if all[quantity] {
			r.quantities = append(r.quantities, quantity)
		}
	}
	r.body = func(values [][]float64, body int, dst []float64) {
		has := bodies[order[body]]
		get := func(quantity string) float64 {
			from, found := has[quantity]
			if !found {
				return math.NaN()
			}
			return values[from.feature][from.at]
		}
		for i, quantity := range r.quantities {
			if _, split := has["cos"]; split && quantity == "angle" {
				dst[i] = math.Atan2(get("sin"), get("cos"))
				continue
			}
			dst[i] = get(quantity)
		}
	}
	return nil
}

// find returns the values that a source means, whose feature is read from now on.
func (s *Source) find(r *reading, source string) ([]slot, error) {
	name, from, to, err := parseSource(source)
	if err != nil {
		return nil, err
	}
	if _, found := s.info.Features[name]; !found && to < 0 {
		var at []slot
		for _, feature := range slices.Sorted(maps.Keys(s.info.Features)) {
			if i := slices.Index(s.info.Features[feature].Names, source); i >= 0 && i < s.width(feature) {
				at = append(at, slot{r.read(feature), i})
			}
		}
		if len(at) > 1 {
			return nil, fmt.Errorf("%d features have a value of that name: FEATURE[%d] says which", len(at), at[0].at)
		}
		if len(at) == 1 {
			return at, nil
		}
	}
	feature, found := s.info.Features[name]
	if !found {
		known := s.numeric()
		return nil, fmt.Errorf("there is no feature %.60q%s; there are %s", name, input.Perhaps(name, known), strings.Join(known, ", "))
	}
	width := s.width(name)
	if width == 0 {
		return nil, fmt.Errorf("%s holds %.20s, and no numbers", name, feature.DType)
	}
	if to < 0 {
		from, to = 0, width
	}
	if from >= to || to > width {
		return nil, fmt.Errorf("%s has values 0 to %d", name, width-1)
	}
	at := r.read(name)
	var slots []slot
	for i := from; i < to; i++ {
		slots = append(slots, slot{at, i})
	}
	return slots, nil
}

// read returns the place of a feature among those that are read.
func (r *reading) read(feature string) int {
	at := slices.Index(r.features, feature)
	if at < 0 {
		at, r.features = len(r.features), append(r.features, feature)
	}
	return at
}

// numeric returns the names of the features that hold numbers, but for those that LeRobot demands.
func (s *Source) numeric() (names []string) {
	for _, name := range slices.Sorted(maps.Keys(s.info.Features)) {
		if s.width(name) > 0 && !slices.Contains(bookkeeping, name) {
			names = append(names, name)
		}
	}
	return names
}

// bookkeeping are the features that every dataset has.
var bookkeeping = []string{"timestamp", "frame_index", "episode_index", "index", "task_index"}

// parseSource cuts "name[2]" and "name[0:3]" into a name and the places from one to before another, which is -1 where
// the source says none.
func parseSource(source string) (name string, from, to int, err error) {
	name, rest, found := strings.Cut(source, "[")
	if !found {
		return source, 0, -1, nil
	}
	inside, closed := strings.CutSuffix(rest, "]")
	first, last, span := strings.Cut(inside, ":")
	from, err1 := strconv.Atoi(strings.TrimSpace(first))
	to, err2 := from+1, error(nil)
	if span {
		to, err2 = strconv.Atoi(strings.TrimSpace(last))
	}
	if !closed || err1 != nil || err2 != nil || from < 0 || to < 0 {
		return "", 0, 0, errors.New("a source is FEATURE, FEATURE[2] or FEATURE[0:3]")
	}
	return name, from, to, nil
}

// Left returns the names of the features that a mapping does not use, with what they are.
func (s *Source) Left(m Mapping) ([]string, error) {
	r, err := s.plan(m)
	if err != nil {
		return nil, err
	}
	used := append(slices.Clone(bookkeeping), r.features...)
	if s.Own() && m.Layout == "" && len(m.Columns) == 0 {
		used = append(used, actionFeature, viewFeature)
		if s.Judged() {
			used = append(used, outcomeFeatures...)
		}
	}
	var left []string
	for _, name := range slices.Sorted(maps.Keys(s.info.Features)) {
		if !slices.Contains(used, name) {
			left = append(left, fmt.Sprintf("%s (%s)", name, describe(s.info.Features[name])))
		}
	}
	return left, nil
}

func describe(f datasets.Feature) string {
	switch f.DType {
	case "image", "video":
		return "pictures"
	}
	return fmt.Sprintf("%.20s %v", f.DType, f.Shape)
}

// Told reports whether a mapping says anything.
func (m *Mapping) Told() bool { return m.Layout != "" || len(m.Columns) > 0 }
