// Package generate makes datasets with several workers, so that nothing is lost when it
// is interrupted.
//
// A Maker makes the trajectory of an episode. Run calls it from each worker and leaves a
// dataset:
//
//	err := generate.Run(ctx, "billiards", spec, newMaker, generate.Options{Workers: 2})
//
// The bytes of a dataset depend on its Spec, the Maker, this module, the Go
// release and the CPU architecture, never on the number of workers, the clock or
// an interruption. The files grow in DIR/.partial until all episodes are made, beside a
// journal of what they hold. A generation killed at any moment is completed by
// Options.Resume to the bytes of an uninterrupted one; until then datasets.Open returns
// datasets.ErrUnfinished. Nothing is synced before a file is complete, so a power failure
// may cost more than a kill; checksums find what it damaged, and that is made again. One
// process at a time may generate into a directory.
//
// Options.Append extends a dataset to the bytes of a larger one that was made at once. The old
// one stays until the new one is complete.
//
// Several machines may each make a shard, which is a dataset too; Merge puts
// them together to the same bytes. Merge also joins datasets of different scenarios.
//
// Memory hardly grows with a dataset: writing holds up to 64 episodes a worker, fewer
// when they are long, a sample of a million values for the quantiles, and the footers of
// the files being written, some 20 bytes an episode.
package generate
