package video

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"math/bits"
)

// nut reads raw pictures with their times from a stream in the format NUT (https://ffmpeg.org/nut.html, version 3),
// which ffmpeg writes to pipes: every picture tells its time and its size, which raw pixels alone do not.
type nut struct {
	in            *bufio.Reader
	width, height int
	base          []fraction // s, of the ticks that times count
	codes         [256]frameCode
	elided        [][]byte // beginnings of frames that are not written again
	broadcast     bool
	tick          fraction // of the stream
	shift         uint64   // bits of a time that are written when the rest is that of the one before
	last          int64    // ticks, of the frame before
	streams       int
}

type fraction struct{ num, den uint64 }

// frameCode is what the first byte of a frame says about it.
type frameCode struct {
	flags    uint64
	delta    int64 // ticks
	stream   uint64
	mul, lsb uint64 // bytes
	reserved uint64
	elided   uint64
}

// Codes that start packets, and flags of frames.
const (
	codeMain   = 0x4E4D7A561F5F04AD
	codeStream = 0x4E5311405BF2F9DB
	codeSync   = 0x4E4BE4ADEECA4569

	flagCodedTime = 1 << 3
	flagStream    = 1 << 4
	flagSize      = 1 << 5
	flagChecksum  = 1 << 6
	flagReserved  = 1 << 7
	flagSideData  = 1 << 8
	flagElided    = 1 << 10
	flagMatch     = 1 << 11
	flagCoded     = 1 << 12
	flagInvalid   = 1 << 13
)

var errNut = errors.New("what ffmpeg sends is not understood")

// openNut reads up to the head of the one stream.
func openNut(in *bufio.Reader) (*nut, error) {
	n := &nut{in: in}
	magic := make([]byte, len("nut/multimedia container\x00"))
	if _, err := io.ReadFull(in, magic); err != nil {
		return nil, err
	}
	if string(magic) != "nut/multimedia container\x00" {
		return nil, errNut
	}
	for n.width == 0 {
		first, err := in.ReadByte()
		if err != nil {
			return nil, err
		}
		if first != 'N' {
			return nil, errNut
		}
		if err := n.packet(); err != nil {
			return nil, err
		}
	}
	return n, nil
}

// next returns the time of the next frame in s, what it begins with and how many bytes it has with that; the
// others are to be read from in.
func (n *nut) next() (seconds float64, begins []byte, size int64, err error) {
	for {
		first, err := n.in.ReadByte()
		if err != nil {
			return 0, nil, 0, err // io.EOF: the end
		}
		if first != 'N' {
			return n.frame(n.codes[first])
		}
		if err := n.packet(); err != nil {
			return 0, nil, 0, early(err)
		}
	}
}

// packet reads a packet whose first byte has been read.
func (n *nut) packet() error {
	var code [8]byte
	code[0] = 'N'
	if _, err := io.ReadFull(n.in, code[1:]); err != nil {
		return err
	}
	size, err := n.number()
	if err != nil {
		return err
	}
	if size > 1<<20 {
		return errNut
	}
	if size > 4096 {
		if _, err := n.in.Discard(4); err != nil {
			return err
		}
	}
	body := make([]byte, size)
	if _, err := io.ReadFull(n.in, body); err != nil {
		return err
	}
	p := &packet{rest: body}
	switch binary.BigEndian.Uint64(code[:]) {
	case codeMain:
		n.main(p)
	case codeStream:
		n.stream(p)
	case codeSync:
		n.sync(p)
	}
	if p.bad {
		return errNut
	}
	return nil
}

// main reads the main header: the base of times and what the first bytes of frames mean.
func (n *nut) main(p *packet) {
	version := p.number()
	if version > 3 {
		p.number()
	}
	n.streams = int(min(p.number(), 1<<16))
	p.number()
	bases := p.number()
	if n.streams != 1 || bases == 0 || bases > 16 || version > 4 {
		p.bad = true
		return
	}
	n.base = nil
	for range bases {
		f := fraction{p.number(), p.number()}
		if f.num == 0 || f.den == 0 || f.num >= 1<<31 || f.den >= 1<<31 {
			p.bad = true
		}
		n.base = append(n.base, f)
	}
	c := frameCode{mul: 1}
	for i := 0; i < 256 && !p.bad; {
		c.flags = p.number()
		fields := p.number()
		values := [8]uint64{}
		for k := range values {
			if uint64(k) < fields {
				values[k] = p.number()
			}
		}
		for k := uint64(8); k < fields && !p.bad; k++ {
			p.number()
		}
		if fields > 0 {
			c.delta = signed(values[0])
		}
		if fields > 1 {
			c.mul = values[1]
		}
		if fields > 2 {
			c.stream = values[2]
		}
		c.lsb, c.reserved = values[3], values[4]
		count := c.mul - c.lsb
		if fields > 5 {
			count = values[5]
		}
		if fields > 7 {
			c.elided = values[7]
		}
		if count == 0 || count > 256 {
			p.bad = true
		}
		for j := uint64(0); j < count && i < 256; i++ {
			n.codes[i] = c
			if i == 'N' {
				n.codes[i].flags = flagInvalid
				continue
			}
			n.codes[i].lsb = c.lsb + j
			j++
		}
	}
	n.elided = [][]byte{nil}
	if len(p.rest) > 4 {
		for range min(p.number(), 128) {
			n.elided = append(n.elided, p.bytes(p.number()))
		}
	}
	if version > 3 && len(p.rest) > 4 {
		n.broadcast = p.number()&1 != 0
	}
}

// stream reads the header of a stream.
func (n *nut) stream(p *packet) {
	id, class := p.number(), p.number()
	p.bytes(p.number()) // how pixels are stored: as was asked for
	base := p.number()
	n.shift = p.number()
	p.number()
	p.number()
	p.number()
	p.bytes(p.number())
	width, height := p.number(), p.number()
	if id != 0 || class != 0 || base >= uint64(len(n.base)) || n.shift > 15 || width == 0 || height == 0 || width > 1<<20 || height > 1<<20 {
		p.bad = true
		return
	}
	n.tick, n.width, n.height = n.base[base], int(width), int(height)
}

// sync reads a point at which times start anew.
func (n *nut) sync(p *packet) {
	at := p.number()
	if len(n.base) == 0 || n.tick.num == 0 {
		p.bad = true
		return
	}
	b := n.base[at%uint64(len(n.base))]
	high, low := bits.Mul64(at/uint64(len(n.base)), b.num*n.tick.den)
	if by := b.den * n.tick.num; high < by {
		ticks, _ := bits.Div64(high, low, by)
		n.last = int64(ticks)
	}
}

// frame reads the head of a frame.
func (n *nut) frame(c frameCode) (float64, []byte, int64, error) {
	p := &packet{in: n.in}
	if c.flags&flagCoded != 0 {
		c.flags ^= p.number()
	}
	if c.flags&(flagInvalid|flagSideData) != 0 {
		return 0, nil, 0, errNut
	}
	if c.flags&flagStream != 0 {
		c.stream = p.number()
	}
	time := n.last + c.delta
	if c.flags&flagCodedTime != 0 {
		coded := p.number()
		if mask := int64(1)<<n.shift - 1; coded > uint64(mask) {
			time = int64(coded) - mask - 1
		} else {
			delta := n.last - mask/2
			time = (int64(coded)-delta)&mask + delta
		}
	}
	size := c.lsb
	if c.flags&flagSize != 0 {
		size += c.mul * p.number()
	}
	if c.flags&flagMatch != 0 {
		p.number()
	}
	if c.flags&flagElided != 0 {
		c.elided = p.number()
	}
	if c.flags&flagReserved != 0 {
		c.reserved = p.number()
	}
	for k := uint64(0); k < c.reserved && !p.bad; k++ {
		p.number()
	}
	if c.flags&flagChecksum != 0 {
		if _, err := n.in.Discard(4); err != nil {
			return 0, nil, 0, early(err)
		}
	}
	var begins []byte
	if size <= 4096 && c.elided != 0 && c.elided < uint64(len(n.elided)) {
		begins = n.elided[c.elided]
	}
	if p.bad || c.stream != 0 || size > 1<<40 || uint64(len(begins)) > size {
		return 0, nil, 0, errNut
	}
	n.last = time
	return float64(time) * float64(n.tick.num) / float64(n.tick.den), begins, int64(size), nil
}

// number reads a number from the stream itself.
func (n *nut) number() (uint64, error) {
	var v uint64
	for range 10 {
		c, err := n.in.ReadByte()
		if err != nil {
			return 0, err
		}
		if v = v<<7 | uint64(c&127); c < 128 {
			return v, nil
		}
	}
	return 0, errNut
}

// packet is read value by value. Behind its end, or where a number is too long, it is bad.
type packet struct {
	rest []byte
	in   *bufio.Reader // read in place of rest when given
	bad  bool
}

func (p *packet) number() (v uint64) {
	for range 10 {
		var c byte
		switch {
		case p.in != nil:
			var err error
			if c, err = p.in.ReadByte(); err != nil {
				p.bad = true
			}
		case len(p.rest) > 0:
			c, p.rest = p.rest[0], p.rest[1:]
		default:
			p.bad = true
		}
		if v = v<<7 | uint64(c&127); c < 128 {
			return v
		}
	}
	p.bad = true
	return 0
}

func (p *packet) bytes(n uint64) []byte {
	if n > uint64(len(p.rest)) {
		p.bad = true
		return nil
	}
	b := p.rest[:n]
	p.rest = p.rest[n:]
	return b
}

// signed returns the whole number that an unsigned one stands for: 0, 1, -1, 2, -2 and so on.
func signed(v uint64) int64 {
	if v++; v&1 != 0 {
		return -int64(v >> 1)
	}
	return int64(v >> 1)
}

// early returns the error of a stream that ends too early.
func early(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
