package watched

import (
	"bytes"
	"fmt"
	"image/png"
	"math"
	"testing"
	"testing/fstest"

	"orrery/sim/render/footage"
	"orrery/sim/render/footage/studio"
)

// TestFilmsBecomeReplays: the pictures of a scene of which the truth is known are watched, and what is replayed is
// that motion, to scale, over the pictures themselves.
func TestFilmsBecomeReplays(t *testing.T) {
	t.Parallel()
	const pictures = 21
	settings := footage.Default()
	settings.Width, settings.Height = 160, 160
	shot, err := studio.Shoot(t.Context(), "billiards", 3, 0, pictures, settings)
	if err != nil {
		t.Fatal(err)
	}
	files := fstest.MapFS{}
	k := 0
	for m, err := range shot.Pictures(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		var file bytes.Buffer
		if err := png.Encode(&file, m); err != nil {
			t.Fatal(err)
		}
		files[fmt.Sprintf("%02d.png", k)] = &fstest.MapFile{Data: file.Bytes()}
		k++
	}
	last := 0.0
	show, err := Show(t.Context(), files, ".", func(share float64) {
		if !(share >= last && share <= 1) {
			t.Errorf("share %g after %g", share, last)
		}
		last = share
	})
	if err != nil {
		t.Fatal(err)
	}
	truth := shot.Middles(0)
	if len(show.True.States) != pictures || len(show.True.Scene.Bodies) != len(truth) || !(last >= 0.89) {
		t.Fatalf("%d frames of %d bodies, must be %d of %d; %g done", len(show.True.States), len(show.True.Scene.Bodies), pictures, len(truth), last)
	}
	const scale = 160. / Height // px to a metre
	for _, k := range []int{0, 7, pictures - 1} {
		truth := shot.Middles(k)
		for i := range truth {
			nearest, off := 0, math.Inf(1)
			for j, b := range show.True.States[k] {
				if d := math.Hypot(b.X*scale-truth[i].X, b.Y*scale-truth[i].Y); !(d >= off) {
					nearest, off = j, d
				}
			}
			if !(off < 0.5) {
				t.Errorf("frame %d: nothing is nearer than %g px to body %d", k, off, i)
			}
			before := shot.Middles(max(k-1, 0))
			behind := shot.Middles(min(k+1, pictures-1))
			seconds := float64(min(k+1, pictures-1)-max(k-1, 0)) / 30
			want := (behind[i].X - before[i].X) / seconds / scale
			if got := show.True.States[k][nearest].VX; !(math.Abs(got-want) < 0.15) {
				t.Errorf("frame %d: body %d moves at %g m/s to the right, must be %g", k, i, got, want)
			}
		}
		m, corners, err := show.Film(k)
		if err != nil || m.Bounds().Dx() != 160 || corners[1].X != Height || corners[1].Y != Height {
			t.Errorf("frame %d: a picture of %v at %v, %v", k, m.Bounds(), corners, err)
		}
	}
	if _, err := Show(t.Context(), fstest.MapFS{"a.gif": {Data: []byte("GIF89a")}}, "a.gif", func(float64) {}); err == nil {
		t.Error("half a film is shown")
	}
}
