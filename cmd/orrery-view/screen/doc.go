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
//
// # Why no library for this
//
// The property panel was built in two libraries for Ebitengine first, with ebiten v2.9.9. debugui v0.2.0 brings 2.4 MB to
// the packed page, of which 1.3 MB may be added: a bitmap font of all of Asia's characters. It has one dark look, no
// clipboard and no order of focus. ebitenui v0.7.1 brings 0.33 MB, has themes, focus by Tab and text that can be
// selected, but no clipboard in its text fields, and panics where a widget lacks a picture of one of its states. Both read keys,
// mouse and touches from Ebitengine themselves and draw on its images. So neither could be tested without a window,
// stand in pictures and films that the viewer saves, or be told to a screen reader, all of which the widgets of this
// package do from one list. These have been extended instead.
package screen
