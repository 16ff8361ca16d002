package film

import (
	"fmt"
	"image"
	"math"

	"orrery/sim"
	"orrery/sim/render"
	"orrery/sim/render/plot"
)

// Film says what to show: a scene, what happened, what a model predicted, and the
// size and pace of the pictures. NewReel turns it into pictures.
type Film struct {
	Scene     *sim.Scene
	True      []sim.State                     // [t][n]
	Predicted []sim.State                     // [t][n], or nil to show the truth alone
	Expected  func(state int) render.Expected // where the predicted bodies are expected at a state; or nil
	Band      *plot.Band                      // behind the error curve, or nil
	Title     string                          // usually the scenario
	Label     string                          // which one of it, such as "seed 7 · episode 3"
	Model     string                          // who predicted
	Theme     *render.Theme
	Width     int           // px, 320 to 3840
	Height    int           // px, 320 to 3840
	Speed     float64       // simulated seconds per second of playback
	FrameRate float64       // pictures per second of playback, at most; 1 to 50
	Trail     float64       // s of the past drawn behind each body; 0 for none
	Hold      float64       // s the last picture stays before the film repeats
	View      render.Bounds // m, what is shown; all that SceneBounds returns when zero

	Backdrop *Backdrop     // what a camera saw of it, below outlines of the bodies; or nil
	Seen     [][]sim.Sight // [t][n] what was measured of the true bodies, whose states are estimates; or nil

	Behind     func(p *render.Painter, state int) // draws more behind the bodies, for several states at once; or nil
	BehindName string                             // what the key calls what is outlined there
}

// Backdrop is the pictures of a camera that looked on.
type Backdrop struct {
	Picture func(state int) *image.RGBA // at a state, opaque; nil where there is none
	Shows   render.Bounds               // m, from the lower left to the upper right corner of the pictures
}

// Default returns an empty film of 480×540 pixels in the light theme, at the
// true pace, with 20 pictures a second.
func Default() Film {
	theme, err := render.LoadTheme("light")
	if err != nil {
		panic("render: built-in " + err.Error())
	}
	return Film{Theme: theme, Width: 480, Height: 540, Speed: 1, FrameRate: 20, Trail: 0.4, Hold: 1}
}

// The sizes a picture may have in pixels: text needs the least, memory the most.
const (
	minSize = 320
	maxSize = 3840
)

// CheckSize reports whether a film can have a width and a height in pixels, before there
// is anything to show.
func CheckSize(width, height int) error {
	if least, most := min(width, height), max(width, height); least < minSize || most > maxSize {
		return fmt.Errorf("film: size %d×%d px, sides must be %d to %d px", width, height, minSize, maxSize)
	}
	return nil
}

// maxText bounds each text in bytes.
const maxText = 200

// Validate reports the first rule the film breaks.
func (f *Film) Validate() error {
	switch {
	case f.Scene == nil:
		return fmt.Errorf("film: no scene")
	case f.Theme == nil:
		return fmt.Errorf("film: no theme")
	case !(f.Speed >= 0.01 && f.Speed <= 100):
		return fmt.Errorf("film: speed %g must be 0.01 to 100", f.Speed)
	case !(f.FrameRate >= 1 && f.FrameRate <= 50):
		return fmt.Errorf("film: frame rate %g must be 1 to 50 per second", f.FrameRate)
	case !(f.Trail >= 0 && f.Trail <= 1e6):
		return fmt.Errorf("film: trail of %g s must be 0 to 1e6 s", f.Trail)
	case !(f.Hold >= 0 && f.Hold <= 60):
		return fmt.Errorf("film: hold of %g s must be 0 to 60 s", f.Hold)
	case f.View != render.Bounds{} && !(f.View.Size().X > 0 && f.View.Size().Y > 0 && f.View.Size().Len() <= sim.MaxMagnitude):
		return fmt.Errorf("film: view of %v m must have a width and a height", f.View.Size())
	case len(f.True) == 0:
		return fmt.Errorf("film: no true states")
	case f.Backdrop != nil && !(f.Backdrop.Picture != nil && f.Backdrop.Shows.Size().X > 0 && f.Backdrop.Shows.Size().Y > 0 && f.Backdrop.Shows.Size().Len() <= sim.MaxMagnitude):
		return fmt.Errorf("film: backdrop must have pictures, a width and a height")
	case f.Seen != nil && len(f.Seen) != len(f.True):
		return fmt.Errorf("film: measurements at %d states, must be as many as the %d true ones", len(f.Seen), len(f.True))
	case f.Predicted != nil && len(f.Predicted) != len(f.True):
		return fmt.Errorf("film: %d predicted states, must be as many as the %d true ones", len(f.Predicted), len(f.True))
	}
	if err := CheckSize(f.Width, f.Height); err != nil {
		return err
	}
	for _, text := range []string{f.Title, f.Label, f.Model, f.BehindName} {
		if len(text) > maxText {
			return fmt.Errorf("film: text %.20q… of %d bytes must have at most %d", text, len(text), maxText)
		}
	}
	if err := f.Theme.Validate(); err != nil {
		return fmt.Errorf("film: %w", err)
	}
	if err := f.Scene.Validate(); err != nil {
		return fmt.Errorf("film: scene: %w", err)
	}
	if err := (&sim.Trajectory{Scene: f.Scene, States: f.True}).Check(); err != nil {
		return fmt.Errorf("film: true: %w", err)
	}
	if err := (&sim.Trajectory{Scene: f.Scene, States: f.Predicted}).Check(); err != nil {
		return fmt.Errorf("film: predicted: %w", err)
	}
	return f.validateBand()
}

func (f *Film) validateBand() error {
	if f.Band == nil {
		return nil
	}
	if len(f.Band.Low) != len(f.True) || len(f.Band.High) != len(f.True) {
		return fmt.Errorf("film: band has %d and %d values, must have one for each of the %d states", len(f.Band.Low), len(f.Band.High), len(f.True))
	}
	for t, low := range f.Band.Low {
		if high := f.Band.High[t]; !(low >= 0 && low <= high && high <= math.MaxFloat64) {
			return fmt.Errorf("film: band at frame %d is %g to %g m, must be rising and ≥ 0", t, low, high)
		}
	}
	return nil
}

// stride returns how many states pass from one picture to the next, the least
// that keeps to the frame rate.
func (f *Film) stride() int {
	return max(int(math.Ceil(float64(f.Scene.FPS)*f.Speed/f.FrameRate-1e-9)), 1)
}
