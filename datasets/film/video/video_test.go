package video

import (
	"errors"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

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
