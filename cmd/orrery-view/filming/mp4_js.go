package filming

import (
	"errors"
	"fmt"
	"image"
	"io"
	"syscall/js"

	"orrery/sim/render/animation"
)

// check returns an error if this browser cannot write a format.
func check(format Format) error {
	if format == MP4 && codec() == "" {
		return errors.New("this browser packs no video for MP4; GIF and APNG work without it")
	}
	return nil
}

// HasMP4 reports whether this browser can write MP4.
func HasMP4() bool { return codec() != "" }

// codec returns how this browser can pack video, or nothing. The page asks it for that when it starts.
func codec() string {
	if of := js.Global().Get("orreryCodec"); of.Type() == js.TypeString {
		return of.String()
	}
	return ""
}

// encodeMP4 has the browser pack the pictures, by WebCodecs. Odd sizes lose a row or a column.
func encodeMP4(w io.Writer, a animation.Animation) error {
	v := video{codec: codec(), size: image.Pt(a.Size.X&^1, a.Size.Y&^1), rate: int(a.Rate)}
	if v.size.X == 0 || v.size.Y == 0 {
		return fmt.Errorf("mp4: pictures of %v px are too small", a.Size)
	}
	failed := make(chan error, 1)
	fail := func(err error) {
		select {
		case failed <- err:
		default:
		}
	}
	onError := js.FuncOf(func(_ js.Value, arguments []js.Value) any {
		fail(fmt.Errorf("mp4: %s", arguments[0].Get("message").String()))
		return nil
	})
	defer onError.Release()
	onOutput := js.FuncOf(func(_ js.Value, arguments []js.Value) any {
		of := arguments[0]
		c := chunk{data: make([]byte, of.Get("byteLength").Int()), key: of.Get("type").String() == "key"}
		bytes := js.Global().Get("Uint8Array").New(len(c.data))
		of.Call("copyTo", bytes)
		js.CopyBytesToGo(c.data, bytes)
		v.chunks = append(v.chunks, c)
		if len(arguments) > 1 && v.config == nil {
			v.config = configOf(arguments[1])
		}
		return nil
	})
	defer onOutput.Release()
	encoder := js.Global().Get("VideoEncoder").New(map[string]any{"output": onOutput, "error": onError})
	defer func() {
		if encoder.Get("state").String() != "closed" {
			encoder.Call("close")
		}
	}()
	if err := caught(func() {
		encoder.Call("configure", map[string]any{
			"codec": v.codec, "width": v.size.X, "height": v.size.Y, "framerate": v.rate, "bitrate": bitsPerPixel * v.size.X * v.size.Y, "avc": map[string]any{"format": "avc"},
		})
	}); err != nil {
		return err
	}
	pixels := js.Global().Get("Uint8Array").New(4 * a.Size.X * a.Size.Y)
	k := 0
	for picture := range a.Pictures {
		js.CopyBytesToJS(pixels, picture.Pix)
		if err := caught(func() {
			frame := js.Global().Get("VideoFrame").New(pixels, map[string]any{
				"format": "RGBX", "codedWidth": a.Size.X, "codedHeight": a.Size.Y, "timestamp": k * second / v.rate, "duration": second / v.rate,
				"visibleRect": map[string]any{"x": 0, "y": 0, "width": v.size.X, "height": v.size.Y},
			})
			encoder.Call("encode", frame, map[string]any{"keyFrame": k%keyEvery == 0})
			frame.Call("close")
		}); err != nil {
			return err
		}
		select {
		case err := <-failed:
			return err
		default:
		}
		k++
	}
	if err := await(encoder.Call("flush")); err != nil {
		return err
	}
	data, err := v.mux()
	if err == nil {
		_, err = w.Write(data)
	}
	return err
}

// How films are packed.
const (
	second       = 1_000_000 // µs
	keyEvery     = 40        // pictures, so that players can jump
	bitsPerPixel = 4         // in a second; scenes are flat areas with crisp edges
)

// configOf returns what an encoder says for the decoder, or nothing.
func configOf(metadata js.Value) []byte {
	config := metadata.Get("decoderConfig")
	if !config.Truthy() || !config.Get("description").Truthy() {
		return nil
	}
	bytes := js.Global().Get("Uint8Array").New(config.Get("description"))
	out := make([]byte, bytes.Length())
	js.CopyBytesToGo(out, bytes)
	return out
}

// caught does what the browser may refuse, and returns why.
func caught(do func()) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			wrong, is := cause.(js.Error)
			if !is {
				panic(cause)
			}
			err = fmt.Errorf("mp4: %w", wrong)
		}
	}()
	do()
	return nil
}

// await waits for a promise.
func await(promise js.Value) error {
	done := make(chan error, 1)
	kept := js.FuncOf(func(js.Value, []js.Value) any { done <- nil; return nil })
	broken := js.FuncOf(func(_ js.Value, arguments []js.Value) any {
		done <- fmt.Errorf("mp4: %s", arguments[0].Get("message").String())
		return nil
	})
	defer kept.Release()
	defer broken.Release()
	promise.Call("then", kept, broken)
	return <-done
}
