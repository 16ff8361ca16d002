package video

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"orrery/sim/ffmpeg"
)

// made returns the path of a film that ffmpeg makes.
func made(t *testing.T, name string, arguments ...string) string {
	t.Helper()
	program, err := ffmpeg.Find("ffmpeg")
	if err != nil {
		t.Skip(err)
	}
	path := filepath.Join(t.TempDir(), name)
	arguments = append([]string{"-nostdin", "-v", "error", "-f", "lavfi"}, arguments...)
	if out, err := exec.CommandContext(t.Context(), program, append(arguments, path)...).CombinedOutput(); err != nil {
		t.Skipf("ffmpeg cannot make %s here: %v: %s", name, err, out)
	}
	return path
}

// decoded returns the times and the size of all pictures of a film, and its first picture.
func decoded(t *testing.T, path string) (v *Video, times []float64, first []uint8, err error) {
	t.Helper()
	if v, err = Probe(t.Context(), path); err != nil {
		return nil, nil, nil, err
	}
	r, err := v.Open(t.Context())
	if err != nil {
		return v, nil, nil, err
	}
	defer r.Close()
	pix := make([]uint8, 3*r.Size().X*r.Size().Y)
	for {
		at, err := r.Next(t.Context(), pix)
		if err == io.EOF {
			return v, times, first, nil
		}
		if err != nil {
			return v, times, first, err
		}
		if times = append(times, at); first == nil {
			first = append(first, pix...)
		}
	}
}

func TestPicturesHaveTheTimesOfTheFilm(t *testing.T) {
	t.Parallel()
	// Every picture but each third: the distances are 1/30 and 2/30 s.
	path := made(t, "uneven.mp4", "-i", "testsrc=size=64x48:rate=30:duration=1", "-vf", `select=mod(n\,3)`, "-fps_mode", "vfr", "-pix_fmt", "yuv420p")
	v, times, _, err := decoded(t, path)
	if err != nil {
		t.Fatal(err)
	}
	if len(times) != 20 {
		t.Fatalf("%d pictures, must be 20", len(times))
	}
	for k, at := range times {
		if want := float64(k/2*3+k%2) / 30; !(math.Abs(at-times[0]-want) < 1e-4) {
			t.Errorf("picture %d at %g s, must be at %g s", k, at-times[0], want)
		}
	}
	r, err := v.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { r.Close() }()
	if err := r.SkipTo(times[18]); err != nil {
		t.Fatal(err)
	}
	at, err := r.Next(t.Context(), make([]uint8, 3*64*48))
	if err != nil || !(at > 0.3 && at <= times[18]) || !slices.ContainsFunc(times, func(v float64) bool { return math.Abs(v-at) < 1e-6 }) {
		t.Errorf("after a skip to %g s: picture at %g s, %v; must be one at %v", times[18], at, err, times)
	}
	if v.Facts().Format != "MP4 (H.264)" && v.Facts().Format != "MP4 (MPEG4)" {
		t.Errorf("format %s", v.Facts().Format)
	}
}

func TestPlaylistsAreNotOpened(t *testing.T) {
	t.Parallel()
	made := made(t, "one.mp4", "-i", "testsrc=size=64x48:rate=30:duration=0.1", "-pix_fmt", "yuv420p")
	for name, text := range map[string]string{
		"list.mp4":  "ffconcat version 1.0\nfile " + made + "\n",
		"list.m3u8": "#EXTM3U\n#EXTINF:1,\nfile:" + made + "\n",
	} {
		path := filepath.Join(t.TempDir(), name)
		if err := write(path, text); err != nil {
			t.Fatal(err)
		}
		if _, times, _, err := decoded(t, path); err == nil || len(times) > 0 || errors.Is(err, io.EOF) {
			t.Errorf("%s: %d pictures, error %v", name, len(times), err)
		}
	}
}

func write(path, text string) error { return os.WriteFile(path, []byte(text), 0o600) }

// program returns the path of a shell script that stands in for ffmpeg.
func program(t *testing.T, script string) string {
	t.Helper()
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("this test writes a script for sh, which is not here")
	}
	path := filepath.Join(t.TempDir(), "ffmpeg")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestFFmpegThatHangsIsStopped(t *testing.T) {
	t.Parallel()
	v := &Video{path: "x.mp4", ffmpeg: program(t, "exec sleep 600"), patience: 50 * time.Millisecond}
	if _, err := v.Open(t.Context()); err == nil || err.Error() != "ffmpeg says nothing any more and was stopped" {
		t.Errorf("error %v", err)
	}
	if err := v.probe(t.Context(), v.ffmpeg); err == nil || err.Error() != "ffprobe says nothing any more and was stopped" {
		t.Errorf("error %v", err)
	}
	// A child of ffmpeg that holds the pipe holds nothing up.
	v.ffmpeg = program(t, "sleep 3 & exec sleep 600")
	if _, err := v.Open(t.Context()); err == nil || err.Error() != "ffmpeg says nothing any more and was stopped" {
		t.Errorf("error %v", err)
	}
}

func TestCancellingEndsFFmpeg(t *testing.T) {
	t.Parallel()
	v := &Video{path: "x.mp4", ffmpeg: program(t, "exec sleep 600"), patience: time.Hour}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() {
		_, err := v.Open(ctx)
		done <- err
	}()
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestComplaintsOfFFmpegAreHandedOn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ script, want string }{
		{"echo '[mov @ 0x55] [x] no such thing' >&2; exit 1", "ffmpeg cannot read it: no such thing"},
		{"echo 'file:x.mp4: Invalid data' >&2; exit 1", "ffmpeg cannot read it: Invalid data"},
		{"echo 'moov atom not found' >&2; exit 1", "unexpected EOF"},
		{"exit 3", "ffmpeg cannot read it and ends with exit status 3"},
		{"exit 0", "ffmpeg sends no pictures: unexpected EOF"},
		{"echo nonsense nonsense nonsense nonsense", "ffmpeg sends no pictures: what ffmpeg sends is not understood"},
	} {
		v := &Video{path: "x.mp4", ffmpeg: program(t, c.script), patience: time.Hour}
		if _, err := v.Open(t.Context()); err == nil || err.Error() != c.want {
			t.Errorf("%s: error %v, must be %s", c.script, err, c.want)
		}
	}
}

func TestOldFFmpegIsAskedInItsWords(t *testing.T) {
	t.Parallel()
	v := &Video{path: "x.mp4", patience: time.Hour, ffmpeg: program(t, `for a in "$@"; do if [ "$a" = -fps_mode ]; then echo "Unrecognized option 'fps_mode'." >&2; exit 1; fi; done; echo "$@" >&2; exit 1`)}
	_, err := v.Open(t.Context())
	if err == nil || !strings.Contains(err.Error(), "-vsync passthrough") {
		t.Fatalf("error %v", err)
	}
	// What keeps ffmpeg from opening anything else, and from huge pictures.
	for _, want := range []string{"-nostdin", "-protocol_whitelist file,pipe", "-format_whitelist " + formats + " -max_pixels 16777216 -i file:x.mp4", "-map 0:V:0"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("ffmpeg is not told %s: %v", want, err)
		}
	}
}

func TestFilmsAreUprightAndWhole(t *testing.T) {
	t.Parallel()
	plain := made(t, "plain.mp4", "-i", "testsrc=size=64x48:rate=30:duration=0.4", "-pix_fmt", "yuv420p", "-movflags", "+faststart")
	_, times, want, err := decoded(t, plain)
	if err != nil || len(times) != 12 {
		t.Fatalf("%d pictures, error %v", len(times), err)
	}
	turned := filepath.Join(t.TempDir(), "turned.mp4")
	program, _ := ffmpeg.Find("ffmpeg")
	if out, err := exec.Command(program, "-nostdin", "-v", "error", "-i", plain, "-c", "copy", "-metadata:s:v", "rotate=90", turned).CombinedOutput(); err != nil {
		t.Skipf("ffmpeg turns no films here: %v: %s", err, out)
	}
	v, times, got, err := decoded(t, turned)
	if err != nil || len(times) != 12 {
		t.Fatalf("%d pictures, error %v", len(times), err)
	}
	if v.Facts().Turned != 270 {
		t.Skipf("ffmpeg writes a turn of %d degrees here", v.Facts().Turned)
	}
	off := 0
	for y := range 48 {
		for x := range 64 {
			for k := range 3 { // a quarter counter-clockwise: the right column becomes the top row
				d := int(got[3*((63-x)*48+y)+k]) - int(want[3*(y*64+x)+k])
				off = max(off, d, -d)
			}
		}
	}
	if off > 12 {
		t.Errorf("turned pictures differ by %d", off)
	}
	data, err := os.ReadFile(plain)
	if err != nil {
		t.Fatal(err)
	}
	cut := filepath.Join(t.TempDir(), "cut.mp4")
	if err := write(cut, string(data[:len(data)*3/4])); err != nil {
		t.Fatal(err)
	}
	if _, times, _, err := decoded(t, cut); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("a film that is cut off: %d pictures, error %v", len(times), err)
	}
}

func FuzzNut(f *testing.F) {
	f.Add(stream(f))
	f.Fuzz(func(t *testing.T, data []byte) {
		in := bufio.NewReader(bytes.NewReader(data))
		n, err := openNut(in)
		if err != nil {
			return
		}
		for range 100 {
			_, begins, size, err := n.next()
			if err != nil || int64(len(begins)) > size || size > 1<<20 {
				return
			}
			if _, err := in.Discard(int(size) - len(begins)); err != nil {
				return
			}
		}
	})
}

// stream returns three pictures of 8 × 8 px as NUT, as ffmpeg 5.1 writes them.
func stream(t testing.TB) []byte {
	t.Helper()
	packet := func(code uint64, body []byte) []byte {
		out := binary.BigEndian.AppendUint64(nil, code)
		return append(append(out, byte(len(body)+4)), append(body, 0, 0, 0, 0)...)
	}
	out := []byte("nut/multimedia container\x00")
	main := []byte{3, 1, 0x81, 0x7f, 1, 1, 0x85, 0xbf, 0x10}
	main = append(main, 0xc0, 0, 6, 0, 0, 0, 0, 0, 1)    // 0: invalid
	main = append(main, 0x28, 6, 0, 1, 0, 0, 0, 0x7f)    // others: coded time and size
	main = append(main, 0xc0, 0, 6, 0, 1, 0, 0, 0, 0x7f) // the rest: invalid
	out = append(out, packet(codeMain, main)...)
	out = append(out, packet(codeStream, []byte{0, 0, 4, 'R', 'G', 'B', 24, 0, 14, 0x85, 0xbf, 0x10, 0, 0, 0, 8, 8, 0, 0, 0})...)
	out = append(out, packet(codeSync, []byte{0, 0})...)
	for k := range 3 {
		at := uint64(3000*k + 1<<14)
		out = append(out, 1, 0x80|byte(at>>14), 0x80|byte(at>>7&127), byte(at&127), 0x81, 0x40)
		out = append(out, bytes.Repeat([]byte{byte(k)}, 192)...)
	}
	return out
}

func TestPicturesAndTimesAreReadFromNUT(t *testing.T) {
	t.Parallel()
	in := bufio.NewReader(bytes.NewReader(stream(t)))
	n, err := openNut(in)
	if err != nil || n.width != 8 || n.height != 8 {
		t.Fatalf("%+v, %v", n, err)
	}
	for k := range 3 {
		at, begins, size, err := n.next()
		if err != nil || len(begins) != 0 || size != 192 || !(math.Abs(at-float64(k)/30) < 1e-12) {
			t.Fatalf("picture %d: %g s, %d bytes, %v", k, at, size, err)
		}
		pix := make([]byte, size)
		if _, err := io.ReadFull(in, pix); err != nil || pix[5] != byte(k) {
			t.Errorf("picture %d is %d", k, pix[5])
		}
	}
	if _, _, _, err := n.next(); err != io.EOF {
		t.Errorf("behind the last picture: %v", err)
	}
}

// tells returns a program that tells what ffprobe would. Tests that run it are not parallel: a file that was just written
// cannot be run while another test starts a process.
func tells(t *testing.T, text string) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("a script stands for ffprobe")
	}
	dir := t.TempDir()
	program, answer := filepath.Join(dir, "ffprobe"), filepath.Join(dir, "answer")
	script := "#!/bin/sh\nexec cat '" + answer + "'\n"
	if err := errors.Join(os.WriteFile(answer, []byte(text), 0o600), os.WriteFile(program, []byte(script), 0o700)); err != nil {
		t.Fatal(err)
	}
	return program
}

// TestTurnedFilmsSayByHowMuch: telephones write how the picture is to be turned, clockwise or not.
func TestTurnedFilmsSayByHowMuch(t *testing.T) {
	for rotation, want := range map[string]int{"0": 0, "-90": 90, "90": 270, "180": 180, "-180": 180, "-360": 0} {
		v := &Video{path: "film.mp4", patience: time.Minute}
		text := `{"streams": [{"codec_name": "h264", "width": 64, "height": 48, "pix_fmt": "yuv420p", "side_data_list": [{"rotation": ` + rotation + `}]}], "format": {"format_name": "mov,mp4"}}`
		if err := v.probe(t.Context(), tells(t, text)); err != nil || v.facts.Turned != want {
			t.Errorf("a rotation by %s: turned by %d°, %v; must be %d°", rotation, v.facts.Turned, err, want)
		}
	}
}

// TestWhatFFprobeTellsHasBounds: more than that is not held in memory.
func TestWhatFFprobeTellsHasBounds(t *testing.T) {
	v := &Video{path: "film.mp4", patience: time.Minute}
	err := v.probe(t.Context(), tells(t, `{"streams": [{"codec_name": "h264", "width": 64, "height": 48}]`+strings.Repeat(" ", 1<<20)+"}"))
	if err == nil || !strings.Contains(err.Error(), "is not understood") {
		t.Errorf("error %v", err)
	}
}

// TestOnlyPicturesThatAreWaitedForAreTimed: whoever uses one may take his time.
func TestOnlyPicturesThatAreWaitedForAreTimed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "film")
	if err := write(file, string(stream(t))); err != nil {
		t.Fatal(err)
	}
	v := &Video{path: "x.mp4", ffmpeg: program(t, "exec cat '"+file+"'"), patience: time.Hour}
	r, err := v.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if r.watch.Stop() {
		t.Error("before the first picture is asked for it is timed")
	}
	for k := range 3 {
		if _, err := r.Next(t.Context(), make([]uint8, 192)); err != nil {
			t.Fatal(err)
		}
		if r.watch.Stop() {
			t.Errorf("after picture %d the next is timed", k)
		}
	}
}
