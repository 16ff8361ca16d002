//go:build !js

package filming

import (
	"context"
	"io"
	"sync"

	"orrery/sim/render/animation"
)

// check returns an error if this machine cannot write a format.
func check(format Format) error {
	if format != MP4 {
		return nil
	}
	_, err := animation.FindFFmpeg()
	return err
}

// HasMP4 reports whether this machine could write MP4 when it was first asked.
var HasMP4 = sync.OnceValue(func() bool { return check(MP4) == nil })

func encodeMP4(w io.Writer, a animation.Animation) error {
	return animation.EncodeMP4(context.Background(), w, a)
}
