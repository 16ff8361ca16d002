// Package contact is the contact-impulse network, a model of rigid bodies whose
// messages are impulses.
//
// It never says where a body will be. It says how hard bodies push on each other
// where they touch, and mechanics does the rest. So, by construction and not by
// training: every impulse acts on both bodies, opposite and at one point, and
// momentum is conserved; turning, shifting or mirroring a scene turns, shifts or
// mirrors the prediction; the cost grows with the number of contacts; and a model
// trained on six bodies runs on sixty.
//
//	flight, err := world.MeasureFlight(trajectories)
//	config := contact.DefaultConfig()
//	config.Flight = flight
//	model, err := contact.New(config, seed)
//	task, err := contact.NewTask(model, training, holdout)   // for learn/train
//
// One frame, in the order in which the engine works:
//
//  1. Overlaps at the present poses push bodies apart: a small network gives a
//     pseudo-velocity along each normal, over a few sweeps (correction.go).
//  2. Bodies move by their velocities and these corrections.
//  3. Gravity and drag, measured on free flights, change the velocities (world.Flight).
//  4. Touching points are found at the new poses (world/geom, edge.go).
//  5. The impulse network sweeps over them several times. At each point it is shown
//     the relative velocity in the point's own frame, the impulse so far, friction,
//     elasticity and how crowded the place is, and answers with bounded gains on
//     those velocities (ops.go, law.go). Points that share a body are handled one
//     after the other, the rest at once.
//
// What is built in: rigid-body mechanics, contacts that never pull, and the
// quantities that Newton's and Coulomb's laws are made of. What is learned: how
// much of each makes an impulse, where friction gives way, how overlaps heal, and
// how impulses at many points find their balance.
//
// Training looks one frame ahead from true poses, at frames that hold a contact; see
// task.go for the loss and network.go for how a network begins. Found by trying, on
// mixed, as the mean position error after one second of rollout: all points at once
// in six sweeps 0.07 m; points of a body one after the other 0.03 m; ten sweeps and a
// Huber bound of 3 mm/s in place of 0.1 m/s 0.011 m; half the width, so more updates
// in the same minute, 0.010 m.
//
// Velocities are m/s and rad/s, lengths metres. Poses are float64 throughout; the
// networks see float32. Results do not depend on goroutines or time.
//
// Limits: one engine step per frame; contacts only, scenes with joints are refused;
// frames must last as long as those of the training data.
//
// Relatives: Interaction Networks (Battaglia et al. 2016, arXiv:1612.00222), Graph
// Network Simulators (Sanchez-Gonzalez et al. 2020, arXiv:2002.09405), FIGNet (Allen
// et al. 2023, arXiv:2212.03574).
package contact
