// Package tools turns pointers into changes of a document: drawing, tying, selecting, moving. Mouse, finger and keys are
// alike to it, and it knows no window.
//
//	b := tools.New(document)
//	b.Take("disc")
//	b.Down(tools.Pointer{At: at, Reach: reach, Grid: 0.1})
//	b.Move(…) // as often as it moves
//	b.Up(…)
//	draw(b.Sketch(), b.Hint())
//
// A drag draws what has a size; clicks draw what has corners, until one is on the first or Finish ends it. A tool that ties
// takes what lies under the two ends of its drag. While something is drawn it is a Sketch and not yet a part of the
// document; what is moved is moved in the document, as one gesture. What the document refuses is told by Refusal.
//
// Places are in metres in the world, and snap to what is near: corners and middles of other things, lines through these,
// and the grid. Lines and turns snap to parts of a turn. Nothing depends on time. A Bench belongs to one goroutine.
package tools
