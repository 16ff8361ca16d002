// Package screen is the viewer's picture and its controls, without a window: it
// turns a session into a display list, and mouse and keys into what they mean.
//
//	s := screen.New(session)
//	s.Resize(width, height, scale)
//	s.Update(input)       // sixty times a second
//	draw(s.List())        // as often as the window wants
//
// List only reads, though it remembers outlines of bodies from picture to picture;
// BenchmarkPicture says what one costs. Hints and notices stand on the stage and are
// left out of what is recorded. What can be clicked is a list of widgets that is a
// function of the session's and the screen's state; the same list is drawn and asked
// what lies under the mouse, so both always agree. Likewise the table of bindings is
// both what keys do and what the help says.
//
// Lengths are in pixels of the picture. Sizes of texts and controls are multiples of
// a unit, which follows the scale factor of the display and the size of the window,
// so that no text is smaller than 12 pixels of the display.
//
// The same calls give the same pictures, but for figures that were measured with a
// clock. A Screen belongs to one goroutine.
package screen
