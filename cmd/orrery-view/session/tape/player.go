package tape

import "orrery/sim"

// TicksPerSecond is the rate at which Player.Tick is meant to be called.
const TicksPerSecond = 60

// Speeds are the paces to choose from, in seconds of the scene per second.
var Speeds = []float64{0.125, 0.25, 0.5, 1, 2, 4, 8}

const (
	trueSpeed = 3                      // index of the pace that is true
	waitTicks = TicksPerSecond * 3 / 2 // before what has ended begins anew
)

// Player says which frame of a tape is shown, and at which pace time goes on. It belongs
// to a Deck.
type Player struct {
	tape   *Tape
	fps    int // frames of the scene per second
	cursor int // frame that is shown
	seen   int // the last that was shown; the tape may go on unseen

	paused bool
	speed  int     // index of Speeds
	due    float64 // frames that ought to have been shown
	wait   int     // ticks until what has ended begins anew; 0 while it goes on
	loop   [2]int  // frames between which to repeat, when the second is greater
}

// State returns the true state [n] that is shown.
func (p *Player) State() sim.State { return p.tape.At(p.cursor) }

// Frame returns the number of the frame that is shown.
func (p *Player) Frame() int { return p.cursor }

// Span returns the first and the last frame that can be shown.
func (p *Player) Span() (first, last int) { return p.tape.first, p.seen }

// Past returns the true states [t][n] of up to some frames before the one shown, and that.
func (p *Player) Past(frames int) []sim.State {
	return p.tape.Between(max(p.cursor-frames, p.tape.first), p.cursor)
}

// Blend returns how far the picture has come from the frame before to the one that
// is shown, from 0 to 1: where there are fewer frames than ticks, motion is smooth
// all the same.
func (p *Player) Blend() float64 {
	if p.paused || p.wait > 0 || p.cursor == p.tape.first || p.Speed()*float64(p.fps) >= TicksPerSecond {
		return 1
	}
	return min(p.due, 1)
}

// Speed returns the pace of the scene as a factor of the true one.
func (p *Player) Speed() float64 { return Speeds[p.speed] }

// Faster goes some steps up or down in Speeds.
func (p *Player) Faster(steps int) { p.speed = min(max(p.speed+steps, 0), len(Speeds)-1) }

// Paused reports whether time stands still.
func (p *Player) Paused() bool { return p.paused }

// Pause stops time, or lets it go on.
func (p *Player) Pause(paused bool) { p.paused, p.due, p.wait = paused, 0, 0 }

// Seek shows a frame that can be shown, or the nearest to it.
func (p *Player) Seek(frame int) {
	p.due, p.wait = 0, 0
	p.cursor = min(max(frame, p.tape.first), p.seen)
}

// Loop returns the frames between which playing repeats; they are equal when it
// does not.
func (p *Player) Loop() (from, to int) { return p.loop[0], p.loop[1] }

// SetLoop sets the frame shown as the beginning or the end of what repeats. An end
// before the beginning ends the loop.
func (p *Player) SetLoop(end bool) {
	if end {
		p.loop[1] = p.cursor
	} else {
		p.loop[0] = p.cursor
		if p.loop[1] == 0 {
			p.loop[1] = p.seen
		}
	}
	if p.loop[1] <= p.loop[0] {
		p.loop = [2]int{}
	}
}
