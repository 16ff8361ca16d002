package screen

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"

	"orrery/cmd/orrery-view/session/replay"
	"orrery/cmd/orrery-view/widget"
)

// episodeList is how the episodes of a dataset are listed.
type episodeList struct {
	least float64 // share of the slider: only episodes that are as wrong as that
	worst bool    // the worst come first, not the lowest numbers
	page  int
}

// listRows is the number of episodes on a page.
const listRows = 8

// leastError returns the error in metres from which on an episode is listed; 0 lists all.
func (e *episodeList) leastError() float64 {
	if !(e.least > 0) {
		return 0
	}
	return math.Pow(10, widget.Decades*(e.least-1))
}

// listed returns the numbers of the episodes that are listed, in their order. Whose error is not known is only listed where
// all are.
func (e *episodeList) listed(lines []replay.Line) []int {
	var out []int
	least := e.leastError()
	for k := range lines {
		if least == 0 || lines[k].Known && !(lines[k].Error < least) { // where the model failed it is as wrong as can be
			out = append(out, k)
		}
	}
	if e.worst {
		weight := func(k int) float64 {
			switch {
			case !lines[k].Known:
				return -1
			case math.IsNaN(lines[k].Error):
				return math.Inf(1)
			}
			return lines[k].Error
		}
		slices.SortStableFunc(out, func(a, b int) int { return cmp.Compare(weight(b), weight(a)) })
	}
	return out
}

// episodeSection lists all episodes with how wrong the model is about each.
func (s *Screen) episodeSection(k *stack) {
	can, on := s.Session.Surveys()
	if !can {
		return
	}
	e := &s.episodes
	k.grid(1, choice{"errors of all episodes", on, s.Session.Survey})
	if !on {
		return
	}
	lines := s.Session.Lines()
	known, old := 0, 0
	for i := range lines {
		switch {
		case lines[i].Old:
			old++
		case lines[i].Known:
			known++
		}
	}
	if old > 0 {
		k.text(fmt.Sprintf("%d of %d are predicted by the newest model", known, len(lines)))
	} else if known < len(lines) {
		k.text(fmt.Sprintf("%d of %d are predicted", known, len(lines)))
	}
	value := "all"
	if least := e.leastError(); least > 0 {
		value = formatError(least)
	}
	k.add(widget.Widget{
		Kind: widget.Slider, Name: "least error", Part: k.sliding(), Text: fmt.Sprintf("wrong after %d s by", replay.JudgedAt), Value: value, Share: e.least,
		Set: func(share float64) { e.least, e.page = math.Round(share*4*widget.Decades)/(4*widget.Decades), 0 },
	})
	k.grid(2, choice{"by number", !e.worst, func() { e.worst, e.page = false, 0 }}, choice{"worst first", e.worst, func() { e.worst, e.page = true, 0 }})
	listed := e.listed(lines)
	pages := max((len(listed)+listRows-1)/listRows, 1)
	page := min(e.page, pages-1)
	shown := s.Session.Show().Episode
	for _, episode := range listed[page*listRows : min((page+1)*listRows, len(listed))] {
		line := &lines[episode]
		text := "–"
		switch {
		case line.Known && math.IsNaN(line.Error):
			text = "fails"
		case line.Known:
			text = formatError(line.Error)
		}
		k.add(widget.Widget{
			Kind: widget.Button, Name: "episode " + strconv.Itoa(episode), Part: k.row(s.rowHigh(), 4), Text: fmt.Sprintf("%d: %s", episode, text), On: episode == shown,
			Curve: line.Curve[:], Do: func() { s.Session.Episode(episode - shown) },
		})
	}
	if len(listed) == 0 {
		k.text("no episode is so wrong")
	}
	if pages > 1 {
		turn := func(by int) func() { return func() { e.page = (page + by + pages) % pages } }
		k.grid(3, choice{"‹ before", false, turn(-1)}, choice{fmt.Sprintf("%d of %d", page+1, pages), false, func() { e.page = 0 }}, choice{"after ›", false, turn(1)})
	}
	k.grid(2, choice{"worst moment", false, s.Session.Worst}, choice{"next contact", false, s.Session.NextContact})
}
