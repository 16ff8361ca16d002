package y4m

import (
	"bytes"
	"io"
	"testing"

	"orrery/datasets/film/stills"
)

// TestFractionsOfTheHead: rates from a picture in 1000 s to a million a second, shapes of pixels, and 0:0 for unknown ones.
func TestFractionsOfTheHead(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]float64{
		"30:1": 30, "30000:1001": 30000. / 1001, "1000000:1": 1e6, "1000001:1": 0, "1:1000": 1e-3, "1:1001": 0, "0:1": 0, "1:0": 0, "0:0": 0, "x:1": 0, "1:x": 0, "1": 0, "": 0, "-1:1": 0,
		"4294967295:4294967295": 1, "4294967296:4294967296": 0,
	} {
		r := &Reader{}
		if err := r.readRate(text); (err == nil) != (want > 0) || err == nil && !(1/r.period-want <= 1e-9*want && want-1/r.period <= 1e-9*want) {
			t.Errorf("F%s: %v s, %v, want %v a second", text, r.period, err, want)
		}
	}
	for text, want := range map[string]float64{"1:1": 1, "10:11": 10. / 11, "0:0": 1, "0:1": 0, "1:0": 0, "x:1": 0, "1:x": 0, "0:x": 0, "x:0": 0, "": 0, "3": 0, "2147483647:1": 2147483647, "2147483648:1": 0} {
		if got, err := readAspect(text); (err == nil) != (want > 0) || got != want {
			t.Errorf("A%s: %v, %v, want %v", text, got, err, want)
		}
	}
	for text, want := range map[string]int{"1": 1, "1048576": 1 << 20, "1048577": 0, "0": 0, "-3": 0, "": 0, "8.5": 0} {
		if got, err := side(text); (err == nil) != (want > 0) || got != want {
			t.Errorf("W%s: %d, %v, want %d", text, got, err, want)
		}
	}
}

// TestColoursOfTheHead: of 8 bits without a number, and of 9 to 16.
func TestColoursOfTheHead(t *testing.T) {
	t.Parallel()
	type layout struct{ wide, high, left, grey bool }
	half, mid, full, grey := layout{true, true, false, false}, layout{true, false, true, false}, layout{}, layout{grey: true}
	for text, want := range map[string]struct {
		layout
		bytes int
	}{
		"420": {half, 1}, "420jpeg": {half, 1}, "420mpeg2": {layout{true, true, true, false}, 1}, "420paldv": {layout{true, true, true, false}, 1}, "422": {mid, 1}, "444": {full, 1}, "mono": {grey, 1},
		"444p9": {full, 2}, "444p16": {full, 2}, "422p10": {mid, 2}, "mono12": {grey, 2}, "444p8": {bytes: 0}, "444p17": {bytes: 0}, "444px": {bytes: 0}, "411": {bytes: 0}, "": {bytes: 0},
	} {
		r := &Reader{bytes: 1, planes: stills.Planes{Blue: []uint8{}}}
		err := r.readColour(text)
		if (err == nil) != (want.bytes > 0) {
			t.Errorf("C%s: %v", text, err)
			continue
		}
		if p := &r.planes; err == nil && ((layout{p.HalfWidth, p.HalfHeight, p.AtLeft, p.Blue == nil}) != want.layout || r.bytes != want.bytes) {
			t.Errorf("C%s: %+v of %d bytes, want %+v", text, p, r.bytes, want)
		}
	}
}

// TestOnlyStreamsThatSayHowTheyGoAreRead: pictures line by line, and streams of another kind, are not.
func TestOnlyStreamsThatSayHowTheyGoAreRead(t *testing.T) {
	t.Parallel()
	for head, interlaced := range map[string]bool{"": false, " Ip": false, " I?": false, " It": true, " Ib": true, " Im": true} {
		r, err := Open(io.NopCloser(bytes.NewReader([]byte("YUV4MPEG2 W18 H10 F30:1" + head + "\n"))))
		if err != nil || r.interlaced != interlaced {
			t.Errorf("%q: %v", head, err)
		}
	}
	if _, err := Open(io.NopCloser(bytes.NewReader([]byte("YUV4MPEG W18 H10 F30:1\n")))); err == nil || err.Error() != "is no Y4M" {
		t.Errorf("got %v", err)
	}
	s := square(3, 1, 3)
	s.raw = []uint8{0, 1, 2, 7, 8, 9, 253, 254, 255}
	pix := make([]uint8, 9)
	if s.write(pix); !bytes.Equal(pix, s.raw) {
		t.Errorf("what is square becomes %v", pix)
	}
	s = square(2, 1, 1)
	s.raw = []uint8{10, 0, 0, 11, 255, 1}
	if s.write(pix[:3]); !bytes.Equal(pix[:3], []uint8{11, 128, 1}) { // halves are rounded up
		t.Errorf("the mean of two is %v", pix[:3])
	}
}
