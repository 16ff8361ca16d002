package scenario

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"orrery/sim"
	"orrery/sim/canon"
	"orrery/sim/input"
	"orrery/sim/scenario/file"
	"orrery/sim/task"
)

// Load reads a scenario file, or a scene, which is a scenario that is the same in every
// episode.
func Load(path string) (*Scenario, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxSceneBytes+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxSceneBytes {
		return nil, fmt.Errorf("%s: a file must have at most %d bytes", path, maxSceneBytes)
	}
	return Parse(path, text)
}

// Parse reads the text of a scenario file or of a scene. A name is what the text is called
// in errors; that of the scenario, unless it names itself, is the last part of it without
// its extension. Errors of a scenario file are *file.Mistakes: all that is wrong with it.
func Parse(name string, text []byte) (*Scenario, error) {
	if FormatOf(text) == 1 {
		return parseScene(name, text)
	}
	source := file.Source{Name: name, Text: text}
	if format := FormatOf(text); format != 0 && format != file.Format { // of which nothing else is known
		return nil, source.Join(nil, []file.Mistake{{Pointer: "/format", Rule: fmt.Sprintf("format %d must be %d, or 1 of a scene", format, file.Format)}})
	}
	read, decoded := source.Decode()
	c := &compiler{file: read, program: &program{source: source}, groups: map[string]int{}}
	s := c.scenario(ShortName(name))
	if err := source.Join(decoded, c.mistakes); err != nil {
		return nil, err
	}
	s.replays = c.replays
	return s, c.try(s)
}

// maxSceneBytes is how large a file may be.
const maxSceneBytes = 64 << 20

// ShortName returns what a scenario of a file is called unless it has a name.
func ShortName(path string) string {
	base := filepath.Base(path)
	short := strings.TrimSuffix(strings.TrimSuffix(base, ".json"), ".scenario")
	return cmp.Or(short, base)
}

// FormatOf returns the version of the format in which a text claims to be: 1 of a scene, 2 of
// a scenario file, another one that nobody knows, or 0.
func FormatOf(text []byte) int {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	offset, ok := input.Offsets(text[:min(len(text), 1000)])["/format"]
	if !ok {
		return 0
	}
	number := text[offset:]
	format, _ := strconv.Atoi(string(number[:len(number)-len(bytes.TrimLeft(number, "0123456789"))]))
	return format
}

// parseScene reads a scene as a scenario.
func parseScene(name string, text []byte) (*Scenario, error) {
	scene, err := canon.Decode(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	const duration = 4 // s
	s := &Scenario{
		Name: cmp.Or(scene.Name, ShortName(name)), Summary: "the scene of " + filepath.Base(name),
		Text: text, Own: true, Frames: duration*scene.FPS + 1, Picture: duration / 4, Acting: usualPolicies(scene),
		Compose: func(_ *rand.Rand, _ Values, s *sim.Scene) error {
			name := s.Name
			*s = *scene
			s.Name = cmp.Or(scene.Name, name)
			return nil
		},
	}
	if len(scene.Goals) > 0 {
		s.Planner = usualPlanner(scene.FPS)
		s.Task = &task.Task{Doc: goalsReached, TimeLimit: s.Frames - 1, Held: 1, Unit: 1, Bind: (&judgePlan{}).bind}
	}
	return s, nil
}

// scenario compiles the whole file.
func (c *compiler) scenario(name string) *Scenario {
	f, p := c.file, c.program
	s := &Scenario{Name: f.Name, Summary: f.Summary, Text: p.source.Text, Own: true, Compose: p.compose, valid: true, source: p.source, drawn: p}
	if s.Name == "" {
		s.Name = name
	} else if strings.ContainsAny(f.Name, "/\\:") || len(f.Name) > 100 {
		c.fail("/name", "name %q must have at most 100 letters, and none of / \\ :", clip(f.Name))
	}
	if f.Format == 0 {
		c.fail("/format", "there must be \"format\": %d", file.Format)
	} else if f.Format != file.Format {
		c.fail("/format", "format %d must be %d", f.Format, file.Format)
	}
	p.fps = c.setting("/fps", f.FPS, 60, 1000)
	p.substeps = c.setting("/substeps", f.Substeps, 4, 1000)
	p.iterations = c.setting("/iterations", f.Iterations, 20, 1000)
	const day = 86400 // s
	duration := c.constant("/duration_s", f.Duration, rule{unit: "s", least: 1 / float64(p.fps), most: day}, 4)
	s.Frames = int(math.Round(duration*float64(p.fps))) + 1
	s.Picture = c.constant("/picture_s", f.Picture, rule{unit: "s", most: duration}, duration/4)
	s.Params = c.params()

	known := c.globals()
	p.slop = c.number("/slop", f.Slop, known, ruleDistance, 0.001)
	p.bias = c.number("/bias", f.Bias, known, rulePositiveShare, 0)
	p.chipmunkOrder, p.primed = f.ChipmunkOrder, f.Primed
	p.damping = c.number("/damping", f.Damping, known, ruleShare, 1)
	p.gravity = c.pair("/gravity", f.Gravity, known, rule{unit: "m/s²", least: -sim.MaxMagnitude, most: sim.MaxMagnitude}, sim.Vec{})
	c.names()
	for i := range f.Pairs {
		c.pairOf(fmt.Sprintf("/pairs/%d", i), &f.Pairs[i], known)
	}
	for _, e := range f.Points {
		at := "/points/" + escape(e.Name)
		c.thingName(at, e.Name)
		p.points = append(p.points, pointPlan{e.Name, c.pair(at, &e.Value, known, rulePlace, sim.Vec{})})
	}
	for i := range f.Regions {
		c.region("/regions/"+escape(f.Regions[i].Name), &f.Regions[i], known)
	}
	if f.Arena != nil {
		c.room(f.Arena, known)
	}
	for i := range f.Walls {
		c.wall(i, &f.Walls[i], known)
	}
	if len(f.Bodies) == 0 {
		c.fail("/bodies", "there must be a body")
	}
	for i := range f.Bodies {
		c.body(i, &f.Bodies[i], known)
	}
	for i := range f.Joints {
		c.joint(i, &f.Joints[i], known)
	}
	for i := range f.Fields {
		c.field(i, &f.Fields[i], known)
	}
	for i := range f.Actuators {
		c.actuator(i, &f.Actuators[i], known)
	}
	for i := range f.Goals {
		c.goal(i, &f.Goals[i], known)
	}
	s.Task = c.task(s, known)
	s.Acting = c.policies()
	if c.judge != nil {
		for slot, used := range c.judge.used {
			if used {
				p.shown = append(p.shown, shown{known[slot], slot})
			}
		}
	}
	return s
}

// setting checks a whole number that is the same in all scenes.
func (c *compiler) setting(at string, value, fallback, most int) int {
	switch {
	case value == 0:
		return fallback
	case value < 1 || value > most:
		c.fail(at, "%d must be 1 to %d", value, most)
		return fallback
	}
	return value
}

// params compiles what may be set.
func (c *compiler) params() []Param {
	var list []Param
	for _, e := range c.file.Params {
		at := "/params/" + escape(e.Name)
		c.numberName(at, e.Name, c.program.params)
		c.program.params = append(c.program.params, e.Name)
		r, value := e.Value.ParamRules, at
		if !e.Value.Bare {
			value += "/default"
		}
		param := Param{
			Name: e.Name, Unit: r.Unit, Doc: r.Doc, Integer: r.Integer,
			Min: c.constant(at+"/min", r.Min, ruleAny, -sim.MaxMagnitude), Max: c.constant(at+"/max", r.Max, ruleAny, sim.MaxMagnitude),
		}
		param.Default = c.constant(value, r.Default, ruleAny, 0)
		switch {
		case r.Default.IsZero():
			c.fail(at, "a param must have \"default\"")
		case param.Min > param.Max:
			c.fail(at+"/min", "min %v must not be above max %v", param.Min, param.Max)
		case param.Default < param.Min || param.Default > param.Max:
			limits := rule{unit: r.Unit, least: param.Min, most: param.Max}
			c.fail(value, "default %s", limits.check(param.Default))
		case param.Integer && param.Default != math.Trunc(param.Default):
			c.fail(value, "default %v must be a whole number", param.Default)
		}
		list = append(list, param)
		c.program.usual = append(c.program.usual, param.Default)
	}
	return list
}

// globals compiles what is drawn once for the whole scene, and returns the names that are
// known everywhere, in the order of their slots. Those of materials cannot be written.
func (c *compiler) globals() []string {
	known := slices.Clone(c.program.params)
	for _, e := range c.file.Let {
		at := "/let/" + escape(e.Name)
		c.numberName(at, e.Name, known)
		c.program.lets = append(c.program.lets, c.number(at, e.Value, known, ruleAny, 0))
		known = append(known, e.Name)
	}
	shown := slices.Clone(known)
	for _, e := range c.file.Materials {
		at := "/materials/" + escape(e.Name)
		c.thingName(at, e.Name)
		c.program.lets = append(c.program.lets,
			c.number(at+"/friction", e.Value.Friction, shown, ruleNotNegative, 0.5),
			c.number(at+"/elasticity", e.Value.Elasticity, shown, ruleShare, 0.2),
			c.number(at+"/density", e.Value.Density, shown, ruleDensity, defaultDensity))
		known = append(known, "", "", "")
	}
	c.program.slots = len(known)
	return known
}

// names collects what may be referred to, and keeps mistakes about names that two things have.
func (c *compiler) names() {
	c.bodies, c.regions, c.points = map[string]int{}, map[string]bool{}, map[string]bool{}
	taken := map[string]string{} // where a name of a body or a point of the world stands
	take := func(at, name string) bool {
		if other, ok := taken[name]; ok {
			c.fail(at, "name %q is taken by %s", clip(name), other)
			return false
		}
		taken[name] = at
		return true
	}
	for k := range c.file.Bodies {
		at, name := fmt.Sprintf("/bodies/%d", k), c.bodyName(k)
		if c.file.Bodies[k].Name != "" {
			at += "/name"
			c.thingName(at, name)
		}
		if take(at, name) {
			c.bodies[name] = k
		}
	}
	for k := range c.file.Bodies { // box2 must not be both a body and a copy of box
		at, name := fmt.Sprintf("/bodies/%d/name", k), c.file.Bodies[k].Name
		if other, _, ok := c.copyName(name); ok && name != "" {
			c.fail(at, "name %q is that of a copy of %q", clip(name), c.bodyName(other))
		}
	}
	for _, e := range c.file.Points {
		if take("/points/"+escape(e.Name), e.Name) {
			c.points[e.Name] = true
		}
	}
	for _, e := range c.file.Regions {
		c.regions[e.Name] = true
	}
	unique := func(key string, count int, name func(int) string) {
		seen := map[string]bool{}
		for k := range count {
			if n := name(k); n != "" && seen[n] {
				c.fail(fmt.Sprintf("/%s/%d/name", key, k), "name %q is taken already", clip(n))
			} else {
				seen[n] = true
			}
		}
	}
	f := c.file
	unique("walls", len(f.Walls), func(k int) string { return f.Walls[k].Name })
	unique("joints", len(f.Joints), func(k int) string { return f.Joints[k].Name })
	unique("fields", len(f.Fields), func(k int) string { return f.Fields[k].Name })
	unique("actuators", len(f.Actuators), func(k int) string { return f.Actuators[k].Name })
	unique("goals", len(f.Goals), func(k int) string { return f.Goals[k].Name })
}

// try draws a scene once with the defaults, which finds mistakes that depend on values.
func (c *compiler) try(s *Scenario) error {
	values, err := s.Values(nil)
	if err != nil {
		return fmt.Errorf("%s: %w", c.program.source.Name, err)
	}
	scene, err := s.Sample(0, 0, values)
	if err == nil && s.Task != nil {
		c.judge.usual = scene
		if _, wrong := s.Task.Judge(scene); wrong != nil {
			err = s.Mistake(c.program.taskAt, wrong.Error())
		}
	}
	if err == nil && c.file.Policies == nil {
		s.Acting = usualPolicies(scene)
	}
	if mistakes := (*file.Mistakes)(nil); errors.As(err, &mistakes) {
		return mistakes
	}
	return err
}
