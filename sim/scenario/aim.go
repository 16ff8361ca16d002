package scenario

import (
	"fmt"
	"math"
	"slices"

	"orrery/sim"
	"orrery/sim/scenario/file"
)

// actuatorPlan is an actuator of the file, or two along x and y, for each copy of its body.
type actuatorPlan struct {
	at, name  string
	base      int // slot of i
	kind      sim.ActuatorKind
	body      *reference
	against   *reference // nil for the world
	both      bool       // along x and along y
	direction *[2]number
	angle     number // of the axis, where direction is nil

	limit, low, high, stiffness, damping, wheelbase number
}

// actuatorBody returns the body that an actuator drives as a kind.
func actuatorBody(a *file.Actuator, kind sim.ActuatorKind) string {
	switch kind {
	case sim.Force:
		return a.Force
	case sim.Thrust:
		return a.Thrust
	case sim.Torque:
		return a.Torque
	case sim.Velocity:
		return a.Velocity
	case sim.Servo:
		return a.Servo
	case sim.Steer:
		return a.Steer
	}
	panic("scenario: a kind of actuator without a rule")
}

// actuator compiles an actuator.
func (c *compiler) actuator(k int, a *file.Actuator, known []string) {
	at := fmt.Sprintf("/actuators/%d", k)
	p := actuatorPlan{at: at, name: a.Name}
	if p.name == "" {
		p.name = fmt.Sprintf("actuator%d", k)
	} else {
		c.thingName(at+"/name", p.name)
	}
	given, body := 0, ""
	for _, kind := range sim.Kinds[sim.ActuatorKind]() {
		if name := actuatorBody(a, kind); name != "" {
			p.kind, body = kind, name
			given++
		}
	}
	if given != 1 {
		c.fail(at, "there must be one of force, thrust, torque, velocity, servo and steer, with the body that it drives")
		return
	}
	if p.body = c.someBodies(at+"/"+string(p.kind), body, known); p.body != nil {
		dynamic, kinematic := c.kindsOf(p.body.body)
		switch p.kind {
		case sim.Velocity, sim.Servo:
			if dynamic {
				c.fail(at+"/"+string(p.kind), "a %s drives a kinematic body, and %q is dynamic", p.kind, body)
			}
		case sim.Force, sim.Thrust, sim.Torque, sim.Steer:
			if kinematic {
				c.fail(at+"/"+string(p.kind), "a %s drives a dynamic body, and %q is kinematic", p.kind, body)
			}
		}
	}
	if a.Against != "" {
		p.against = c.single(at+"/against", a.Against, known)
		if p.against != nil && p.body != nil && p.against.body == p.body.body && p.against.which == nil && p.against.index == p.body.index {
			c.fail(at+"/against", "a torque must be against another body than %q", body)
		}
		if p.kind != sim.Torque {
			c.fail(at+"/against", "only a torque is against another body")
		}
	}
	c.axis(&p, a, known)
	p.base = len(known)
	known, _ = c.copyScope(at, known, nil)
	most := sim.MaxMagnitude
	if p.kind == sim.Steer {
		most = maxSteer
	}
	p.limit = c.number(at+"/limit", a.Limit, known, rule{most: most}, 1)
	p.low = c.number(at+"/low", a.Low, known, rule{least: -most, most: most}, 0)
	p.high = c.number(at+"/high", a.High, known, rule{least: -most, most: most}, 0)
	if p.limit.given && (p.low.given || p.high.given) {
		c.fail(at+"/limit", "there must be either a limit or low and high")
	}
	if p.low.given != p.high.given {
		c.fail(at, "low and high must be there together")
	}
	if p.low.given && p.high.given && p.low.fixed() && p.high.fixed() && p.low.value > p.high.value {
		c.fail(at+"/low", "low %v must not be above high %v", p.low.value, p.high.value)
	}
	p.stiffness = c.number(at+"/stiffness", a.Stiffness, known, rule{unit: "1/s²", most: sim.MaxMagnitude}, 100)
	p.damping = c.number(at+"/damping", a.Damping, known, rule{unit: "1/s", most: sim.MaxMagnitude}, 20)
	p.wheelbase = c.number(at+"/wheelbase", a.Wheelbase, known, ruleLength, 0)
	if p.kind != sim.Servo && (p.stiffness.given || p.damping.given) {
		c.fail(at, "only a servo has stiffness and damping")
	}
	if (p.kind == sim.Steer) != p.wheelbase.given {
		c.fail(at, "a steer must have a wheelbase, and nothing else has one")
	}
	c.program.actuators = append(c.program.actuators, p)
}

// maxSteer, in radians, is how far a wheel may be turned, as sim has it.
const maxSteer = 1.5

// axis compiles the axis of an actuator, or of a measure.
func (c *compiler) axis(p *actuatorPlan, a *file.Actuator, known []string) {
	p.angle = number{rule: &ruleAngle}
	if a.Axis == nil {
		return
	}
	at := p.at + "/axis"
	if p.kind == sim.Torque || p.kind == sim.Steer {
		c.fail(at, "a %s has no axis", p.kind)
		return
	}
	switch word := a.Axis.Word.Text; {
	case a.Axis.Direction != nil:
		direction := c.pair(at, a.Axis.Direction, known, ruleAny, sim.Vec{})
		p.direction = &direction
	case word != nil && *word == "xy":
		p.both = true
	default:
		p.angle = c.axisAngle(at, a.Axis, known)
	}
}

// axisAngle compiles an axis that is x, y or an angle.
func (c *compiler) axisAngle(at string, a *file.Axis, known []string) number {
	switch word := a.Word.Text; {
	case word != nil && *word == "x":
		return number{rule: &ruleAngle}
	case word != nil && *word == "y":
		return number{rule: &ruleAngle, value: math.Pi / 2}
	case word != nil && len(*word) < 4 && slices.Contains([]string{"xy", "yx", "X", "Y", "z", "xyz"}, *word):
		c.fail(at, "unknown axis %q; there are x, y, an angle and a direction [x, y], and xy for an actuator", *word)
		return number{rule: &ruleAngle}
	}
	return c.number(at, a.Word, known, ruleAngle, 0)
}

// unitAxis returns the direction of an angle, exactly along x and y.
func unitAxis(angle float64) sim.Vec {
	if angle == math.Pi/2 {
		return sim.Vec{Y: 1}
	}
	return sim.Vec{X: 1}.Rotate(angle)
}

// drawActuator draws the actuators of all copies of a body.
func (d *drawing) drawActuator(p *actuatorPlan) {
	axes, suffixes := []sim.Vec{{}}, []string{""}
	switch {
	case p.kind == sim.Torque || p.kind == sim.Steer:
	case p.both:
		axes, suffixes = []sim.Vec{{X: 1}, {Y: 1}}, []string{"_x", "_y"}
	case p.direction != nil:
		v := d.vec(p.direction)
		if !(v.Len() > sim.MinMagnitude) {
			d.fail(p.at+"/axis", "the axis [%v, %v] must have a length", v.X, v.Y)
			return
		}
		axes[0] = v.Scale(1 / v.Len())
	default:
		axes[0] = unitAxis(d.num(&p.angle))
	}
	bodies := d.bodiesOf(p.body)
	if total := len(d.scene.Actuators) + len(bodies)*len(axes); total > sim.MaxActuators {
		d.fail(p.at, "%d actuators in all must be at most %d", total, sim.MaxActuators)
		return
	}
	d.env.Values[p.base+1] = float64(len(bodies))
	for i, body := range bodies {
		d.env.Values[p.base] = float64(i)
		for k, axis := range axes {
			a := sim.Actuator{Name: copyLabel(p.name, i, p.body.all()) + suffixes[k], Kind: p.kind, Body: body, Against: sim.World, Axis: axis}
			if p.against != nil {
				a.Against, _ = d.bodyOf(p.against)
			}
			switch {
			case p.low.given:
				a.Low, a.High = d.num(&p.low), d.num(&p.high)
			case !p.limit.given && p.kind == sim.Servo && d.arena != nil:
				low, high := d.inside()
				a.Low, a.High = math.Inf(1), math.Inf(-1)
				for _, corner := range []sim.Vec{low, {X: low.X, Y: high.Y}, high, {X: high.X, Y: low.Y}} {
					a.Low, a.High = min(a.Low, axis.Dot(corner)), max(a.High, axis.Dot(corner))
				}
			default:
				a.High = d.num(&p.limit)
				a.Low = 0 - a.High
			}
			if p.kind == sim.Servo {
				a.Stiffness, a.Damping = d.num(&p.stiffness), d.num(&p.damping)
			}
			if p.kind == sim.Steer {
				a.Wheelbase = d.num(&p.wheelbase)
			}
			d.scene.Actuators = append(d.scene.Actuators, a)
		}
	}
}

// goalPlan is a goal of the file, for each copy of its body.
type goalPlan struct {
	at, name  string
	base      int // slot of i
	kind      sim.GoalKind
	body      *reference
	point     string // of the body
	spot      *reference
	place     [2]number
	angle     number
	radius    number
	region    string
	symmetry  int
	scattered *scatterPlan
}

// goal compiles a goal.
func (c *compiler) goal(k int, g *file.Goal, known []string) {
	at := fmt.Sprintf("/goals/%d", k)
	p := goalPlan{at: at, name: c.goalName(k)}
	if g.Name != "" {
		c.thingName(at+"/name", g.Name)
	}
	if p.body = c.someBodies(at+"/body", g.Body, known); p.body == nil {
		return
	}
	p.base = len(known)
	known, _ = c.copyScope(at, known, nil)
	p.scattered = c.scatter(at, g.Scatter, nil, known)
	given := 0
	is := func(kind sim.GoalKind) {
		given++
		p.kind = kind
	}
	p.angle = c.number(at+"/angle", g.Angle, known, ruleAngle, 0)
	p.place = c.pair("", nil, known, rulePlace, sim.Vec{})
	if g.Place != nil {
		is(sim.Place)
		if g.Place.At != nil {
			p.place = c.pair(at+"/place", g.Place.At, known, rulePlace, sim.Vec{})
		} else if name := g.Place.Name; name == nil { // it could not be read
			return
		} else if p.spot = c.reference(at+"/place", *name, known); p.spot != nil && p.spot.body != sim.World {
			c.fail(at+"/place", "%q must be a point of the world", clip(*g.Place.Name))
		}
	}
	if g.Pose != nil {
		is(sim.Pose)
		p.place = [2]number{c.number(at+"/pose/0", g.Pose[0], known, rulePlace, 0), c.number(at+"/pose/1", g.Pose[1], known, rulePlace, 0)}
		p.angle = c.number(at+"/pose/2", g.Pose[2], known, ruleAngle, 0)
		if !g.Angle.IsZero() {
			c.fail(at+"/angle", "a pose has an angle already")
		}
	}
	if g.Region != "" {
		is(sim.Inside)
		p.region = g.Region
		c.regionIndex(at+"/region", g.Region)
	}
	switch angle := !g.Angle.IsZero(); {
	case g.Scatter != nil && angle:
		is(sim.Pose)
	case g.Scatter != nil:
		is(sim.Place)
	case angle && g.Pose == nil:
		is(sim.Angle)
	}
	if given != 1 {
		c.fail(at, "there must be one of place, pose, angle, region and scatter")
	}
	if g.Point != "" {
		name := c.bodyName(p.body.body)
		point, _ := cutPrefixes(g.Point, g.Body+".", name+".")
		if points := c.pointsOf(p.body.body); !slices.Contains(points, point) {
			c.fail(at+"/point", "%s", unknownName("point of "+name, point, points))
		}
		if p.point = point; p.kind != sim.Place {
			c.fail(at+"/point", "only a place is for a point")
		}
	}
	if p.radius = c.number(at+"/radius", g.Radius, known, ruleLength, 0); p.radius.given && p.kind != sim.Place {
		c.fail(at+"/radius", "only a place has a radius")
	}
	if s := g.Symmetry; s != nil && *s != (file.Symmetry{}) {
		const most = 1000 // as sim has it
		switch {
		case p.kind != sim.Pose && p.kind != sim.Angle:
			c.fail(at+"/symmetry", "only a pose or an angle has a symmetry")
		case s.Any != nil && *s.Any != "any":
			c.fail(at+"/symmetry", "%q must be a whole number or \"any\"", clip(*s.Any))
		case s.Any != nil:
			p.symmetry = sim.AnyAngle
		case *s.Turns < 1 || *s.Turns > most:
			c.fail(at+"/symmetry", "%d must be 1 to %d", *s.Turns, most)
		default:
			p.symmetry = *s.Turns
		}
	}
	c.program.goals = append(c.program.goals, p)
}

// goalName returns the name of a goal of the file.
func (c *compiler) goalName(k int) string {
	if name := c.file.Goals[k].Name; name != "" {
		return name
	}
	return fmt.Sprintf("goal%d", k)
}

// cutPrefixes returns a text without the first of the prefixes that it has.
func cutPrefixes(text string, prefixes ...string) (string, bool) {
	for _, prefix := range prefixes {
		if len(text) > len(prefix) && text[:len(prefix)] == prefix {
			return text[len(prefix):], true
		}
	}
	return text, false
}

// drawGoal draws the goals of all copies of a body, but for the places of those that are scattered.
func (d *drawing) drawGoal(p *goalPlan) {
	const maxGoals = 64 // as sim has it
	bodies := d.bodiesOf(p.body)
	if total := len(d.scene.Goals) + len(bodies); total > maxGoals {
		d.fail(p.at, "%d goals in all must be at most %d", total, maxGoals)
		return
	}
	d.env.Values[p.base+1] = float64(len(bodies))
	for i, body := range bodies {
		d.env.Values[p.base] = float64(i)
		g := sim.Goal{Name: copyLabel(p.name, i, p.body.all()), Kind: p.kind, Body: body, Region: p.region, Symmetry: p.symmetry}
		if p.kind == sim.Pose || p.kind == sim.Angle {
			g.Angle = d.num(&p.angle)
		}
		if p.kind == sim.Place {
			g.Anchor = d.origins[body]
			if p.point != "" {
				g.Anchor = d.pointOf(&reference{at: p.at + "/point", text: p.point, point: p.point}, body)
			}
			if g.Radius = d.num(&p.radius); !p.radius.given {
				g.Radius = d.scene.Bodies[body].Reach() / 2
			}
		}
		switch {
		case p.scattered != nil:
			g.Target = sim.Vec{}
		case p.spot != nil:
			g.Target = d.pointOf(p.spot, sim.World)
		case p.kind == sim.Place:
			g.Target = d.vec(&p.place)
		case p.kind == sim.Pose: // of the body's own frame
			g.Target = d.vec(&p.place).Add(sim.Vec{}.Sub(d.origins[body]).Rotate(g.Angle))
		}
		d.scene.Goals = append(d.scene.Goals, g)
		if p.scattered != nil {
			hulls := goalHulls(d.scene, &g)
			d.pending = append(d.pending, pending{plan: p.scattered, hulls: hulls, body: noBody, goal: len(d.scene.Goals), area: d.area(p.scattered)})
		}
	}
}

// arenaPlan is a rectangle of walls.
type arenaPlan struct {
	size, middle [2]number
	rounding     number
	surface      surfacePlan
	open         [4]bool // bottom, right, top, left
	keep         bool    // the names of the sides
}

// arenaPrefix stands before the names of the sides in measures.
const arenaPrefix = "arena."

var arenaSides = []string{"bottom", "right", "top", "left"}

// room compiles the arena.
func (c *compiler) room(a *file.Arena, known []string) {
	const at = "/arena"
	p := &arenaPlan{surface: c.surface(at, a.Surface, known, fixedSurface(1, 1))}
	size := at
	if !a.Bare {
		size += "/size"
	}
	p.size = c.pair(size, &a.Size, known, ruleLength, sim.Vec{})
	p.middle = c.pair(at+"/at", a.At, known, rulePlace, sim.Vec{})
	p.rounding = c.number(at+"/rounding", a.Rounding, known, ruleDistance, 0)
	for i, side := range a.Open {
		if c.oneOf(fmt.Sprintf("%s/open/%d", at, i), "side", side, arenaSides...) && side != "" {
			p.open[slices.Index(arenaSides, side)] = true
		}
	}
	c.program.arena = p
}

// inside returns the corners of the arena.
func (d *drawing) inside() (low, high sim.Vec) { return d.low, d.high }

func (d *drawing) drawArena(p *arenaPlan) {
	middle, half := d.vec(&p.middle), d.vec(&p.size).Scale(0.5)
	low, high := middle.Sub(half), middle.Add(half)
	d.low, d.high = low, high
	corners := []sim.Vec{low, {X: high.X, Y: low.Y}, high, {X: low.X, Y: high.Y}}
	radius, surface := d.num(&p.rounding), d.feel(&p.surface)
	for i, a := range corners {
		if p.open[i] {
			continue
		}
		wall := sim.NewShape(sim.Segment, radius, surface, a, corners[(i+1)%4])
		wall.Material = p.surface.material
		if p.keep {
			wall.Name = arenaPrefix + arenaSides[i]
		}
		d.scene.Walls = append(d.scene.Walls, wall)
	}
}

// drawPlaces draws the points and the regions of the world.
func (d *drawing) drawPlaces() {
	for i := range d.points {
		d.scene.Points = append(d.scene.Points, sim.Point{Name: d.points[i].name, Body: sim.World, At: d.vec(&d.points[i].at)})
	}
	for i := range d.regions {
		r := &d.regions[i]
		hulls := d.hulls(nil, r.shape)
		if len(hulls) != 1 {
			d.fail(r.shape.at, "a region must be convex")
			return
		}
		hulls = turned(hulls, d.num(&r.angle))
		at := d.vec(&r.place)
		for k := range hulls[0].corners {
			hulls[0].corners[k] = hulls[0].corners[k].Add(at)
		}
		d.scene.Regions = append(d.scene.Regions, sim.Region{Name: r.name, Shape: hulls[0].sim(sim.Surface{}, "")})
	}
}
