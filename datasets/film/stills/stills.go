// Package stills decodes single pictures, PNG or JPEG, into red, green and blue.
//
//	size, err := stills.Size(data)
//	err = stills.Decode(data, pix)   // [3·w·h], rows from the top
//
// Sizes are checked before anything is allocated. JPEGs are turned upright as they ask for; what is
// transparent is seen before white. Errors are in the words of users.
package stills

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io"

	"orrery/datasets/film"
)

// format is one of the formats of single pictures.
type format struct {
	name   string
	magic  string
	decode func(io.Reader) (image.Image, error)
	config func(io.Reader) (image.Config, error)
}

var formats = []format{
	{"PNG", "\x89PNG\r\n\x1a\n", png.Decode, png.DecodeConfig},
	{"JPEG", "\xff\xd8\xff", jpeg.Decode, jpeg.DecodeConfig},
}

// formatOf returns the format of a picture.
func formatOf(data []byte) (format, error) {
	for _, f := range formats {
		if bytes.HasPrefix(data, []byte(f.magic)) {
			return f, nil
		}
	}
	if len(data) == 0 {
		return format{}, errors.New("is empty")
	}
	return format{}, errors.New("is neither a PNG nor a JPEG, whatever its name says")
}

// Size returns the size of a picture in px, upright.
func Size(data []byte) (image.Point, error) {
	f, err := formatOf(data)
	if err != nil {
		return image.Point{}, err
	}
	c, err := f.config(bytes.NewReader(data))
	if err != nil {
		return image.Point{}, damaged(f.name, err)
	}
	if err := film.CheckSize(c.Width, c.Height); err != nil {
		return image.Point{}, err
	}
	if turn(orientation(data)).swaps {
		return image.Pt(c.Height, c.Width), nil
	}
	return image.Pt(c.Width, c.Height), nil
}

// Decode decodes a picture into pix [3·w·h], whose size must be the one that Size returns.
func Decode(data []byte, pix []uint8) error {
	size, err := Size(data)
	if err != nil {
		return err
	}
	if len(pix) != 3*size.X*size.Y {
		return fmt.Errorf("is %d × %d px, unlike the pictures before", size.X, size.Y)
	}
	f, err := formatOf(data)
	if err != nil {
		return err
	}
	m, err := f.decode(bytes.NewReader(data))
	if err != nil {
		return damaged(f.name, err)
	}
	if t := turn(orientation(data)); t != (turned{}) {
		upright := make([]uint8, len(pix))
		RGB(upright, m)
		t.apply(pix, upright, m.Bounds().Size())
		return nil
	}
	RGB(pix, m)
	return nil
}

// damaged says in users' words what a decoder found wrong.
func damaged(name string, err error) error {
	var odd jpeg.UnsupportedError
	var kind png.UnsupportedError
	if errors.As(err, &odd) || errors.As(err, &kind) {
		return fmt.Errorf("is a kind of %s that is not read", name)
	}
	return fmt.Errorf("is a damaged %s, or cut off", name)
}

// turned is how a picture is turned upright: rows and columns are swapped first, then turned around.
type turned struct{ swaps, flipX, flipY bool }

// turn returns what an orientation of EXIF asks for.
func turn(orientation int) turned {
	switch orientation {
	case 2:
		return turned{flipX: true}
	case 3:
		return turned{flipX: true, flipY: true}
	case 4:
		return turned{flipY: true}
	case 5:
		return turned{swaps: true}
	case 6:
		return turned{swaps: true, flipX: true}
	case 7:
		return turned{swaps: true, flipX: true, flipY: true}
	case 8:
		return turned{swaps: true, flipY: true}
	}
	return turned{}
}

// apply turns a picture of a size.
func (t turned) apply(dst, src []uint8, size image.Point) {
	out := size
	if t.swaps {
		out = image.Pt(size.Y, size.X)
	}
	for y := range size.Y {
		for x := range size.X {
			u, v := x, y
			if t.swaps {
				u, v = y, x
			}
			if t.flipX {
				u = out.X - 1 - u
			}
			if t.flipY {
				v = out.Y - 1 - v
			}
			copy(dst[3*(v*out.X+u):][:3], src[3*(y*size.X+x):])
		}
	}
}

// orientation returns what a JPEG's EXIF says about which side is up, 1 to 8 (EXIF 2.3, tag 274); 1 where
// nothing is said.
func orientation(data []byte) int {
	if !bytes.HasPrefix(data, []byte("\xff\xd8")) {
		return 1
	}
	for data = data[2:]; len(data) >= 4 && data[0] == 0xFF; {
		kind, n := data[1], int(binary.BigEndian.Uint16(data[2:]))
		if kind == 0xDA || n < 2 || len(data) < 2+n {
			return 1
		}
		body := data[4 : 2+n]
		if tiff, ok := bytes.CutPrefix(body, []byte("Exif\x00\x00")); ok && kind == 0xE1 {
			return tiffOrientation(tiff)
		}
		data = data[2+n:]
	}
	return 1
}

func tiffOrientation(tiff []byte) int {
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.LittleEndian
	if tiff[0] == 'M' {
		order = binary.BigEndian
	}
	at := uint64(order.Uint32(tiff[4:]))
	if at+2 > uint64(len(tiff)) {
		return 1
	}
	n := order.Uint16(tiff[at:])
	entries := tiff[at+2:]
	for range n {
		if len(entries) < 12 {
			return 1
		}
		if v := order.Uint16(entries[8:]); order.Uint16(entries) == 274 && v >= 1 && v <= 8 {
			return int(v)
		}
		entries = entries[12:]
	}
	return 1
}
