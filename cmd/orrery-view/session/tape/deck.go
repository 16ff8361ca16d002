package tape

import "time"

// Deck plays a tape: what turns its Player, and what only those may do who also add to
// the tape. Make one with NewDeck.
type Deck struct{ Player }

// NewDeck returns a deck that shows the first frame of a tape, of a scene with some
// frames per second, at the true pace.
func NewDeck(t *Tape, fps int) *Deck {
	d := &Deck{Player{speed: trueSpeed}}
	d.Load(t, fps)
	return d
}

// Load shows another tape from its first frame, all of which counts as seen. Pace and
// pause stay.
func (d *Deck) Load(t *Tape, fps int) {
	d.tape, d.fps, d.cursor, d.seen = t, fps, t.First(), t.End()
	d.due, d.wait, d.loop = 0, 0, [2]int{}
}

// Forward shows the next frame of the tape. There must be one.
func (d *Deck) Forward() {
	d.cursor++
	d.seen = max(d.seen, d.cursor)
}

// Rewrite cuts the tape after the frame shown, so that it can go on differently, and
// ends the loop.
func (d *Deck) Rewrite() {
	d.tape.Cut(d.cursor)
	d.seen, d.loop = d.cursor, [2]int{}
}

// Repeat goes back to the beginning of the loop if its end is shown, and reports whether
// it was.
func (d *Deck) Repeat() bool {
	if d.loop[1] <= d.loop[0] || d.cursor < d.loop[1] {
		return false
	}
	d.cursor = max(d.loop[0], d.tape.first)
	return true
}

// Wait lets what has ended be looked at for a while, unless time stands still.
func (d *Deck) Wait() {
	if !d.paused {
		d.wait = waitTicks
	}
}

// Tick lets a sixtieth of a second pass. It calls advance, which shows a frame or
// reports that there is none, for each frame that is due, but not any more once that
// has taken as long as patience: then the scene is rather slow than late. It returns
// true at the end of a Wait.
func (d *Deck) Tick(patience time.Duration, advance func() bool) (waited bool) {
	if d.wait > 0 {
		d.wait--
		return d.wait == 0
	}
	if d.paused {
		return false
	}
	d.due += d.Speed() * float64(d.fps) / TicksPerSecond
	for start := time.Now(); d.due >= 1 && d.wait == 0; d.due-- {
		if !advance() || time.Since(start) > patience {
			d.due = min(d.due, 1)
			break
		}
	}
	return false
}
