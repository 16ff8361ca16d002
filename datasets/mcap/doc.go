// Package mcap writes episodes as an MCAP file, which Foxglove plays as a 3D scene
// seen from above.
//
//	err := mcap.Write(file, episodes)
//
// There are three topics, each of foxglove.SceneUpdate: /walls at the start of each
// episode, /true at each frame and, for episodes with a prediction, /predicted, of
// the same colours but half transparent. An entity is a body, with an id that it
// keeps, so that each message moves what the one before showed; the first of an
// episode clears the topic. Episodes follow one another in time, which starts at 0.
// Units are metres; z is 0.
//
// Messages are JSON, which every reader of MCAP can show without generated code, in
// chunks that zstd compresses, which leaves little of its length. Protobuf would
// not serve Rerun better, which has no SceneUpdate and opens the dataset itself.
//
// The same episodes give the same bytes. Memory is that of an episode, a chunk of
// a megabyte and an index of some 10 bytes a message.
package mcap
