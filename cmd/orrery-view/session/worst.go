package session

import (
	"fmt"
	"math"

	"orrery/cmd/orrery-view/session/compare"
)

// growTime is within how many seconds the growth of an error is looked at.
const growTime = 0.1

// Worst stops the time at the worst moment that is known: of a replay the frame that surprises the chosen model most,
// else where the error begins to grow most within a tenth of a second; in the sandbox where a forecast that came true was
// most wrong. Where nothing is known a notice says so.
func (s *Session) Worst() {
	if s.scene == nil {
		return
	}
	first, last := s.Span()
	frame, said := -1, ""
	most := 0.0
	errors, from, every := s.Errors()
	switch scores := s.Surprise(); {
	case scores != nil:
		for k, score := range scores {
			if score > most {
				most, frame, said = score, s.tape.First()+k, "the frame that surprises the model most"
			}
		}
	case s.mode == compare.Sandbox:
		for k, off := range errors {
			if at := from + k*every; off > most && at >= first && at <= last {
				most, frame, said = off, at, "the worst forecast: %s off"
			}
		}
	default:
		reach := max(int(math.Round(growTime*float64(s.scene.FPS))), 1)
		for k := range len(errors) - min(reach, len(errors)) {
			if by := errors[k+reach] - errors[k]; by > most {
				most, frame, said = by, from+k, "from here the error grows most: by %s within a tenth of a second"
			}
		}
	}
	if frame < 0 {
		s.Notify("no error is known yet")
		return
	}
	s.Pause(true)
	s.Seek(frame)
	if s.Surprise() == nil {
		said = fmt.Sprintf(said, fmt.Sprintf("%.2g mm", 1e3*most))
	}
	s.Notify(said)
}
