package filming

import (
	"bytes"
	"encoding/binary"
	"image"
	"slices"
	"strings"
	"testing"
)

// boxes walks through the boxes of an MP4 file and returns the content of each by its path, the last of those alike.
func boxes(t *testing.T, data []byte) map[string][]byte {
	t.Helper()
	skip := map[string]int{"stsd": 8, "dref": 8, "avc1": 78, "vp09": 78, "av01": 78} // bytes before the boxes within
	within := []string{"moov", "trak", "mdia", "minf", "dinf", "stbl"}
	out := map[string][]byte{}
	var walk func(path string, data []byte)
	walk = func(path string, data []byte) {
		for len(data) > 0 {
			if len(data) < 8 {
				t.Fatalf("%s: %d bytes are no box", path, len(data))
			}
			size, name := int(binary.BigEndian.Uint32(data)), string(data[4:8])
			if size < 8 || size > len(data) {
				t.Fatalf("%s/%s: %d bytes of %d", path, name, size, len(data))
			}
			content := data[8:size]
			out[path+"/"+name] = content
			if n, ok := skip[name]; ok {
				walk(path+"/"+name, content[n:])
			} else if slices.Contains(within, name) {
				walk(path+"/"+name, content)
			}
			data = data[size:]
		}
	}
	walk("", data)
	return out
}

// TestWhatAnMP4SaysIsSo: pictures lie where the table says, as long as it says, those that can be shown alone are told, and so are size,
// number and rate.
func TestWhatAnMP4SaysIsSo(t *testing.T) {
	t.Parallel()
	v := video{codec: "avc1.640033", config: []byte{1, 2, 3}, size: image.Pt(640, 480), rate: 20}
	for k := range 5 {
		v.chunks = append(v.chunks, chunk{bytes.Repeat([]byte{byte('a' + k)}, 10+k), k%3 == 0})
	}
	data, err := v.mux()
	if err != nil {
		t.Fatal(err)
	}
	all := boxes(t, data)
	number := func(path string, at int) int {
		content := all[path]
		if len(content) < at+4 {
			t.Fatalf("%s has %d bytes", path, len(content))
		}
		return int(binary.BigEndian.Uint32(content[at:]))
	}
	const table = "/moov/trak/mdia/minf/stbl"
	if n := number(table+"/stsz", 8); n != 5 {
		t.Fatalf("%d pictures", n)
	}
	at := number(table+"/stco", 8)
	for k, c := range v.chunks {
		size := number(table+"/stsz", 12+4*k)
		if got := data[at : at+size]; !bytes.Equal(got, c.data) {
			t.Errorf("picture %d is %q", k, got)
		}
		at += size
	}
	if at != len(data) {
		t.Errorf("%d bytes, and pictures end after %d", len(data), at)
	}
	for _, c := range []struct {
		path     string
		at, want int
	}{
		{table + "/stss", 4, 2}, {table + "/stss", 8, 1}, {table + "/stss", 12, 4}, // those with the numbers 1 and 4
		{table + "/stts", 8, 5}, {table + "/stts", 12, 1}, {table + "/stsc", 12, 5},
		{"/moov/mvhd", 12, 20}, {"/moov/mvhd", 16, 5}, {"/moov/trak/mdia/mdhd", 12, 20}, {"/moov/trak/mdia/mdhd", 16, 5},
		{"/moov/trak/tkhd", 76, 640 << 16}, {"/moov/trak/tkhd", 80, 480 << 16}, {table + "/stsd/avc1", 24, 640<<16 | 480},
	} {
		if got := number(c.path, c.at); got != c.want {
			t.Errorf("%s says %d at %d, want %d", c.path, got, c.at, c.want)
		}
	}
	if got := all[table+"/stsd/avc1/avcC"]; !bytes.Equal(got, v.config) {
		t.Errorf("the decoder is told %v", got)
	}
}

// TestDecodersAreToldHowPicturesArePacked, as far as the name of the codec tells it.
func TestDecodersAreToldHowPicturesArePacked(t *testing.T) {
	t.Parallel()
	for codec, want := range map[string]struct {
		box     string
		content []byte
	}{
		"vp09.00.51.08":   {"vp09/vpcC", []byte{1, 0, 0, 0, 0, 51, 0x82, 2, 2, 2, 0, 0}},
		"av01.0.13M.08":   {"av01/av1C", []byte{0x81, 13, 0x0c, 0}},
		"avc1.640033":     {},
		"vp8":             {},
		"vp09.high":       {},
		"av01.0.13M":      {},
		"":                {},
		"hvc1.1.6.L93.90": {},
	} {
		v := video{codec: codec, size: image.Pt(2, 2), rate: 20, chunks: []chunk{{[]byte{1}, true}}}
		data, err := v.mux()
		if want.box == "" {
			if err == nil || !strings.HasPrefix(err.Error(), "mp4: ") {
				t.Errorf("%s: %v", codec, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", codec, err)
			continue
		}
		if got := boxes(t, data)["/moov/trak/mdia/minf/stbl/stsd/"+want.box]; !bytes.Equal(got, want.content) {
			t.Errorf("%s: decoders are told %v, want %v", codec, got, want.content)
		}
	}
	for _, chunks := range [][]chunk{nil, {{[]byte{1}, false}}} {
		if _, err := (&video{codec: "vp09.00.51.08", chunks: chunks}).mux(); err == nil {
			t.Errorf("%d pictures without one to begin with are a film", len(chunks))
		}
	}
}
