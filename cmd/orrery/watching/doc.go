// Package watching makes recordings of films: a folder with tracks, a scene, a
// film and a page to check by, and a report of what was decided.
//
//	report, err := watching.Run(ctx, os.Stderr, []string{"table.mp4"}, options)
//
// World/watch sees one stretch of a film; this package joins the stretches and
// the films. It names bodies that look alike in several films by one name,
// applies the corrections of a person, finds walls from all films together and
// the scale and the fall from the tracks. An unfinished folder keeps the
// episodes that are done, and Options.Resume goes on with the others.
//
// Places are px within, with y up, and metres in what is written where the scale
// is known. The files are the same whatever the number of workers.
package watching
