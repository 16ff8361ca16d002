// Package csv turns tables of motion that others recorded into episodes, and
// episodes into such tables.
//
// A row is one body at one frame of one episode. Open reads a file once to find
// its episodes, and Episode then reads any of them, from any goroutine:
//
//	options := csv.DefaultOptions()
//	options.FPS = 50
//	options.Columns = map[string]string{"x": "pos_x", "y": "pos_y"}
//	file, err := csv.Open(ctx, "tracks.csv", options)
//	trajectory, err := file.Episode(ctx, 0)
//
// # Columns
//
// The columns x and y are needed, and frame or time. Where a table has them, so are
// episode, body, angle, vx, vy, omega and action0, action1, … Units are metre,
// radian and second. Without a column episode all rows are of one episode, without
// body of one body. Without frame a row is of the frame that is nearest to its time,
// for which a column t will do. Unused names the columns that nothing is read from;
// only columns that something is read from must be there once.
//
// Episode and frame are whole numbers, of which only the order and the step of one
// matter; bodies count from 0 in the order of the scene, or go by its names for them.
// 13.0 is a whole number. The rows of a frame repeat its action, which leads to the
// next frame, so that the last frame may leave it empty.
//
// # How a table is written
//
// The rules by which Open tells how a table is written are these, in their order:
//
//   - A file that begins as gzip does is unpacked.
//   - A text is in UTF-8 unless it begins with the byte-order mark of UTF-16, or
//     every second byte of its beginning is 0 as in UTF-16 without a mark.
//   - If the first line ends with CR alone, all lines do; otherwise with LF or CR LF.
//   - The columns are named by the first of the first 100 lines that has all those
//     that are needed when it is cut at commas, else semicolons, else tabs, else |.
//     What comes before is passed over. A first line such as "sep=;" says the
//     separator itself.
//   - The decimal mark is that of the first number that has one, a comma or a point,
//     and holds for the whole table. There are no separators of thousands.
//   - Rows without any value, and empty fields beyond the last column, are passed over, and so are
//     remarks that begin with # and rows that name the columns again.
//   - Up to four rows just below the names of the columns are passed over that have words where numbers
//     are read from, such as units.
//
// Numbers are decimal, with - or − (U+2212) as their sign: 1_000, 0x10, inf and NaN are none. What is no number, not of the
// width of the header, missing, repeated, or off the beat of the frames is an error that
// names line and column, both from 1. Sheets, web pages, JSON and what else is no table
// are named as what they are.
//
// Where two or more bodies stand side by side, a row for each picture, and no columns are named for x and y, each is
// called by what its columns have in common besides x and y, such as 1 for x1 and y1, or by what stands above them. A likelihood below
// 0.5 is a place that was not seen. Without frame and time rows are frames.
//
// # Motion
//
// Episode takes the states as they are. An angle is made continuous: a step of it is the
// one nearest to what omega says, or the shortest when omega is missing. A table that
// lacks velocities is a recording, as File.Recorded says: Raw reads what is written, with the gaps and the
// times that it has, for package recording. The columns of a recording may also be seen (or visible, mask, valid), std,
// std_x, std_y and std_angle, radius, width, height and shape. Its bodies go by any names, and times
// may be dates.
//
// OpenTable reads tables of other formats.
//
// # Limits
//
// Rows need no order. The index of a file has an entry for every run of rows of
// one episode, so a file that is sorted by frame instead of by episode is read
// too as long as it has at most 2^20 such runs; beyond that it has to be sorted
// by episode first, and the error says so. An episode is sorted in memory, and
// has at most 2^20 rows. Memory is that of the index, some 80 bytes a run, and of
// the episodes that are being read, some 100 bytes a row; it does not grow with
// the number of rows. What is not plain UTF-8 is copied to a temporary file first, of
// at most 64 GiB, which is gone after Close.
//
// Write is the inverse of Open. Its numbers have the digits that make them the same
// float32 again.
package csv
