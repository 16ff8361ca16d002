// Package plot draws errors against time, with a band to compare them with, and
// writes lengths so that people can read them.
//
//	p := plot.Plot{List: list, Theme: theme, Unit: 1, Title: "mean position error", Errors: errors, FrameTime: 1. / 60}
//	p.Draw(part, 30) // a cursor at the error of frame 30
//
// Errors are in metres, times in seconds, places in pixels of the list.
package plot
