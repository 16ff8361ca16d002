// Package shard divides work that is numbered: the episodes of a dataset, of an evaluation or of a
// plan, the trials of a sweep. Any number of machines each do a part, a Shard, and what they write
// is merged to what one machine would have written.
//
//	part, err := shard.Parse("2/8", os.LookupEnv)
//	from, to := part.Span(400) // episodes 100 to 149
//
// A shard of a dataset is a dataset (see datasets/generate). A shard of anything else is a Folder
// with the figures of its units, a line of JSON each:
//
//	f, err := shard.Open(ctx, "shards/2", shard.Work{Command: "plan", Units: 400, Settings: settings}, part, options)
//	defer f.Close()
//	err = f.Add(unit, figures) // on disk when it returns; f.Figures(unit) has it after a kill
//	err = f.Finish()
//	work, figures, err := shard.Join([]string{"shards/0", "shards/1"}, shard.Shard{}) // in the order of the units
//
// A folder is whole when shard.json is there, which comes last. Opened again with Options.Resume it goes on
// with what an interrupted process left, and one that is whole stays as it is. Who opens a folder
// that another process writes waits for its end. Folders whose settings or program differ are
// refused, and so is a set in which one is missing or there twice.
//
// Folders may be in object stores, as package storage names them.
//
// Several neighbours may be joined to a Shard of fewer and larger ones, so that many can be merged as a tree.
package shard
