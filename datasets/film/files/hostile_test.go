package files

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"testing/iotest"
	"time"

	"orrery/datasets/film"
	"orrery/sim/render/animation"
)

// sized returns the head of a film that claims a size, in each format that tells one.
func sized(width, height uint32) map[string][]byte {
	short := func(v uint32) []byte { return binary.LittleEndian.AppendUint16(nil, uint16(min(v, 65535))) }
	long := func(v uint32) []byte { return binary.BigEndian.AppendUint32(nil, v) }
	header := bytes.Join([][]byte{[]byte("IHDR"), long(width), long(height), {8, 2, 0, 0, 0}}, nil)
	png := bytes.Join([][]byte{[]byte("\x89PNG\r\n\x1a\n"), long(13), header, long(crc32.ChecksumIEEE(header))}, nil)
	format := make([]byte, 40)
	binary.LittleEndian.PutUint32(format[4:], width)
	binary.LittleEndian.PutUint32(format[8:], height)
	copy(format[16:], "MJPG")
	stream := make([]byte, 56)
	copy(stream, "vids")
	stream[20], stream[24] = 1, 30
	avi := bytes.Join([][]byte{[]byte("RIFF\x00\x00\x00\x00AVI LIST\x00\x00\x00\x00hdrlLIST\x00\x00\x00\x00strlstrh\x38\x00\x00\x00"), stream, []byte("strf\x28\x00\x00\x00"), format}, nil)
	return map[string][]byte{
		"film.gif": bytes.Join([][]byte{[]byte("GIF89a"), short(width), short(height), {0, 0, 0, 0x3B}}, nil),
		"film.png": png,
		"film.avi": avi,
		"film.y4m": []byte("YUV4MPEG2 W" + itoa(width) + " H" + itoa(height) + " F30:1\n"),
		"still":    png,
	}
}

func itoa(v uint32) string {
	var out []byte
	for ; v > 0 || out == nil; v /= 10 {
		out = append([]byte{byte('0' + v%10)}, out...)
	}
	return string(out)
}

// opened opens a film whose file, or one picture of a folder, has the data.
func opened(ctx context.Context, name string, data []byte) error {
	files := fstest.MapFS{name: {Data: data}}
	if name == "still" {
		files = fstest.MapFS{"still/1.png": {Data: data}}
	}
	_, err := OpenIn(ctx, files, name, film.Options{})
	return err
}

func TestHugeAndTinyPicturesAreRefusedBeforeTheyTakeMemory(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]uint32{{100_000, 1}, {1, 100_000}, {60_000, 60_000}, {4, 4}, {0, 0}, {16_000, 16_000}} {
		for name, data := range sized(size[0], size[1]) {
			err := opened(t.Context(), name, data)
			if err == nil || !strings.HasPrefix(err.Error(), name+": ") {
				t.Errorf("%s of %v px: error %v", name, size, err)
				continue
			}
			if !strings.Contains(err.Error(), "px") && !strings.Contains(err.Error(), "damaged PNG") && !strings.Contains(err.Error(), "must be a number") {
				t.Errorf("%s of %v px: %v", name, size, err)
			}
		}
	}
}

// films returns a small film of each format that is written or made here.
func films(t testing.TB) map[string][]byte {
	t.Helper()
	var pictures []*image.RGBA
	for k := range 6 {
		pictures = append(pictures, picture(48, 24, 4+3*k))
	}
	out := map[string][]byte{}
	a := animation.Animation{Pictures: func(yield func(*image.RGBA) bool) {
		for _, m := range pictures {
			if !yield(m) {
				return
			}
		}
	}, Size: image.Pt(48, 24), Count: len(pictures), Rate: 25}
	var gif, apng bytes.Buffer
	if err := animation.EncodeGIF(&gif, a, animation.NewPalette(nil, pictures)); err != nil {
		t.Fatal(err)
	}
	if err := animation.EncodeAPNG(&apng, a); err != nil {
		t.Fatal(err)
	}
	out["film.gif"], out["film.png"] = gif.Bytes(), apng.Bytes()
	y4m := []byte("YUV4MPEG2 W48 H24 F25:1 C444 XCOLORRANGE=FULL\n")
	for _, m := range pictures {
		y4m = append(y4m, "FRAME\n"...)
		for i := 0; i < len(m.Pix); i += 4 {
			y4m = append(y4m, m.Pix[i])
		}
		y4m = append(y4m, bytes.Repeat([]byte{128}, 2*48*24)...)
	}
	out["film.y4m"] = y4m
	return out
}

func TestFilmsThatAreWrittenHereAreReadBackEqual(t *testing.T) {
	t.Parallel()
	for name, data := range films(t) {
		f, err := OpenIn(t.Context(), fstest.MapFS{name: {Data: data}}, name, film.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if f.Len() != 6 || !(f.Facts().Rate > 24.99 && f.Facts().Rate < 25.01) {
			t.Errorf("%s: %d pictures, %g per second", name, f.Len(), f.Facts().Rate)
		}
		for p, err := range f.Pictures(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			want := picture(48, 24, 4+3*p.Number)
			for i, v := range p.Pix {
				if v != want.Pix[i/3*4+i%3] {
					t.Fatalf("%s: picture %d, value %d is %d, must be %d", name, p.Number, i, v, want.Pix[i/3*4+i%3])
				}
			}
		}
	}
}

func TestFilmsThatAreCutOffOrDamagedEndInASentence(t *testing.T) {
	t.Parallel()
	chance := rand.New(rand.NewPCG(7, 7))
	for name, data := range films(t) {
		for _, share := range []float64{0.1, 0.3, 0.6, 0.95} {
			err := opened(t.Context(), name, data[:int(share*float64(len(data)))])
			if err == nil || !strings.HasPrefix(err.Error(), name+": ") || strings.Contains(err.Error(), "EOF") || strings.Contains(err.Error(), "\n") {
				t.Errorf("%s, %g of it: error %v", name, share, err)
			}
		}
		for range 50 {
			rubbish := bytes.Clone(data)
			for range 1 + chance.IntN(20) {
				rubbish[12+chance.IntN(len(rubbish)-12)] = byte(chance.Uint32())
			}
			if err := opened(t.Context(), name, rubbish); err != nil && (strings.Contains(err.Error(), "EOF") || strings.Contains(err.Error(), "invalid format")) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

func TestWhatIsNoFilmIsNotOpened(t *testing.T) {
	t.Parallel()
	random := make([]byte, 1000)
	for i := range random {
		random[i] = byte(i*i*31 + 7)
	}
	for name, c := range map[string]struct{ data, want string }{
		"list.m3u8":  {"#EXTM3U\nfile:///etc/passwd\n", "is no film that is read"},
		"list.mp4":   {"ffconcat version 1.0\nfile /etc/passwd\n", "is no film that is read"},
		"x.svg":      {`<svg xmlns="http://www.w3.org/2000/svg"/>`, "is no film that is read"},
		"x.bin":      {string(random), "is no film that is read"},
		"x.gif":      {"", "the file is empty"},
		"x.mp4":      {"\x00\x00\x00\x20ftypisom", "is a video, which only the program ffmpeg decodes"},
		"still.png":  {string(encoded(t, "png", picture(24, 24, 4)).Data), "is one picture that does not move"},
		"still.jpg":  {string(encoded(t, "jpg", picture(24, 24, 4)).Data), "is one picture that does not move"},
		"empty.gif":  {"GIF89a\x18\x00\x18\x00\x00\x00\x00;", "has no pictures"},
		"sound.avi":  {"RIFF\x04\x00\x00\x00AVI ", "has no pictures"},
		"header.gif": {"GIF89a", "the file ends in the middle of it"},
	} {
		err := opened(t.Context(), name, []byte(c.data))
		if err == nil || !strings.HasPrefix(err.Error(), name+": "+c.want) {
			t.Errorf("%s: error %v, must begin with %s", name, err, c.want)
		}
	}
}

// TestWithoutFFmpegASentenceSaysWhatIsRead changes the path of programs, so it runs alone.
func TestWithoutFFmpegASentenceSaysWhatIsRead(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	path := filepath.Join(t.TempDir(), "film.mp4")
	if err := os.WriteFile(path, []byte("\x00\x00\x00\x20ftypisom"), 0o600); err != nil {
		t.Fatal(err)
	}
	want := path + ": needs the program ffmpeg, which is not on the path; without it GIF, APNG, MJPEG in AVI, Y4M and folders of PNG or JPEG pictures are read"
	if _, err := Open(t.Context(), path, film.Options{}); err == nil || err.Error() != want {
		t.Errorf("error %v\nmust be %s", err, want)
	}
	gif := filepath.Join(t.TempDir(), "film.gif")
	if err := os.WriteFile(gif, films(t)["film.gif"], 0o600); err != nil {
		t.Fatal(err)
	}
	if f, err := Open(t.Context(), gif, film.Options{}); err != nil || f.Len() != 6 {
		t.Errorf("a GIF without ffmpeg: %v", err)
	}
}

func TestOpeningStopsWhenItIsCancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, data := range films(t) {
		if err := opened(ctx, name, data); err != context.Canceled {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func TestStillsAndMasksAreRead(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, name := range []string{"a.png", "a.gif"} {
		data := films(t)[strings.Replace(name, "a.", "film.", 1)]
		if name == "a.png" {
			data = encoded(t, name, picture(48, 24, 4)).Data
		}
		path := write(name, data)
		p, err := Still(path, image.Rect(10, 5, 30, 20))
		if err != nil || p.Width != 20 || p.Height != 15 {
			t.Fatalf("%s: %+v, %v", name, p, err)
		}
		m, err := Mask(path)
		if err != nil || m.Rect != image.Rect(0, 0, 48, 24) {
			t.Fatalf("%s: %v", name, err)
		}
		want := picture(48, 24, 4)
		for y := range 15 {
			for x := range 20 {
				if got := p.Pix[3*(y*20+x)]; got != want.RGBAAt(x+10, y+5).R {
					t.Errorf("%s, column %d, row %d: %d", name, x, y, got)
				}
				if d := int(m.GrayAt(x+10, y+5).Y) - int(want.RGBAAt(x+10, y+5).R); max(d, -d) > 1 {
					t.Errorf("%s, column %d, row %d of the mask: %d", name, x, y, d)
				}
			}
		}
		if _, err := Still(path, image.Rect(0, 0, 49, 24)); err == nil || !strings.HasPrefix(err.Error(), path+": is 48 × 24 px") {
			t.Errorf("%s: a region outside: %v", name, err)
		}
	}
	for _, path := range []string{dir, filepath.Join(dir, "none.png"), write("bad.png", []byte("x")), write("cut.gif", []byte("GIF89a"))} {
		if _, err := Mask(path); err == nil || !strings.HasPrefix(err.Error(), path+": ") || strings.Contains(err.Error(), "EOF") {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestFilmsHaveAnIdentity(t *testing.T) {
	t.Parallel()
	identity := func(files fstest.MapFS) string {
		f, err := OpenIn(t.Context(), files, "film", film.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return f.Facts().SHA256
	}
	one, two := encoded(t, "png", picture(48, 24, 4)), encoded(t, "png", picture(48, 24, 9))
	seen := map[string]bool{}
	for _, files := range []fstest.MapFS{
		{"film/1.png": one, "film/2.png": two},
		{"film/1.png": two, "film/2.png": one},
		{"film/1.png": one, "film/3.png": two},
		{"film/1.png": one},
		{"film": {Data: films(t)["film.gif"]}},
		{"film": {Data: films(t)["film.png"]}},
	} {
		id := identity(files)
		if len(id) != 64 || seen[id] {
			t.Errorf("identity %q twice", id)
		}
		seen[id] = true
		for name, file := range files {
			files[name] = &fstest.MapFile{Data: file.Data, ModTime: time.Now()}
		}
		if again := identity(files); again != id {
			t.Errorf("identity %s, then %s", id, again)
		}
	}
}

func TestMemoryDoesNotGrowWithTheFilm(t *testing.T) {
	for name, data := range films(t) {
		f, err := OpenIn(t.Context(), fstest.MapFS{name: {Data: data}}, name, film.Options{})
		if err != nil {
			t.Fatal(err)
		}
		pass := func(most int) float64 {
			return testing.AllocsPerRun(5, func() {
				n := 0
				for range f.Pictures(t.Context()) {
					if n++; n == most {
						break
					}
				}
			})
		}
		more := pass(6) - pass(2)
		// PNG's decoder makes a picture of its own each time; the others make little but their heads.
		if most := map[string]float64{"film.png": 4 * 60}[name]; !(more <= most+12) {
			t.Errorf("%s: four pictures more take %g allocations", name, more)
		}
	}
}

// TestAStillThatCannotBeReadToItsEndIsNotTaken, though its beginning may look like a picture.
func TestAStillThatCannotBeReadToItsEndIsNotTaken(t *testing.T) {
	t.Parallel()
	broken := errors.New("the disk is broken")
	if _, err := readStill(io.MultiReader(strings.NewReader("beginning"), iotest.ErrReader(broken))); err == nil || !strings.Contains(err.Error(), broken.Error()) {
		t.Errorf("error %v", err)
	}
}

// TestWhatFollowsAFilmInItsFileIsTold while it is summed up, and may be much: opening tells how far it has come, and ends when
// it is told to.
func TestWhatFollowsAFilmInItsFileIsTold(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "film.gif")
	if err := os.WriteFile(path, films(t)["film.gif"], 0o644); err != nil {
		t.Fatal(err)
	}
	const size = 1 << 40 // takes half an hour to sum up
	if err := os.Truncate(path, size); err != nil {
		t.Skip(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var mutex sync.Mutex
	var pictures int
	var total int64
	_, err := Open(ctx, path, film.Options{Looked: func(n int, bytes int64) {
		mutex.Lock()
		defer mutex.Unlock()
		if pictures, total = max(pictures, n), max(total, bytes); pictures >= 2 && total >= 1<<24 {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) || !(total < 1<<34) {
		t.Errorf("after %d pictures and %d bytes: error %v", pictures, total, err)
	}
}
