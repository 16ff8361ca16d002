package scenario

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"sync"

	"orrery/sim"
	"orrery/sim/expression"
	"orrery/sim/scenario/file"
)

// program draws the scenes of a file. Names and expressions have been resolved: what is
// left is arithmetic. It is safe for concurrent use.
type program struct {
	source file.Source

	fps, substeps, iterations int
	slop, bias, damping       number
	chipmunkOrder, primed     bool
	gravity                   [2]number

	params []string
	usual  []float64 // defaults of the params
	lets   []number  // their slots follow those of the params; those of materials among them
	shown  []shown   // what the task refers to
	slots  int       // of Env.Values

	pairs     []pairPlan
	walls     []thingPlan // the arena's among them
	bodies    []thingPlan
	joints    []jointPlan
	fields    []fieldPlan
	actuators []actuatorPlan
	points    []pointPlan
	regions   []regionPlan
	goals     []goalPlan

	arena *arenaPlan

	scratch sync.Pool // of *drawing, for their lists

	taskAt   string     // JSON pointer
	unsolved *judgePlan // of the task whose starts are drawn again where nothing is left to do; or nil
	hold     bool       // of the task
}

// shown is a number that becomes one of a scene's values.
type shown struct {
	name string
	slot int
}

// The most that drawing one scene may take.
const (
	maxRestarts  = 10  // when something finds no place
	maxSolved    = 100 // starts in a row that are solved
	maxTries     = 1000
	maxLooks     = 50_000_000 // at other things, to find places: about a second
	maxComplains = 20
)

// drawing is a scene that is being drawn.
type drawing struct {
	*program
	env   expression.Env
	scene *sim.Scene
	looks int

	low, high sim.Vec     // m, corners of the arena
	wallsAt   []int       // index of the first shape in the scene, by wall of the file
	first     []int       // index of the first copy in the scene, by body of the file
	copies    []int       // how many there are
	origins   []sim.Vec   // of a body's own frame in the frame of its centre of mass, by body of the scene
	letsOf    [][]float64 // drawn, by body of the scene; nil where no field asks
	pending   []pending   // things to be scattered
	solids    []solid     // what is in its place already
	parts     []hull      // of the copy that is being drawn
	made      *Made       // what is asked for besides the scene; or nil
	mistakes  []file.Mistake
	crowded   bool // something found no place
}

// compose implements Scenario.Compose.
func (p *program) compose(rng *rand.Rand, v Values, scene *sim.Scene) error {
	return p.composed(rng, v, scene, nil)
}

// composed is compose, which says from what everything is made unless nobody asks.
func (p *program) composed(rng *rand.Rand, v Values, scene *sim.Scene, made *Made) error {
	d, ok := p.scratch.Get().(*drawing)
	if !ok {
		d = &drawing{program: p, env: expression.Env{Values: make([]float64, p.slots)}}
	}
	d.env.Rand, d.looks, d.made = rng, 0, made
	defer func() {
		d.env.Rand, d.scene, d.made = nil, nil, nil
		p.scratch.Put(d)
	}()
	base, solved := *scene, 0
	for try := 0; ; try++ {
		*scene = base
		d.scene, d.mistakes, d.crowded = scene, nil, false
		for i, name := range p.params {
			d.env.Values[i] = v[name]
		}
		d.draw()
		if len(d.mistakes) == 0 {
			again, err := d.settled()
			if !again || err != nil {
				return err
			}
			if solved++; solved < maxSolved {
				continue
			}
			d.fail(d.taskAt, "%d starts in a row need no attempt, as the task is done or failed there: goals must be further away, or \"starts\" must be \"any\"", solved)
			return d.wrong()
		}
		if !d.crowded || try == maxRestarts || d.looks > maxLooks {
			return d.wrong()
		}
	}
}

// wrong returns the mistakes, each with the params that are not as usual.
func (d *drawing) wrong() error {
	with := ""
	for i, name := range d.params {
		if v := d.env.Values[i]; v != d.usual[i] {
			with += " " + name + "=" + plain(v)
		}
	}
	for i := range d.mistakes {
		if with != "" {
			d.mistakes[i].Rule += ", with" + with
		}
	}
	return d.source.Join(nil, d.mistakes)
}

// settled reports whether nothing is left to do at the start of the scene, and that
// matters.
func (d *drawing) settled() (bool, error) {
	if d.unsolved == nil {
		return false, nil
	}
	settled, err := d.unsolved.settled(d.scene, d.hold)
	if err != nil {
		d.fail(d.taskAt, "%v", err)
		return false, d.wrong()
	}
	return settled, nil
}

// fail keeps a mistake at a JSON pointer.
func (d *drawing) fail(at, format string, args ...any) {
	if len(d.mistakes) < maxComplains {
		d.mistakes = append(d.mistakes, file.Mistake{Pointer: at, Rule: fmt.Sprintf(format, args...)})
	}
}

// num returns the value of a number in this scene.
func (d *drawing) num(n *number) float64 {
	if n.fixed() {
		return n.value
	}
	v := 0.0
	switch {
	case n.slot > 0:
		return d.env.Values[n.slot-1]
	case n.run != nil:
		v = n.run.Eval(&d.env)
	default:
		v = d.chance(n)
	}
	if bad := n.rule.check(v); bad != "" {
		d.fail(n.at, "%s", bad)
		return max(n.rule.least, 0)
	}
	return v + 0 // never -0, which shows in files
}

func (d *drawing) chance(n *number) float64 {
	c, rng := n.chance, d.env.Rand
	switch c.kind {
	case chanceRange:
		low, high := d.num(&c.of[0]), d.num(&c.of[1])
		if !c.whole {
			return low + (high-low)*rng.Float64()
		}
		low, high = math.Ceil(low), math.Floor(high)
		if !(low <= high && high-low < 1<<53) {
			return math.NaN()
		}
		return low + float64(rng.Int64N(int64(high-low)+1))
	case chanceNormal:
		mean, deviation := d.num(&c.of[0]), d.num(&c.of[1])
		return mean + deviation*rng.NormFloat64()
	case chanceChoice:
		if len(c.weights) == 0 {
			return d.num(&c.of[rng.IntN(len(c.of))])
		}
		i := d.choose(n.at+"/weights", c.weights)
		return d.num(&c.of[i])
	}
	panic("scenario: a kind of chance without a rule")
}

// choose draws an index, each as likely as its weight.
func (d *drawing) choose(at string, weights []number) int {
	values, sum := make([]float64, len(weights)), 0.0
	for i := range weights {
		values[i] = d.num(&weights[i])
		sum += values[i]
	}
	if !(sum > 0) {
		d.fail(at, "one of the weights must be > 0")
		return 0
	}
	drawn, last := sum*d.env.Rand.Float64(), 0
	for i, w := range values {
		if w == 0 {
			continue
		}
		if drawn < w {
			return i
		}
		drawn, last = drawn-w, i
	}
	return last // by rounding
}

func (d *drawing) vec(p *[2]number) sim.Vec { return sim.Vec{X: d.num(&p[0]), Y: d.num(&p[1])} }

// draw draws everything once, in the order of the file, and then the places of what is
// scattered.
func (d *drawing) draw() {
	s := d.scene
	d.first, d.copies, d.origins, d.letsOf = d.first[:0], d.copies[:0], d.origins[:0], d.letsOf[:0]
	d.pending, d.solids = d.pending[:0], d.solids[:0]
	if d.made != nil {
		*d.made = Made{}
	}
	s.FPS, s.Substeps, s.Iterations = d.fps, d.substeps, d.iterations
	for i := range d.lets {
		d.env.Values[len(d.params)+i] = d.num(&d.lets[i])
	}
	s.Bias, s.ChipmunkOrder, s.Primed = d.num(&d.bias), d.chipmunkOrder, d.primed
	s.Slop, s.Damping, s.Gravity = d.num(&d.slop), d.num(&d.damping), d.vec(&d.gravity)
	for i := range d.shown {
		if s.Values == nil {
			s.Values = make(map[string]float64, len(d.shown))
		}
		s.Values[d.shown[i].name] = d.env.Values[d.shown[i].slot]
	}
	for i := range d.pairs {
		d.pair(&d.pairs[i])
	}
	d.drawPlaces()
	if d.arena != nil {
		d.drawArena(d.arena)
		d.note(sourceWall, Source{Entry: ArenaEntry})
	}
	if len(d.mistakes) > 0 {
		return
	}
	d.wallsAt = d.wallsAt[:0]
	for i := range d.walls {
		d.wallsAt = append(d.wallsAt, len(d.scene.Walls))
		d.drawThing(&d.walls[i], i)
	}
	for i := range d.bodies {
		d.drawThing(&d.bodies[i], i)
	}
	if len(d.mistakes) > 0 {
		return
	}
	for i := range d.goals {
		d.drawGoal(&d.goals[i])
		d.note(sourceGoal, Source{Entry: i})
	}
	if len(d.mistakes) > 0 {
		return
	}
	d.settle()
	if len(d.mistakes) > 0 {
		return
	}
	for i := range d.joints {
		d.drawJoint(&d.joints[i])
		d.note(sourceJoint, Source{Entry: i})
	}
	for i := range d.fields {
		d.drawField(&d.fields[i])
		d.note(sourceField, Source{Entry: i})
	}
	for i := range d.actuators {
		d.drawActuator(&d.actuators[i])
		d.note(sourceActuator, Source{Entry: i})
	}
	if len(d.mistakes) == 0 {
		d.validate()
	}
}

// validate asks the scene itself, which has the last word, and says where in the file the
// part stands that breaks a rule.
func (d *drawing) validate() {
	err := d.scene.Validate()
	var part *sim.PartError
	switch {
	case err == nil:
	case !errors.As(err, &part):
		d.fail("", "%v", err)
	default:
		other := 0
		if _, err := fmt.Sscanf(part.Err.Error(), "overlaps wall %d", &other); err == nil {
			at, with := d.origin("wall", part.Index), d.origin("wall", other)
			if at == with {
				d.fail(at, "its shapes overlap and must at most touch each other, as walls do; a chain or a polygon may be simpler")
			} else {
				d.fail(at, "overlaps %s and must at most touch it", with)
			}
			return
		}
		d.fail(d.origin(part.Part, part.Index), "%v", part.Err)
	}
}

// origin returns the JSON pointer of what a part of the scene is made from.
func (d *drawing) origin(part string, index int) string {
	switch part {
	case "wall":
		for i := len(d.walls) - 1; i >= 0; i-- {
			if index >= d.wallsAt[i] {
				return d.walls[i].at
			}
		}
		return "/arena"
	case "body":
		for i := len(d.bodies) - 1; i >= 0; i-- {
			if index >= d.first[i] {
				return d.bodies[i].at
			}
		}
	}
	return "/" + part + "s"
}
