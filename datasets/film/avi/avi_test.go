package avi

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"math"
	"testing"

	"orrery/datasets/film/decoded"
)

// photo returns the JPEG of a grey picture, with its tables or without.
func photo(t testing.TB, level uint8, tables bool) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 24, 16))
	for y := range 16 {
		for x := range 24 {
			m.SetRGBA(x, y, color.RGBA{level, level, uint8(8 * x), 255})
		}
	}
	var file bytes.Buffer
	if err := jpeg.Encode(&file, m, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	data := file.Bytes()
	if tables {
		return data
	}
	out := append([]byte{}, data[:2]...)
	for data = data[2:]; data[1] != 0xDA; {
		n := 2 + int(binary.BigEndian.Uint16(data[2:]))
		if data[1] != 0xC4 {
			out = append(out, data[:n]...)
		}
		data = data[n:]
	}
	return append(out, data...)
}

func chunk(kind string, body ...byte) []byte {
	out := binary.LittleEndian.AppendUint32([]byte(kind), uint32(len(body)))
	out = append(out, body...)
	return append(out, make([]byte, len(body)%2)...)
}

func list(of string, parts ...[]byte) []byte {
	return chunk("LIST", append([]byte(of), bytes.Join(parts, nil)...)...)
}

// header returns the header of a stream of so many pictures in so many seconds.
func header(kind, packed string, scale, rate uint32) []byte {
	strh := append([]byte(kind), make([]byte, 52)...)
	binary.LittleEndian.PutUint32(strh[20:], scale)
	binary.LittleEndian.PutUint32(strh[24:], rate)
	strf := make([]byte, 40)
	binary.LittleEndian.PutUint32(strf[4:], 24)
	binary.LittleEndian.PutUint32(strf[8:], 16)
	copy(strf[16:], packed)
	return list("strl", chunk("strh", strh...), chunk("strf", strf...))
}

func riff(of string, parts ...[]byte) []byte {
	return chunk("RIFF", append([]byte(of), bytes.Join(parts, nil)...)...)
}

// film returns an AVI with sound, a lost picture, a second part and an index.
func whole(t testing.TB, packed string) []byte {
	return append(
		riff("AVI ", list("hdrl", chunk("avih", make([]byte, 56)...), header("auds", "", 1, 44100), header("vids", packed, 1001, 30000)),
			chunk("JUNK", 1, 2, 3), list("INFO", chunk("ISFT", 'x')),
			list("movi", chunk("00wb", 1, 2, 3), chunk("01dc", photo(t, 50, true)...), list("rec ", chunk("01dc", photo(t, 100, false)...)), chunk("01dc")),
			chunk("idx1", make([]byte, 32)...)),
		riff("AVIX", list("movi", chunk("01db", photo(t, 150, true)...), chunk("ix01", 0, 0)))...)
}

func TestPicturesOfAnAVIAreRead(t *testing.T) {
	t.Parallel()
	for _, packed := range []string{"MJPG", "mjpg"} {
		if r := decoded.Open(t, Open, whole(t, packed)); r.Size() != image.Pt(24, 16) {
			t.Fatalf("size %v", r.Size())
		}
		pictures, starts := decoded.All(t, Open, whole(t, packed))
		if len(pictures) != 3 {
			t.Fatalf("%d pictures, must be 3", len(pictures))
		}
		for k, want := range []struct {
			level int
			step  float64
		}{{50, 0}, {100, 1}, {150, 3}} {
			at, pix := starts[k], pictures[k]
			if !(math.Abs(at-want.step*1001/30000) < 1e-12) {
				t.Errorf("picture of level %d at %g s, must be at %g s", want.level, at, want.step*1001/30000)
			}
			for x := range 24 {
				if d := int(pix[3*(8*24+x)]) - want.level; max(d, -d) > 6 {
					t.Errorf("column %d is %d, must be %d", x, pix[3*(8*24+x)], want.level)
				}
			}
		}
	}
}

// TestWhatWasNeverWrittenIsPassedOver, up to half a megabyte of it; behind more the film ends.
func TestWhatWasNeverWrittenIsPassedOver(t *testing.T) {
	t.Parallel()
	for zeros, want := range map[int]int{1 << 16: 2, 1<<16 + 1: 1} {
		one := chunk("00dc", photo(t, 100, true)...)
		data := riff("AVI ", list("hdrl", header("vids", "MJPG", 1, 30)), list("movi", one, make([]byte, 8*zeros), one))
		r, err := Open(io.NopCloser(bytes.NewReader(data)))
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for ; err == nil; n++ {
			_, err = r.Next(t.Context(), make([]uint8, 3*r.Size().X*r.Size().Y))
		}
		if n-1 != want || err != io.EOF {
			t.Errorf("beside %d zeros %d pictures, %v", 8*zeros, n-1, err)
		}
	}
}

func TestOtherAVIsAreToldApart(t *testing.T) {
	t.Parallel()
	if _, err := Open(io.NopCloser(bytes.NewReader(whole(t, "XVID")))); !errors.Is(err, ErrPacked) {
		t.Errorf("XVID: %v", err)
	}
	good := whole(t, "MJPG")
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"no pictures":  {riff("AVI ", list("hdrl", header("vids", "MJPG", 1, 30)), list("movi")), "has no pictures"},
		"no rate":      {riff("AVI ", list("hdrl", header("vids", "MJPG", 0, 30))), "has 30/0 pictures per second: must be 0.001 to 1,000,000"},
		"cut off":      {good[:400], "unexpected EOF"},
		"huge picture": {append(riff("AVI ", list("hdrl", header("vids", "MJPG", 1, 30))), "00dc\xff\xff\xff\xff"...), "has a part of 4294967295 bytes: must have at most 67108864"},
		"huge chunk":   {append(riff("AVI ", list("hdrl", header("vids", "MJPG", 1, 30))), "00wb\xff\xff\xff\xff"...), "unexpected EOF"},
		"rubbish":      {append(riff("AVI ", list("hdrl", header("vids", "MJPG", 1, 30))), "\x01\x02\x03\x04\x05\x06\x07\x08"...), "what stands where it should be is no part of an AVI"},
		"no JPEG":      {riff("AVI ", list("hdrl", header("vids", "MJPG", 1, 30)), list("movi", chunk("00dc", 1, 2, 3, 4))), "its first picture is neither a PNG nor a JPEG, whatever its name says"},
	} {
		if _, err := Open(io.NopCloser(bytes.NewReader(c.data))); err == nil || err.Error() != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzNext(f *testing.F) {
	f.Add(whole(f, "MJPG"))
	decoded.Fuzz(f, Open)
}

func TestPicturesArePassedOver(t *testing.T) {
	t.Parallel()
	for step, level := range map[int]int{0: 50, 1: 100, 3: 150} {
		r := decoded.Open(t, Open, whole(t, "MJPG"))
		want := float64(step) * 1001 / 30000
		if err := r.SkipTo(want); err != nil {
			t.Fatal(err)
		}
		pix := make([]uint8, 3*24*16)
		at, found, err := -1., false, error(nil)
		for n := range 3 { // it may stop early, but not late
			if at, err = r.Next(t.Context(), pix); err != nil || at > want+1e-9 {
				break
			}
			if found = at > want-1e-9; found {
				if d := int(pix[3*(8*24+12)]) - level; max(d, -d) > 6 || n > 1 {
					t.Errorf("at %g s: level %d after %d pictures", at, pix[3*(8*24+12)], n)
				}
				break
			}
		}
		if !found {
			t.Errorf("the picture at %g s was passed over, up to %g s", want, at)
		}
	}
}
