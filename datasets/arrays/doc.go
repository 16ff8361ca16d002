// Package arrays writes episodes as the plain arrays that stable-worldmodel opens:
// one HDF5 file, or a folder of NumPy files.
//
//	file, err := os.Create("mixed.h5")
//	err = arrays.WriteHDF5(file, size, episodes)
//
// With N frames in E episodes the arrays are action [N, a]; proprio [N, 6n], which
// is also there by the name state; episode_idx and step_idx [N], the number of an
// episode and that of a frame in it; ep_len and ep_offset [E], the frames of an
// episode and the first of them; and, when the episodes have outcomes, reward,
// terminated and truncated [N]. Where the states are estimates, there are also measured [N, 3n]
// with x, y and angle of each body as they were measured, seen and turned [N, n], which are 1 where
// position and angle were, after [N, n], by how many seconds the measurement comes after the frame, and
// state_std [N, 6n], the standard deviations of the state. With a View there is environment_state [N, o]. About and
// the scenes of all episodes, to which scene_idx [N] refers, are attributes of HDF5, and arrays beside those of npz.
// There are no pictures, but of Push-T, which has a layout of its own (WritePushT). A state holds x, y, angle, vx,
// vy and omega of each body in metres, radians and seconds, and zeros for absent
// bodies. The action of a frame leads to the next one, and so do reward and flags,
// which are 0 or 1; the last frame of an episode has zeros for its action and reward
// and repeats the flags.
//
// HDF5 is written by hand, in a small part of the format: version 3 of the
// superblock, the one that readers may open while others write, and arrays in one
// piece or in chunks that follow one another, without compression; texts are in one global heap.
// A NumPy file is a zip archive whose first member is arr_0, not compressed either.
//
// The same episodes give the same bytes. Memory is that of one episode and a
// buffer for each array, as all sizes are known before.
package arrays
