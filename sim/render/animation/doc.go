// Package animation writes pictures that move as a GIF, an animated PNG, or, by the
// program ffmpeg, an MP4.
//
//	a := animation.Animation{Pictures: slices.Values(pictures), Size: image.Pt(480, 540), Count: len(pictures), Rate: 20}
//	err := animation.EncodeAPNG(file, a)
//
// Rates are in pictures per second, times in seconds. The same pictures give the
// same bytes, except as MP4, which ffmpeg encodes. Encoding a GIF keeps every
// picture's changed pixels in memory, one byte each; APNG and MP4 keep two pictures.
package animation
