package contest

import (
	"slices"

	"orrery/sim"
	"orrery/sim/render"
	"orrery/sim/render/film"
	"orrery/world/plan"
)

// Film collects what a film of an episode shows. A nil Film collects nothing.
type Film struct {
	scene    *sim.Scene
	label    string
	states   []sim.State
	thoughts []thought // one for each state
	thought  thought
}

// thought is the plan that a controller had at a state.
type thought struct {
	render.Intent     // from when the plan was made
	age           int // frames since then
}

// think notes the plan that the controller has after a search.
func (f *Film) think(c *plan.Controller) (err error) {
	if f == nil {
		return nil
	}
	f.thought = thought{}
	f.thought.Intent, err = c.Intent()
	return err
}

// shoot adds a state.
func (f *Film) shoot(state sim.State) {
	if f == nil {
		return
	}
	f.states = append(f.states, slices.Clone(state))
	f.thoughts = append(f.thoughts, f.thought)
	f.thought.age++
}

// Render returns the film of the episode, with the words of the result.
func (f *Film) Render(r *Result) film.Film {
	shown := film.Default()
	shown.Scene, shown.True, shown.Trail = f.scene, f.states, 0
	shown.Title, shown.Label, shown.Model = r.Task, f.label, r.Actor()
	shown.Behind, shown.BehindName = f.draw, "plan (outlined)"
	return shown
}

// draw adds the plan that the controller had at state i.
func (f *Film) draw(p *render.Painter, i int) {
	t := f.thoughts[i]
	t.Expected = t.Expected[min(t.age, len(t.Expected)):]
	p.Intent(t.Intent)
}
