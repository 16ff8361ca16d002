package look

import "image"

// Ignored is something that was seen but not taken for a body.
type Ignored struct {
	Number int             `json:"picture"` // number of a picture that shows it
	Box    image.Rectangle `json:"box"`     // columns and rows of that picture, px
	Reason string          `json:"reason"`
}
