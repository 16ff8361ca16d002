// Package render draws scenes: what a body did, what a model said it would do,
// and how far apart the two are. It needs no display.
//
//	film := render.DefaultFilm()
//	film.Scene, film.True, film.Predicted = scene, truth, predicted
//	film.Title, film.Model = "mixed", "contact"
//	reel, err := render.NewReel(film)
//	…
//	err = reel.Write(ctx, file, render.GIF)
//
// Drawing has two halves. A Painter and the readings around it turn states into
// a List: filled and stroked lines and texts in pixels, plain data that any back
// end can draw. List.Image is the back end here, an anti-aliased rasteriser.
//
// States are in metres and radians with y up, pictures in pixels with y down,
// times in seconds. A film longer or shorter than its pictures keeps its speed:
// states are left out, and the speed is shown when it is not the true one.
//
// The same film gives the same bytes on one machine and architecture, except MP4,
// which ffmpeg encodes. Encoding a GIF keeps every picture's changed pixels in
// memory, one byte each; APNG and MP4 keep two pictures.
package render
