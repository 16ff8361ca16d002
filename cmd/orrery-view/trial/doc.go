// Package trial tests the viewer as people meet it: in a window, with keys and mouse,
// and on a page in a browser.
//
//	go test ./cmd/orrery-view/trial -run RandomInput -monkey 10m
//
// It holds tests alone. They build the program, start an X server or a browser of their
// own that no screen shows, and draw without a graphics card. Where such programs are
// missing, or with -short, they are skipped and say why. The race detector, which sees
// nothing of another process, is not built for them.
package trial
