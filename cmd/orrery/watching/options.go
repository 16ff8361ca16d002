package watching

import (
	"fmt"
	"image"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/recordings"
	"orrery/datasets/film"
)

// Options say what of some films is watched, and what is known of it.
type Options struct {
	Out     string // folder to write
	Film    film.Options
	Mask    string          // picture of what is watched, or empty
	Plate   string          // picture without bodies, or empty
	Rate    recordings.Rate // pictures a second when filmed, or none
	Scale   string          // or empty
	Down    string          // or empty, when it is found
	Bodies  int             // number of them, or 0 when it is found
	Fix     string          // file of corrections, or empty
	Level   bool            // the slant of the camera, where sizes tell it, is taken out
	Check   string          // format of the film to check by: gif, apng, mp4 or none
	Workers int

	Resume, Force bool
}

// DefaultOptions returns what is done unless flags say otherwise.
func DefaultOptions() Options { return Options{Check: "gif", Workers: 2} }

// AddFlags adds the flags of all options but Out, Resume and Force.
func (o *Options) AddFlags(flags *pflag.FlagSet) {
	console.NumberVar(flags, &o.Film.Start, "start", console.From(0), "seconds of the film, as it plays, before it is watched")
	console.NumberVar(flags, &o.Film.End, "end", console.Bounds{Least: 0, NotLeast: true, Most: 1e9}, "seconds of the film, as it plays, after which it is not watched (default all)")
	console.WholeVar(flags, &o.Film.Step, "step", console.From(1), "watch every so many pictures (default 1)")
	flags.Var((*rectangle)(&o.Film.Region), "region", "X,Y,WIDTH,HEIGHT in px from the upper left corner: the part that is watched (default all)")
	flags.Var((*rectangles)(&o.Film.Ignored), "ignore", "X,Y,WIDTH,HEIGHT of a part that is not watched; may be repeated")
	flags.StringVar(&o.Mask, "mask", "", "`picture` as large as those of the film; what is bright in it is watched")
	flags.StringVar(&o.Plate, "plate", "", "`picture` of what is filmed without any body")
	flags.Var(&o.Rate, "rate", "pictures a second when it was filmed, where it plays slower or faster, such as 240")
	flags.StringVar(&o.Scale, "scale", o.Scale, "how large things are: "+scaleForms+" (px unless given)")
	flags.StringVar(&o.Down, "down", "", "where things fall to: down, up, left, right, none, or `degrees` counter-clockwise from the right (default found)")
	console.WholeVar(flags, &o.Bodies, "bodies", console.From(1), "number of bodies (default found)")
	flags.BoolVar(&o.Level, "level", false, "watch as if the camera had looked square at the plane of motion, where things look larger in one place than in another")
	flags.StringVar(&o.Fix, "fix", "", "`file` of corrections by hand, as the page of an earlier run makes it")
	flags.StringVar(&o.Check, "check", o.Check, "format of the film to check by: gif, apng, mp4 or none")
	console.WholeVar(flags, &o.Workers, "workers", console.From(1), "films watched at the same time")
}

// rectangle is a flag for a part of a picture.
type rectangle image.Rectangle

// Set implements pflag.Value.
func (r *rectangle) Set(text string) error {
	parts := strings.Split(text, ",")
	var numbers [4]int
	ok := len(parts) == 4
	for i := 0; ok && i < 4; i++ {
		n, err := strconv.Atoi(strings.TrimSpace(parts[i]))
		numbers[i], ok = n, err == nil && n >= 0 && n <= film.MostSide && (i < 2 || n > 0)
	}
	if !ok {
		return fmt.Errorf("%q must be X,Y,WIDTH,HEIGHT: four whole numbers of px from 0 to %d", text, film.MostSide)
	}
	*r = rectangle(image.Rect(numbers[0], numbers[1], numbers[0]+numbers[2], numbers[1]+numbers[3]))
	return nil
}

// String implements pflag.Value.
func (r *rectangle) String() string {
	if (image.Rectangle(*r)).Empty() {
		return ""
	}
	return fmt.Sprintf("%d,%d,%d,%d", r.Min.X, r.Min.Y, r.Max.X-r.Min.X, r.Max.Y-r.Min.Y)
}

// Type implements pflag.Value.
func (*rectangle) Type() string { return "X,Y,W,H" }

// rectangles is a flag that may be given several times.
type rectangles []image.Rectangle

// Set implements pflag.Value.
func (r *rectangles) Set(text string) error {
	var one rectangle
	if err := one.Set(text); err != nil {
		return err
	}
	*r = append(*r, image.Rectangle(one))
	return nil
}

// String implements pflag.Value.
func (r *rectangles) String() string {
	o := Options{Film: film.Options{Ignored: *r}}
	return strings.Join(o.Parts(), " ")
}

// Type implements pflag.Value.
func (*rectangles) Type() string { return "X,Y,W,H" }

// Parts returns the parts that are not watched, as flags have them.
func (o *Options) Parts() (texts []string) {
	for _, one := range o.Film.Ignored {
		texts = append(texts, (*rectangle)(&one).String())
	}
	return texts
}
