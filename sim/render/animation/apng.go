package animation

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/png"
	"io"
)

// EncodeAPNG writes an animation as an animated PNG that repeats for ever, in all
// its colours. Viewers that know PNG alone show the first picture. Each later
// picture holds the rectangle that changed (PNG specification, third edition,
// https://www.w3.org/TR/png-3/#apng-frame-based-animation).
func EncodeAPNG(w io.Writer, a Animation) error {
	delays, err := a.delays()
	if err != nil {
		return err
	}
	out := chunkWriter{w: w}
	out.raw(pngSignature)
	var sequence uint32
	next := func() uint32 { sequence++; return sequence - 1 }
	err = a.each(func(k int, _, picture *image.RGBA, changed image.Rectangle) error {
		var still bytes.Buffer
		if err := png.Encode(&still, picture.SubImage(changed)); err != nil {
			return err
		}
		header, data := pngParts(still.Bytes())
		if k == 0 {
			out.chunk("IHDR", header)
			out.chunk("acTL", be(uint32(a.Count), uint32(0))) // 0: repeat for ever
		}
		out.chunk("fcTL", be(next(), uint32(changed.Dx()), uint32(changed.Dy()), uint32(changed.Min.X), uint32(changed.Min.Y),
			delays[k], uint16(ticks), uint8(0), uint8(0))) // keep the picture, replace the rectangle
		for _, d := range data {
			if k == 0 {
				out.chunk("IDAT", d)
			} else {
				out.chunk("fdAT", append(be(next()), d...))
			}
		}
		return out.err
	})
	if err != nil {
		return err
	}
	out.chunk("IEND", nil)
	return out.err
}

var pngSignature = []byte("\x89PNG\r\n\x1a\n")

// pngParts returns the IHDR and the IDATs of a PNG that this program encoded.
func pngParts(file []byte) (header []byte, data [][]byte) {
	for tail := file[len(pngSignature):]; len(tail) > 0; {
		n := binary.BigEndian.Uint32(tail)
		switch body := tail[8 : 8+n]; string(tail[4:8]) {
		case "IHDR":
			header = body
		case "IDAT":
			data = append(data, body)
		}
		tail = tail[12+n:]
	}
	return header, data
}

// be returns fixed-size values in big-endian order.
func be(values ...any) []byte {
	var out []byte
	for _, v := range values {
		out, _ = binary.Append(out, binary.BigEndian, v) // fails on other kinds of value alone
	}
	return out
}

// chunkWriter writes PNG chunks until the first error, which it keeps.
type chunkWriter struct {
	w   io.Writer
	err error
}

func (c *chunkWriter) raw(b []byte) {
	if c.err == nil {
		_, c.err = c.w.Write(b)
	}
}

func (c *chunkWriter) chunk(kind string, body []byte) {
	checked := append([]byte(kind), body...)
	c.raw(be(uint32(len(body))))
	c.raw(checked)
	c.raw(be(crc32.ChecksumIEEE(checked)))
}
