package recordings

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"orrery/cmd/orrery/console"
	"orrery/datasets/bags"
	"orrery/datasets/recording"
	"orrery/sim/input"
)

// Options says how a recording is written and what becomes of what is odd in it.
type Options struct {
	Words  recording.Words
	Rate   Rate    // pictures of a second; none when the file says it
	Odd    string  // a recording.Policy
	Radius float64 // m, of bodies of which nothing says their size
	Bag    bags.Options

	Frame recording.Frame // of Words, after Parse
}

// DefaultOptions returns metres, y up, radians counter-clockwise, and odd things that are told and kept.
func DefaultOptions() Options {
	return Options{Odd: string(recording.Report), Radius: 0.1, Frame: recording.Metres()}
}

// AddFlags adds the flags that say how a recording is written.
func (o *Options) AddFlags(flags *pflag.FlagSet) {
	flags.StringVar(&o.Words.Unit, "unit", "", "unit of positions and sizes: "+strings.Join(recording.Units(), ", ")+" (default m)")
	flags.StringVar(&o.Words.Scale, "scale", "", "what the unit is in metres: 400px/m, 2.5mm/px, 80px=0.2m, two points 10,20:510,20=1m, or radius=0.05m by the column radius")
	flags.StringVar(&o.Words.Y, "y", "", "where y points: up or down (default up)")
	flags.StringVar(&o.Words.Angle, "angle", "", "how angles are written: clockwise, degrees, clockwise,degrees or none (default radians counterclockwise)")
	flags.StringVar(&o.Words.Noise, "noise", "", "standard deviation of positions, and of angles after a comma: 0.1px,2deg (default measured)")
	flags.StringVar(&o.Words.Origin, "origin", "", "`X,Y` as written of the scene's origin (default 0,0)")
	flags.StringSliceVar(&o.Bag.Topics, "topic", nil, "topics of a bag that are read (default all with poses)")
	flags.StringSliceVar(&o.Bag.Frames, "frame", nil, "frames of reference, or of bodies, of a bag that are read (default all)")
	flags.StringVar(&o.Bag.Plane, "plane", "", "plane of a bag in which the bodies move: xy, xz or yz (default found)")
	flags.StringVar(&o.Odd, "odd", o.Odd, "what to do with outliers, teleports, swapped ids, doubled frames and the like: "+strings.Join(recording.Policies(), ", "))
}

// Told reports whether the words say anything.
func (o *Options) Told() bool {
	return o.Words != recording.Words{} || o.Odd != string(recording.Report)
}

// Parse checks the options and sets Frame.
func (o *Options) Parse() (err error) {
	if o.Frame, err = recording.ParseFrame(o.Words); err != nil {
		return fmt.Errorf("--%w", err)
	}
	if !slices.Contains(recording.Policies(), o.Odd) {
		return fmt.Errorf("--odd %.40q must be %s%s", o.Odd, strings.Join(recording.Policies(), ", "), input.Perhaps(o.Odd, recording.Policies()))
	}
	if err := o.Bag.Validate(); err != nil {
		return fmt.Errorf("--%w", err)
	}
	return nil
}

// Rate is a flag for frames of a second, which may be a fraction.
type Rate struct {
	recording.Rate
	text string
}

const mostFPS = 1000

// Set implements pflag.Value.
func (r *Rate) Set(text string) error {
	num, den, fraction := strings.Cut(text, "/")
	a, ok := input.ParseNumber(strings.TrimSpace(num))
	b := 1.0
	if fraction {
		var okB bool
		b, okB = input.ParseNumber(strings.TrimSpace(den))
		ok = ok && okB && b > 0
	}
	if !ok {
		return errors.New("must be a number such as 30, 29.97 or 30000/1001")
	}
	if v := a / b; !(v >= 1 && v <= mostFPS) {
		return &console.OutOfBounds{Rule: fmt.Sprintf("must be from 1 to %d", mostFPS)}
	}
	r.Rate, r.text = recording.Rate{Num: a, Den: b}, text
	return nil
}

// String implements pflag.Value.
func (r *Rate) String() string { return r.text }

// Type implements pflag.Value.
func (r *Rate) Type() string { return "rate" }

// Whole returns the rate if it is a whole number of frames, or 0.
func (r *Rate) Whole() int {
	if v := r.Value(); v == math.Trunc(v) {
		return int(v)
	}
	return 0
}

// Nearest returns the nearest whole number of frames from 1 on, or 0 when there is no rate.
func (r *Rate) Nearest() int {
	if r.Value() == 0 {
		return 0
	}
	return max(1, int(math.Round(r.Value())))
}

// Settings returns the flags that differ from those of usual, for a command line.
func (o *Options) Settings(usual *Options) (flags [][2]string) {
	for _, f := range [][3]string{
		{"unit", o.Words.Unit, ""}, {"scale", o.Words.Scale, ""}, {"y", o.Words.Y, ""}, {"angle", o.Words.Angle, ""}, {"noise", o.Words.Noise, ""}, {"origin", o.Words.Origin, ""},
		{"odd", o.Odd, usual.Odd}, {"plane", o.Bag.Plane, ""},
		{"topic", strings.Join(o.Bag.Topics, ","), ""}, {"frame", strings.Join(o.Bag.Frames, ","), ""},
	} {
		if f[1] != f[2] {
			flags = append(flags, [2]string{f[0], f[1]})
		}
	}
	return flags
}

// Format is that of a file with a recording.
type Format string

// The formats.
const (
	CSV     Format = "csv"
	Parquet Format = "parquet"
	NPZ     Format = "npz"
	MCAP    Format = "mcap"
	LeRobot Format = "lerobot"
)

// Formats returns the names of all formats.
func Formats() []string {
	return []string{string(CSV), string(Parquet), string(NPZ), string(MCAP), string(LeRobot)}
}

// FormatOf returns the format of a file by how it begins, or empty.
func FormatOf(head []byte) Format {
	for _, f := range []struct {
		start  string
		format Format
	}{{"PAR1", Parquet}, {"PK\x03\x04", NPZ}, {"\x93NUMPY", NPZ}, {"\x89MCAP0\r\n", MCAP}} {
		if strings.HasPrefix(string(head), f.start) {
			return f.format
		}
	}
	return ""
}
