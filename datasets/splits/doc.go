// Package splits divides the episodes of a dataset into runs with a purpose: what models
// learn from, what says when they have learned enough, and what judges them in the end.
//
//	division, err := splits.Parse("train=0.8,val=0.1,test=0.1")
//	runs, err := division.Of(400) // train 0 to 319, val 320 to 359, test 360 to 399
//
// A run is of whole episodes that follow each other, as LeRobot's meta/info.json has it:
// {"train": "0:320", "val": "320:360", "test": "360:400"}. Decode reads what any program wrote
// there; no two runs may have an episode in common, and an episode may be in none.
package splits
