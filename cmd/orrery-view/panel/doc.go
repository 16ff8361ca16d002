// Package panel is what stands in the panel beside a scene that is edited: its properties, and the text that is typed
// there. It knows neither window nor picture.
//
//	for _, section := range panel.Of(document) {
//		for _, p := range section.Properties {
//			err := p.Set(document, "0.5..1.5") // one entry of the document's history, or refused in words
//		}
//	}
//	field := panel.NewField("12.5")
//	field.Press("Backspace", false, false)
//	field.Insert("7")
//
// # Numbers
//
// A number is typed as the file has it, or as a text that is shorter: 0.5..1.5 for all values between, 2±0.1 for a normal
// distribution, 1 | 2 | 4 for a choice, 45deg, and any expression with the parameters of the scenario. An empty text
// takes the number out of the file, so that what is usual applies. A number as it stands may be dragged.
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
//
// Units are those of package sim. A Property belongs to the document as it was when Of returned it.
package panel
