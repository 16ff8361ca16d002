// Package gif decodes animated GIFs picture by picture, as browsers show them.
//
//	r, err := gif.Open(file)
//	start, err := r.Next(ctx, pix)   // red, green, blue; io.EOF behind the last picture
//
// Memory holds one picture, or two where a picture asks to be taken back. A delay of 0.01 s or less lasts
// 0.1 s, as browsers have it, but for one of 0.01 s in a film that IsFast says is fast, after KeepShort. What is transparent is seen before white. Times are in s.
package gif

import (
	"bufio"
	"compress/lzw"
	"context"
	"errors"
	"fmt"
	"image"
	"io"

	"orrery/datasets/film"
)

// What a picture leaves behind when its time is over.
const (
	disposeBackground = 2
	disposePrevious   = 3
)

// mostPadding is how many zeros may stand between two blocks.
const mostPadding = 1 << 16

// Reader decodes one GIF.
type Reader struct {
	in       *bufio.Reader
	file     io.Closer
	size     image.Point
	global   palette
	local    palette
	canvas   []uint8 // the picture as it is shown, red, green, blue [3·w·h]
	before   []uint8 // the canvas to which the last picture asks to return
	row      []uint8
	blocks   blocks
	pixels   io.ReadCloser
	time     int // hundredths of a second at which the next picture starts
	last     image.Rectangle
	dispose  uint8
	controls control
	any      bool
	shortest int // hundredths of a second, of delays that last as long as they say
}

// control is what a graphic control extension says about the picture behind it.
type control struct {
	dispose     uint8
	delay       int
	transparent int // index, or -1
}

// palette has colours and how many.
type palette struct {
	colours [3 * 256]uint8
	n       int
}

// Open reads the head of a GIF. Close closes the file.
func Open(file io.ReadCloser) (*Reader, error) {
	r := &Reader{in: bufio.NewReaderSize(file, 1<<16), file: file, controls: control{transparent: -1}, shortest: 2}
	var head [13]uint8
	if _, err := io.ReadFull(r.in, head[:]); err != nil {
		return nil, cutOff(err)
	}
	if v := string(head[:6]); v != "GIF87a" && v != "GIF89a" {
		return nil, errors.New("is no GIF")
	}
	r.size = image.Pt(int(head[6])|int(head[7])<<8, int(head[8])|int(head[9])<<8)
	if err := film.CheckSize(r.size.X, r.size.Y); err != nil {
		return nil, err
	}
	if err := r.readPalette(&r.global, head[10]); err != nil {
		return nil, err
	}
	r.canvas = make([]uint8, 3*r.size.X*r.size.Y)
	for i := range r.canvas {
		r.canvas[i] = 255
	}
	return r, nil
}

// Size returns the size of the pictures in px.
func (r *Reader) Size() image.Point { return r.size }

// KeepShort makes delays of 0.01 s last as long as they say.
func (r *Reader) KeepShort() { r.shortest = 1 }

// Close closes the file.
func (r *Reader) Close() error { return r.file.Close() }

// Next decodes the next picture into pix [3·w·h] and returns when it starts to show, in s.
func (r *Reader) Next(_ context.Context, pix []uint8) (float64, error) {
	for padding := 0; ; {
		kind, err := r.in.ReadByte()
		if err == io.EOF && r.any {
			return 0, io.EOF // many GIFs lack the last byte
		}
		if err != nil {
			return 0, cutOff(err)
		}
		switch kind {
		case 0x3B: // the trailer
			return 0, io.EOF
		case 0x21:
			err = r.readExtension()
		case 0x2C:
			if err = r.readPicture(); err == nil {
				copy(pix, r.canvas)
				start := r.time
				r.time += r.controls.delay
				if r.controls.delay < r.shortest {
					r.time += 10 - r.controls.delay
				}
				r.controls = control{transparent: -1}
				r.any = true
				return float64(start) / 100, nil
			}
		case 0: // padding between blocks, which some writers leave
			if padding++; padding > mostPadding {
				err = fmt.Errorf("has more than %d zeros where a picture should be", mostPadding)
			}
		default:
			err = fmt.Errorf("has a block of the unknown kind %d", kind)
		}
		if err != nil {
			return 0, cutOff(err)
		}
	}
}

// readExtension reads a graphic control, and passes over text, comments and the like.
func (r *Reader) readExtension() error {
	kind, err := r.in.ReadByte()
	if err != nil {
		return err
	}
	for first := true; ; first = false {
		n, err := r.in.ReadByte()
		if err != nil {
			return err
		}
		if n == 0 {
			return nil
		}
		if kind != 0xF9 || n < 4 || !first {
			if _, err := r.in.Discard(int(n)); err != nil {
				return err
			}
			continue
		}
		var b [255]uint8
		if _, err := io.ReadFull(r.in, b[:n]); err != nil {
			return err
		}
		r.controls = control{dispose: b[0] >> 2 & 7, delay: int(b[1]) | int(b[2])<<8, transparent: -1}
		if b[0]&1 != 0 {
			r.controls.transparent = int(b[3])
		}
	}
}

// readPalette reads the colours that the flags of a head announce.
func (r *Reader) readPalette(p *palette, flags uint8) error {
	p.n = 0
	if flags&0x80 == 0 {
		return nil
	}
	n := 2 << (flags & 7)
	if _, err := io.ReadFull(r.in, p.colours[:3*n]); err != nil {
		return err
	}
	p.n = n
	return nil
}

// readPicture draws the next picture on the canvas.
func (r *Reader) readPicture() error {
	var head [9]uint8
	if _, err := io.ReadFull(r.in, head[:]); err != nil {
		return err
	}
	at := image.Pt(int(head[0])|int(head[1])<<8, int(head[2])|int(head[3])<<8)
	wide := image.Pt(int(head[4])|int(head[5])<<8, int(head[6])|int(head[7])<<8)
	flags := head[8]
	if err := r.readPalette(&r.local, flags); err != nil {
		return err
	}
	colours := &r.local
	if flags&0x80 == 0 {
		colours = &r.global
	}
	if colours.n == 0 {
		return errors.New("has no colours")
	}
	if wide.X*wide.Y > film.MostPixels {
		return fmt.Errorf("has a part of %d × %d px, which is too large", wide.X, wide.Y)
	}
	r.disposeLast()
	part := image.Rectangle{Min: at, Max: at.Add(wide)}
	if r.controls.dispose == disposePrevious {
		if r.before == nil {
			r.before = make([]uint8, len(r.canvas))
		}
		copy(r.before, r.canvas)
	}
	r.last, r.dispose = part.Intersect(image.Rectangle{Max: r.size}), r.controls.dispose
	return r.drawPart(part, flags&0x40 != 0, colours)
}

// disposeLast does to the canvas what the picture before asked for.
func (r *Reader) disposeLast() {
	switch r.dispose {
	case disposeBackground:
		for y := r.last.Min.Y; y < r.last.Max.Y; y++ {
			row := r.canvas[3*(y*r.size.X+r.last.Min.X) : 3*(y*r.size.X+r.last.Max.X)]
			for i := range row {
				row[i] = 255
			}
		}
	case disposePrevious:
		copy(r.canvas, r.before)
	}
}

// drawPart decodes the pixels of a part and draws what of it lies on the canvas.
func (r *Reader) drawPart(part image.Rectangle, interlaced bool, colours *palette) error {
	width, err := r.in.ReadByte()
	if err != nil {
		return err
	}
	if width < 2 || width > 8 {
		return fmt.Errorf("has codes of %d bits: must be 2 to 8", width)
	}
	r.blocks.in, r.blocks.left, r.blocks.err = r.in, nil, nil
	if r.pixels == nil {
		r.pixels = lzw.NewReader(&r.blocks, lzw.LSB, int(width))
	} else {
		r.pixels.(*lzw.Reader).Reset(&r.blocks, lzw.LSB, int(width))
	}
	if cap(r.row) < part.Dx() {
		r.row = make([]uint8, part.Dx())
	}
	row := r.row[:part.Dx()]
	for k := range part.Dy() {
		if _, err := io.ReadFull(r.pixels, row); err != nil {
			switch {
			case r.blocks.err != nil && r.blocks.err != io.EOF:
				return r.blocks.err
			case err == io.EOF || err == io.ErrUnexpectedEOF:
				return fmt.Errorf("has the pixels of %d rows only, must be %d", k, part.Dy())
			}
			return errors.New("its pixels are damaged")
		}
		y := part.Min.Y + k
		if interlaced {
			y = part.Min.Y + interlacedRow(k, part.Dy())
		}
		if err := r.drawRow(row, part.Min.X, y, colours); err != nil {
			return err
		}
	}
	return r.blocks.skip()
}

// drawRow draws a row of palette indices, but for transparent ones.
func (r *Reader) drawRow(row []uint8, x, y int, colours *palette) error {
	if y >= r.size.Y || x >= r.size.X {
		return nil
	}
	row = row[:min(len(row), r.size.X-x)]
	dst := r.canvas[3*(y*r.size.X+x):][:3*len(row)]
	for i, c := range row {
		if int(c) == r.controls.transparent {
			continue
		}
		if int(c) >= colours.n {
			return fmt.Errorf("has colour %d of a palette of %d", c, colours.n)
		}
		copy(dst[3*i:3*i+3], colours.colours[3*int(c):])
	}
	return nil
}

// interlacedRow returns where the k-th row of an interlaced picture of h rows belongs: every eighth row first,
// those in the middle between them next, and so on.
func interlacedRow(k, h int) int {
	for _, pass := range [...]struct{ first, step int }{{0, 8}, {4, 8}, {2, 4}, {1, 2}} {
		n := max(0, (h-pass.first+pass.step-1)/pass.step)
		if k < n {
			return pass.first + k*pass.step
		}
		k -= n
	}
	return h
}

// blocks reads the bytes of blocks of up to 255, each led by its length, until one of length 0.
type blocks struct {
	in   *bufio.Reader
	data [255]uint8
	left []uint8 // of data
	err  error
}

func (b *blocks) ReadByte() (byte, error) {
	if len(b.left) == 0 {
		if b.next(); b.err != nil {
			return 0, b.err
		}
	}
	c := b.left[0]
	b.left = b.left[1:]
	return c, nil
}

func (b *blocks) Read(p []byte) (int, error) {
	if len(b.left) == 0 {
		if b.next(); b.err != nil {
			return 0, b.err
		}
	}
	n := copy(p, b.left)
	b.left = b.left[n:]
	return n, nil
}

// next reads the next block, or sets err, to io.EOF at the end of them.
func (b *blocks) next() {
	if b.err != nil {
		return
	}
	n, err := b.in.ReadByte()
	if err == nil && n == 0 {
		b.err = io.EOF
		return
	}
	if err == nil {
		b.left = b.data[:n]
		_, err = io.ReadFull(b.in, b.left)
	}
	b.err = cutOff(err)
}

// skip passes over what is left of the blocks.
func (b *blocks) skip() error {
	for b.err == nil {
		b.left = nil
		b.next()
	}
	if b.err == io.EOF {
		return nil
	}
	return b.err
}

// cutOff returns the error of a file that ends too early.
func cutOff(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
