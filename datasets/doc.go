// Package datasets writes and reads trajectories as LeRobot datasets, version
// 3.0: a directory of Parquet and JSON files that LeRobot, Rerun, the Hugging
// Face hub, DuckDB and pandas open.
//
// Open reads a dataset, OpenFS one that is not on a disk, and datasets/generate makes one:
//
//	data, err := datasets.Open(ctx, "billiards")
//	for episode, err := range data.Each(ctx, nil, progress) {
//		…
//	}
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
// Where the states are estimates, a frame also holds what was measured: observation.measured, x, y and
// angle of each body [3·MaxBodies]; observation.seen and observation.turned, whether they were;
// observation.after, by how many seconds the measurement comes after the frame;
// observation.measured_std, the standard deviations of position and angle; and observation.std, those of
// the state. Impacts and covariances are in meta/orrery/observed.parquet, and what the recording had, in
// its own unit and axes, in meta/orrery/recording.parquet, which Records reads.
//
// A Writer writes the files of a dataset one episode after the other.
//
// Reading holds some 300 bytes an episode. A dataset has at most a million episodes, and
// an episode a million frames.
package datasets
