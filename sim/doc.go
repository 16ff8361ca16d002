// Package sim holds the plain data of a simulation: what a scene is, where its
// bodies are, and how they moved. It runs nothing; sim/engine does.
//
// A Scene is a description in JSON: gravity, walls, bodies with shapes, joints,
// fields, actuators, goals, and what tasks speak of: points, regions, values. A State is the pose and velocity of every body at one
// frame, an Action what is asked of the actuators until the next. A Trajectory is a
// scene with both over time. A scene is filled in Go or read, and checked:
//
//	scene := sim.DefaultScene()
//	scene.Bodies = append(scene.Bodies, sim.NewDisc(0.1, 10, sim.Surface{Friction: 0.4, Elasticity: 0.9}))
//	if err := scene.Validate(); err != nil { … }
//
//	scene, err := canon.Decode(file)
//
// Units are metre, kilogram, second and radian (counter-clockwise); x points
// right and y up. Angles are continuous: a body that turned twice has an angle
// of 4π, not 0.
//
// Everything here is deterministic and safe for concurrent reading. Scenes in files are
// read by sim/canon, and sim/input knows how to read JSON.
package sim
