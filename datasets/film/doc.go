// Package film holds pictures of something that moves, however they are stored.
//
//	f, err := files.Open(ctx, "clip.gif", film.Options{})
//	for picture, err := range f.Pictures(ctx) {
//		…
//	}
//
// A Film has been looked through once: its Facts say how many pictures there are, when they were taken, which
// were dropped because the film shows them twice, and where it cuts to something else. Pictures reads it again
// from its first picture on, as often as wanted, in memory that does not grow with its length: one flag and
// one time for each picture are kept.
//
// Pictures are red, green and blue from 0 to 255, rows from the top, px; times are in s from the film's
// first picture. What is transparent is seen before white. Results depend on the film and the options alone.
package film
