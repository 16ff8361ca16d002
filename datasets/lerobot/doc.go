// Package lerobot reads LeRobot datasets that have no scenes: those of other programs, and those of this one after
// LeRobot's tools have merged, split or shortened them.
//
//	source, err := lerobot.Open(ctx, "pusht_keypoints")
//	table, err := source.Table(lerobot.Mapping{Layout: "pusht"})
//
// A Source knows episodes, frames and features as LeRobot defines them: files in any order of numbers, statistics or
// none, images and videos that nobody reads. A Mapping says which of the values are poses of bodies and actions; with
// it a Source is a recording.Table, so that it is imported as any other table of motion. What is read is checked, and
// its sizes are bounded.
package lerobot
