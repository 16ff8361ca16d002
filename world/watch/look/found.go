package look

import "image"

// Found is a body that was found in a film, with a picture in which it is seen well.
type Found struct {
	Body
	Number      int     // of that picture, as film.Picture counts
	Pose        Pose    // there
	First, Last int     // numbers of the first and the last picture in which the body surely is
	Certain     float64 // 0 to 1, how sure it is that this is one body of that shape
}

// Ignored is something that was seen but not taken for a body.
type Ignored struct {
	Number int             // of a picture that shows it
	Box    image.Rectangle // columns and rows of that picture
	Reason string
}
