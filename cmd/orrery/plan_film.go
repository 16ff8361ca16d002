package main

import (
	"slices"

	"orrery/cmd/orrery/planning"
	"orrery/sim"
	"orrery/sim/render"
	"orrery/world/plan"
)

// planFilm collects what a film of an episode shows. A nil planFilm collects
// nothing.
type planFilm struct {
	scene    *sim.Scene
	label    string
	states   []sim.State
	thoughts []thought // one for each state
	thought  thought
}

// thought is what a controller had in mind at a state.
type thought struct {
	render.Intent     // from when the plan was made
	age           int // frames since then
}

// think notes what the controller has in mind after a search.
func (f *planFilm) think(c *plan.Controller) (err error) {
	if f == nil {
		return nil
	}
	f.thought = thought{}
	f.thought.Intent, err = planning.IntentOf(c)
	return err
}

// shoot adds a state.
func (f *planFilm) shoot(state sim.State) {
	if f == nil {
		return
	}
	f.states = append(f.states, slices.Clone(state))
	f.thoughts = append(f.thoughts, f.thought)
	f.thought.age++
}

// film returns the film of the episode.
func (f *planFilm) film(r *planResult) render.Film {
	film := render.DefaultFilm()
	film.Scene, film.True, film.Trail = f.scene, f.states, 0
	film.Title, film.Label, film.Model = r.Task, f.label, r.actor()
	film.Overlay, film.OverlayName = f.draw, "plan (outlined)"
	return film
}

// draw adds what was in mind at state i.
func (f *planFilm) draw(p *render.Painter, i int) {
	t := f.thoughts[i]
	t.Expected = t.Expected[min(t.age, len(t.Expected)):]
	p.Intent(t.Intent)
}
