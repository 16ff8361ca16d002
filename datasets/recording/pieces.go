package recording

import (
	"fmt"
	"math"
	"slices"

	"orrery/sim"
	"orrery/sim/input"
)

// Policy says what becomes of what is odd.
type Policy string

// The policies. Whatever they leave out stays among the Records.
const (
	Report Policy = "report" // it stays
	Drop   Policy = "drop"   // it is left out: swapped ids are changed back, and a teleport begins a new episode
	Split  Policy = "split"  // it is left out, and a new episode begins
)

// Policies returns the names of all policies.
func Policies() []string { return []string{string(Report), string(Drop), string(Split)} }

const (
	// longGap is for how long a body may not be seen in s, so that the estimate bridges it.
	longGap = 0.5
	// lateStart is by how much later than an episode a body may come, and by how much earlier it may go, in s.
	lateStart = 0.1
	// leastPictures are those of a piece that is cut off from others.
	leastPictures = 5
)

// Piece is a stretch of a recording in which the same bodies are seen.
type Piece struct {
	Of       *Recording
	From, To int    // indices of the first picture, and of the one after the last
	Tracks   []int  // indices of those that are seen
	odd      []mark // of the recording
}

// mark says which track of a picture is odd.
type mark struct {
	picture, track int
	kind           OddKind
}

// InAll returns the recordings of a table's episode. Where the clock jumps back, Split begins another one and Drop leaves out
// the rows until it has caught up.
func (raw *Raw) InAll(frame Frame, rate Rate, policy Policy) ([]*Recording, error) {
	parts := []*Raw{raw}
	if raw.Timed && policy != Report {
		probe := &Recording{Raw: raw, Frame: frame}
		probe.findClockJumps()
		if len(probe.Jumps) > 0 {
			parts = raw.mended(probe.Jumps, policy)
		}
	}
	var all []*Recording
	for _, part := range parts {
		r, err := part.In(frame, rate)
		if err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, nil
}

// mended returns the rows without clocks that jump back.
func (raw *Raw) mended(jumps []int, policy Policy) []*Raw {
	part := func(rows []Row) *Raw {
		c := *raw
		c.Rows = rows
		return &c
	}
	if policy == Split && !raw.Framed {
		var parts []*Raw
		from := 0
		for _, at := range append(slices.Clone(jumps), len(raw.Rows)) {
			if at > from {
				parts = append(parts, part(raw.Rows[from:at]))
			}
			from = at
		}
		return parts
	}
	rows := slices.Clone(raw.Rows)
	if raw.Framed {
		slices.SortStableFunc(rows, func(a, b Row) int { return int(a.Frame - b.Frame) })
	}
	latest := map[int]float64{}
	kept := rows[:0]
	for _, row := range rows {
		if t, seen := latest[row.Track]; seen && row.Time <= t {
			continue
		}
		latest[row.Track] = row.Time
		kept = append(kept, row)
	}
	return []*Raw{part(kept)}
}

// Pieces applies a policy to what is odd, and cuts the recording where bodies come and go. What was cut off and why
// is in notes.
func (r *Recording) Pieces(policy Policy, odd []Odd) (pieces []*Piece, notes []string) {
	var cuts []int
	var marks []mark
	leave := func(o Odd) {
		for k := o.Picture; k <= o.Last; k++ {
			for _, i := range o.Tracks {
				if r.Sights[k][i].Seen || r.Sights[k][i].Turned {
					marks = append(marks, mark{k, i, o.Kind})
				}
				r.Sights[k][i].Seen, r.Sights[k][i].Turned = false, false
			}
		}
	}
	for _, o := range odd {
		if policy == Report {
			break
		}
		switch o.Kind {
		case Outlier, Doubled, Stuck:
			leave(o)
			if policy == Split {
				cuts = append(cuts, o.Picture, o.Last+1)
			}
		case Swap:
			r.swapBack(o)
			if policy == Split {
				cuts = append(cuts, o.Picture)
			}
		case Jump:
			cuts = append(cuts, o.Picture)
		case Clock: // is gone already
		default:
			panic("recording: something of an unknown kind is odd")
		}
	}
	here := make([][]bool, len(r.Tracks)) // [track][picture] whether a body is there, though not always seen
	for i := range r.Tracks {
		here[i] = r.presence(i)
		for k := 1; k < len(r.Times); k++ {
			if here[i][k] != here[i][k-1] {
				cuts = append(cuts, k)
			}
		}
	}
	bridged := r.bridged()
	for k := 1; k < len(r.Times); k++ {
		if r.Times[k]-r.Times[k-1] > bridged { // there are no pictures at all
			cuts = append(cuts, k)
			notes = append(notes, fmt.Sprintf("%.4g to %.4g s: no body is seen, a new episode begins", r.Times[k-1], r.Times[k]))
		}
	}
	cuts = append(cuts, 0, len(r.Times))
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	for c := range len(cuts) - 1 {
		p := &Piece{Of: r, From: cuts[c], To: cuts[c+1], odd: marks}
		var gone []int
		for i := range r.Tracks {
			switch {
			case here[i][p.From]:
				p.Tracks = append(p.Tracks, i)
			case slices.Contains(here[i][:p.From], true) && slices.Contains(here[i][p.To:], true):
				gone = append(gone, i)
			}
		}
		span := fmt.Sprintf("%.4g to %.4g s", r.Times[p.From], r.Times[p.To-1])
		switch n := p.To - p.From; {
		case len(p.Tracks) == 0 && len(gone) == 0:
			notes = append(notes, fmt.Sprintf("%s: no body is seen, left out", span))
		case len(gone) > 0:
			notes = append(notes, fmt.Sprintf("%s: %sis not seen for more than %v s, left out", span, r.names(gone), longGap))
		case n < 2 || n < leastPictures && len(cuts) > 2:
			notes = append(notes, fmt.Sprintf("%s: %s alone, left out", span, input.Count(n, "picture")))
		default:
			pieces = append(pieces, p)
		}
	}
	return pieces, notes
}

// swapBack gives bodies their own ways back from a picture on.
func (r *Recording) swapBack(o Odd) {
	for k := o.Picture; k < len(r.Times); k++ {
		sights, rows := slices.Clone(r.Sights[k]), slices.Clone(r.Rows[k])
		for j, i := range o.Tracks { // track i goes on where the next one was, so its sights are those of the next
			to := o.Tracks[(j+1)%len(o.Tracks)]
			r.Sights[k][to], r.Rows[k][to] = sights[i], rows[i]
		}
	}
	r.unwrap()
}

// bridged returns for how long a body may not be seen, in s, and still be there: where pictures are far apart, one may
// lack.
func (r *Recording) bridged() float64 { return max(longGap, 2.5*r.Step()) }

// presence reports in which pictures a body is there: from where it is first seen to where it is last, but for long gaps.
func (r *Recording) presence(track int) []bool {
	here := make([]bool, len(r.Times))
	last, gap := -1, r.bridged()
	for k := range r.Times {
		if !r.Sights[k][track].Seen {
			continue
		}
		from := k
		switch {
		case last >= 0 && r.Times[k]-r.Times[last] <= gap:
			from = last + 1
		case last < 0 && r.Times[k]-r.Times[0] <= lateStart:
			from = 0
		}
		for j := from; j <= k; j++ {
			here[j] = true
		}
		last = k
	}
	if end := len(r.Times) - 1; last >= 0 && r.Times[end]-r.Times[last] <= lateStart {
		for j := last + 1; j <= end; j++ {
			here[j] = true
		}
	}
	return here
}

// Names returns how the recording calls the bodies of the piece.
func (p *Piece) Names() []string {
	var names []string
	for _, i := range p.Tracks {
		names = append(names, p.Of.Tracks[i].Name)
	}
	return names
}

// Times returns the times of the pictures in s after the first one of the recording.
func (p *Piece) Times() []float64 { return p.Of.Times[p.From:p.To] }

// Sights returns what was seen [picture][n]. Body i of the scene is track of[i] of the recording.
func (p *Piece) Sights(of []int) [][]sim.Sight {
	out := make([][]sim.Sight, p.To-p.From)
	for k := range out {
		out[k] = make([]sim.Sight, len(of))
		for i, track := range of {
			out[k][i] = p.Of.Sights[p.From+k][track]
		}
	}
	return out
}

// Frames returns the times of the frames in s after the first picture of the recording, at so many a second, from the
// first picture of the piece to its last. The last frame may be a quarter of a frame later.
func (p *Piece) Frames(fps int) []float64 {
	t := p.Times()
	n := int(math.Floor((t[len(t)-1]-t[0])*float64(fps)+0.25)) + 1
	frames := make([]float64, n)
	for k := range frames {
		frames[k] = t[0] + float64(k)/float64(fps)
	}
	return frames
}

// OnFrames returns the sight of each body that is nearest to each frame [t][n], with its own time. Sights in between
// are not among them.
func (p *Piece) OnFrames(fps int, of []int) [][]sim.Sight {
	frames := p.Frames(fps)
	out := make([][]sim.Sight, len(frames))
	for k := range out {
		out[k] = make([]sim.Sight, len(of))
	}
	for k, sights := range p.Sights(of) {
		for i, s := range sights {
			if !s.Seen && !s.Turned {
				continue
			}
			t := p.Times()[k] + s.After
			frame := int(math.Round((t - frames[0]) * float64(fps)))
			if frame < 0 || frame >= len(frames) {
				continue
			}
			s.After = t - frames[frame]
			if had := &out[frame][i]; !had.Seen && !had.Turned || math.Abs(s.After) < math.Abs(had.After) {
				*had = s
			}
		}
	}
	return out
}

// Actions returns what was asked for from each frame to the next [t-1]: that of the last picture before it, or nil
// where the recording has no actions.
func (p *Piece) Actions(fps int) []sim.Action {
	frames := p.Frames(fps)
	var out []sim.Action
	picture := p.From
	for _, t := range frames[:len(frames)-1] {
		for picture+1 < p.To && p.Of.Times[picture+1] <= t+0.25/float64(fps) {
			picture++
		}
		action := p.Of.Actions[picture]
		if action == nil {
			return nil
		}
		out = append(out, sim.Action(action))
	}
	return out
}

// Records returns what is written of the pictures of the piece, in the order of the file.
func (p *Piece) Records(of []int) []sim.Record {
	raw := p.Of.Raw
	body := map[int]int{}
	for i, track := range of {
		body[track] = i
	}
	odd := map[[2]int]OddKind{}
	for _, m := range p.odd {
		odd[[2]int{m.picture, m.track}] = m.kind
	}
	type found struct {
		row, body int
		odd       OddKind
	}
	var rows []found
	for k := p.From; k < p.To; k++ {
		for track, i := range p.Of.Rows[k] {
			if i < 0 {
				continue
			}
			f := found{i, -1, odd[[2]int{k, track}]}
			if b, here := body[track]; here {
				f.body = b
			}
			rows = append(rows, f)
		}
	}
	slices.SortFunc(rows, func(a, b found) int { return a.row - b.row })
	var out []sim.Record
	for _, f := range rows {
		row := &raw.Rows[f.row]
		out = append(out, sim.Record{
			Row: row.Number, Time: row.when(raw.Timed), Track: raw.Tracks[row.Track], Body: f.body,
			X: row.X, Y: row.Y, Angle: row.Angle, Seen: row.Seen, Turned: row.Turned, Odd: string(f.odd),
		})
	}
	return out
}
