// Package avi decodes Motion JPEG in AVI: every picture is a JPEG.
//
//	r, err := avi.Open(file)
//	start, err := r.Next(ctx, pix)   // red, green, blue; io.EOF behind the last picture
//
// The file is read from its start to its end, so it needs no index; those of more than 1 GB (OpenDML) have
// several parts and are read too. Sizes that a file claims are not believed before as many bytes are there.
// Times are in s.
package avi

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"strings"
	"sync"

	"orrery/datasets/film"
	"orrery/datasets/film/stills"
)

// ErrPacked is the error of Open where pictures are packed in another way than as JPEGs.
var ErrPacked = errors.New("the pictures of the AVI are no JPEGs")

// mostPicture is the most bytes of one picture; a JPEG of the most pixels has fewer.
const mostPicture = 1 << 26

// mostPadding is how many times eight zeros may stand between two parts.
const mostPadding = 1 << 16

// Reader decodes one AVI.
type Reader struct {
	in          *bufio.Reader
	file        io.Closer
	size        image.Point
	stream      int    // number of the stream of pictures
	prefix      string // of the names of its chunks
	scale, rate uint32
	number      int  // of the next picture, those left out too
	ready       bool // data has the next picture
	data        []byte
	whole       []byte // data with the tables that it lacks
}

// Open reads up to the first picture. Close closes the file.
func Open(file io.ReadCloser) (*Reader, error) {
	r := &Reader{in: bufio.NewReaderSize(file, 1<<16), file: file, stream: -1}
	var head [12]byte
	if _, err := io.ReadFull(r.in, head[:]); err != nil {
		return nil, cutOff(err)
	}
	if string(head[:4]) != "RIFF" || string(head[8:]) != "AVI " {
		return nil, errors.New("is no AVI")
	}
	if err := r.advance(); err == io.EOF {
		return nil, errors.New("has no pictures")
	} else if err != nil {
		return nil, err
	}
	var err error
	if r.size, err = stills.Size(r.data); err != nil {
		return nil, fmt.Errorf("its first picture %w", err)
	}
	r.ready = true
	return r, nil
}

// Size returns the size of the pictures in px.
func (r *Reader) Size() image.Point { return r.size }

// Close closes the file.
func (r *Reader) Close() error { return r.file.Close() }

// Next decodes the next picture into pix [3·w·h] and returns when it starts to show, in s.
func (r *Reader) Next(_ context.Context, pix []uint8) (float64, error) {
	if !r.ready {
		if err := r.advance(); err != nil {
			return 0, err
		}
	}
	r.ready = false
	if err := stills.Decode(r.data, pix); err != nil {
		return 0, err
	}
	return r.time(), nil
}

// time returns when the picture that was read last starts to show, in s.
func (r *Reader) time() float64 { return float64(r.number-1) * float64(r.scale) / float64(r.rate) }

// SkipTo passes over pictures until the next one starts at a time in s or before, which no other does later.
func (r *Reader) SkipTo(seconds float64) error {
	for !r.ready || r.time()+1.5*float64(r.scale)/float64(r.rate) < seconds {
		if err := r.advance(); err != nil {
			return err
		}
		r.ready = true
	}
	return nil
}

// advance reads chunks up to the next picture, which it leaves in data. It returns io.EOF where the file ends
// between two chunks.
func (r *Reader) advance() error {
	strides := 0 // of the headers of streams
	pictures := false
	padding := 0
	for {
		var head [8]byte
		if n, err := io.ReadFull(r.in, head[:]); err != nil {
			if n > 0 && err == io.ErrUnexpectedEOF && strings.Trim(string(head[:n]), "\x00") != "" {
				return io.ErrUnexpectedEOF
			}
			if err == io.ErrUnexpectedEOF {
				err = io.EOF // a few zeros are padding
			}
			return err
		}
		kind, size := string(head[:4]), int64(binary.LittleEndian.Uint32(head[4:]))
		var err error
		switch {
		case kind == "RIFF" || kind == "LIST":
			// Lists are entered and their lengths ignored: a program that was stopped never wrote them.
			var of [4]byte
			if _, err = io.ReadFull(r.in, of[:]); err == nil {
				switch string(of[:]) {
				case "AVI ", "AVIX", "hdrl", "strl", "movi", "rec ":
				default:
					err = r.skip(size - 4)
				}
			}
		case kind == "strh":
			pictures, err = r.readStream(size, strides)
			strides++
		case kind == "strf" && pictures && r.stream == strides-1:
			err = r.readFormat(size)
		case r.isPicture(kind) && size == 0:
			r.number++ // a picture that was lost: the one before stays
		case r.isPicture(kind):
			if err = r.readPicture(size); err == nil {
				r.number++
				return nil
			}
		case kind == "idx1" || kind == "JUNK":
			if err = r.skip(size); errors.Is(err, io.ErrUnexpectedEOF) {
				return io.EOF // nothing is lost with the end of an index
			}
		case strings.Trim(kind, "\x00") == "" && size == 0:
			if padding++; padding > mostPadding {
				return io.EOF // the rest was never written
			}
		case !printable(kind):
			err = errors.New("what stands where it should be is no part of an AVI")
		default:
			err = r.skip(size)
		}
		if err != nil {
			return cutOff(err)
		}
	}
}

// isPicture reports whether a chunk is a picture of the stream, such as 00dc.
func (r *Reader) isPicture(kind string) bool {
	return r.stream >= 0 && r.rate > 0 && (kind[2:] == "dc" || kind[2:] == "db") && kind[:2] == r.prefix
}

// readStream reads the header of a stream and reports whether it is the one with the pictures.
func (r *Reader) readStream(size int64, number int) (bool, error) {
	body, err := r.read(size, 1<<12)
	if err != nil {
		return false, err
	}
	if len(body) < 28 || string(body[:4]) != "vids" || r.stream >= 0 {
		return false, nil
	}
	r.stream, r.prefix = number, fmt.Sprintf("%02d", number)
	r.scale, r.rate = binary.LittleEndian.Uint32(body[20:]), binary.LittleEndian.Uint32(body[24:])
	if r.scale == 0 || r.rate == 0 || float64(r.rate)/float64(r.scale) > 1e6 || float64(r.rate)/float64(r.scale) < 1e-3 {
		return false, fmt.Errorf("has %d/%d pictures per second: must be 0.001 to 1,000,000", r.rate, r.scale)
	}
	return true, nil
}

// readFormat reads how the pictures are packed.
func (r *Reader) readFormat(size int64) error {
	body, err := r.read(size, 1<<16)
	if err != nil {
		return err
	}
	if len(body) < 40 {
		return errors.New("does not say how its pictures are packed")
	}
	switch strings.ToUpper(string(body[16:20])) {
	case "MJPG", "JPEG", "AVRN", "LJPG", "JPGL":
	default:
		return ErrPacked
	}
	width, height := int32(binary.LittleEndian.Uint32(body[4:])), int32(binary.LittleEndian.Uint32(body[8:]))
	return film.CheckSize(int(width), int(max(height, -height)))
}

// readPicture reads a JPEG and adds the tables that AVIs may leave out.
func (r *Reader) readPicture(size int64) (err error) {
	if r.data, err = r.read(size, mostPicture); err != nil {
		return err
	}
	if at, lacks := lacksTables(r.data); lacks {
		r.whole = append(append(append(r.whole[:0], r.data[:at]...), usualTables()...), r.data[at:]...)
		r.data, r.whole = r.whole, r.data
	}
	return nil
}

// read returns the bytes of a chunk, which stay until the next. Memory grows with the bytes that are there, not with
// those that are claimed.
func (r *Reader) read(size, most int64) ([]byte, error) {
	if size > most {
		return nil, fmt.Errorf("has a part of %d bytes: must have at most %d", size, most)
	}
	r.data = r.data[:0]
	for left := size; left > 0; {
		n := min(left, 1<<20)
		from := len(r.data)
		r.data = append(r.data, make([]byte, n)...)
		if _, err := io.ReadFull(r.in, r.data[from:]); err != nil {
			return nil, cutOff(err)
		}
		left -= n
	}
	if size%2 == 1 {
		_, _ = r.in.Discard(1) // the last byte of a file may be missing
	}
	return r.data, nil
}

// skip passes over the bytes of a chunk.
func (r *Reader) skip(size int64) error {
	if _, err := io.CopyN(io.Discard, r.in, max(size, 0)); err != nil {
		return cutOff(err)
	}
	if size%2 == 1 {
		_, _ = r.in.Discard(1)
	}
	return nil
}

// printable reports whether a name is of the characters that names of chunks have.
func printable(name string) bool {
	for _, c := range []byte(name) {
		if c < ' ' || c > '~' {
			return false
		}
	}
	return true
}

// lacksTables returns where the tables of a JPEG belong and whether there are none.
func lacksTables(data []byte) (int, bool) {
	at := 2
	for len(data) >= at+4 && data[at] == 0xFF {
		switch data[at+1] {
		case 0xC4:
			return 0, false
		case 0xDA:
			return at, true
		}
		at += 2 + int(binary.BigEndian.Uint16(data[at+2:]))
	}
	return 0, false
}

// usualTables returns the Huffman tables of ITU-T T.81, annex K, which Go's encoder writes too.
var usualTables = sync.OnceValue(func() []byte {
	m := image.NewRGBA(image.Rect(0, 0, 8, 8))
	m.SetRGBA(0, 0, color.RGBA{255, 0, 0, 255})
	var file bytes.Buffer
	if err := jpeg.Encode(&file, m, nil); err != nil {
		panic(err) // memory takes everything
	}
	var tables []byte
	for data := file.Bytes()[2:]; data[1] != 0xDA; {
		n := 2 + int(binary.BigEndian.Uint16(data[2:]))
		if data[1] == 0xC4 {
			tables = append(tables, data[:n]...)
		}
		data = data[n:]
	}
	return tables
})

// cutOff returns the error of a file that ends too early.
func cutOff(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
