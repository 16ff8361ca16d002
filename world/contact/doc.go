// Package contact is the contact-impulse network, a model of rigid bodies whose
// messages are impulses.
//
// It never predicts where a body will be. It predicts how hard bodies push on each
// other where they touch, and mechanics does the rest. Some properties therefore hold
// by construction and not by training. Every impulse acts on both bodies, opposite and
// at one point, so momentum is conserved. Turning, shifting or mirroring a scene turns,
// shifts or mirrors the prediction, unless it is told that its source sweeps from end to end (Config.Ends), which no mirror keeps. The cost grows with the number of contacts. A model
// trained on six bodies runs on sixty.
//
//	config := contact.DefaultConfig()
//	err := config.Measure(ctx, training, 0)
//	model, err := contact.New(config, seed)
//	objective, err := contact.NewObjective(model, training, holdout)   // for learn/train
//
// One frame is one or several equal steps. Actuators set the velocities that they command
// at the start of each. Then come four phases in the order of flight.Order (frame.go), which is
// that of the data's source. This engine's is:
//
//   - Correct: overlaps push bodies apart. A small network says how strongly, from their
//     depth, and a few sweeps find pseudo-velocities along the normals (correction.go).
//   - Move: bodies move by their velocities.
//   - Force: gravity, drag, forces of actuators, springs and friction with the ground change
//     the velocities as the scene says, and by what was measured on free flights
//     beyond that. Fields push by a small network's sum of powers of distance (field.go).
//   - Solve: the impulse network looks at each touching point once: gap, relative velocities,
//     friction, elasticity, how crowded it is. It answers with the law of the point:
//     how much the velocities and impulses there change the impulse (law.go). Sweeps apply
//     these laws from point to point and joint to joint until nothing changes (sweep.go). They
//     begin with the impulses of the step before, as the engine does, if the prediction has
//     them (memory.go).
//
// Touching points (world/geom, edge.go), and the directions in which joints hold (tie.go), are
// found when bodies have moved since they were last. Where the source lets things meet within a
// step, bodies fly to each impact, and on from there (impact.go). Where it foresees contacts, what
// would touch a moment later is solved, too (ahead.go). Bodies that hang together by contacts gain no
// energy from them in a prediction (energy.go).
//
// Eight scenes with as many points are swept at a time, if these are few (few.go), and learning goes back
// through them so (record.go). Predictions sweep other points in vectors of their own (spot.go and package lanes).
// Portable code gives the same bits. Learning keeps what touches where examples begin (examples.go).
//
// Built in are rigid-body mechanics, contacts that never pull, and the quantities in
// Newton's and Coulomb's laws. The model learns how much each quantity adds to an
// impulse, when friction gives way, how overlaps disappear, how stiff joints are and how
// fields fade with distance.
//
// Training looks one frame ahead from true states, at frames in which something
// happens; see objective.go for the loss and network.go for how a network begins. Gradients
// go through all steps and sweeps, but not through poses. Found by trying, on mixed, as
// the mean position error after one second of rollout, a minute of training on two
// cores: all points at once in six sweeps, the network asked at each, 0.07 m; points of
// a body one after the other 0.03 m; ten sweeps and a Huber bound of 3 mm/s in place of
// 0.1 m/s 0.010 m; the network asked once for a law and twenty cheap sweeps 0.011 m,
// with a fifth of the work; beginning with the impulses of the frame before 0.008 m;
// laws in which a visit stops between none and twice of a velocity 0.003 m, whatever the
// seed. Two frames ahead, trained through with the impulses of the first remembered,
// gave 0.002, 0.009 and 0.003 m with three seeds, and four frames 0.003 m, so it stayed
// at one. Noise on inputs was not tried.
//
// Velocities are m/s and rad/s, lengths metres. Poses are float64 throughout; the
// networks see float32. Results do not depend on goroutines or time.
//
// Limits: kinds of joint and field that the training data lacks are refused; frames
// must last as long as those of the training data. Springs, actuators and friction with
// the ground are taken from the scene, not learned. Springs act before contacts and
// joints, not among them.
//
// Relatives: Interaction Networks (Battaglia et al. 2016, arXiv:1612.00222), Graph
// Network Simulators (Sanchez-Gonzalez et al. 2020, arXiv:2002.09405), FIGNet (Allen
// et al. 2023, arXiv:2212.03574).
package contact
