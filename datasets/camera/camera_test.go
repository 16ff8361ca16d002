package camera_test

import (
	"image"
	"image/color"
	"math"
	"testing"

	"orrery/datasets/camera"
)

// TestCountsAreDescribed compares the statistics of two pictures with those of their values.
func TestCountsAreDescribed(t *testing.T) {
	t.Parallel()
	var counts, second camera.Counts
	p := image.NewRGBA(image.Rect(3, 4, 13, 14)) // it need not begin at 0 0
	for i := range 100 {
		p.SetRGBA(3+i%10, 4+i/10, color.RGBA{uint8(i), 51, uint8(255 * (i % 2)), 255})
	}
	counts.Add(p)
	for i := range 100 {
		p.SetRGBA(3+i%10, 4+i/10, color.RGBA{uint8(100 + i), 51, 0, 255})
	}
	second.Add(p)
	counts.Merge(&second)
	s := counts.Describe(2)
	near := func(what string, got, want float64) {
		t.Helper()
		if !(math.Abs(got-want) < 1e-12) {
			t.Errorf("%s is %g, want %g", what, got, want)
		}
	}
	near("red's mean", s.Mean[0], 99.5/255)
	near("red's deviation", s.Std[0], math.Sqrt((200*200-1)/12.0)/255)
	near("red's least", s.Min[0], 0)
	near("red's most", s.Max[0], 199.0/255)
	near("red's 1 %", s.Q01[0], 1.0/255)
	near("red's 10 %", s.Q10[0], 19.0/255)
	near("red's median", s.Q50[0], 99.0/255)
	near("red's 90 %", s.Q90[0], 179.0/255)
	near("red's 99 %", s.Q99[0], 197.0/255)
	near("green's mean", s.Mean[1], 0.2)
	near("green's deviation", s.Std[1], 0)
	near("blue's mean", s.Mean[2], 0.25)
	near("blue's 90 %", s.Q90[2], 1)
	if s.Count[0] != 2 {
		t.Errorf("%d pictures", s.Count[0])
	}
}

// TestFilmsHaveSidesThatCanBeDrawn: 1 to 4096 px, and even ones in a video.
func TestFilmsHaveSidesThatCanBeDrawn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		film camera.Film
		fine bool
	}{
		{camera.Film{}, true},
		{camera.Film{Kind: camera.Image, Width: 1, Height: 4096}, true},
		{camera.Film{Kind: camera.Video, Width: 4096, Height: 2}, true},
		{camera.Film{Kind: camera.Image, Width: 4097, Height: 1}, false},
		{camera.Film{Kind: camera.Image, Width: 1, Height: 4097}, false},
		{camera.Film{Kind: camera.Image, Width: 0, Height: 1}, false},
		{camera.Film{Kind: camera.Video, Width: 2, Height: 3}, false},
		{camera.Film{Kind: camera.Video, Width: 3, Height: 2}, false},
		{camera.Film{Kind: "gif", Width: 2, Height: 2}, false},
	} {
		if err := c.film.Validate(); (err == nil) != c.fine {
			t.Errorf("%+v: %v", c.film, err)
		}
	}
}

// TestQuantilesAreValuesThatAreThere: the least of what is bright is not black.
func TestQuantilesAreValuesThatAreThere(t *testing.T) {
	t.Parallel()
	var counts camera.Counts
	p := image.NewRGBA(image.Rect(0, 0, 100, 1))
	for x := range 100 {
		p.SetRGBA(x, 0, color.RGBA{uint8(51 + x), 255, uint8(204 * (x / 99)), 255})
	}
	counts.Add(p)
	s := counts.Describe(1)
	for what, got := range map[string][2]float64{
		"red's least": {s.Min[0], 51}, "red's most": {s.Max[0], 150}, "red's 1 %": {s.Q01[0], 51}, "red's 10 %": {s.Q10[0], 60}, "red's median": {s.Q50[0], 100}, "red's 90 %": {s.Q90[0], 140}, "red's 99 %": {s.Q99[0], 149},
		"green's least": {s.Min[1], 255}, "green's most": {s.Max[1], 255}, "blue's least": {s.Min[2], 0}, "blue's 99 %": {s.Q99[2], 0}, "blue's most": {s.Max[2], 204},
	} {
		if !(math.Abs(got[0]-got[1]/255) < 1e-12) {
			t.Errorf("%s is %v, want %v", what, got[0], got[1]/255)
		}
	}
}
