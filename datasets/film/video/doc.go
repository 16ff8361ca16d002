// Package video decodes films with the program ffmpeg: H.264 in MP4, VP8 in WebM and whatever else that knows.
//
//	v, err := video.Probe(ctx, "clip.mp4")
//	r, err := v.Open(ctx)
//	start, err := r.Next(ctx, pix)   // red, green, blue; io.EOF behind the last picture
//
// Pictures come with the times that the film gives them, upright and with square pixels. ffmpeg may open the
// one file alone, no playlist and no address; it is stopped when it says nothing for a minute, and it is waited for.
package video
