// Package session is what the viewer does, without its window: a scene that runs
// live or is replayed, what a model predicts for it, and how wrong that is.
//
//	s := session.New(session.Threads)
//	s.SetModels(models)
//	err := s.OpenScenario("mixed", 7)
//	…
//	s.Tick() // sixty times a second
//	s.Grab(body, at); s.Pull(to); s.Release()
//	forecast := s.Forecast()
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
// predicts: see Plan. It thinks of the next plan while it carries out the one before,
// so that time waits only for the first, for one that comes late, and where a hand has
// led to something else than was foreseen.
//
// What happened in the last minute is kept on a tape, which can be wound back. A
// hand, a spawned body or an action at a frame of the past rewrites what followed.
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
// Units are those of package sim. A Session belongs to one goroutine. What it returns
// must not be changed. No error ends it: Notice tells what could not be done.
package session
