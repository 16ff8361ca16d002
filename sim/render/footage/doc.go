// Package footage draws the motion of a scene as a camera above or before it would
// film it, and knows where every body truly is in each picture: for tests and
// benchmarks of whoever looks at films, and for datasets of pictures.
//
//	settings := footage.Default()
//	settings.Noise = 8
//	shot, err := footage.New(scene, states, settings)
//	…
//	for picture, err := range shot.Pictures(ctx) { … }
//	truth := shot.Truth(0) // in px
//
// The camera stands still and sees the whole scene. Bodies and walls are drawn
// plainly: no outline, no trail, nothing that a table would not have. What makes
// films hard is added by Settings, each alone or together: noise, uneven and
// flickering light, a textured ground, soft shadows, motion blur, and the
// compression of JPEG and of H.264. The last needs the program ffmpeg.
//
// Places in a picture are pixels (px) from its lower left corner, x to the right and
// y up: in a picture h px high the pixel in column c of row r, counted from the top,
// covers c to c+1 and h-r-1 to h-r. Angles are radians counter-clockwise as seen. Values
// of colours are 0 to 255 in sRGB, and blend as such. Edges are drawn from 256 samples a
// pixel.
//
// The same scene, states and settings give the same pixels on one machine and
// architecture, in whatever order pictures are asked for; those of H.264 also
// depend on the release of ffmpeg. A Shot belongs to one goroutine.
package footage
