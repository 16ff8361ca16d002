package scenario

import (
	"fmt"
	"slices"

	"orrery/sim"
	"orrery/sim/policy"
	"orrery/sim/scenario/file"
)

// usualPolicies returns who acts in scenes like one unless a file says more: play where a robot can
// push something, noise and random where anything can be done.
func usualPolicies(scene *sim.Scene) []policy.Policy {
	if len(scene.Actuators) == 0 {
		return nil
	}
	list := []policy.Policy{policy.Noise(), policy.Random()}
	dynamic := slices.ContainsFunc(scene.Bodies, func(b sim.Body) bool { return b.Kind == sim.Dynamic })
	if dynamic && len(policy.Robots(scene)) > 0 {
		list = slices.Insert(list, 0, policy.Play(nil))
	}
	return list
}

// policies compiles who may act.
func (c *compiler) policies() []policy.Policy {
	var list []policy.Policy
	for i := range c.file.Policies {
		p, at := &c.file.Policies[i], fmt.Sprintf("/policies/%d", i)
		made, ok := policy.Policy{}, false
		switch {
		case p.Word != nil:
			made, ok = c.policyNamed(at, *p.Word)
		case p.Way != nil:
			made, ok = c.way(at, p.Way)
		}
		if !ok {
			continue
		}
		if slices.ContainsFunc(list, func(other policy.Policy) bool { return other.Name == made.Name }) {
			c.fail(at, "there is a policy %q already", clip(made.Name))
		}
		list = append(list, made)
	}
	return list
}

// policyNamed returns one of the policies that need no description. None is there anyway.
func (c *compiler) policyNamed(at, name string) (policy.Policy, bool) {
	switch name {
	case "play":
		return policy.Play(nil), true
	case "noise":
		return policy.Noise(), true
	case "random":
		return policy.Random(), true
	case "none":
		return policy.Policy{}, false
	}
	c.fail(at, "%s", unknownName("policy", name, []string{"play", "noise", "random", "none"}))
	return policy.Policy{}, false
}

// way compiles a policy that the file describes.
func (c *compiler) way(at string, w *file.Way) (policy.Policy, bool) {
	if w.Name == "" || w.Name == "none" {
		c.fail(at+"/name", "a policy must have a name, other than none")
	} else {
		c.thingName(at+"/name", w.Name)
	}
	ways := 0
	for _, given := range []bool{w.Push != "", w.Waypoints != nil, w.Replay != nil} {
		if given {
			ways++
		}
	}
	switch {
	case ways != 1:
		c.fail(at, "there must be one of push, waypoints and replay")
		return policy.Policy{}, false
	case w.Replay != nil:
		return c.replay(at, w)
	case !w.Episode.IsZero():
		c.fail(at+"/episode", "only a replay has an episode")
	}
	robot := func(scene *sim.Scene) int {
		if robots := policy.Robots(scene); len(robots) > 0 {
			return robots[0]
		}
		return -1
	}
	if w.Body != "" {
		if r := c.someBodies(at+"/body", w.Body, nil); r != nil {
			name := copyLabel(r.name, max(r.index, 0), r.counted)
			robot = func(scene *sim.Scene) int {
				return slices.IndexFunc(scene.Bodies, func(b sim.Body) bool { return b.Name == name })
			}
		}
	}
	if w.Push != "" {
		if w.Actuators != nil {
			c.fail(at+"/actuators", "only waypoints have actuators")
		}
		return c.push(at, w, robot)
	}
	return c.waypoints(at, w, robot)
}

func (c *compiler) push(at string, w *file.Way, robot func(*sim.Scene) int) (policy.Policy, bool) {
	var names []string
	for k := range c.file.Goals {
		names = append(names, c.goalName(k))
	}
	name := w.Push
	if !slices.Contains(names, name) && !slices.ContainsFunc(names, func(n string) bool { return copyIndex(name, n) }) {
		c.fail(at+"/push", "%s", unknownName("goal", name, names))
		return policy.Policy{}, false
	}
	doc := w.Doc
	if doc == "" {
		doc = "pushes from behind to where " + name + " wants it"
	}
	return policy.Push(w.Name, doc, func(scene *sim.Scene) (int, int) {
		return robot(scene), slices.IndexFunc(scene.Goals, func(g sim.Goal) bool { return g.Name == name || g.Name == name+"0" })
	}), true
}

func (c *compiler) waypoints(at string, w *file.Way, robot func(*sim.Scene) int) (policy.Policy, bool) {
	var path policy.Path
	var spots []*reference // of the places that are points of the world, or nil
	for i := range w.Waypoints {
		p, at := &w.Waypoints[i], fmt.Sprintf("%s/waypoints/%d", at, i)
		time := c.constant(at+"/time_s", p.Time, rule{unit: "s", most: 86400}, 0)
		if i > 0 && !(time > path.Times[i-1]) {
			c.fail(at+"/time_s", "%v s must be later than the %v s of the waypoint before", time, path.Times[i-1])
		}
		path.Times = append(path.Times, time)
		if (p.At == nil) == (p.Do == nil) || (p.Do == nil) != (w.Actuators == nil) {
			c.fail(at, "there must be \"at\" or, where the policy has actuators, \"do\"")
			continue
		}
		if p.Do != nil {
			if len(p.Do) != len(w.Actuators) {
				c.fail(at+"/do", "%d numbers must be one for each of %d actuators", len(p.Do), len(w.Actuators))
			}
			values := make([]float64, len(p.Do))
			for k := range p.Do {
				values[k] = c.constant(fmt.Sprintf("%s/do/%d", at, k), p.Do[k], ruleAny, 0)
			}
			path.Values = append(path.Values, values)
			continue
		}
		place, spot := sim.Vec{}, (*reference)(nil)
		if p.At.At != nil {
			place.X = c.constant(at+"/at/0", p.At.At[0], rulePlace, 0)
			place.Y = c.constant(at+"/at/1", p.At.At[1], rulePlace, 0)
		} else if p.At.Name == nil { // it could not be read
			continue
		} else if spot = c.reference(at+"/at", *p.At.Name, nil); spot != nil && (spot.body != sim.World || spot.point == "") {
			c.fail(at+"/at", "%q must be a point of the world", clip(*p.At.Name))
		}
		path.Places, spots = append(path.Places, place), append(spots, spot)
	}
	if len(w.Waypoints) == 0 {
		c.fail(at+"/waypoints", "there must be one waypoint or more")
	}
	for i, name := range w.Actuators {
		c.actuatorNamed(fmt.Sprintf("%s/actuators/%d", at, i), name, operand{})
	}
	doc := w.Doc
	if doc == "" {
		doc = fmt.Sprintf("goes by %d waypoints", len(w.Waypoints))
	}
	return policy.Waypoints(w.Name, doc, func(scene *sim.Scene) []policy.Path {
		bound := path
		bound.Robot = robot(scene)
		bound.Places = slices.Clone(path.Places)
		for i, spot := range spots {
			if spot == nil {
				continue
			}
			for _, p := range scene.Points {
				if p.Body == sim.World && p.Name == spot.point {
					bound.Places[i] = p.At
				}
			}
		}
		for _, name := range w.Actuators {
			bound.Actuators = append(bound.Actuators, slices.IndexFunc(scene.Actuators, func(a sim.Actuator) bool { return a.Name == name }))
		}
		return []policy.Path{bound}
	}), true
}
