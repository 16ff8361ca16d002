// Package panel is the text that is typed in the panel beside a scene that is edited, whose properties package edit
// lists. It knows neither window nor picture.
//
//	field := panel.NewField("12.5")
//	field.Press("Backspace", false, false)
//	field.Insert("7")
//
// # Why no library for this
//
// The property panel was built in two libraries for Ebitengine first, with ebiten v2.9.9. debugui v0.2.0 brings 2.4 MB to
// the packed page, of which 1.3 MB may be added: a bitmap font of all of Asia's characters. It has one dark look, no
// clipboard and no order of focus. ebitenui v0.7.1 brings 0.33 MB, has themes, focus by Tab and text that can be
// selected, but no clipboard in its text fields, and panics where a widget lacks a picture of one of its states. Both read keys,
// mouse and touches from Ebitengine themselves and draw on its images. So neither could be tested without a window,
// stand in pictures and films that the viewer saves, or be told to a screen reader, all of which the widgets of package
// screen do from one list. These have been extended instead.
package panel
