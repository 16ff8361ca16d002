package recordings

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"orrery/datasets"
	"orrery/datasets/csv"
	"orrery/datasets/recording"
	"orrery/datasets/splits"
	"orrery/sim"
	"orrery/world/observe"
)

// Set is all that is seen in a file, in episodes in which the same bodies are seen.
type Set struct {
	FPS    int             // frames a second of the estimates
	Rate   float64         // pictures a second, the median
	Frame  recording.Frame // that the recording is written in
	Notes  []string        // what was left out, and why
	Odd    []string        // what is odd, in words
	Kinds  map[recording.OddKind]int
	Splits splits.Splits  // of the episodes, or nil where no column says them
	Pieces []int          // number of episodes of each recording of which there are any
	Beat   recording.Beat // the even beat that is used instead of the times that are told; zero where these are used
	Law    observe.Law    // of all of them, after Measure

	Seen     []*recording.Recording // whole
	episodes []episode
	timed    bool // the unit of the times is noted
}

// episode is a piece and its scene.
type episode struct {
	*recording.Piece
	scene *sim.Scene
	of    []int // track of each body
	told  bool  // the scene was
}

// maxRows bounds what is held in memory at a time.
const maxRows = 1 << 22

// Read reads all episodes of a file. Progress is told which share is read.
func Read(ctx context.Context, file *csv.File, o Options, progress func(fraction float64)) (*Set, error) {
	s := &Set{Frame: o.Frame, Kinds: map[recording.OddKind]int{}}
	rows := 0
	var all [][]*recording.Recording
	for i := range file.Episodes() {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		raw, err := file.Raw(ctx, i)
		if err != nil {
			return nil, err
		}
		if rows += len(raw.Rows); rows > maxRows {
			return nil, fmt.Errorf("%s: a recording has at most %d rows: cut it into several", raw.Name, maxRows)
		}
		if err := setRadius(&s.Frame, raw); err != nil {
			return nil, fmt.Errorf("%s: --%w", raw.Name, err)
		}
		rate, err := s.rateOf(file, i, &o)
		if err != nil {
			return nil, err
		}
		parts, err := raw.InAll(s.Frame, rate, recording.Policy(o.Odd))
		if err != nil {
			return nil, err
		}
		all = append(all, parts)
		s.Seen = append(s.Seen, parts...)
		progress(float64(i+1) / float64(file.Episodes()) / 2)
	}
	if beat, found := recording.Even(s.Seen); found {
		s.Beat, s.Notes = beat, append(s.Notes, beat.String())
	}
	if err := s.setRate(file, &o); err != nil {
		return nil, err
	}
	return s, s.cut(ctx, file, &o, all, progress)
}

// setRadius ends a scale that the radius of the bodies gives.
func setRadius(f *recording.Frame, raw *recording.Raw) error {
	var radii []float64
	for i := range raw.Rows {
		if r := raw.Rows[i].Radius; r > 0 {
			radii = append(radii, r)
		}
	}
	if len(radii) == 0 {
		return f.SetRadius(0)
	}
	slices.Sort(radii)
	return f.SetRadius(radii[len(radii)/2])
}

// rateOf returns the pictures a second of an episode that has no times.
func (s *Set) rateOf(file *csv.File, i int, o *Options) (recording.Rate, error) {
	if o.Rate.Value() > 0 {
		return o.Rate.Rate, nil
	}
	scene, err := file.Scene(i)
	if err != nil || scene == nil {
		return recording.Rate{Num: float64(file.FPS()), Den: 1}, err
	}
	return recording.Rate{Num: float64(scene.FPS), Den: 1}, nil
}

// setRate sets the rates of the recording and of the frames.
func (s *Set) setRate(file *csv.File, o *Options) error {
	var rates []float64
	for _, r := range s.Seen {
		if step := r.Step(); step > 0 {
			rates = append(rates, 1/step)
		}
	}
	if len(rates) > 0 {
		slices.Sort(rates)
		s.Rate = rates[len(rates)/2]
	}
	for _, rate := range []int{o.Rate.Whole(), file.FPS(), o.Rate.Nearest()} {
		if s.FPS == 0 {
			s.FPS = rate
		}
	}
	if s.FPS == 0 {
		s.FPS = int(math.Round(s.Rate))
	}
	switch {
	case len(rates) == 0:
		if s.FPS == 0 {
			return csv.ErrNoRate
		}
	case s.FPS < 1:
		return fmt.Errorf("pictures are %.3g s apart, so there would be less than a frame a second: are the times in seconds? --fps says how many frames a second there are", 1/s.Rate)
	case s.FPS > mostFPS:
		return fmt.Errorf("%.6g pictures a second are more than %d: are the times in seconds? --fps says how many frames a second are wanted", s.Rate, mostFPS)
	}
	return nil
}

// cut makes episodes of the recordings, of which those of each episode of the file are together.
func (s *Set) cut(ctx context.Context, file *csv.File, o *Options, all [][]*recording.Recording, progress func(fraction float64)) error {
	seen, amid := recording.Around(s.Seen...), recording.Amid(s.Seen...)
	scenes := map[*sim.Scene]*sim.Scene{} // those of the file, and in metres
	for i, parts := range all {
		where := ""
		if len(all) > 1 {
			where = fmt.Sprintf("episode %d: ", i)
		}
		template, err := file.Scene(i)
		if err != nil {
			return err
		}
		if template != nil {
			if scenes[template] == nil {
				if scenes[template], err = s.sceneInMetres(template, seen, amid); err != nil {
					return err
				}
			}
			template = scenes[template]
		}
		before := len(s.episodes)
		s.noteTimes(parts[0])
		for _, r := range parts {
			if err := ctx.Err(); err != nil {
				return err
			}
			odd := r.Odd()
			for _, one := range odd {
				s.Odd = append(s.Odd, where+one.Text)
				s.Kinds[one.Kind]++
			}
			pieces, notes := r.Pieces(recording.Policy(o.Odd), odd)
			for _, note := range notes {
				s.Notes = append(s.Notes, where+note)
			}
			for _, p := range pieces {
				if t := p.Times(); (t[len(t)-1]-t[0])*float64(s.FPS) >= datasets.MaxFrames {
					return fmt.Errorf("%s%d pictures take %.4g s, so that an episode would have more than %d frames: are frame or time another column?", where, len(t), t[len(t)-1]-t[0], datasets.MaxFrames)
				}
				scene, of, err := p.Scene(template, o.Radius, s.FPS)
				if err == nil {
					scene, err = withFields(ctx, file, i, scene, len(of) == len(r.Tracks))
				}
				if err != nil {
					return fmt.Errorf("%s%w", where, err)
				}
				s.noteUnseen(where, template, scene)
				s.episodes = append(s.episodes, episode{p, scene, of, template != nil})
			}
		}
		if n := len(s.episodes); n > before {
			s.Pieces = append(s.Pieces, n-before)
			s.setSplit(file.SplitOf(i), before, n)
		}
		progress(0.5 + float64(i+1)/float64(len(all))/2)
	}
	if len(s.episodes) == 0 {
		why := "no body is seen in two pictures"
		if len(s.Notes) > 0 {
			why = s.Notes[0]
		}
		return fmt.Errorf("nothing is left to estimate: %s", why)
	}
	return nil
}

// noteTimes says in which unit the times are taken to be, where that is not seconds.
func (s *Set) noteTimes(r *recording.Recording) {
	names := map[float64]string{1e3: "milliseconds", 1e6: "microseconds", 1e9: "nanoseconds"}
	if name := names[r.Scaled]; name != "" && !s.timed {
		s.timed = true
		s.Notes = append(s.Notes, fmt.Sprintf("times are taken for %s, as in seconds there would be %.3g pictures a second", name, s.Rate/r.Scaled))
	}
}

// noteUnseen says which bodies of a scene are left out.
func (s *Set) noteUnseen(where string, template, scene *sim.Scene) {
	if template == nil || len(scene.Bodies) == len(template.Bodies) {
		return
	}
	for i := range template.Bodies {
		if !slices.ContainsFunc(scene.Bodies, func(b sim.Body) bool { return sameBody(&b, &template.Bodies[i]) }) {
			s.Notes = append(s.Notes, fmt.Sprintf("%sthe scene's body %d is not seen, and left out", where, i))
		}
	}
}

// sameBody reports whether two bodies share their shapes, as those of a scene and of its copy do.
func sameBody(a, b *sim.Body) bool {
	return len(a.Shapes) > 0 && len(b.Shapes) > 0 && &a.Shapes[0] == &b.Shapes[0]
}

// withFields adds the fields between the bodies of episode i.
func withFields(ctx context.Context, file *csv.File, i int, scene *sim.Scene, whole bool) (*sim.Scene, error) {
	fields, err := file.Fields(ctx, i, len(scene.Bodies))
	if err != nil || len(fields) == 0 {
		return scene, err
	}
	if !whole {
		return nil, errors.New("some bodies are not always seen, but there are edges between bodies: both cannot be")
	}
	scene.Fields = slices.Concat(scene.Fields, fields)
	return scene, scene.Validate()
}

// sceneInMetres returns a scene in metres, which may be written as the recording is.
func (s *Set) sceneInMetres(scene *sim.Scene, seen, amid recording.Bounds) (*sim.Scene, error) {
	if s.Frame.Holds(scene, seen) {
		s.Notes = append(s.Notes, fmt.Sprintf("the scene is taken to be in %s as the recording is, as its bodies would be larger than their ways in metres", s.Frame.Unit))
		return s.Frame.Scene(scene)
	}
	outside := s.Frame.Outside(scene, seen)
	if outside != nil && s.Frame.Outside(scene, amid) == nil {
		s.Notes = append(s.Notes, outside.Error())
		outside = nil
	}
	return scene, outside
}

func (s *Set) setSplit(name string, from, to int) {
	if name == "" {
		return
	}
	if n := len(s.Splits); n > 0 && s.Splits[n-1].Name == name {
		s.Splits[n-1].To = to
		return
	}
	s.Splits = append(s.Splits, splits.Split{Name: name, From: from, To: to})
}

// Episodes returns the number of episodes.
func (s *Set) Episodes() int { return len(s.episodes) }

// Frames returns the number of frames of the longest episode.
func (s *Set) Frames() int {
	most := 0
	for _, e := range s.episodes {
		most = max(most, len(e.Piece.Frames(s.FPS)))
	}
	return most
}

// Scene returns the scene of an episode.
func (s *Set) Scene(i int) *sim.Scene { return s.episodes[i].scene }

func (e *episode) watch() *observe.Watch {
	return &observe.Watch{Scene: e.scene, Times: e.Times(), Sights: e.Sights(e.of)}
}

// Measure sets the Law.
func (s *Set) Measure(ctx context.Context) (err error) {
	var all []*observe.Watch
	for i := range s.episodes {
		all = append(all, s.episodes[i].watch())
	}
	if s.Law, err = observe.Measure(ctx, all); err != nil {
		return err
	}
	if g := s.Law.Gravity; g != (sim.Vec{}) && slices.ContainsFunc(s.episodes, func(e episode) bool { return !e.told }) {
		s.Notes = append(s.Notes, fmt.Sprintf("bodies fall with %.4g, %.4g m/s²: scenes that nothing tells have this gravity", g.X, g.Y))
	}
	return nil
}

// Episode estimates the states of an episode, after Measure.
func (s *Set) Episode(ctx context.Context, i int) (*sim.Trajectory, error) {
	e := &s.episodes[i]
	frames := e.Piece.Frames(s.FPS)
	found, err := observe.Smooth(ctx, e.watch(), &s.Law, frames)
	if err != nil {
		return nil, err
	}
	scene := *e.scene
	scene.Bodies = slices.Clone(scene.Bodies)
	sights := e.OnFrames(s.FPS, e.of)
	var actions []sim.Action
	if len(scene.Actuators) > 0 {
		actions = e.Actions(s.FPS)
		drive(&scene, found, actions, func(k, body int) bool { return sights[k][body].Seen }, s.Law.Noise)
	}
	for b := range scene.Bodies {
		scene.Bodies[b].Start = found.States[0][b]
	}
	if !e.told {
		scene.Gravity = s.Law.Gravity
	}
	t := &sim.Trajectory{Scene: &scene, States: found.States, Seen: &sim.Observation{
		Sights: sights, Std: found.Std(), Records: e.Records(e.of),
	}}
	t.Actions = actions
	for _, sights := range t.Seen.Sights {
		for b := range sights {
			s.deviate(&sights[b])
		}
	}
	for _, hit := range found.Impacts {
		hit.Time -= frames[0]
		t.Seen.Impacts = append(t.Seen.Impacts, hit)
	}
	for _, row := range found.Covariance {
		lower := make([]sim.Covariance, len(row))
		for b := range row {
			at := 0
			for j := range sim.StateSize {
				for k := range j + 1 {
					lower[b][at] = row[b][j*sim.StateSize+k]
					at++
				}
			}
		}
		t.Seen.Covariances = append(t.Seen.Covariances, lower)
	}
	return t, nil
}

// deviate sets the deviations of a sight where nothing told them.
func (s *Set) deviate(sight *sim.Sight) {
	if sight.Seen && sight.Std == 0 {
		sight.Std = s.Law.Noise
	}
	if sight.Turned && sight.StdTurn == 0 {
		sight.StdTurn = s.Law.Turn
	}
}
