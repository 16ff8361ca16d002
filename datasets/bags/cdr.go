package bags

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// reader reads values in CDR, the form in which ROS 2 writes messages: numbers at multiples of
// their size, counted from the end of a head of four bytes that says in which order bytes come.
// The first fault stays, and all that is read after it is zero.
// https://www.omg.org/spec/DDSI-RTPS/2.5, section 10
type reader struct {
	rest  []byte
	done  int // bytes since the head
	order binary.ByteOrder
	most  int // greatest alignment
	err   error
}

var (
	errShort = errors.New("ends early")
	errLong  = errors.New("goes on after its end")
	errHead  = errors.New("does not begin as a message in CDR does")
	errMany  = fmt.Errorf("tells of more than %d bodies", maxBodies)
)

// newReader reads the head of a message.
func newReader(message []byte) *reader {
	r := &reader{order: binary.LittleEndian, most: 8}
	if len(message) < 4 {
		r.err = errShort
		return r
	}
	switch {
	case message[0] != 0:
		r.err = errHead
	case message[1] == 0:
		r.order = binary.BigEndian
	case message[1] == 1:
	case message[1] == 6: // version 2 of CDR aligns numbers of 8 bytes to 4
		r.order, r.most = binary.BigEndian, 4
	case message[1] == 7:
		r.most = 4
	default:
		r.err = errHead
	}
	r.rest = message[4:]
	return r
}

// take returns the next bytes of a number of so many, after those that align it.
func (r *reader) take(size int) []byte {
	align := min(size, r.most)
	skip := (align - r.done%align) % align
	if r.err == nil && len(r.rest) < skip+size {
		r.err = errShort
	}
	if r.err != nil {
		return make([]byte, size)
	}
	b := r.rest[skip : skip+size]
	r.rest, r.done = r.rest[skip+size:], r.done+skip+size
	return b
}

func (r *reader) uint32() uint32   { return r.order.Uint32(r.take(4)) }
func (r *reader) float64() float64 { return math.Float64frombits(r.order.Uint64(r.take(8))) }

// text reads a text, which ends with a zero that is counted.
func (r *reader) text() string {
	size := r.uint32()
	if r.err == nil && uint64(size) > uint64(len(r.rest)) {
		r.err = errShort
	}
	if r.err != nil || size == 0 {
		return ""
	}
	b := r.rest[:size]
	r.rest, r.done = r.rest[size:], r.done+int(size)
	if b[size-1] == 0 {
		b = b[:size-1]
	}
	return string(b)
}

// end demands that nothing is left but bytes that fill up a message.
func (r *reader) end() error {
	if r.err == nil && len(r.rest) >= 8 {
		r.err = errLong
	}
	return r.err
}

// count reads the length of a list of bodies that have at least so many bytes each.
func (r *reader) count(bytes int) int {
	n := r.uint32()
	if r.err == nil && uint64(n)*uint64(bytes) > uint64(len(r.rest)) {
		r.err = errShort
	}
	if r.err == nil && n > maxBodies {
		r.err = errMany
	}
	if r.err != nil {
		return 0
	}
	return int(n)
}
