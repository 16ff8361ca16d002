package avi

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
)

// shown returns the times of all pictures of a film in thirtieths of a second, and what it ends with.
func shown(t *testing.T, data []byte) (times []int, err error) {
	t.Helper()
	r, err := Open(io.NopCloser(bytes.NewReader(data)))
	if err != nil {
		return nil, err
	}
	pix := make([]uint8, 3*24*16)
	for {
		at, err := r.Next(t.Context(), pix)
		if err == io.EOF {
			return times, nil
		}
		if err != nil {
			return times, err
		}
		times = append(times, int(at*30+0.5))
	}
}

// of returns an AVI of 30 pictures a second that has these parts.
func of(parts ...[]byte) []byte {
	return riff("AVI ", list("hdrl", header("vids", "MJPG", 1, 30)), list("movi", parts...))
}

// TestFilmsEndWhereTheirBytesDo: zeros behind the last chunk are padding, an index may be cut off, and anything else is a damage.
func TestFilmsEndWhereTheirBytesDo(t *testing.T) {
	t.Parallel()
	one := chunk("00dc", photo(t, 100, true)...)
	for name, c := range map[string]struct {
		tail []byte
		want string
	}{
		"nothing": {nil, ""}, "zeros": {make([]byte, 5), ""}, "a few letters": {[]byte("00d"), "cut off"}, "a cut index": {[]byte("idx1\x40\x00\x00\x00abc"), ""}, "cut junk": {[]byte("JUNK\x40\x00\x00\x00abc"), ""},
		"a cut chunk": {[]byte("00wb\x40\x00\x00\x00abc"), "cut off"}, "a cut picture": {one[:40], "cut off"}, "a zero chunk with a size": {[]byte("\x00\x00\x00\x00\x04\x00\x00\x00abcd"), "no part of an AVI"},
		"no letters": {[]byte("ab\x7fd\x00\x00\x00\x00"), "no part of an AVI"}, "letters": {[]byte("zz~ \x00\x00\x00\x00"), ""}, "an unknown list": {list("odml", chunk("dmlh", 1, 2, 3, 4)), ""},
		"an odd chunk": {slices.Concat(chunk("00wb", 1, 2, 3), one), ""},
	} {
		times, err := shown(t, append(of(one), c.tail...))
		if n := 1 + strings.Count(name, "an odd chunk"); len(times) != n {
			t.Errorf("%s: pictures at %v, %v", name, times, err)
		}
		if (err == nil) != (c.want == "") || c.want == "cut off" && !errors.Is(err, io.ErrUnexpectedEOF) || c.want != "" && c.want != "cut off" && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

// TestPicturesAreThoseOfTheFirstStreamOfPictures: other streams, and what is lost, take their numbers and no pictures.
func TestPicturesAreThoseOfTheFirstStreamOfPictures(t *testing.T) {
	t.Parallel()
	a := photo(t, 100, true)
	streams := list("hdrl", header("auds", "", 1, 8000), header("vids", "MJPG", 1, 30), header("vids", "XVID", 1, 60))
	data := riff("AVI ", streams, list("movi", chunk("00dc", a...), chunk("01dc", a...), chunk("02dc", a...), chunk("01dc"), chunk("01db", a...), chunk("01wb", 1)))
	if times, err := shown(t, data); err != nil || !slices.Equal(times, []int{0, 2}) {
		t.Errorf("pictures at %v, %v", times, err)
	}
	if _, err := shown(t, riff("AVIX", list("hdrl", header("vids", "MJPG", 1, 30)), list("movi", chunk("00dc", a...)))); err == nil || err.Error() != "is no AVI" {
		t.Errorf("a second part: %v", err)
	}
	if _, err := shown(t, append([]byte("RIFX"), of(chunk("00dc", a...))[4:]...)); err == nil || err.Error() != "is no AVI" {
		t.Errorf("RIFX: %v", err)
	}
	if _, err := shown(t, riff("AVI ", list("movi", chunk("00dc", a...)))); err == nil || err.Error() != "has no pictures" {
		t.Errorf("without a stream: %v", err)
	}
}

// TestRatesAndFormatsHaveBounds: from a picture in 1000 s to a million a second, and a format that is said in 40 bytes.
func TestRatesAndFormatsHaveBounds(t *testing.T) {
	t.Parallel()
	a := chunk("00dc", photo(t, 100, true)...)
	for rate, good := range map[[2]uint32]bool{{1, 1_000_000}: true, {1, 1_000_001}: false, {1000, 1}: true, {1001, 1}: false, {0, 1}: false, {1, 0}: false} {
		_, err := Open(io.NopCloser(bytes.NewReader(riff("AVI ", list("hdrl", header("vids", "MJPG", rate[0], rate[1])), list("movi", a)))))
		if (err == nil) != good || err != nil && !strings.Contains(err.Error(), "must be 0.001 to 1,000,000") {
			t.Errorf("%v: %v", rate, err)
		}
	}
	whole := header("vids", "MJPG", 1, 30)
	short := list("strl", whole[12:12+8+56], chunk("strf", make([]byte, 39)...))
	if _, err := Open(io.NopCloser(bytes.NewReader(riff("AVI ", list("hdrl", short), list("movi", a))))); err == nil || err.Error() != "does not say how its pictures are packed" {
		t.Errorf("39 bytes: %v", err)
	}
	little := list("strl", chunk("strh", append([]byte("vids"), make([]byte, 23)...)...), chunk("strf", make([]byte, 40)...))
	if _, err := Open(io.NopCloser(bytes.NewReader(riff("AVI ", list("hdrl", little), list("movi", a))))); err == nil || err.Error() != "has no pictures" {
		t.Errorf("27 bytes of a stream: %v", err)
	}
	huge := bytes.Clone(whole)
	at := bytes.Index(huge, []byte("strf")) + 8
	huge[at+6] = 1 // 65,560 px wide
	if _, err := Open(io.NopCloser(bytes.NewReader(riff("AVI ", list("hdrl", huge), list("movi", a))))); err == nil || !strings.Contains(err.Error(), "px wide") {
		t.Errorf("a wide picture: %v", err)
	}
}

// TestTablesAreAddedWhereTheyAreMissing: before the picture, if nothing has them.
func TestTablesAreAddedWhereTheyAreMissing(t *testing.T) {
	t.Parallel()
	if at, lacks := lacksTables(photo(t, 9, true)); lacks || at != 0 {
		t.Errorf("one that has its tables: %d, %v", at, lacks)
	}
	without := photo(t, 9, false)
	at, lacks := lacksTables(without)
	if !lacks || without[at] != 0xFF || without[at+1] != 0xDA {
		t.Errorf("one that has none: %d, %v", at, lacks)
	}
	for n := range at + 4 {
		if at, lacks := lacksTables(without[:n:n]); lacks {
			t.Errorf("%d bytes: %d", n, at)
		}
	}
	if tables := usualTables(); !bytes.HasPrefix(tables, []byte{0xFF, 0xC4}) {
		t.Errorf("tables begin with % x", tables[:2])
	}
}
