// Package baseline holds the trained models that the contact network must beat. Those
// that need no training are flight.Still and flight.Ballistic.
//
// They say by how much free flight is wrong in each frame: the kick that
// changes a body's velocity, and the lift that displaces it. Gravity, drag and typical
// sizes are measured for them, as for the contact network:
//
//	config := baseline.DefaultInteraction()
//	config.Given, err = baseline.MeasureGiven(trajectories)
//	model, err := baseline.NewInteraction(config, seed)
//	objective, err := baseline.NewObjective(model, training, holdout)   // for learn/train
//
// # Interaction
//
// An interaction network (Battaglia et al. 2016, arXiv:1612.00222), as graph network
// simulators have it (see learn/nn). Nodes are bodies. Edges are of three sorts: pairs
// of points where shapes touch or come closer than Radius, joints, and fields. All are
// told in the frame of a normal, as face edges are in FIGNet (Allen et al. 2023,
// arXiv:2212.03574); joints and fields add their kind, one-hot, and their settings in
// units of what these do to a body in a frame. Radius 0 connects all shapes with all.
// Bodies of one Group do not touch and have no contact edges.
//
// A frame of many engine steps is predicted at once. Free flight, which already holds
// what the action commands, goes in the engine's steps; a node is shown what it makes of
// the velocity of its body, and contacts are looked for after its first step, as wide as
// anything flies in the frame, and once more at its end. Without the second look, errors
// on pusht were a tenth larger.
//
// It handles any number of bodies. By construction, renumbering bodies renumbers its
// prediction, shifting the scene shifts it, and bodies without an edge fly as the scene
// says. Nothing makes it conserve momentum, or turn with a turned scene, but that
// training shows it each frame along many axes (Turns).
//
// # MLP
//
// A perceptron that sees all bodies of a scene side by side, each with the walls on its
// four sides, then what fields do between each pair, and the action. It is made for one
// number of bodies, joints and actuators in one scenario and refuses others.
//
// # How they were tuned
//
// On mixed with 400 episodes of 120 frames, by the mean position error over 200 others,
// on one core of a busy machine. The interaction network first, 20 s a run unless said:
//
//	                                               0.1 s    0.5 s    1 s (m)
//	hidden 64, 2 rounds, radius 10 mm, batch 256,
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
//	and radius 3 mm                                0.0008   0.024    0.097
//	and fully connected                            0.0047   0.089    0.207
//
// Noise of 0.1 mm on positions made no difference at 1 s. All these with edges of fewer
// features than there are now. With the present ones, by steps and not by time:
//
//	                                     steps     0.1 s    0.5 s    1 s      2 s (m)
//	as it is, radius 3 mm                6000      0.0007   0.024    0.094    0.20
//	radius 10 mm                         6000      0.0008   0.025    0.097    0.21
//	radius 30 mm                         6000      0.0010   0.028    0.109    0.23
//	as it is                             1500      0.0011   0.033    0.117    0.23
//	radius 0, fully connected            1500      0.0040   0.081    0.210    0.32
//	rate 3e-3                            6000      0.0007   0.023    0.097    0.21
//	rate 12e-3                           6000      0.0007   0.025    0.099    0.21
//	3 rounds                             6000      0.0006   0.023    0.099    0.21
//	noise of 0.5 mm on positions         6000      0.0007   0.024    0.097    0.21
//	as it is                            10000      0.0007   0.023    0.096    0.21
//
// So the default stays with a radius of 3 mm: full connection takes eight times as long
// for a step and is worse. The MLP, 12 s a run unless said:
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
// Where there is more than contacts, after so many steps, beside ballistic; scaled is the
// mean squared error of "orrery eval":
//
//	springs, 300 episodes, 6000 steps    scaled after 1, 10, 20 frames    1.4e-9, 4.6e-8, 1.1e-7
//	ballistic                                                             8.3e-5, 8.4e-3, 3.6e-2
//	pusht, 200 episodes, 16000 steps     m after 1, 5, 10, 25 frames      0.0085, 0.035, 0.071, 0.25
//	ballistic                                                             0.054, 0.31, 0.60, 1.10
//	reach, 100 episodes, 2000 steps      m after 1, 5, 10, 25 frames      0.00014, 0.004, 0.026, 0.17
//	ballistic                                                             0.0010, 0.030, 0.11, 0.45
//	cartpole, likewise                                                    0.000004, 0.0004, 0.0035, 0.077
//	ballistic                                                             0.0010, 0.044, 0.19, 1.20
//	ballcup, likewise                                                     0.0013, 0.011, 0.029, 0.090
//	ballistic                                                             0.014, 0.36, 1.17, 5.40
//	drive, likewise                                                       0.00006, 0.0003, 0.0005, 0.0019
//	ballistic                                                             0.0003, 0.006, 0.020, 0.111
//	push, likewise                                                        0.0002, 0.0018, 0.0046, 0.020
//	ballistic                                                             0.0006, 0.013, 0.038, 0.119
//
// To repeat one: "orrery gen springs --episodes 300 --out springs", "orrery train springs
// --model interaction --steps 6000 --workers 1 --out model", "orrery eval model --data …"
// on episodes of another seed; errors in metres are from starts in every 25th frame. An
// MLP on cartpole, whose bodies are always the same two, is fifty times better than that.
//
// # Limits
//
// Refused by name are kinds of joint and field that the training data did not hold, and
// frames of another length. A frame is one step to these models: what happens within it,
// such as two hits one after the other, they must guess at once. Shapes further apart than
// Radius, and than what flies in a frame, do not touch, as far as the interaction network
// knows. Motors and springs among joints are told but no built-in scenario has them. Units
// are those of package sim. Models are deterministic, immutable and safe for concurrent
// use.
package baseline
