// Package y4m decodes YUV4MPEG2 streams: raw pictures of brightness and colour differences.
//
//	r, err := y4m.Open(file)
//	start, err := r.Next(ctx, pix)   // red, green, blue; io.EOF behind the last picture
//
// Colour may be whole (444), halved across (422) or both ways (420), or missing (mono), in 8 to 16 bits of
// which 8 are kept. Values are limited to 16 to 235 unless the stream says FULL. Pictures get wider or narrower where
// the stream says that pixels are not square (A). Times are in s.
package y4m

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"math"
	"strconv"
	"strings"

	"orrery/datasets/film"
	"orrery/datasets/film/stills"
)

const (
	magic    = "YUV4MPEG2"
	mostLine = 1 << 10 // bytes of a line of text
)

// Reader decodes one stream.
type Reader struct {
	in         *bufio.Reader
	file       io.Closer
	planes     stills.Planes
	bytes      int     // of a value in the file
	shift      int     // bits of a value behind the 8 that are kept
	period     float64 // s
	interlaced bool
	squared    *squared // or nil where pixels are square
	number     int
	wide       []uint8 // values of more than 8 bits of a plane, as they are in the file
}

// Open reads the head of a stream. Close closes the file.
func Open(file io.ReadCloser) (*Reader, error) {
	r := &Reader{in: bufio.NewReaderSize(file, 1<<16), file: file, bytes: 1, planes: stills.Planes{Blue: []uint8{}}}
	words, err := r.line()
	if err != nil {
		return nil, err
	}
	if words[0] != magic {
		return nil, errors.New("is no Y4M")
	}
	p := &r.planes
	p.HalfWidth, p.HalfHeight, p.Limited = true, true, true
	aspect := 1.0
	for _, word := range words[1:] {
		if word == "" {
			continue
		}
		value := word[1:]
		switch word[0] {
		case 'W':
			p.Width, err = side(value)
		case 'H':
			p.Height, err = side(value)
		case 'F':
			err = r.readRate(value)
		case 'A':
			aspect, err = readAspect(value)
		case 'I':
			r.interlaced = value != "p" && value != "?"
		case 'C':
			err = r.readColour(value)
		case 'X':
			if strings.EqualFold(value, "COLORRANGE=FULL") {
				p.Limited = false
			}
		}
		if err != nil {
			return nil, err
		}
	}
	if err := film.CheckSize(p.Width, p.Height); err != nil {
		return nil, err
	}
	if r.period == 0 {
		return nil, errors.New("does not say how many pictures per second it has (F)")
	}
	r.allocate()
	if shown := math.Round(aspect * float64(p.Width)); shown != float64(p.Width) {
		if err := film.CheckSize(int(min(shown, 1<<30)), p.Height); err != nil {
			return nil, fmt.Errorf("its pixels are %.4g times as wide as high, which makes %w", aspect, err)
		}
		r.squared = square(p.Width, p.Height, int(shown))
	}
	return r, nil
}

// allocate makes room for a picture.
func (r *Reader) allocate() {
	p := &r.planes
	p.LumaStride, p.ColourStride = p.Width, p.Width
	if p.HalfWidth {
		p.ColourStride = (p.Width + 1) / 2
	}
	height := p.Height
	if p.HalfHeight {
		height = (height + 1) / 2
	}
	p.Luma = make([]uint8, p.Width*p.Height)
	if p.Blue != nil { // an empty one, which says that there is colour
		p.Blue, p.Red = make([]uint8, p.ColourStride*height), make([]uint8, p.ColourStride*height)
	}
	if r.bytes == 2 {
		r.wide = make([]uint8, 2*p.Width)
	}
}

// side returns a width or height.
func side(text string) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > 1<<20 {
		return 0, fmt.Errorf("width or height %.20q: must be a number of px", text)
	}
	return n, nil
}

// readRate reads pictures per second, such as 30000:1001.
func (r *Reader) readRate(text string) error {
	over, under, _ := strings.Cut(text, ":")
	n, err1 := strconv.ParseUint(over, 10, 32)
	d, err2 := strconv.ParseUint(under, 10, 32)
	if err1 != nil || err2 != nil || n == 0 || d == 0 || float64(n)/float64(d) > 1e6 || float64(n)/float64(d) < 1e-3 {
		return fmt.Errorf("rate F%.20s: must be a fraction such as 30:1, of 0.001 to 1,000,000 pictures per second", text)
	}
	r.period = float64(d) / float64(n)
	return nil
}

// readColour reads how colour is stored, such as 420jpeg or 422p10.
func (r *Reader) readColour(text string) error {
	p := &r.planes
	kind, bits := text, 8
	for _, deep := range []string{"mono", "420p", "422p", "444p"} {
		if rest, ok := strings.CutPrefix(text, deep); ok && rest != "" {
			if n, err := strconv.Atoi(rest); err == nil && n >= 9 && n <= 16 {
				kind, bits = strings.TrimSuffix(deep, "p"), n
			}
		}
	}
	p.Blue = []uint8{}
	switch kind {
	case "420", "420jpeg":
		p.HalfWidth, p.HalfHeight = true, true
	case "420mpeg2", "420paldv":
		p.HalfWidth, p.HalfHeight, p.AtLeft = true, true, true
	case "422":
		p.HalfWidth, p.HalfHeight, p.AtLeft = true, false, true
	case "444":
		p.HalfWidth, p.HalfHeight = false, false
	case "mono":
		p.HalfWidth, p.HalfHeight, p.Blue = false, false, nil
	default:
		return fmt.Errorf("colour C%.20s is not read: 420, 422, 444 and mono of 8 to 16 bits are", text)
	}
	r.shift = bits - 8
	if bits > 8 {
		r.bytes = 2
	}
	return nil
}

// Size returns the size of the pictures in px, with square pixels.
func (r *Reader) Size() image.Point {
	if r.squared != nil {
		return image.Pt(len(r.squared.from), r.planes.Height)
	}
	return image.Pt(r.planes.Width, r.planes.Height)
}

// Depth returns the number of bits of a colour in the file.
func (r *Reader) Depth() int { return 8 + r.shift }

// Interlaced reports whether every other row was taken half a picture later.
func (r *Reader) Interlaced() bool { return r.interlaced }

// Close closes the file.
func (r *Reader) Close() error { return r.file.Close() }

// Next decodes the next picture into pix [3·w·h] and returns when it starts to show, in s.
func (r *Reader) Next(_ context.Context, pix []uint8) (float64, error) {
	if err := r.read(); err != nil {
		return 0, err
	}
	if r.squared != nil {
		r.planes.RGB(r.squared.raw)
		r.squared.write(pix)
	} else {
		r.planes.RGB(pix)
	}
	return float64(r.number-1) * r.period, nil
}

// SkipTo passes over pictures until the next one starts at a time in s or before.
func (r *Reader) SkipTo(seconds float64) error {
	for float64(r.number+1)*r.period <= seconds {
		if err := r.read(); err != nil {
			return err
		}
	}
	return nil
}

// read reads the values of the next picture.
func (r *Reader) read() error {
	if _, err := r.in.Peek(1); err == io.EOF {
		return io.EOF
	}
	words, err := r.line()
	if err != nil {
		return err
	}
	if words[0] != "FRAME" {
		return errors.New("does not begin with the word FRAME")
	}
	for _, plane := range [][]uint8{r.planes.Luma, r.planes.Blue, r.planes.Red} {
		if err := r.readPlane(plane); err != nil {
			return err
		}
	}
	r.number++
	return nil
}

// readPlane reads the values of a plane and keeps 8 bits of each, rounded.
func (r *Reader) readPlane(plane []uint8) error {
	if r.bytes == 1 {
		_, err := io.ReadFull(r.in, plane)
		return cutOff(err)
	}
	for len(plane) > 0 {
		n := min(len(plane), len(r.wide)/2)
		if _, err := io.ReadFull(r.in, r.wide[:2*n]); err != nil {
			return cutOff(err)
		}
		for i := range plane[:n] {
			v := int(r.wide[2*i]) | int(r.wide[2*i+1])<<8
			plane[i] = uint8(min(255, (v+(1<<r.shift>>1))>>r.shift))
		}
		plane = plane[n:]
	}
	return nil
}

// line reads a line of words.
func (r *Reader) line() ([]string, error) {
	var line []byte
	for {
		c, err := r.in.ReadByte()
		if err != nil {
			return nil, cutOff(err)
		}
		if c == '\n' {
			return strings.Split(string(line), " "), nil
		}
		if line = append(line, c); len(line) > mostLine {
			return nil, fmt.Errorf("has a line of text of more than %d bytes", mostLine)
		}
	}
}

// cutOff returns the error of a file that ends too early.
func cutOff(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
