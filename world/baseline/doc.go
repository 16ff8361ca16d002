// Package baseline holds the models that the contact network must beat.
//
// Still says that nothing changes. Ballistic knows gravity and drag and no contact:
// it is exact until something touches. Neither has parameters, so both can be used
// as they are:
//
//	fall, err := world.Rollout(baseline.Ballistic(), scenes, starts, nil, 121, 2)
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
// On mixed with 400 episodes of 120 frames, by the mean position error over 200 others,
// on one core of a busy machine. The interaction network first, 20 s a run unless said:
//
//	                                               0.1 s    0.5 s    1 s (m)
//	hidden 64, 2 rounds, reach 10 mm, batch 256,
//	rate 3e-3, Huber loss with beta 0.1            0.0021   0.047    0.138
//	1 round, in half the time                      0.0029   0.059    0.166
//	3 rounds, in 1.4 times the time                0.0018   0.042    0.137
//	hidden 96, in 1.7 times the time               0.0016   0.037    0.121
//	rate 6e-3                                      0.0018   0.039    0.125
//	rate 6e-3, batch 64 and four times the steps   0.0013   0.031    0.112
//	likewise batch 32 and eight times              0.0013   0.030    0.112
//	rate 6e-3, batch 64, beta 0.5                  0.0012   0.030    0.106
//	likewise beta 1                                0.0013   0.031    0.109
//	with these, 60 s                               0.0009   0.024    0.103
//	and hidden 96                                  0.0010   0.026    0.099
//	and 3 rounds                                   0.0011   0.027    0.102
//	and reach 3 mm                                 0.0008   0.024    0.097
//	and fully connected                            0.0047   0.089    0.207
//
// Noise of 0.1 mm on positions made no difference at 1 s. The MLP, 12 s a run unless
// said:
//
//	hidden 256, 3 layers, batch 64, rate 3e-3,
//	Huber loss with beta 0.1                       0.0138   0.28     0.73
//	beta 1                                         0.0147   0.24     0.50
//	beta 3                                         0.0155   0.23     0.47
//	beta 10                                        0.0179   0.26     0.53
//	beta 3, hidden 512, in four times the time     0.0159   0.28     0.65
//	beta 3, hidden 128                             0.0175   0.27     0.57
//	beta 3, 2 layers                               0.0147   0.21     0.40
//	beta 3, batch 128, in twice the time           0.0137   0.21     0.40
//	with these, 60 s, 32 orders of the bodies      0.0124   0.19     0.35
//
// Showing the interaction network every frame along 32 turned axes costs a little in a
// minute (0.0008, 0.024, 0.101 with, 0.0009, 0.024, 0.095 without) and pays in five.
// What the settings so found reach by "orrery train --workers 1" and "orrery eval", with
// a 95 % interval at 1 s:
//
//	                             0.1 s    0.5 s    1 s             2 s (m)
//	interaction, 60 s            0.0008   0.024    0.101 ± 0.008   0.21
//	interaction, 5 min           0.0005   0.018    0.084 ± 0.008   0.20
//	the same without turns       0.0008   0.021    0.090 ± 0.007   0.20
//	mlp, 60 s                    0.0120   0.19     0.35  ± 0.02    0.45
//	ballistic                    0.016    0.37     1.34  ± 0.05    5.57
//
// # Limits
//
// Contacts only: scenes with joints are refused, and so are frames of another length
// than those of the training data. Shapes that a frame's flight brings no closer than
// Reach do not touch, as far as the interaction network knows. Units are those of
// package sim. Models are deterministic, immutable and safe for concurrent use.
package baseline
