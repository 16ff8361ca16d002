package filming

import (
	"bytes"
	"image"
	"iter"
	"time"

	"orrery/sim/render"
	"orrery/sim/render/animation"
)

// encode draws lists and puts them into a file.
func encode(lists []*render.List, format Format, theme *render.Theme) ([]byte, error) {
	var out bytes.Buffer
	a := animation.Animation{
		Pictures: pictures(lists), Size: image.Pt(lists[0].Width, lists[0].Height), Count: len(lists), Rate: rate,
	}
	var err error
	switch format {
	case GIF:
		var samples []*image.RGBA
		for k := range 4 {
			samples = append(samples, lists[k*(len(lists)-1)/3].Image())
		}
		err = animation.EncodeGIF(&out, a, animation.NewPalette(theme.Colours(), samples))
	case APNG:
		err = animation.EncodeAPNG(&out, a)
	default:
		err = encodeMP4(&out, a)
	}
	return out.Bytes(), err
}

func pictures(lists []*render.List) iter.Seq[*image.RGBA] {
	return func(yield func(*image.RGBA) bool) {
		for _, l := range lists {
			if !yield(l.Image()) {
				return
			}
			time.Sleep(time.Millisecond) // lets a browser, which has one thread, show something
		}
	}
}
