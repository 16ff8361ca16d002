package files

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"orrery/datasets/film"
	"orrery/sim/golden"
)

// picture returns a picture of a plain ground with a square at a column.
func picture(width, height, at int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			v := uint8(60)
			if x >= at && x < at+12 && y >= 6 && y < 18 {
				v = 220
			}
			copy(m.Pix[m.PixOffset(x, y):], []uint8{v, v, v, 255})
		}
	}
	return m
}

func encoded(t *testing.T, name string, m image.Image) *fstest.MapFile {
	t.Helper()
	var b bytes.Buffer
	var err error
	if strings.HasSuffix(name, "png") {
		err = png.Encode(&b, m)
	} else {
		err = jpeg.Encode(&b, m, &jpeg.Options{Quality: 100})
	}
	if err != nil {
		t.Fatal(err)
	}
	return &fstest.MapFile{Data: b.Bytes()}
}

func TestFoldersAreReadInTheOrderOfTheirNumbers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		names string // in order
		times []float64
	}{
		{"f8.png f9.png f10.png f12.png", []float64{0, 1, 2, 4}},
		{"take2_008.jpg take2_009.jpg take2_010.JPEG take2_013.jpg", []float64{0, 1, 2, 5}},
		{"000.png 005.png 010.png 020.png", []float64{0, 1, 2, 4}},
		{"a.png b.png c.png", []float64{0, 1, 2}},
		{"a1b1.png a2b3.png a10b0.png", []float64{0, 1, 2}},
		{"20260101-1.png", []float64{0}},
		{"1.png 2.png 100.png", []float64{0, 1, 99}},
		{"1.png 2.png 10.png 20.png", []float64{0, 1, 9, 19}},
		{"t0.png t33.png t67.png t100.png t199.png", []float64{0, 1, 67. / 33, 100. / 33, 199. / 33}}, // ms of some clock
		// ms, µs and ns since 1970, at 20 and 60 pictures a second
		{"1699999999000.png 1699999999050.png 1699999999100.png 1699999999200.png", []float64{0, 1.5, 3, 6}},
		{"c_1699999999000000_l.png c_1699999999016667_l.png c_1699999999033333_l.png", []float64{0, 0.5, 1}},
		{"1403636579763555584.png 1403636579813555456.png 1403636579863555584.png", []float64{0, 1.49999616, 3}},
	} {
		files := fstest.MapFS{"film/notes.txt": {}, "film/.hidden.png": {}, "film/deep/1.png": {}}
		names := strings.Fields(c.names)
		for k, name := range slices.Backward(names) {
			files["film/"+name] = encoded(t, strings.ToLower(name), picture(64, 24, 4+6*k))
		}
		f, err := OpenIn(t.Context(), files, "film", film.Options{})
		if err != nil {
			t.Fatal(err)
		}
		k := 0
		for p, err := range f.Pictures(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			if !(math.Abs(30*p.Time-c.times[k]) < 2e-5) {
				t.Errorf("%s: picture %d at %g pictures, must be at %g", c.names, k, 30*p.Time, c.times[k])
			}
			want := picture(64, 24, 4+6*k)
			for i := range p.Pix {
				if got := p.Pix[i]; max(got, want.Pix[i/3*4+i%3])-min(got, want.Pix[i/3*4+i%3]) > 12 {
					t.Fatalf("%s: picture %d, value %d: %d, must be %d", c.names, k, i, got, want.Pix[i/3*4+i%3])
				}
			}
			k++
		}
		if k != len(names) {
			t.Errorf("%s: %d pictures", c.names, k)
		}
	}
}

func TestBadFoldersAreRefusedInASentence(t *testing.T) {
	t.Parallel()
	good := encoded(t, "png", picture(64, 24, 4))
	cut := &fstest.MapFile{Data: good.Data[:len(good.Data)/2]}
	for _, c := range []struct {
		files fstest.MapFS
		want  string
	}{
		{fstest.MapFS{"film/a.txt": {}}, "film: the folder has no pictures that end in .png, .jpg or .jpeg"},
		{fstest.MapFS{"film/1.png": good, "film/01.png": good}, "film: 01.png and 1.png have the same number"},
		{fstest.MapFS{"film/1.png": good, "film/99999999999999999999.png": good}, "film: 99999999999999999999.png: its number has too many digits"},
		{fstest.MapFS{"film/1.png": good, "film/2.png": encoded(t, "png", picture(64, 32, 4))}, "film: picture 1: 2.png: is 64 × 32 px, unlike the pictures before"},
		{fstest.MapFS{"film/1.png": good, "film/2.png": cut}, "film: picture 1: 2.png: is a damaged PNG, or cut off"},
		{fstest.MapFS{"film/1.png": {Data: []byte("<svg/>")}}, "film: 1.png: is neither a PNG nor a JPEG, whatever its name says"},
		{fstest.MapFS{"film/1.png": {}}, "film: 1.png: is empty"},
		{fstest.MapFS{}, "film: there is no such file or folder"},
	} {
		if _, err := OpenIn(t.Context(), c.files, "film", film.Options{}); err == nil || err.Error() != c.want {
			t.Errorf("error %v\nmust be %s", err, c.want)
		}
	}
}

func TestNamesAreSortedAsPeopleDo(t *testing.T) {
	t.Parallel()
	names := strings.Fields("a b1 b02 b2 b10 b10a b11")
	shuffled := slices.Clone(names)
	slices.Reverse(shuffled)
	slices.SortFunc(shuffled, natural)
	if !slices.Equal(shuffled, names) {
		t.Errorf("%v", shuffled)
	}
}

// TestNamesNeedNotBeUTF8, as those of old disks are not.
func TestNamesNeedNotBeUTF8(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "f\xfcr")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Skip("no such names here")
	}
	for k := range 3 {
		data := encoded(t, "png", picture(64, 24, 4+6*k)).Data
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("\xe4%d.png", k)), data, 0o600); err != nil {
			t.Skip("no such names here")
		}
	}
	f, err := Open(t.Context(), dir, film.Options{})
	if err != nil || f.Len() != 3 {
		t.Errorf("%v", err)
	}
	golden.Closed(t, dir)
}

// TestFastGIFsKeepTheirRate: 60 pictures a second, as delays of 0.02, 0.02 and 0.01 s.
func TestFastGIFsKeepTheirRate(t *testing.T) {
	t.Parallel()
	g := &gif.GIF{}
	for k := range 30 {
		m := image.NewPaletted(image.Rect(0, 0, 64, 24), color.Palette{color.Gray{60}, color.Gray{220}})
		for y := 6; y < 18; y++ {
			for x := range 12 {
				m.SetColorIndex(x+k, y, 1)
			}
		}
		g.Image, g.Delay = append(g.Image, m), append(g.Delay, (100*(k+1)+30)/60-(100*k+30)/60)
	}
	var file bytes.Buffer
	if err := gif.EncodeAll(&file, g); err != nil {
		t.Fatal(err)
	}
	f, err := OpenIn(t.Context(), fstest.MapFS{"film": {Data: file.Bytes()}}, "film", film.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if facts := f.Facts(); !(math.Abs(facts.Rate-60) < 1e-6) || facts.Gaps != 0 || !facts.Evened {
		t.Errorf("%+v", facts)
	}
}
