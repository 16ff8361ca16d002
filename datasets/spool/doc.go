// Package spool keeps what a training learns from on a disk, while it goes over it again and again: parts of
// trajectories, in chapters that are read back in any order.
//
//	file, err := spool.New("model.partial")
//	err = file.Add([]spool.Part{{Trajectory: t, Frames: []int32{0, 4}}})
//	parts, err := file.Read(0)
//	err = file.Close()
//
// The file has no name where the system allows that, so that nothing is left of it after a kill, and its format is
// nobody else's business. Numbers come back as they were, bit for bit: those that are whole float32, as those of
// datasets are, take half the room. Reading a chapter takes some nanoseconds a number and a few microseconds a scene,
// a small part of decoding Parquet and JSON again.
//
// Limits: motion that was observed (sim.Trajectory.Seen) and what tasks observe (View) are not kept.
package spool
