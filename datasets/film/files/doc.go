// Package files opens films of any format that is read.
//
//	f, err := files.Open(ctx, "clip.gif", film.Options{})
//
// GIF, and folders of PNG or JPEG pictures, are read by this program. What a file is, its first bytes
// say and not its name. Errors name the film and are in the words of users.
package files
