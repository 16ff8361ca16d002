// Package film makes pictures of an episode: the scene with what happened and what
// a model predicted, a title, a key, and the error against time.
//
//	f := film.Default()
//	f.Scene, f.True, f.Predicted = scene, truth, predicted
//	f.Title, f.Model = "mixed", "contact"
//	reel, err := film.NewReel(f)
//	…
//	err = reel.Write(ctx, file, film.GIF)
//
// A Reel is a film that has been checked and laid out; its frames can be drawn in any
// order and by several goroutines. A film longer or shorter than its pictures keeps its
// speed: states are left out, and the speed is shown when it is not the true one.
//
// States are in metres and radians, pictures in pixels, times in seconds. The same
// film gives the same bytes on one machine and architecture, except as MP4.
package film
