// Package recording holds motion as it was seen: tracks of bodies with the times of the pictures, gaps and
// noise, in the unit and the axes of whoever wrote them down.
//
//	frame, err := recording.ParseFrame(recording.Words{Scale: "400px/m", Y: "down"})
//	seen, err := raw.In(frame, recording.Rate{})  // of one episode, in metres, seconds and radians
//	odd := seen.Odd()                             // what trackers get wrong
//	pieces, left := seen.Pieces(recording.Drop, odd)
//
// Raw is what a table has; datasets/csv makes it of files of any format. A Recording is the same in
// metres, seconds and radians, x to the right, y up, angles counter-clockwise and continuous. A Piece is a stretch of it in
// which the same bodies are seen, with the sights from which package observe estimates states. Nothing is
// inferred here, and nothing is rounded: a picture keeps its own time.
//
// Units are m, s and rad unless a comment says that a value is as written. Results depend on the arguments
// alone.
package recording
