// Package session is what the viewer does, without its window: a scene that runs
// live or is replayed, what a model predicts for it, and how wrong that is.
//
//	s := session.New(jobs.Threads, planner)
//	s.SetModels(models)
//	err := s.OpenScenario(mixed, 7)
//	…
//	s.Tick() // sixty times a second
//	s.Grab(body, at); s.Pull(to); s.Release()
//	forecast := s.Forecast()
//	s.Undo()
//
// # Parts
//
// A Session ties parts that own what they are about, each a package below this one: tape
// (what happened, and which frame is shown), forecast and compare (what a model predicts,
// and how wrong it is), hand and build (what a user takes hold of and adds), pilot (who
// drives by plans), history (what can be undone), touch (with what impulses bodies push each other), replay (what was recorded) and jobs
// (where long work is done). What a Player of tape and a Comparison of compare tell is
// told by the Session itself, which embeds them.
//
// # Learning and comparing
//
// A Teacher has a model learn what is on the stage, by lessons of package lesson; each Tick takes what it has learned, which
// takes the place of what was learned before. SeekWrong looks for scenes that the chosen model predicts badly. A rival is a
// second model, which predicts the same motion on the same clock and has a judge of its own. What package quantity can
// measure is measured of Motions.
//
// # Modes
//
// In the sandbox a forecast is made again and again from the present state, so it
// knows of every hand that interfered before. It knows what the scenario's own policy
// will do, too: the truth is computed as far ahead as the forecast looks, and forgotten
// where someone else takes over. In a duel a forecast is made once and runs beside the
// truth. In a replay the truth is a recorded one; whoever takes hold of a body there
// goes on from that moment in the sandbox.
//
// In the sandbox a planner may drive a scene that has a task, by what the chosen model
// predicts: see Plan.
//
// # What hands do
//
// What happened in the last minute is kept on a tape, which can be wound back. A
// hand, a body that is added or an action at a frame of the past rewrites what followed.
// Nothing is lost by that: Undo goes back to the moment before the last change, be it a
// drag, an added or a deleted body, a parameter, a goal, a restart or another scene.
//
// # Time
//
// Tick advances by sixtieths of a second at the chosen speed, never by the clock, so
// a session is repeated by repeating its calls. Two things depend on the clock: when
// frames take longer to compute than to show, some are left for later; and forecasts
// arrive when they are ready. A forecast that waits while a newer one is wanted is
// dropped. Without threads, as in a browser, forecasts and plans get a share of every
// Tick.
//
// The units are those of package sim. A Session belongs to one goroutine. What it returns
// must not be changed. No error ends it: Notice tells what could not be done.
package session
