package film

import (
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"iter"
	"math"
	"slices"
)

// Film is a film that has been looked through once. It may be read by several goroutines at once.
type Film struct {
	name    string
	open    func(context.Context) (Source, error)
	options Options
	facts   Facts
	region  image.Rectangle // of the whole picture, px
	watched []bool          // of the region, or nil
	first   int             // number of the picture that times and kept start with
	times   []float64       // s, of each picture from the first one on
	played  []float64       // s, the times of these as the file has them, from the first picture of the film
	origin  float64         // s, of the first picture of the film, as the file has it
	kept    []bool
	sways   []Sway // of each picture from the first one on, or nil where the camera stands still
	slant   Slant  // of the camera, which is taken out
	from    int    // index of times with which this part of the film begins
	to      int    // index of times behind this part
}

// Picture is one picture of a film.
type Picture struct {
	Number        int     // from 0, of all pictures of the film, dropped ones too
	Time          float64 // s, from the film's first picture
	Width, Height int     // px
	Pix           []uint8 // red, green, blue, rows from the top [3·w·h]; valid until the next picture
}

// New looks through a film, of which it keeps the name for errors. Facts tell what the decoder knows; the rest
// is filled in. Open must return a Source at the first picture each time it is called.
func New(ctx context.Context, name string, facts Facts, open func(context.Context) (Source, error), o Options) (*Film, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	f := &Film{name: name, open: open, options: o, facts: facts}
	f.facts.AssumedRate = facts.AssumedRate && o.Rate == 0
	if err := f.survey(ctx); err != nil {
		return nil, err
	}
	return f, nil
}

// Facts returns what the film is. The slices are not to be changed.
func (f *Film) Facts() Facts { return f.facts }

// Identified returns the film with the SHA-256 of where it is stored among its facts.
func (f *Film) Identified(sha256 string) *Film {
	named := *f
	named.facts.SHA256 = sha256
	return &named
}

// Size returns the size in px of the pictures that are read, after they are cut to the region.
func (f *Film) Size() image.Point { return f.region.Size() }

// Watched returns which pixels are watched, rows from the top [w·h], or nil when all are. It is not to be changed.
func (f *Film) Watched() []bool { return f.watched }

// Len returns how many pictures are read.
func (f *Film) Len() int { return f.facts.Pictures }

// Pictures reads the film from its first picture on. The picture is the same one each time, with other values.
// An error ends it. Cancelling ctx ends it with the context's error.
func (f *Film) Pictures(ctx context.Context) iter.Seq2[*Picture, error] {
	return func(yield func(*Picture, error) bool) {
		size := f.region.Size()
		picture := &Picture{Width: size.X, Height: size.Y}
		var still []uint8
		if f.sways != nil || f.slant != (Slant{}) {
			still = make([]uint8, 3*size.X*size.Y)
		}
		err := f.decode(ctx, f.from, func(number int, _ float64, pix []uint8) (bool, error) {
			k := number - f.first
			if k >= f.to {
				return false, nil
			}
			if k < f.from || !f.kept[k] {
				return true, nil
			}
			if still != nil {
				var sway Sway
				if f.sways != nil {
					sway = f.sways[k]
				}
				redraw(still, pix, size.X, size.Y, sway, f.slant)
				pix = still
			}
			picture.Number, picture.Time, picture.Pix = number, f.times[k], pix
			return yield(picture, nil), nil
		})
		if err != nil {
			yield(nil, err)
		}
	}
}

// leastSkip is how many pictures must be passed over for that to be worth a new start of the decoder.
const leastSkip = 30

// decode calls use with the number, the time as it plays and the region of every picture, until use wants no more.
// Pictures before f.played[from] may be left out.
func (f *Film) decode(ctx context.Context, from int, use func(number int, time float64, pix []uint8) (bool, error)) (err error) {
	source, err := f.open(ctx)
	if err != nil {
		return f.failed(ctx, -1, err)
	}
	defer func() {
		if c, ok := source.(interface{ Complaint() string }); ok && f.kept == nil {
			f.facts.Complaint = c.Complaint()
		}
		if closed := source.Close(); err == nil {
			err = closed
		}
	}()
	size := source.Size()
	if err := CheckSize(size.X, size.Y); err != nil {
		return f.failed(ctx, -1, err)
	}
	if f.facts.Width == 0 {
		if f.region, f.watched, err = f.options.watched(size); err != nil {
			return f.failed(ctx, -1, err)
		}
		f.facts.Width, f.facts.Height = size.X, size.Y
	} else if size != image.Pt(f.facts.Width, f.facts.Height) {
		return f.failed(ctx, -1, fmt.Errorf("is %s, was %s before: it changed while it was read", sizeText(size), sizeText(image.Pt(f.facts.Width, f.facts.Height))))
	}
	var part []uint8
	if f.region.Size() != size {
		part = make([]uint8, 3*f.region.Dx()*f.region.Dy())
	}
	number := 0
	if skipper, ok := source.(interface{ SkipTo(seconds float64) error }); ok && from >= leastSkip {
		if err := skipper.SkipTo(f.origin + f.played[from]); err != nil {
			return f.failed(ctx, -1, err)
		}
		number = -1 // its time will tell
	}
	ahead := readAhead(ctx, source, 3*size.X*size.Y)
	defer ahead.stop() // before source is closed
	for ; ; number++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		whole, time, err := ahead.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return f.failed(ctx, number, err)
		}
		if number < 0 {
			if number, err = f.numberAt(time - f.origin); err != nil {
				return f.failed(ctx, -1, err)
			}
		}
		if number == 0 && f.kept == nil {
			f.origin = time
		}
		watched := whole
		if part != nil {
			Cut(part, whole, size.X, f.region)
			watched = part
		}
		more, err := use(number, time-f.origin, watched)
		if err != nil {
			return f.failed(ctx, number, err)
		}
		if !more {
			return nil
		}
	}
}

// numberAt returns the number of the picture that the survey found at a time.
func (f *Film) numberAt(played float64) (int, error) {
	k, _ := slices.BinarySearch(f.played, played)
	for _, at := range []int{k, k - 1} {
		if at >= 0 && at < len(f.played) && math.Abs(f.played[at]-played) <= 1e-6 {
			return f.first + at, nil
		}
	}
	return 0, fmt.Errorf("there was no picture at %.3f s before: it changed while it was read", played)
}

// Cut copies the region, columns and rows from the top in px, of a picture so many px wide: dst [3·w·h of the region].
func Cut(dst, src []uint8, width int, region image.Rectangle) {
	n := 3 * region.Dx()
	for y := range region.Dy() {
		copy(dst[y*n:][:n], src[3*((region.Min.Y+y)*width+region.Min.X):])
	}
}

// failed returns an error with the film's name and the number of the picture, or that of the context when it is done.
func (f *Film) failed(ctx context.Context, number int, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = errors.New("the file ends in the middle of it")
	}
	if number < 0 {
		return fmt.Errorf("%s: %w", f.name, err)
	}
	return fmt.Errorf("%s: picture %d: %w", f.name, number, err)
}
