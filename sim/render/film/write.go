package film

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"iter"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"orrery/sim/render"
	"orrery/sim/render/animation"
)

// Format is a kind of picture file.
type Format string

// The formats a reel can be written in. PNG is a sheet of four moments; the
// others move, and MP4 needs ffmpeg.
const (
	PNG  Format = "png"
	GIF  Format = "gif"
	APNG Format = "apng"
	MP4  Format = "mp4"
)

// FormatOf returns the format that the extension of a file name asks for.
func FormatOf(name string) (Format, error) {
	switch f := Format(strings.ToLower(strings.TrimPrefix(filepath.Ext(name), "."))); f {
	case PNG, GIF, APNG, MP4:
		return f, nil
	}
	return "", fmt.Errorf("%s: extension must be .png, .gif, .apng or .mp4", name)
}

// Check returns an error when this machine lacks what the format needs.
func (f Format) Check() error {
	if f != MP4 {
		return nil
	}
	_, err := animation.FindFFmpeg()
	return err
}

// Write draws the film in a format. A cancelled context stops it between two
// pictures with the context's error.
func (r *Reel) Write(ctx context.Context, w io.Writer, format Format) error {
	var err error
	switch format {
	case PNG:
		states := r.spread(4)
		// Four in a row, or fewer when that would make each too small to read.
		columns := min(len(states), max(r.film.Width/220, 1))
		var sheet *render.List
		if sheet, err = r.Sheet(states, columns); err == nil {
			err = png.Encode(w, sheet.Image())
		}
	case GIF:
		err = animation.EncodeGIF(w, r.Animation(ctx), r.Palette())
	case APNG:
		err = animation.EncodeAPNG(w, r.Animation(ctx))
	case MP4:
		err = animation.EncodeMP4(ctx, w, r.Animation(ctx))
	default:
		return fmt.Errorf("format %q must be png, gif, apng or mp4", format)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// Animation returns the film at its speed. The pictures are drawn as they are
// asked for and end early when the context is cancelled.
func (r *Reel) Animation(ctx context.Context) animation.Animation {
	stride := r.film.stride()
	count := (r.Len()-1)/stride + 1
	return animation.Animation{
		Pictures: r.pictures(ctx, count, stride),
		Size:     image.Pt(r.film.Width, r.film.Height),
		Count:    count,
		Rate:     float64(r.film.Scene.FPS) * r.film.Speed / float64(stride),
		Hold:     r.film.Hold,
	}
}

// pictures draws as many states at once as there are processors, and yields them
// in order.
func (r *Reel) pictures(ctx context.Context, count, stride int) iter.Seq[*image.RGBA] {
	return func(yield func(*image.RGBA) bool) {
		batch := make([]*image.RGBA, runtime.GOMAXPROCS(0))
		for from := 0; from < count && ctx.Err() == nil; from += len(batch) {
			batch = batch[:min(len(batch), count-from)]
			var drawn sync.WaitGroup
			for k := range batch {
				drawn.Go(func() { batch[k] = r.Image((from + k) * stride) })
			}
			drawn.Wait()
			for _, picture := range batch {
				if !yield(picture) {
					return
				}
			}
		}
	}
}

// Palette returns the colours for a GIF of the film: those of the theme exactly,
// then those of a few of its pictures.
func (r *Reel) Palette() color.Palette {
	var samples []*image.RGBA
	for _, i := range r.spread(6) {
		samples = append(samples, r.Image(i))
	}
	return animation.NewPalette(r.film.Theme.Colours(), samples)
}

// spread returns up to n states at equal distances, the first and last included.
func (r *Reel) spread(n int) []int {
	n = min(n, r.Len())
	out := make([]int, n)
	for k := range out {
		out[k] = k * (r.Len() - 1) / max(n-1, 1)
	}
	return out
}
