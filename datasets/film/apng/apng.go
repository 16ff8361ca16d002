// Package apng decodes animated PNGs picture by picture (PNG specification, third edition,
// https://www.w3.org/TR/png-3/#apng-frame-based-animation).
//
//	r, err := apng.Open(file)
//	start, err := r.Next(ctx, pix)   // red, green, blue; io.EOF behind the last picture
//
// Memory holds one picture, packed and unpacked, or two where one asks to be taken back. What is transparent is
// seen before white. A delay of 0 lasts 0.1 s, as browsers have it. Times are in s.
package apng

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/png"
	"io"

	"orrery/datasets/film"
	"orrery/datasets/film/stills"
)

const (
	signature = "\x89PNG\r\n\x1a\n"

	disposeBackground = 1
	disposePrevious   = 2

	mostData  = 1 << 27 // bytes of one picture, packed
	mostChunk = 1 << 16 // bytes of a chunk that is no picture, but kept
)

// ErrStill is the error of Open where a PNG is one picture that does not move.
var ErrStill = errors.New("is one picture that does not move")

// Reader decodes one APNG.
type Reader struct {
	in       *bufio.Reader
	file     io.Closer
	size     image.Point
	header   []byte // of the whole picture: IHDR
	shared   []byte // chunks that all pictures need: the palette and what of it is transparent
	animated bool
	control  control // of the picture that comes next
	ready    bool    // control has been read
	sequence uint32
	packed   []byte
	canvas   []uint8 // red, green, blue [3·w·h]
	before   []uint8 // the canvas to which the last picture asks to return
	row      []uint8
	last     control
	any      bool
	ended    bool
	time     float64 // s
	pending  chunk   // that was read and not yet used
}

// control is what fcTL says about a picture.
type control struct {
	part    image.Rectangle
	delay   float64 // s
	tick    float64 // s
	dispose uint8
	over    bool
}

// chunk is the head of a part of the file.
type chunk struct {
	kind string
	size uint32
}

// Open reads up to the first picture. Close closes the file.
func Open(file io.ReadCloser) (*Reader, error) {
	r := &Reader{in: bufio.NewReaderSize(file, 1<<16), file: file}
	head := make([]byte, len(signature))
	if _, err := io.ReadFull(r.in, head); err != nil {
		return nil, cutOff(err)
	}
	if string(head) != signature {
		return nil, errors.New("is no PNG")
	}
	c, err := r.next()
	if err != nil {
		return nil, err
	}
	if c.kind != "IHDR" || c.size != 13 {
		return nil, errors.New("does not begin with its size, as a PNG must")
	}
	if r.header, err = r.body(nil, c, mostChunk); err != nil {
		return nil, err
	}
	width, height := binary.BigEndian.Uint32(r.header), binary.BigEndian.Uint32(r.header[4:])
	if err := film.CheckSize(int(min(width, 1<<30)), int(min(height, 1<<30))); err != nil {
		return nil, err
	}
	r.size = image.Pt(int(width), int(height))
	if err := r.advance(); err != nil {
		return nil, cutOff(err)
	}
	if !r.animated {
		return nil, ErrStill
	}
	r.canvas = make([]uint8, 3*r.size.X*r.size.Y)
	for i := range r.canvas {
		r.canvas[i] = 255
	}
	r.row = make([]uint8, 4*r.size.X)
	return r, nil
}

// Size returns the size of the pictures in px.
func (r *Reader) Size() image.Point { return r.size }

// Tick returns to how many s the delay of the first picture is rounded.
func (r *Reader) Tick() float64 { return r.control.tick }

// Close closes the file.
func (r *Reader) Close() error { return r.file.Close() }

// Next decodes the next picture into pix [3·w·h] and returns when it starts to show, in s.
func (r *Reader) Next(_ context.Context, pix []uint8) (float64, error) {
	if err := r.advance(); err != nil {
		return 0, err
	}
	r.disposeLast()
	c := r.control
	if !r.any && c.dispose == disposePrevious {
		c.dispose = disposeBackground // there is nothing before the first
	}
	if c.dispose == disposePrevious {
		r.before = append(r.before[:0], r.canvas...)
	}
	if err := r.draw(c); err != nil {
		return 0, err
	}
	copy(pix, r.canvas)
	start := r.time
	r.time += c.delay
	r.last, r.any, r.ready = c, true, false
	return start, nil
}

// advance reads chunks up to the data of the next picture. It returns io.EOF behind the last one.
func (r *Reader) advance() error {
	for !r.ready || r.pending.kind == "" {
		if r.ended {
			return io.EOF
		}
		c, err := r.next()
		if err != nil {
			return cutOff(err)
		}
		switch c.kind {
		case "IEND":
			if r.ready {
				return errors.New("has no pixels")
			}
			if !r.any && !r.animated {
				return ErrStill
			}
			r.ended = true
		case "acTL":
			r.animated = true
			err = r.skip(c)
		case "fcTL":
			err = r.readControl(c)
		case "PLTE", "tRNS":
			body, e := r.body(nil, c, mostChunk)
			r.shared, err = appendChunk(r.shared, c.kind, body), e
			if len(r.shared) > mostChunk {
				err = errors.New("has more than one palette")
			}
		case "IDAT", "fdAT":
			switch {
			case !r.animated:
				return ErrStill
			case r.ready:
				r.pending = c
			default:
				err = r.skip(c) // a picture for programs that know no animation
			}
		default:
			err = r.skip(c)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// readControl reads what is said of the next picture.
func (r *Reader) readControl(c chunk) error {
	body, err := r.body(nil, c, mostChunk)
	if err != nil {
		return err
	}
	if len(body) != 26 {
		return fmt.Errorf("its head has %d bytes: must have 26", len(body))
	}
	if err := r.inOrder(body); err != nil {
		return err
	}
	u := func(at int) int { return int(binary.BigEndian.Uint32(body[at:])) }
	width, height, x, y := u(4), u(8), u(12), u(16)
	if width < 1 || height < 1 || width > r.size.X || height > r.size.Y || x > r.size.X-width || y > r.size.Y-height {
		return fmt.Errorf("covers %d × %d px from column %d and row %d: must lie in the picture of %d × %d px", width, height, x, y, r.size.X, r.size.Y)
	}
	num, den := float64(binary.BigEndian.Uint16(body[20:])), float64(binary.BigEndian.Uint16(body[22:]))
	if den == 0 {
		den = 100
	}
	r.control = control{part: image.Rect(x, y, x+width, y+height), delay: num / den, tick: 1 / den, dispose: body[24], over: body[25] == 1}
	if num == 0 {
		r.control.delay = 0.1
	}
	r.ready, r.pending = true, chunk{}
	return nil
}

// inOrder checks the number that leads a part of an animation.
func (r *Reader) inOrder(body []byte) error {
	if len(body) < 4 || binary.BigEndian.Uint32(body) != r.sequence {
		return errors.New("its parts are out of order")
	}
	r.sequence++
	return nil
}

// draw unpacks the next picture and draws it on the canvas.
func (r *Reader) draw(c control) error {
	header := append([]byte{}, r.header...)
	binary.BigEndian.PutUint32(header, uint32(c.part.Dx()))
	binary.BigEndian.PutUint32(header[4:], uint32(c.part.Dy()))
	r.packed = append(append(appendChunk(append(r.packed[:0], signature...), "IHDR", header), r.shared...), 0, 0, 0, 0, 'I', 'D', 'A', 'T')
	from := len(r.packed)
	kind := r.pending.kind
	for at := r.pending; ; {
		var err error
		start := len(r.packed)
		if r.packed, err = r.body(r.packed, at, mostData); err != nil {
			return err
		}
		if kind == "fdAT" {
			if err := r.inOrder(r.packed[start:]); err != nil {
				return err
			}
			r.packed = append(r.packed[:start], r.packed[start+4:]...)
		}
		if at, err = r.peek(); err != nil {
			return err
		}
		if at.kind != kind {
			break
		}
		if at, err = r.next(); err != nil {
			return err
		}
	}
	r.pending = chunk{}
	binary.BigEndian.PutUint32(r.packed[from-8:], uint32(len(r.packed)-from))
	r.packed = binary.BigEndian.AppendUint32(r.packed, crc32.ChecksumIEEE(r.packed[from-4:]))
	r.packed = appendChunk(r.packed, "IEND", nil)
	m, err := png.Decode(bytes.NewReader(r.packed))
	if err != nil {
		return errors.New("its pixels are damaged")
	}
	rows := stills.RowsOf(m)
	for y := range c.part.Dy() {
		rows.Read(r.row, y)
		at := 3 * ((c.part.Min.Y+y)*r.size.X + c.part.Min.X)
		stills.Paint(r.canvas[at:at+3*c.part.Dx()], r.row, c.over)
	}
	return nil
}

// disposeLast does to the canvas what the picture before asked for.
func (r *Reader) disposeLast() {
	if !r.any {
		return
	}
	switch part := r.last.part; r.last.dispose {
	case disposeBackground:
		for y := part.Min.Y; y < part.Max.Y; y++ {
			row := r.canvas[3*(y*r.size.X+part.Min.X) : 3*(y*r.size.X+part.Max.X)]
			for i := range row {
				row[i] = 255
			}
		}
	case disposePrevious:
		copy(r.canvas, r.before)
	}
}

// next reads the head of a chunk.
func (r *Reader) next() (chunk, error) {
	c, err := r.peek()
	if err == nil {
		_, err = r.in.Discard(8)
	}
	return c, err
}

// peek returns the head of the chunk that comes next.
func (r *Reader) peek() (chunk, error) {
	head, err := r.in.Peek(8)
	if err != nil {
		return chunk{}, cutOff(err)
	}
	c := chunk{kind: string(head[4:]), size: binary.BigEndian.Uint32(head)}
	for _, letter := range []byte(c.kind) {
		if letter < 'A' || letter > 'z' {
			return c, errors.New("what stands where it should be is no part of a PNG")
		}
	}
	return c, nil
}

// body appends the bytes of a chunk to dst and checks their sum. Memory grows with the bytes that are there, not
// with those that are claimed.
func (r *Reader) body(dst []byte, c chunk, most int) ([]byte, error) {
	if int64(c.size) > int64(most-len(dst)) {
		return dst, fmt.Errorf("has more than %d bytes in one part", most)
	}
	start := len(dst)
	for left := int(c.size); left > 0; {
		n := min(left, 1<<20)
		from := len(dst)
		dst = append(dst, make([]byte, n)...)
		if _, err := io.ReadFull(r.in, dst[from:]); err != nil {
			return dst, cutOff(err)
		}
		left -= n
	}
	var sum [4]byte
	if _, err := io.ReadFull(r.in, sum[:]); err != nil {
		return dst, cutOff(err)
	}
	if crc32.Update(crc32.ChecksumIEEE([]byte(c.kind)), crc32.IEEETable, dst[start:]) != binary.BigEndian.Uint32(sum[:]) {
		return dst, errors.New("is damaged: a checksum is wrong")
	}
	return dst, nil
}

// skip passes over the bytes of a chunk and their sum.
func (r *Reader) skip(c chunk) error {
	_, err := io.CopyN(io.Discard, r.in, int64(c.size)+4)
	return cutOff(err)
}

// appendChunk appends a chunk with its sum.
func appendChunk(dst []byte, kind string, body []byte) []byte {
	dst = binary.BigEndian.AppendUint32(dst, uint32(len(body)))
	from := len(dst)
	dst = append(append(dst, kind...), body...)
	return binary.BigEndian.AppendUint32(dst, crc32.ChecksumIEEE(dst[from:]))
}

// cutOff returns the error of a file that ends too early.
func cutOff(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
