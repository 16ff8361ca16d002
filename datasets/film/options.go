package film

import (
	"fmt"
	"image"
	"math"
)

// Options say what of a film to read. The zero value reads everything, at the film's own speed.
type Options struct {
	Start, End float64           // s, of the film as it plays; an End of 0 is the end of the film
	Step       int               // every so many pictures are read; 0 and 1 are all
	Region     image.Rectangle   // px, columns and rows from the top, to which pictures are cut; none is all
	Ignored    []image.Rectangle // px, columns and rows of the uncut picture, that are not watched
	Mask       *image.Gray       // as large as the uncut picture: what is bright is watched; nil is all
	Rate       float64           // pictures per second when filmed; 0 is the rate at which the film plays
	Doubled    bool              // pictures that are shown twice stay

	// Looked, unless it is nil, is told while a film is opened how many pictures were looked through, and how many
	// bytes of its files were summed up. It is called by several goroutines at once.
	Looked func(pictures int, bytes int64) `json:"-"`

	MostPictures int   // number of pictures of which more are an error; 0 is 200,000
	MostBytes    int64 // of pixels, after which the film is too long; 0 is 256 GiB
}

const (
	mostPictures = 200_000 // an hour at 55 pictures per second
	mostBytes    = 1 << 38 // a quarter of an hour in full HD at 30 pictures per second
)

// withDefaults returns the options with the limits filled in, or what is wrong with them.
func (o Options) withDefaults() (Options, error) {
	if !(o.Start >= 0 && o.Start <= math.MaxFloat32) {
		return o, fmt.Errorf("start at %g s: must be at 0 s or later", o.Start)
	}
	if !(o.End == 0 || o.End > o.Start && o.End <= math.MaxFloat32) {
		return o, fmt.Errorf("end at %g s: must be later than the start at %g s", o.End, o.Start)
	}
	if o.Step < 0 {
		return o, fmt.Errorf("step %d: must be 1 or more", o.Step)
	}
	if o.Rate != 0 && !(o.Rate >= 1e-3 && o.Rate <= 1e6) {
		return o, fmt.Errorf("rate %g pictures per second: must be 0.001 to 1,000,000", o.Rate)
	}
	if o.MostPictures < 0 || o.MostBytes < 0 {
		return o, fmt.Errorf("at most %d pictures and %d bytes: must not be negative", o.MostPictures, o.MostBytes)
	}
	o.Step = max(o.Step, 1)
	if o.MostPictures == 0 {
		o.MostPictures = mostPictures
	}
	if o.MostBytes == 0 {
		o.MostBytes = mostBytes
	}
	return o, nil
}

// watched returns the part of pictures of a size that is read and which of its pixels are watched, row by row
// from the top; nil is all of them.
func (o *Options) watched(size image.Point) (image.Rectangle, []bool, error) {
	all := image.Rectangle{Max: size}
	region := o.Region
	switch {
	case region == image.Rectangle{}:
		region = all
	case region.Empty():
		return all, nil, fmt.Errorf("region from column %d to %d and row %d to %d: is empty", region.Min.X, region.Max.X, region.Min.Y, region.Max.Y)
	case !region.In(all):
		return all, nil, fmt.Errorf("region from column %d to %d and row %d to %d: must lie in the picture of %s",
			region.Min.X, region.Max.X, region.Min.Y, region.Max.Y, sizeText(size))
	}
	if o.Mask != nil && o.Mask.Rect.Size() != size {
		return all, nil, fmt.Errorf("mask of %s: must be as large as the pictures, %s", sizeText(o.Mask.Rect.Size()), sizeText(size))
	}
	if o.Mask == nil && len(o.Ignored) == 0 {
		return region, nil, nil
	}
	watched := make([]bool, region.Dx()*region.Dy())
	any := false
	for y := region.Min.Y; y < region.Max.Y; y++ {
		row := watched[(y-region.Min.Y)*region.Dx():]
		for x := region.Min.X; x < region.Max.X; x++ {
			seen := o.Mask == nil || o.Mask.Pix[y*o.Mask.Stride+x] >= 128
			for _, r := range o.Ignored {
				seen = seen && !image.Pt(x, y).In(r)
			}
			row[x-region.Min.X] = seen
			any = any || seen
		}
	}
	if !any {
		return all, nil, fmt.Errorf("region, mask and ignored regions leave nothing to watch")
	}
	return region, watched, nil
}

// sizeText returns a size as users write it.
func sizeText(size image.Point) string { return fmt.Sprintf("%d × %d px", size.X, size.Y) }
