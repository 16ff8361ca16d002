// Package predictions says what a program that is no model of this one has to predict, and reads
// what it did predict:
//
//	questions := predictions.Ask(trajectories, frames)
//	err = questions.Write(file) // for numpy.load
//	told, skipped, err := questions.Read(ctx, "predictions.npz")
//
// An evaluation takes it as eval.Predicted.
//
// # Files
//
// A file of predictions is an archive of NumPy or a Parquet table with a row for each body at each
// predicted frame. Its columns are
//
//   - episode, the number of the episode in its dataset,
//   - start, the frame whose true state was known,
//   - frame, the frame that is predicted, after start,
//   - body, the number of the body in its scene, from 0 on,
//   - x and y in metres, and angle in radians, counter-clockwise and continuous,
//   - where they are predicted, vx and vy in m/s and omega in rad/s; all three or none.
//
// Frames are those of the dataset, from 0 on. Columns by other names are not read. Rows may come
// in any order.
//
// Every episode needs its rollout: all frames that are asked for, from the start of the
// question, for each dynamic body. Kinematic bodies may be left out; they then are where they
// truly are. Rows of the start itself may be there, and must have the true state, which
// finds frames that are counted otherwise. With rows in which each frame is predicted from the
// one before it, of all frames or of none, the errors of single steps are measured too.
//
// Arrays with axes for episodes, frames and bodies, as package npz reads them, do as well. What
// they have for bodies that a scene has not is NaN.
//
// What is missing, there twice, no number or of no such frame or body is an error, and so is an
// angle that jumps by a turn. Rows of frames and episodes that are not compared are counted.
//
// Results depend on the arguments alone. Memory is that of the predictions that are compared.
package predictions
