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
//	trajectory, err := file.Episode(0)
//
// The columns are episode, frame, body, x and y and, where a table has them,
// time, angle, vx, vy, omega and action0, action1, …; others are ignored. Units
// are metre, radian and second. Episode and frame are whole numbers, of which
// only the order and the step of one matter; bodies count from 0 in the order of
// the scene, or go by its names for them. The rows of a frame repeat its action,
// which leads to the next frame, so that the last frame may leave it empty.
//
// Missing velocities are central differences, one-sided at the ends of an
// episode. An angle is made continuous: a step of it is the one nearest to what
// omega says, or the shortest when omega is missing. What is no number, not of
// the same width as the first row, missing, repeated, or off the beat of the
// frames is an error that names the line.
//
// Rows need no order. The index of a file has an entry for every run of rows of
// one episode, so a file that is sorted by frame instead of by episode is read
// too as long as it has at most 2^20 such runs; beyond that it has to be sorted
// by episode first, and the error says so. An episode is sorted in memory, and
// has at most 2^20 rows. Memory is that of the index, some 60 bytes a run, and of
// the episodes that are being read, some 100 bytes a row; it does not grow with
// the number of rows.
//
// Write is the inverse. Its numbers have the digits that make them the same
// float32 again.
package csv
