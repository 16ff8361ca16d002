// Package datasets writes and reads trajectories as LeRobot datasets, version
// 3.0: a directory of Parquet and JSON files that LeRobot, Rerun, the Hugging
// Face hub, DuckDB and pandas open.
//
// A Source makes the trajectory of an episode; Generate calls it from several
// workers and leaves a dataset; Open reads it back, and OpenFS one that is not on a
// disk:
//
//	err := datasets.Generate(ctx, "billiards", spec, newSource, datasets.Options{Workers: 2})
//	data, err := datasets.Open("billiards")
//	train, val := data.Split(0.1, 1)
//	trajectory, err := data.Episode(train[0])
//
// A frame holds observation.state, float32 [6·MaxBodies]: x, y, angle, vx, vy
// and omega of each body in metres, radians and seconds, zero for the bodies a
// scene does not have; and action, float32 [a]: what each actuator was asked for
// from this frame to the next, zero for the actuators a scene does not have and at
// the last frame, and a single zero where nothing is driven. When the scenario has
// a task, next.reward, next.done, next.success and next.truncated are the Outcome
// of the action. Episodes may differ in length. The scenes are in
// meta/orrery/scenes.parquet, and everything that fixes the bytes, with the
// SHA-256 of every file, in meta/orrery/provenance.json.
//
// The bytes of a dataset depend on its Spec, the Source, this module, the Go
// release and the CPU architecture, never on the number of workers, the clock or
// an interruption. The files grow in DIR/.partial until all episodes are made, beside a
// journal of what they hold; a generation killed at any moment is completed by
// Options.Resume to the bytes of an uninterrupted one, and until then Open returns
// ErrUnfinished. Nothing is synced before a file is complete, so a power failure may
// cost more than a kill; checksums find what it damaged, and that is made again. One
// process at a time may generate into a directory. Several machines may each make a Shard
// of a dataset, which is a dataset too; Merge puts them together to the same bytes.
//
// Memory hardly grows with a dataset: writing holds up to 64 episodes a worker,
// fewer when they are long, a sample of a million values for the quantiles, and the
// footers of the files being written, some 20 bytes an episode; reading holds some 300
// bytes an episode. The reader takes tables that others wrote again, with pages of
// either version, plain or with a dictionary, uncompressed or snappy, but refuses
// missing values, other encodings and other compressions by name, and a damaged or
// hostile file costs memory in proportion to its size, or 16 million repeated values,
// and never a panic. A dataset has at most a million episodes, and an episode a million
// frames.
package datasets
