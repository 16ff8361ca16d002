// Package mcap writes episodes as an MCAP file, which Foxglove plays as a 3D scene
// seen from above.
//
//	err := mcap.Write(file, episodes)
//
// There are three topics of foxglove.SceneUpdate: /walls at the start of each
// episode, /true at each frame and, for episodes with a prediction, /predicted, of
// the same colours but half transparent. An entity is a body, with an id that it
// keeps, so that each message moves what the one before showed; the first of an
// episode clears the topic. Episodes follow one another in time, which starts at 0.
// z is 0.
//
// For plots there are topics with flat messages of numbers at each frame: /true/body0, /true/body1
// and so on with x, y, angle, vx, vy, omega and speed; /predicted/body0 likewise and
// /error/body0 with position, angle, velocity and omega, where there is a prediction, and
// /error with the means over the dynamic bodies; /action with action0, action1 and so on, which
// leads to the next frame; /outcome with reward, success, done and truncated of the action before.
// In a plot of Foxglove /true/body0.speed is a series. Units are metres, seconds and radians.
//
// Messages are JSON, which every reader of MCAP can show without generated code, in
// chunks that zstd compresses, which leaves little of its length. Protobuf would
// not serve Rerun better, which has no SceneUpdate and opens the dataset itself.
//
// The same episodes give the same bytes. Memory is that of an episode, a chunk of
// a megabyte and an index of some 10 bytes a message.
package mcap
