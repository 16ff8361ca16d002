// Package baseline holds the models that the contact network must beat.
//
// Still says that nothing changes. Ballistic knows gravity and drag and no contact:
// it is exact until something touches. Neither has parameters, so both can be used
// as they are:
//
//	fall, err := world.Rollout(baseline.Ballistic(), scenes, starts, 121, 2)
//
// The trained ones say by how much free flight is wrong in each frame: the kick that
// changes a body's velocity, and the lift that displaces it. Gravity, drag and typical
// sizes are measured for them, as for the contact network:
//
//	config := baseline.DefaultInteraction()
//	config.Motion, err = baseline.MeasureMotion(trajectories)
//	model, err := baseline.NewInteraction(config, seed)
//	task, err := baseline.NewTask(model, training, holdout)   // for learn/train
//
// # Interaction
//
// An interaction network (Battaglia et al. 2016, arXiv:1612.00222), as graph network
// simulators have it (see learn/nn). Nodes are bodies; edges are pairs of points where
// shapes touch or come closer than Reach, told in the frame of their normal, as face
// edges are in FIGNet (Allen et al. 2023, arXiv:2212.03574); Reach 0 connects all shapes
// with all. It handles any number of bodies. By construction, renumbering bodies
// renumbers its prediction, shifting the scene shifts it, and bodies out of reach fly
// freely. Nothing makes it conserve momentum, or turn with a turned scene.
//
// # MLP
//
// A perceptron that sees all bodies of a scene side by side, each with the walls on its
// four sides. It is made for one number of bodies in one scenario and refuses others.
//
// # How they were tuned
//
// On mixed with 380 episodes of 120 frames, by the position error over 200 others
// after 0.1, 0.5 and 1 s, on one core of a busy machine with AVX-512; a run took 20 s
// unless said otherwise.
//
//	interaction                                       0.1 s    0.5 s   1 s (m)
//	first try: reach 10 mm, hidden 64, 2 rounds,
//	batch 256, rate 3e-3, loss beta 0.1               0.0021   0.047   0.138
//	1 round instead of 2                              0.0029   0.059   0.166
//	3 rounds                                          0.0018   0.042   0.137
//	hidden 96                                         0.0016   0.037   0.121   takes 32 s
//	rate 6e-3                                         0.0018   0.039   0.125
//	batch 128, twice the steps                        0.0016   0.036   0.116
//	rate 6e-3, batch 64, four times the steps         0.0013   0.031   0.112
//	the same, batch 32, eight times                   0.0013   0.030   0.112
//	rate 6e-3, batch 64, loss beta 0.5                0.0012   0.030   0.106
//	the same, loss beta 1                             0.0013   0.031   0.109
//	the same, beta 0.5, 60 s                          0.0009   0.024   0.103
//	hidden 96, 60 s                                   0.0010   0.026   0.099
//	3 rounds, 60 s                                    0.0011   0.027   0.102
//	reach 3 mm, 60 s: chosen                          0.0008   0.024   0.097
//
// Noise of 0.1 mm on the positions changed little (0.0013, 0.032, 0.117 against 0.0015,
// 0.032, 0.116 at batch 128) and is off.
package baseline
