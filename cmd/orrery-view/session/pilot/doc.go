// Package pilot lets a planner drive a scene while time goes on.
//
//	p := pilot.New(planner, lane, lead, nil)
//	ready, err := p.Consult(scene, frame, state) // at each frame, the last of the truth
//	if ready {
//		action := p.Action(frame)
//	}
//
// The pilot thinks of the next plan while it carries out the one before, from where the
// model says that this leads. So time waits only for the first plan, for one that comes
// late, and where something else happened than was foreseen.
//
// Plans are thought of in a jobs.Lane. A planner or a model that panics has failed like
// one that returns an error. Units are those of package sim.
package pilot
