package scenario

import (
	"math"

	"orrery/sim"
	"orrery/sim/scenario/file"
)

// scatterPlan is where something may be at random.
type scatterPlan struct {
	at        string
	box       *[4]number // xmin, ymin, xmax, ymax; nil for the arena
	region    int        // of the program, where box is nil; or -1
	gap, room number
}

// pending is something that is to be scattered: its hulls are turned already and about the
// origin of its frame, or its centre of mass.
type pending struct {
	plan  *scatterPlan
	hulls []hull
	name  string // of a wall of which the task speaks
	area  ground
	body  int    // of the scene, or noBody
	goal  int    // of the scene, where body is noBody, from 1 on; 0 for a wall
	from  Source // of a wall
}

const noBody = -1

// ground is where something may be.
type ground struct {
	low, high sim.Vec // m
	shape     *sim.Shape
	gap, room float64 // m
}

// solid is something that is in its place.
type solid struct {
	centre sim.Vec
	reach  float64 // m, from the centre to its farthest point
	hulls  []hull  // in the world; nil for a body until they are asked for
	body   *sim.Body
	round  bool // a disc: centre and reach say all
	goal   bool // in the way of walls and goals alone
}

// scatter compiles where something may be at random.
func (c *compiler) scatter(at string, s *file.Scatter, fixed *file.Point, scope []string) *scatterPlan {
	if s == nil {
		return nil
	}
	if fixed != nil {
		c.fail(at+"/scatter", "there must be either a place or scatter")
	}
	at += "/scatter"
	p := &scatterPlan{at: at, region: -1}
	p.gap = c.number(at+"/gap", s.Gap, scope, ruleDistance, 0.01)
	p.room = c.number(at+"/room", s.Room, scope, ruleDistance, 0)
	switch {
	case s.In.Box != nil:
		p.box = new([4]number)
		for i := range p.box {
			p.box[i] = c.number(at+"/in/"+string(rune('0'+i)), s.In.Box[i], scope, rulePlace, 0)
		}
	case s.In.Name != nil:
		p.region = c.regionIndex(at+"/in", *s.In.Name)
	case c.file.Arena == nil:
		c.fail(at, `there is no arena: "in" must say where`)
	}
	return p
}

// regionIndex returns the index of a region in the file.
func (c *compiler) regionIndex(at, name string) int {
	var known []string
	for i, r := range c.file.Regions {
		if r.Name == name {
			return i
		}
		known = append(known, r.Name)
	}
	c.fail(at, "%s", unknownName("region", name, known))
	return -1
}

// area returns where something may be in this scene.
func (d *drawing) area(p *scatterPlan) ground {
	a := ground{gap: d.num(&p.gap), room: d.num(&p.room)}
	switch {
	case p.box != nil:
		a.low, a.high = sim.Vec{X: d.num(&p.box[0]), Y: d.num(&p.box[1])}, sim.Vec{X: d.num(&p.box[2]), Y: d.num(&p.box[3])}
	case p.region >= 0:
		a.shape = &d.scene.Regions[p.region].Shape
		a.low, a.high = sim.Vec{X: math.Inf(1), Y: math.Inf(1)}, sim.Vec{X: math.Inf(-1), Y: math.Inf(-1)}
		for _, v := range a.shape.Vertices {
			a.low = sim.Vec{X: min(a.low.X, v.X-a.shape.Radius), Y: min(a.low.Y, v.Y-a.shape.Radius)}
			a.high = sim.Vec{X: max(a.high.X, v.X+a.shape.Radius), Y: max(a.high.Y, v.Y+a.shape.Radius)}
		}
	default:
		a.low, a.high = d.inside()
	}
	return a
}

// settle finds places for what is to be scattered: walls first, then bodies, then goals.
// Bodies keep away from walls and bodies, goals from each other too, and walls from all.
func (d *drawing) settle() {
	if len(d.pending) == 0 {
		return
	}
	for i := range d.scene.Walls {
		d.addSolid(wallHulls(&d.scene.Walls[i]))
	}
	scattered, goals := make([]bool, len(d.scene.Bodies)), make([]bool, len(d.scene.Goals)+1)
	for i := range d.pending {
		if d.pending[i].body != noBody {
			scattered[d.pending[i].body] = true
		}
		goals[d.pending[i].goal] = true
	}
	for i := range d.scene.Bodies {
		if !scattered[i] {
			d.addBody(&d.scene.Bodies[i])
		}
	}
	for i := range d.scene.Goals {
		if g := &d.scene.Goals[i]; (g.Kind == sim.Pose || g.Kind == sim.Place) && !goals[i+1] {
			d.addSolid(goalHulls(d.scene, g))
			d.solids[len(d.solids)-1].goal = true
		}
	}
	for _, turn := range []func(p *pending) bool{
		func(p *pending) bool { return p.body == noBody && p.goal == 0 },
		func(p *pending) bool { return p.body != noBody },
		func(p *pending) bool { return p.goal > 0 },
	} {
		for i := range d.pending {
			if p := &d.pending[i]; turn(p) && !d.settleOne(p) {
				return
			}
		}
	}
}

// settleOne finds a place for one thing.
func (d *drawing) settleOne(p *pending) bool {
	low, high := extent(p.hulls)
	from := sim.Vec{X: p.area.low.X + p.area.room - low.X, Y: p.area.low.Y + p.area.room - low.Y}
	to := sim.Vec{X: p.area.high.X - p.area.room - high.X, Y: p.area.high.Y - p.area.room - high.Y}
	if from.X > to.X || from.Y > to.Y {
		d.fail(p.plan.at, "%.4g × %.4g m must fit into %.4g × %.4g m", high.X-low.X, high.Y-low.Y, p.area.high.X-p.area.low.X-2*p.area.room, p.area.high.Y-p.area.low.Y-2*p.area.room)
		return false
	}
	reach := 0.0
	for i := range p.hulls {
		for _, v := range p.hulls[i].corners {
			reach = max(reach, v.Len()+p.hulls[i].radius)
		}
	}
	rng := d.env.Rand
	for range maxTries {
		at := sim.Vec{X: from.X + (to.X-from.X)*rng.Float64(), Y: from.Y + (to.Y-from.Y)*rng.Float64()}
		if d.looks += len(d.solids); d.looks > maxLooks {
			break
		}
		if p.area.shape != nil && !within(p.area.shape, p.hulls, at, p.area.room) || d.isCrowded(p, at, reach) {
			continue
		}
		d.settleAt(p, at)
		return true
	}
	d.crowded = true
	d.fail(p.plan.at, "no place is left that keeps %v m away from everything else: there must be fewer or smaller things, or more room", p.area.gap)
	return false
}

// isCrowded reports whether a thing would be too near to others.
func (d *drawing) isCrowded(p *pending, at sim.Vec, reach float64) bool {
	for i := range d.solids {
		s := &d.solids[i]
		away := at.Sub(s.centre).Len() - reach - s.reach
		if away >= p.area.gap || s.goal && p.body != noBody {
			continue
		}
		if s.round && isRound(p.hulls) {
			return true
		}
		if s.hulls == nil {
			s.hulls = bodyHulls(s.body, s.body.Start)
		}
		for k := range s.hulls {
			for j := range p.hulls {
				if near(&p.hulls[j], at, &s.hulls[k], p.area.gap) {
					return true
				}
			}
		}
	}
	return false
}

// settleAt puts a thing in its place.
func (d *drawing) settleAt(p *pending, at sim.Vec) {
	switch {
	case p.body != noBody:
		start := &d.scene.Bodies[p.body].Start
		start.X, start.Y = at.X, at.Y
		d.addBody(&d.scene.Bodies[p.body])
	case p.goal > 0:
		g := &d.scene.Goals[p.goal-1]
		g.Target = at
		d.addSolid(goalHulls(d.scene, g))
		d.solids[len(d.solids)-1].goal = true
	default:
		before := len(d.scene.Walls)
		d.addWall(p.name, p.hulls, at, 0, p.from)
		for i := before; i < len(d.scene.Walls); i++ {
			d.addSolid(wallHulls(&d.scene.Walls[i]))
		}
	}
}

// isRound reports whether hulls are a disc about the origin.
func isRound(hulls []hull) bool {
	return len(hulls) == 1 && len(hulls[0].corners) == 1 && hulls[0].corners[0] == sim.Vec{}
}

func (d *drawing) addSolid(hulls []hull) {
	low, high := extent(hulls)
	s := solid{centre: low.Add(high).Scale(0.5), hulls: hulls, round: len(hulls) == 1 && len(hulls[0].corners) == 1}
	for i := range hulls {
		for _, v := range hulls[i].corners {
			s.reach = max(s.reach, v.Sub(s.centre).Len()+hulls[i].radius)
		}
	}
	d.solids = append(d.solids, s)
}

// addBody is addSolid for a body that is in its place.
func (d *drawing) addBody(b *sim.Body) {
	round := len(b.Shapes) == 1 && b.Shapes[0].Kind == sim.Circle && b.Shapes[0].Vertices[0] == (sim.Vec{})
	d.solids = append(d.solids, solid{centre: b.Start.Position(), reach: b.Reach(), body: b, round: round})
}

func wallHulls(w *sim.Shape) []hull { return []hull{{corners: w.Vertices, radius: w.Radius}} }

// bodyHulls returns the hulls of a body in the world.
func bodyHulls(b *sim.Body, at sim.BodyState) []hull {
	hulls := make([]hull, len(b.Shapes))
	sin, cos := math.Sincos(at.Angle)
	for i := range b.Shapes {
		corners := make([]sim.Vec, len(b.Shapes[i].Vertices))
		for k, v := range b.Shapes[i].Vertices {
			corners[k] = sim.Vec{X: at.X + cos*v.X - sin*v.Y, Y: at.Y + sin*v.X + cos*v.Y}
		}
		hulls[i] = hull{corners: corners, radius: b.Shapes[i].Radius}
	}
	return hulls
}

// goalHulls returns where a goal wants its body: all of it at a pose, and around a place as
// far as it reaches, or as the place does where a point of it shall be there.
func goalHulls(scene *sim.Scene, g *sim.Goal) []hull {
	body := &scene.Bodies[g.Body]
	if g.Kind == sim.Pose {
		return bodyHulls(body, sim.BodyState{X: g.Target.X, Y: g.Target.Y, Angle: g.Angle})
	}
	reach := g.Radius
	if g.Anchor == (sim.Vec{}) {
		reach = body.Reach()
	}
	return []hull{{corners: []sim.Vec{g.Target}, radius: reach}}
}

// extent returns the corners of the box around hulls.
func extent(hulls []hull) (low, high sim.Vec) {
	low, high = sim.Vec{X: math.Inf(1), Y: math.Inf(1)}, sim.Vec{X: math.Inf(-1), Y: math.Inf(-1)}
	for i := range hulls {
		r := hulls[i].radius
		for _, v := range hulls[i].corners {
			low = sim.Vec{X: min(low.X, v.X-r), Y: min(low.Y, v.Y-r)}
			high = sim.Vec{X: max(high.X, v.X+r), Y: max(high.Y, v.Y+r)}
		}
	}
	return low, high
}

// within reports whether hulls, moved by a distance, lie in a convex area and keep away from its edge.
func within(area *sim.Shape, hulls []hull, by sim.Vec, room float64) bool {
	for i := range hulls {
		for _, v := range hulls[i].corners {
			if !(area.Distance(v.Add(by))+hulls[i].radius+room <= 0) {
				return false
			}
		}
	}
	return true
}

// near reports whether a hull, moved by a distance, comes as near to another one as a gap.
// Between convex hulls that do not overlap the least distance is at a corner of one.
func near(a *hull, by sim.Vec, b *hull, gap float64) bool {
	moved := make([]sim.Vec, len(a.corners))
	for i, v := range a.corners {
		moved[i] = v.Add(by)
	}
	first, second := sim.Shape{Vertices: moved}, sim.Shape{Vertices: b.corners}
	least := gap + a.radius + b.radius
	for _, v := range moved {
		if second.Distance(v) < least {
			return true
		}
	}
	for _, v := range b.corners {
		if first.Distance(v) < least {
			return true
		}
	}
	for i := range moved { // corners may all be far where sides cross
		for k := range b.corners {
			if crosses(moved[i], moved[(i+1)%len(moved)], b.corners[k], b.corners[(k+1)%len(b.corners)]) {
				return true
			}
		}
	}
	return false
}

// crosses reports whether two lines cross each other between their ends.
func crosses(a, b, c, d sim.Vec) bool {
	side := func(a, b, p sim.Vec) bool { return b.Sub(a).Cross(p.Sub(a)) > 0 }
	return a != b && c != d && side(a, b, c) != side(a, b, d) && side(c, d, a) != side(c, d, b)
}
