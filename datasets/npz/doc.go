// Package npz reads tracks from the archives that numpy.savez and numpy.savez_compressed write,
// as a table of text:
//
//	file, err := npz.OpenRows(ctx, "tracks.npz", nil)
//	defer file.Close()
//	err = file.Rows(ctx, func(fields []string) error { … }) // as many as file.Columns()
//
// # Arrays
//
// An archive has one of these, with T frames, N bodies and, where it has several, E episodes:
//
//   - xy [T, N, 2] with x and y, or poses [T, N, 3] with x, y and the angle. positions, position
//     and pos are other names of xy, and pose of poses. Of one body the shape may be [T, 2] or
//     [T, 3]; of several episodes [E, T, N, 2] or [E, T, N, 3].
//   - x and y of the same shape: [T], [T, N] or [E, T, N].
//   - any arrays of one dimension and one length. They are columns, as x and y [T] are.
//
// A position that is NaN was not seen. Other arrays are columns by their names when they have a
// value for each row, or for each frame, body or episode: time [T], body [N], radius [N],
// mask [T, N], angle [T, N], split [E], a single number for all. Where sizes leave open what they
// are of, the name says it. action [T, a] is the columns action0, action1 and so on. These are
// other names: t, times, timestamp and timestamps of time; id, ids, track_id of body; radii of
// radius; theta of angle; visible, seen and valid of mask. Without an array for them, bodies and
// episodes are numbered, and so are frames where there is no time.
//
// Values are flags, whole numbers and floats of up to 64 bits, in either order of bytes; times of
// NumPy, which become seconds; and texts. Arrays are in the order of C or of Fortran, in version 1,
// 2 or 3 of the format, packed or not. Python's objects, which are pickles, are not opened.
//
// # Writing
//
// Write makes an archive of arrays in memory, for numpy.load.
//
// # Limits
//
// Values that come in the order of the rows are never all in memory. Others are, at most 1 GB.
package npz
