package session

import (
	"orrery/cmd/orrery-view/session/compare"
	"orrery/cmd/orrery-view/session/forecast"
	"orrery/sim"
)

// Motion is some states of consecutive frames.
type Motion struct {
	First  int         // frame
	States []sim.State // [t][n]
}

// Motions returns what truly happened up to the frame shown, of at most so many frames, and what the chosen model and
// the rival say: of the same frames or, in the sandbox, of those to come. What nobody has said is empty.
func (s *Session) Motions(frames int) (truth, chosen, rival Motion) {
	first, _ := s.Span()
	if s.mode != compare.Sandbox && s.begin <= s.Frame() { // which one may have wound back beyond
		first = max(first, s.begin)
	}
	first = max(first, s.Frame()-frames+1)
	truth = Motion{first, s.tape.Between(first, s.Frame())}
	said := func(f *forecast.Forecast) Motion {
		from, to := first, s.Frame()
		if s.mode == compare.Sandbox {
			from, to = s.Frame(), s.Frame()+s.Horizon()
		}
		if f == nil {
			return Motion{}
		}
		from = max(from, f.From)
		return Motion{from, f.Between(from, to)}
	}
	chosen = said(s.Forecast())
	if _, c := s.Rival(); c != nil {
		rival = said(c.Forecast())
	}
	return truth, chosen, rival
}
