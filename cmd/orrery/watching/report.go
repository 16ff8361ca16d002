package watching

import (
	"cmp"
	"encoding/json"
	"fmt"
	"image"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"orrery/datasets/film"
	"orrery/datasets/storage"
	"orrery/sim"
	"orrery/sim/input"
	"orrery/world/watch/look"
	"orrery/world/watch/walls"
)

// Report is what was decided and why: the file film.json.
type Report struct {
	Format   int          `json:"format"` // 1
	Unit     string       `json:"unit"`   // of the tracks and the scenes: m or px
	PerMetre float64      `json:"px_per_metre,omitempty"`
	Gravity  sim.Vec      `json:"gravity"` // of bodies in flight, in the unit per s²
	Walls    []walls.Wall `json:"walls"`   // in px
	Watched  Watched      `json:"watched"`
	Episodes []Episode    `json:"episodes"`
	Doubts   []Doubt      `json:"doubts"` // the worst first
	Notes    []string     `json:"notes"`  // what was decided and why, in words
	Fix      *Fix         `json:"fix,omitempty"`
}

// Watched is what of the films was looked at.
type Watched struct {
	Start  float64         `json:"start_s"`
	End    float64         `json:"end_s"` // 0 is the end of the film
	Step   int             `json:"step"`  // every so many pictures
	Rate   float64         `json:"rate"`  // pictures a second when filmed; 0 is as it plays
	Region image.Rectangle `json:"region"`
}

// Episode is what was seen in one stretch of a film.
type Episode struct {
	Path    string         `json:"path"`
	Stretch int            `json:"stretch"` // number of it in its film, from 0 on
	Film    film.Facts     `json:"film"`
	Ground  groundTold     `json:"ground"`
	Bodies  []BodyTold     `json:"bodies"`
	Ignored []look.Ignored `json:"ignored"`
	Sways   []film.Sway    `json:"sways,omitempty"` // of each picture against the first, where the camera does not stand still: it is put back by these
	Slant   *slantTold     `json:"slant,omitempty"` // how askew the camera looks at the plane of motion, where sizes tell it
}

// BodyTold is a body in words and numbers.
type BodyTold struct {
	Name      string     `json:"name"`
	Kind      string     `json:"kind"`      // disc, box, capsule, polygon or compound
	AcrossPx  float64    `json:"across_px"` // its greatest width
	Colour    [3]float32 `json:"colour"`    // red, green and blue, 0 to 255
	Turns     bool       `json:"turns"`     // a turn can be seen
	Certain   float64    `json:"certain"`   // share of the pictures looked at that it explains
	Pictures  int        `json:"pictures"`  // number in which it was seen
	Hidden    int        `json:"hidden"`    // number in which it must be and was not seen
	StdPx     float64    `json:"std_px"`    // px, standard deviation of its place, the median
	Residuals float64    `json:"residual"`  // by how many standard deviations the picture differs from what is said to be there, the median
}

// Doubt is a stretch in which something may be wrong.
type Doubt struct {
	Episode int     `json:"episode"`
	Frame   int     `json:"frame"` // number of the picture in which it is worst
	Time    float64 `json:"time"`  // s
	Body    string  `json:"body"`
	Last    int     `json:"last"`  // number of the last picture of the stretch
	Score   float64 `json:"score"` // how doubtful it is; 1 is where doubt begins
	Why     string  `json:"why"`
}

// scale returns how many px are the unit.
func (r *Report) scale() float64 {
	if r.PerMetre > 0 {
		return r.PerMetre
	}
	return 1
}

// write writes the report as JSON.
func (r *Report) write(path string) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return storage.WriteFile(path, append(text, '\n'))
}

// kindOf returns the kind of some shapes in a word.
func kindOf(shapes []sim.Shape) string {
	if len(shapes) > 1 {
		return "compound"
	}
	switch s := shapes[0]; s.Kind {
	case sim.Circle:
		return "disc"
	case sim.Segment:
		return "capsule"
	case sim.Polygon:
		if len(s.Vertices) == 4 && isRectangle(s.Vertices) {
			return "box"
		}
		return "polygon"
	default:
		panic("watching: a shape of an unknown kind")
	}
}

// isRectangle reports whether four corners have right angles, but for what measuring them may be off.
func isRectangle(v []sim.Vec) bool {
	for i := range v {
		a, b := v[(i+1)%4].Sub(v[i]), v[(i+2)%4].Sub(v[(i+1)%4])
		if !(math.Abs(a.Dot(b)) <= 0.02*a.Len()*b.Len()) {
			return false
		}
	}
	return true
}

// tell fills in what is told of the episodes.
func (r *Report) tell(w *work, episodes []*seenEpisode) error {
	for _, e := range episodes {
		told := Episode{Path: e.path, Stretch: e.order, Film: e.Facts(), Ground: e.part.Ground, Ignored: e.part.Ignored, Sways: e.part.Sways, Slant: e.part.Slant}
		doubts, err := w.look(e, &told)
		if err != nil {
			return err
		}
		r.Doubts = append(r.Doubts, doubts...)
		r.Episodes = append(r.Episodes, told)
	}
	r.Doubts = worst(r.Doubts)
	r.note(w)
	return nil
}

// mostDoubts bounds how many doubts are listed.
const mostDoubts = 200

// worst returns doubts that are listed, the worst first, and those of one score as they came.
func worst(doubts []Doubt) []Doubt {
	slices.SortStableFunc(doubts, func(a, b Doubt) int { return cmp.Compare(b.Score, a.Score) })
	return doubts[:min(len(doubts), mostDoubts)]
}

// note says in words what was decided.
func (r *Report) note(w *work) {
	say := func(format string, values ...any) { r.Notes = append(r.Notes, fmt.Sprintf(format, values...)) }
	first := &r.Episodes[0]
	switch first.Ground.Kind {
	case "plate":
		say("the ground is the picture %s", w.Plate)
	case "smooth":
		say("the ground is what most pictures show, and a smooth surface where a body always lies (%s)", input.Count(first.Ground.Filled, "pixel"))
	default:
		say("the ground is what most pictures show; %s showed a body for most of the time", input.Count(first.Ground.Ghosts, "pixel"))
	}
	for _, wall := range r.Walls {
		proof := []string{}
		if wall.Hits > 0 {
			proof = append(proof, input.Count(wall.Hits, "bounce"))
		}
		if wall.Rests > 0 {
			proof = append(proof, fmt.Sprintf("%d at rest on it", wall.Rests))
		}
		place := "by motion alone"
		if wall.Edge {
			place = "at an edge of the picture"
		}
		say("a wall from %.1f, %.1f to %.1f, %.1f px: %s, %s", wall.A.X, wall.A.Y, wall.B.X, wall.B.Y, strings.Join(proof, ", "), place)
	}
	switch {
	case r.PerMetre == 0:
		say("nothing says the scale: tracks and scenes are in px (--scale)")
	case w.scale.Fall > 0:
		say("%.5g px are a metre: things fall with %g m/s²", r.PerMetre, w.scale.Fall)
	case w.scale.Side > 0:
		say("%.5g px are a metre: the longer side of the picture is %g m", r.PerMetre, w.scale.Side)
	case w.scale.Body != "":
		say("%.5g px are a metre: body %s is %g m wide", r.PerMetre, w.scale.Body, w.scale.Length)
	}
	if r.Gravity != (sim.Vec{}) {
		say("bodies in flight accelerate by %.4g, %.4g %s/s²", r.Gravity.X, r.Gravity.Y, r.Unit)
	}
	for i := range r.Episodes {
		e := &r.Episodes[i]
		name := filepath.Base(e.Path)
		if n := len(e.Film.Doubled); n > 0 {
			say("%s: %s left out that show the one before again", name, input.Count(n, "picture"))
		}
		if e.Film.AssumedRate {
			say("%s: pictures have no times: 30 a second are assumed (--rate)", name)
		}
		if e.Film.Interlaced {
			say("%s: every other row was taken half a picture later, which combs what moves (ffmpeg -i FILM -vf bwdif OUT joins them)", name)
		}
		if e.Film.Complaint != "" {
			say("%s: read, with what was wrong in it: %s", name, e.Film.Complaint)
		}
		if len(e.Sways) > 0 {
			most := 0.0
			for _, s := range e.Sways {
				most = max(most, s.Most(e.Film.Width, e.Film.Height))
			}
			say("%s: the camera sways by up to %.1f px: each picture is put back where the first one is", name, most)
		}
		if s := e.Slant; s != nil && s.Levelled {
			say("%s: things looked up to %.1f %% larger in one place than in another: it is watched as if the camera had looked square at them", name, 100*s.Over)
		} else if s != nil {
			say("%s: things look up to %.1f %% larger in one place than in another, as where a camera does not look square at them (--level takes that out)", name, 100*s.Over)
		}
		for _, b := range e.Bodies {
			if !b.Turns {
				say("%s: body %s is a disc of one colour, so its angle is not known", name, b.Name)
			}
		}
		for _, g := range e.Ignored {
			say("%s: %s", name, g.Reason)
		}
		if i == 9 && len(r.Episodes) > 12 {
			say("and so on for %d more episodes", len(r.Episodes)-10)
			break
		}
	}
}

// When something is doubtful.
const (
	doubtResidual = 3.0 // standard deviations, and so many times the usual
	doubtStd      = 6.0 // times the usual deviation
	doubtShare    = 0.6 // share of the body that is seen
)

// look goes through the rows of an episode and tells of its bodies, and of what is doubtful.
func (w *work) look(e *seenEpisode, told *Episode) (doubts []Doubt, err error) {
	byBody := map[string][]Row{}
	if err := w.rows(e, func(r *Row) error {
		byBody[r.Body] = append(byBody[r.Body], *r)
		return nil
	}); err != nil {
		return nil, err
	}
	for i := range e.bodies {
		b := &e.bodies[i]
		rows := byBody[b.Name]
		t := BodyTold{Name: b.Name, Kind: kindOf(b.Shapes), AcrossPx: across(b.Shapes), Colour: b.Paint.Mean, Turns: b.Turns}
		var stds, residuals []float64
		for k := range rows {
			if rows[k].Seen {
				t.Pictures++
				stds, residuals = append(stds, math.Hypot(rows[k].StdX, rows[k].StdY)/math.Sqrt2), append(residuals, rows[k].Residual)
			} else {
				t.Hidden++
			}
		}
		t.StdPx, t.Residuals = median(stds), median(residuals)
		for k, name := range e.names {
			if name == b.Name {
				t.Certain = e.part.Bodies[k].Certain
			}
		}
		told.Bodies = append(told.Bodies, t)
		doubts = append(doubts, doubtsOf(e.number, &t, rows)...)
	}
	return doubts, nil
}

func median(v []float64) float64 {
	if len(v) == 0 {
		return 0
	}
	slices.Sort(v)
	return v[len(v)/2]
}

// doubtsOf returns the stretches in which a body is doubtful.
func doubtsOf(episode int, t *BodyTold, rows []Row) (doubts []Doubt) {
	open := false
	for k := range rows {
		score, why := doubtOf(t, rows, k)
		if !(score >= 1) {
			open = false
			continue
		}
		d := Doubt{Episode: episode, Frame: rows[k].Frame, Time: rows[k].Time, Body: t.Name, Last: rows[k].Frame, Score: score, Why: why}
		if n := len(doubts); open && doubts[n-1].Why == why {
			doubts[n-1].Last = d.Last
			if score > doubts[n-1].Score {
				doubts[n-1].Frame, doubts[n-1].Time, doubts[n-1].Score = d.Frame, d.Time, score
			}
		} else {
			doubts, open = append(doubts, d), true
		}
	}
	return doubts
}

// doubtOf returns how doubtful a row is, and why.
func doubtOf(t *BodyTold, rows []Row, k int) (score float64, why string) {
	r := &rows[k]
	worst := func(s float64, text string) {
		if s > score {
			score, why = s, text
		}
	}
	if !r.Seen {
		return 2, "it is hidden or lost"
	}
	worst(r.Residual/max(doubtResidual, 2*t.Residuals), "the picture differs from what is said to be there")
	worst(math.Hypot(r.StdX, r.StdY)/math.Sqrt2/max(doubtStd*t.StdPx, 0.5), "its place is uncertain")
	if r.Share < doubtShare {
		worst(2-r.Share/doubtShare, "little of it is seen")
	}
	if k > 1 && k+2 < len(rows) { // it is where neither before nor after leads
		a, b, c, d := rows[k-2], rows[k-1], rows[k+1], rows[k+2]
		step := b.Frame - a.Frame
		even := r.Frame-b.Frame == step && c.Frame-r.Frame == step && d.Frame-c.Frame == step
		if a.Seen && b.Seen && c.Seen && d.Seen && even {
			ahead := math.Hypot(r.X-2*b.X+a.X, r.Y-2*b.Y+a.Y)
			back := math.Hypot(r.X-2*c.X+d.X, r.Y-2*c.Y+d.Y)
			worst(min(ahead, back)/max(8*math.Hypot(r.StdX, r.StdY), 0.35*t.AcrossPx), "it jumps")
		}
	}
	return score, why
}
