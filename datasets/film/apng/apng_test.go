package apng

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"math"
	"math/rand/v2"
	"testing"

	"orrery/datasets/film/decoded"
)

// frame is a picture of an animation as it is written.
type frame struct {
	m        *image.NRGBA
	num, den uint16
	dispose  uint8
	over     bool
}

// random returns frames with every way to blend and to leave.
func random(seed uint64, n int) (out []frame) {
	chance := rand.New(rand.NewPCG(seed, 3))
	for k := range n {
		x, y := chance.IntN(20), chance.IntN(10)
		part := image.Rect(x, y, x+1+chance.IntN(30-x), y+1+chance.IntN(20-y))
		if k == 0 {
			part = image.Rect(0, 0, 30, 20)
		}
		m := image.NewNRGBA(part)
		for i := range m.Pix {
			m.Pix[i] = uint8(chance.Uint32())
			if i%4 == 3 && chance.IntN(3) > 0 {
				m.Pix[i] = uint8(255 * chance.IntN(2))
			}
		}
		out = append(out, frame{m, uint16(chance.IntN(4)), []uint16{0, 30, 1000}[chance.IntN(3)], uint8(chance.IntN(3)), chance.IntN(2) == 1})
	}
	return out
}

// written returns the file of an animation. A hidden one has a picture before that is no part of it.
func written(t testing.TB, frames []frame, hidden bool) []byte {
	t.Helper()
	var file []byte
	sequence := uint32(0)
	part := func(m image.Image) (data []byte) {
		var b bytes.Buffer
		if err := png.Encode(&b, m); err != nil {
			t.Fatal(err)
		}
		for rest := b.Bytes()[8:]; len(rest) > 0; {
			n := binary.BigEndian.Uint32(rest)
			if string(rest[4:8]) == "IDAT" {
				data = append(data, rest[8:8+n]...)
			}
			if string(rest[4:8]) == "IHDR" && file == nil {
				file = append([]byte(signature), rest[:12+n]...)
			}
			rest = rest[12+n:]
		}
		return data
	}
	first := part(frames[0].m)
	file = appendChunk(file, "acTL", make([]byte, 8))
	if hidden {
		file = appendChunk(file, "IDAT", first)
	}
	for k, f := range frames {
		b := f.m.Rect
		control := binary.BigEndian.AppendUint32(nil, sequence)
		for _, v := range []int{b.Dx(), b.Dy(), b.Min.X, b.Min.Y} {
			control = binary.BigEndian.AppendUint32(control, uint32(v))
		}
		control = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(control, f.num), f.den)
		control = append(control, f.dispose, 0)
		if f.over {
			control[25] = 1
		}
		sequence++
		file = appendChunk(file, "fcTL", control)
		data := first
		if k > 0 {
			data = part(f.m)
		}
		half := len(data) / 2
		for _, d := range [][]byte{data[:half], data[half:]} {
			if k == 0 && !hidden {
				file = appendChunk(file, "IDAT", d)
				continue
			}
			file = appendChunk(file, "fdAT", append(binary.BigEndian.AppendUint32(nil, sequence), d...))
			sequence++
		}
		file = appendChunk(file, "tEXt", []byte("Comment\x00x"))
	}
	return appendChunk(file, "IEND", nil)
}

// shown composes an animation by the words of the specification: with transparency, and on white at the end.
func shown(frames []frame) (pictures [][]uint8, starts []float64) {
	type pixel [4]float64 // colours times opacity, and opacity, from 0 to 1
	canvas := make([]pixel, 30*20)
	at := 0.0
	for k, f := range frames {
		before := append([]pixel{}, canvas...)
		for y := f.m.Rect.Min.Y; y < f.m.Rect.Max.Y; y++ {
			for x := f.m.Rect.Min.X; x < f.m.Rect.Max.X; x++ {
				c := f.m.At(x, y).(color.NRGBA)
				a := float64(c.A) / 255
				p := pixel{float64(c.R) / 255 * a, float64(c.G) / 255 * a, float64(c.B) / 255 * a, a}
				if f.over {
					for i := range p {
						p[i] += canvas[y*30+x][i] * (1 - a)
					}
				}
				canvas[y*30+x] = p
			}
		}
		var pix []uint8
		for _, p := range canvas {
			for i := range 3 {
				pix = append(pix, uint8(math.Round(255*(p[i]+1-p[3]))))
			}
		}
		pictures, starts = append(pictures, pix), append(starts, at)
		den := float64(f.den)
		if f.den == 0 {
			den = 100
		}
		if f.num == 0 {
			at += 0.1
		}
		at += float64(f.num) / den
		switch {
		case f.dispose == disposeBackground || f.dispose == disposePrevious && k == 0:
			for y := f.m.Rect.Min.Y; y < f.m.Rect.Max.Y; y++ {
				for x := f.m.Rect.Min.X; x < f.m.Rect.Max.X; x++ {
					canvas[y*30+x] = pixel{}
				}
			}
		case f.dispose == disposePrevious:
			canvas = before
		}
	}
	return pictures, starts
}

func TestPicturesAreThoseOfTheSpecification(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		frames := random(seed, 10)
		pictures, starts := shown(frames)
		read, times := decoded.All(t, Open, written(t, frames, seed%2 == 1))
		if len(read) != len(pictures) {
			t.Fatalf("seed %d: %d pictures, must be %d", seed, len(read), len(pictures))
		}
		for k, want := range pictures {
			at, pix := times[k], read[k]
			if !(math.Abs(at-starts[k]) < 1e-12) {
				t.Errorf("seed %d: picture %d starts at %g s, must start at %g s", seed, k, at, starts[k])
			}
			for i := range want {
				if d := int(pix[i]) - int(want[i]); max(d, -d) > 2 {
					t.Fatalf("seed %d: picture %d, value %d is %d, must be %d", seed, k, i, pix[i], want[i])
				}
			}
		}
	}
}

func TestBadAnimationsAreRefused(t *testing.T) {
	t.Parallel()
	good := written(t, random(1, 3), false)
	replaced := func(kind string, at int, with byte) []byte {
		data := bytes.Clone(good)
		from := bytes.LastIndex(data, []byte(kind)) - 4
		n := int(binary.BigEndian.Uint32(data[from:]))
		body := bytes.Clone(data[from+8 : from+8+n])
		body[at] = with
		return append(appendChunk(data[:from:from], kind, body), good[from+12+n:]...)
	}
	damaged := bytes.Clone(good)
	damaged[len(damaged)/2] ^= 1
	var still bytes.Buffer
	if err := png.Encode(&still, image.NewGray(image.Rect(0, 0, 30, 20))); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		data []byte
		want string
	}{
		{"a still", still.Bytes(), ErrStill.Error()},
		{"cut off", good[:len(good)-20], "unexpected EOF"},
		{"cut off before its end", good[:len(good)-12], "unexpected EOF"},
		{"a wrong sum", damaged, "is damaged: a checksum is wrong"},
		{"out of order", replaced("fcTL", 3, 9), "its parts are out of order"},
		{"pixels out of order", replaced("fdAT", 3, 99), "its parts are out of order"},
		{"wrong pixels", replaced("fdAT", 6, 99), "its pixels are damaged"},
		{"too wide", replaced("fcTL", 6, 1), ""},
		{"no part", append(good[:len(good)-12:len(good)-12], 0, 0, 0, 0, 1, 2, 3, 4), "what stands where it should be is no part of a PNG"},
		{"claims 2 GB", append(append([]byte{}, good[:33]...), "\x7f\xff\xff\xffPLTE"...), "has more than 65536 bytes in one part"},
	} {
		err := decoded.Error(t, Open, c.data)
		if err == nil || c.want != "" && err.Error() != c.want {
			t.Errorf("%s: error %v, must be %s", c.name, err, c.want)
		}
	}
}

// TestPartsAreNotLargerThanPictures, and ways to go on from a picture have the numbers of the specification.
func TestPartsAreNotLargerThanPictures(t *testing.T) {
	t.Parallel()
	good := written(t, random(3, 3), false)
	for kind, most := range map[string]uint32{"IDAT": 1 << 27, "fdAT": 1 << 27} {
		data := bytes.Clone(good)
		at := bytes.Index(data, []byte(kind))
		binary.BigEndian.PutUint32(data[at-4:], most+1)
		r, err := Open(io.NopCloser(bytes.NewReader(data)))
		for err == nil {
			_, err = r.Next(t.Context(), make([]uint8, 3*r.Size().X*r.Size().Y))
		}
		if want := fmt.Sprintf("has more than %d bytes in one part", most); err.Error() != want {
			t.Errorf("%s: %v, must be %s", kind, err, want)
		}
	}
	if disposeBackground != 1 || disposePrevious != 2 {
		t.Error("pictures are disposed of otherwise than by the specification")
	}
}

func FuzzNext(f *testing.F) {
	f.Add(written(f, random(1, 3), false))
	f.Add(written(f, random(2, 3), true))
	decoded.Fuzz(f, Open)
}
