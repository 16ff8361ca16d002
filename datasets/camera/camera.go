// Package camera says how the frames of a dataset are filmed and what is known of the pictures of an
// episode; package datasets stores them.
//
//	film := camera.Film{Kind: camera.Image, Width: 224, Height: 224}
//	pictures := &camera.Pictures{Place: camera.Place{Scale: 100, Left: -1, Bottom: -1}}
//	for … {
//		pictures.Values.Add(picture)
//		pictures.Images = append(pictures.Images, png)
//	}
//
// The camera stands still and upright. Lengths in pictures are px, in the world metres.
package camera

import (
	"fmt"
	"image"
	"math"

	"orrery/datasets/statistics"
)

// maxSide bounds the width and the height of pictures in px.
const maxSide = 4096

// Kind says how pictures are Stored.
type Kind string

// The kinds of film: an MP4 for each episode, or a column of PNG files beside the states.
const (
	Video Kind = "video"
	Image Kind = "image"
)

// Film says how a dataset was filmed, one picture a frame. The zero Film is none.
type Film struct {
	Kind   Kind   `json:"kind,omitempty"`
	Width  int    `json:"width_px,omitempty"`
	Height int    `json:"height_px,omitempty"`
	Look   string `json:"look,omitempty"` // what the pictures show besides, as the program that drew them says it
	Seed   uint64 `json:"seed,omitempty"` // of what chance draws
}

// Validate returns an error that names the first field without a usable value.
func (f *Film) Validate() error {
	if *f == (Film{}) {
		return nil
	}
	if f.Kind != Video && f.Kind != Image {
		return fmt.Errorf("film: kind %q must be %q or %q", f.Kind, Video, Image)
	}
	for _, side := range []struct {
		name string
		px   int
	}{{"width", f.Width}, {"height", f.Height}} {
		if side.px < 1 || side.px > maxSide {
			return fmt.Errorf("film: %s %d px must be from 1 to %d", side.name, side.px, maxSide)
		}
		if f.Kind == Video && side.px%2 != 0 {
			return fmt.Errorf("film: %s %d px must be even in a video", side.name, side.px)
		}
	}
	return nil
}

// Stored returns what of a film makes a difference to where its pictures are.
func (f Film) Stored() Film { return Film{Kind: f.Kind, Width: f.Width, Height: f.Height} }

// Pictures are those of an episode, one for each frame.
type Pictures struct {
	Images [][]byte // [t] PNG files, of a film of kind Image
	Video  []byte   // an MP4 file, of kind Video
	Values Counts
	Place  Place
}

// Place says what of the world pictures show, upright and at one scale.
type Place struct {
	Scale  float64 `json:"px_per_m"` // px per metre
	Left   float64 `json:"left_m"`   // m, x at the left edge
	Bottom float64 `json:"bottom_m"` // m, y at the lower edge
}

// Counts has the number of pixels that have each value of red, green and blue, in all pictures of an episode.
type Counts [3][256]int64

// Add counts the pixels of a picture, which is opaque.
func (c *Counts) Add(picture *image.RGBA) {
	for row := picture.Rect.Min.Y; row < picture.Rect.Max.Y; row++ {
		line := picture.Pix[picture.PixOffset(picture.Rect.Min.X, row):][:4*picture.Rect.Dx()]
		for i := 0; i < len(line); i += 4 {
			c[0][line[i]]++
			c[1][line[i+1]]++
			c[2][line[i+2]]++
		}
	}
}

// Merge adds the counts of others.
func (c *Counts) Merge(o *Counts) {
	for k := range c {
		for v := range c[k] {
			c[k][v] += o[k][v]
		}
	}
}

// Describe returns the statistics of the channels, from 0 to 1, of so many pictures.
func (c *Counts) Describe(pictures int) statistics.Stats {
	s := statistics.New(pictures, len(c))
	for k := range c {
		var total, sum, squares float64
		for v, n := range c[k] {
			total, sum, squares = total+float64(n), sum+float64(n)*float64(v), squares+float64(n)*float64(v*v)
		}
		mean := sum / total
		s.Mean[k], s.Std[k] = mean/255, math.Sqrt(max(squares/total-mean*mean, 0))/255
		s.Min[k], s.Max[k] = c.value(k, 0, total), c.value(k, 1, total)
		for q, column := range []*[]float64{&s.Q01, &s.Q10, &s.Q50, &s.Q90, &s.Q99} {
			(*column)[k] = c.value(k, []float64{0.01, 0.10, 0.50, 0.90, 0.99}[q], total)
		}
	}
	return s
}

// value returns the value of a channel that a share of the total is not above.
func (c *Counts) value(channel int, share, total float64) float64 {
	rank := max(1, math.Ceil(share*total))
	var below float64
	for v, n := range c[channel] {
		if below += float64(n); below >= rank {
			return float64(v) / 255
		}
	}
	return 1
}
