package policy

import (
	"math/rand/v2"

	"orrery/sim"
)

// Play returns a policy in which robots go round bodies and push them about, each for
// itself, which fills data with contact. It knows no goal. Of tells which bodies of a scene
// are its robots; nil stands for Robots. Without robots or anything to push all rests.
func Play(of func(scene *sim.Scene) []int) Policy {
	if of == nil {
		of = Robots
	}
	return New("play", "goes round some body and pushes it somewhere, off its centre", func(rng *rand.Rand, scene *sim.Scene) sim.Policy {
		var things []int
		for i := range scene.Bodies {
			if scene.Bodies[i].Kind == sim.Dynamic {
				things = append(things, i)
			}
		}
		var players []player
		for _, robot := range of(scene) {
			if len(things) > 0 {
				players = append(players, player{pusher: newPusher(scene, robot), rng: rng, things: things})
			}
		}
		return func(_ int, state sim.State) sim.Action {
			action := scene.Rest()
			for i := range players {
				players[i].act(action, state)
			}
			return action
		}
	})
}

// player is a robot that plays.
type player struct {
	*pusher
	rng    *rand.Rand
	things []int // bodies to push

	thing          int     // the body it pushes
	approach, push int     // frames left to get round it, and then to push it
	bearing, aim   sim.Vec // m, from the body to where a push begins, and where it leads
}

// act asks, in an action, for what the robot wants.
func (p *player) act(action sim.Action, state sim.State) {
	if p.push == 0 {
		p.choose(state)
	}
	begin := state[p.thing].Position().Add(p.bearing)
	if p.approach > 0 && state[p.robot].Position().Sub(begin).Len() > 0.2*p.bearing.Len() {
		p.approach--
		p.round(action, state, p.thing, begin)
		return
	}
	p.approach = 0
	if p.push--; state[p.robot].Position().Sub(p.aim).Len() < 0.1*p.bearing.Len() {
		p.push = 0
	}
	p.towards(action, state, p.aim)
}

// choose decides on the next push.
func (p *player) choose(state sim.State) {
	const (
		tries = 20  // of a push that has room to begin
		stray = 0.7 // rad, standard deviation of where it begins from straight behind the body
	)
	p.thing = p.things[p.rng.IntN(len(p.things))]
	centre := state[p.thing].Position()
	for range tries {
		p.aim = p.anywhere(p.rng, p.scene.Bodies[p.thing].Reach())
		away := centre.Sub(p.aim)
		p.bearing = away.Scale(p.clearance(p.thing) / max(away.Len(), 1e-12)).Rotate(stray * p.rng.NormFloat64())
		if begin := centre.Add(p.bearing); begin == Confine(begin, p.low, p.high) {
			break
		}
	}
	p.approach, p.push = 3*p.scene.FPS, 2+p.rng.IntN(2*p.scene.FPS)
}

// Push returns a policy of a robot that pushes the body of a goal from behind to where the
// goal wants it; at what angle it arrives is left to chance. Of tells which body of a scene
// is the robot, and which of its goals to fulfil. All rests where the scene lacks one of
// them, the goal wants no place, or the two are the same body.
func Push(name, doc string, of func(scene *sim.Scene) (robot, goal int)) Policy {
	const aligned = 0.95 // cosine between the robot's way to the body and the body's to its goal
	return New(name, doc, func(_ *rand.Rand, scene *sim.Scene) sim.Policy {
		robot, goal := of(scene)
		if robot < 0 || robot >= len(scene.Bodies) || goal < 0 || goal >= len(scene.Goals) {
			return startNone(nil, scene)
		}
		g := &scene.Goals[goal]
		target, ok := aim(scene, g)
		if !ok || g.Body == robot {
			return startNone(nil, scene)
		}
		p := newPusher(scene, robot)
		return func(_ int, state sim.State) sim.Action {
			action := scene.Rest()
			from, thing := state[robot].Position(), state[g.Body].Position()
			way := target.Sub(state[g.Body].Point(g.Anchor))
			ahead := thing.Sub(from)
			if ahead.Dot(way) > aligned*ahead.Len()*way.Len() {
				p.towards(action, state, from.Add(ahead.Scale(0.5)).Add(way.Scale(0.5)))
			} else {
				p.round(action, state, g.Body, thing.Sub(way.Scale(p.clearance(g.Body)/max(way.Len(), 1e-12))))
			}
			return action
		}
	})
}

// aim returns where a goal wants its body, or the body's anchor, if it wants it somewhere.
func aim(scene *sim.Scene, g *sim.Goal) (place sim.Vec, ok bool) {
	switch g.Kind {
	case sim.Place, sim.Pose:
		return g.Target, true
	case sim.Angle:
		return place, false
	case sim.Inside:
		r := scene.Region(g.Region)
		for _, v := range r.Vertices {
			place = place.Add(v.Scale(1 / float64(len(r.Vertices))))
		}
		return place, true
	}
	panic("policy: no rule for goals of kind " + string(g.Kind))
}
