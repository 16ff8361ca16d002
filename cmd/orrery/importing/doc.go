// Package importing makes datasets of what others have recorded: tables, archives, bags, and LeRobot data without scenes.
//
//	options := importing.DefaultOptions()
//	options.Format, options.File, options.Out = recordings.CSV, "tracks.csv", "data/tracks"
//	spec, err := options.Prepare(ctx, log)
//	err = options.Run(ctx, log, spec)
//
// Foreign does so for those who want to read LeRobot data as a dataset and say no more than what they mean: whoever is
// handed a path asks Own for one that leads to a dataset.
//
//	defer foreign.Close()
//	own, err := foreign.Own(ctx, log, patience, "pusht_keypoints")
//
// LeRobot's tools keep the states of a dataset of this program and leave its scenes behind. How episodes begin tells
// which scene each had.
package importing
