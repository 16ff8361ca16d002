package gif

import (
	"bufio"
	"io"
)

// IsFast reports whether a GIF shows 50 to 100 pictures a second, whose delays can only be written as 0.01 and 0.02 s: one of 0.01 s is not
// to last 0.1 s then. It reads the file to its end, or to where it is damaged, and unpacks nothing.
func IsFast(file io.Reader) bool {
	d := delays{in: bufio.NewReaderSize(file, 1<<16)}
	if !d.head() {
		return false
	}
	for d.part() {
	}
	return d.ones > 0 && 16*d.twos >= d.ones && d.zeros == 0
}

// delays counts the delays of pictures.
type delays struct {
	in                *bufio.Reader
	next              int // hundredths of a second, of the next picture
	zeros, ones, twos int // pictures with such delays
}

// head passes over the head of the file.
func (d *delays) head() bool {
	var head [13]uint8
	_, err := io.ReadFull(d.in, head[:])
	return err == nil && d.palette(head[10])
}

// part passes over a block or a picture, and reports whether there may be more.
func (d *delays) part() bool {
	kind, err := d.in.ReadByte()
	if err != nil {
		return false
	}
	switch kind {
	case 0: // padding
		return true
	case 0x21:
		label, err := d.in.ReadByte()
		return err == nil && d.blocks(label == 0xF9)
	case 0x2C:
		switch d.next {
		case 0:
			d.zeros++
		case 1:
			d.ones++
		case 2:
			d.twos++
		}
		d.next = 0
		var head [9]uint8
		if _, err := io.ReadFull(d.in, head[:]); err != nil || !d.palette(head[8]) {
			return false
		}
		_, err := d.in.Discard(1)
		return err == nil && d.blocks(false)
	}
	return false
}

// palette passes over the colours that the flags of a head announce.
func (d *delays) palette(flags uint8) bool {
	if flags&0x80 == 0 {
		return true
	}
	_, err := d.in.Discard(3 * (2 << (flags & 7)))
	return err == nil
}

// blocks passes over blocks up to the empty one; the first of a graphic control has the delay of the next picture.
func (d *delays) blocks(control bool) bool {
	for first := true; ; first = false {
		n, err := d.in.ReadByte()
		if err != nil || n == 0 {
			return err == nil
		}
		if body, err := d.in.Peek(int(n)); err == nil && control && first && n >= 4 {
			d.next = int(body[1]) | int(body[2])<<8
		}
		if _, err := d.in.Discard(int(n)); err != nil {
			return false
		}
	}
}
