// Package files opens films of any format that is read.
//
//	f, err := files.Open(ctx, "clip.gif", film.Options{})
//
// GIF, APNG, Motion JPEG in AVI, Y4M and folders of PNG or JPEG pictures are read by this program; MP4, MOV, WebM,
// Matroska, Ogg and other AVIs where the program ffmpeg is installed. What a file is, its first bytes say and not
// its name. Errors name the film and are in the words of users.
package files
