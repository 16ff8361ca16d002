// Package textfield is a line of text that is typed: its caret, what of it is selected, and what keys do to it. It
// knows neither window nor picture.
//
//	field := textfield.New("12.5")
//	field.Press("Backspace", false, false)
//	field.Insert("7")
package textfield
