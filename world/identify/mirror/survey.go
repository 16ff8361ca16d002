package mirror

import (
	"cmp"
	"context"
	"math"
	"slices"

	"golang.org/x/sync/errgroup"

	"orrery/sim"
	"orrery/world/geom"
)

// meeting is two bodies, or a body and walls, near each other in a frame.
type meeting struct {
	a, b  int // bodies; b is geom.Wall for a wall
	group int // of the surfaces; -1 for none
}

// passage is one frame of an episode, from a state to the next.
type passage struct {
	meetings []meeting
	speed    float64 // m/s, the fastest approach among them
	began    bool    // something touches already when it begins
}

// span is a run of frames through which the engine is led.
type span struct {
	episode  int
	from     int // the state from which the engine sets out
	first    int // the first passage that counts; those before it only warm the engine up
	end      int // behind the last
	bodies   []int
	meetings []meeting // of the passages that count
	speed    float64   // m/s, the fastest approach
	free     bool      // nothing meets
}

const (
	longest     = 4 // passages of a span that count
	longestTied = 8 // likewise, where joints or fields act, so that warming up pays
	warmUp      = 8 // passages before a span where something touches as it begins
)

// survey is what the episodes have to show.
type survey struct {
	trajectories []*sim.Trajectory
	scenes       []*sim.Scene // prepared
	contacts     *contacts
	tied         bool // joints or fields act always
	spans        []span
	touched      map[[2]int]bool // bodies that touched
}

// look finds the spans of all episodes in which something tells of a number.
func look(ctx context.Context, trajectories []*sim.Trajectory, at level, workers int) (*survey, error) {
	scenes := make([]*sim.Scene, len(trajectories))
	for i, t := range trajectories {
		scenes[i] = t.Scene
	}
	v := &survey{trajectories: trajectories, touched: map[[2]int]bool{}}
	var err error
	if v.contacts, v.scenes, err = prepare(scenes, at); err != nil {
		return nil, err
	}
	for _, s := range scenes {
		v.tied = v.tied || len(s.Joints)+len(s.Fields) > 0
	}
	found := make([][]span, len(trajectories))
	touched := make([][][2]int, len(trajectories))
	all, ctx := errgroup.WithContext(ctx)
	all.SetLimit(workers)
	for i := range trajectories {
		all.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			passages, met := v.passages(i)
			found[i], touched[i] = v.cut(i, passages), met
			return nil
		})
	}
	if err := all.Wait(); err != nil {
		return nil, err
	}
	for i := range found {
		v.spans = append(v.spans, found[i]...)
		for _, m := range touched[i] {
			v.touched[m] = true
		}
	}
	return v, nil
}

// passages returns what is near what in each frame of an episode, and which bodies touched.
func (v *survey) passages(episode int) ([]passage, [][2]int) {
	t, scene := v.trajectories[episode], v.scenes[episode]
	detector := geom.NewDetector(scene)
	dt, size := scene.FrameTime(), math.Inf(1)
	for i := range scene.Bodies {
		size = min(size, scene.Bodies[i].Reach())
	}
	out := make([]passage, len(t.States)-1)
	var met [][2]int
	var near []geom.Clearance
	for k := range out {
		p := &out[k]
		fastest := 0.0
		for i := range t.States[k] {
			for _, s := range []*sim.BodyState{&t.States[k][i], &t.States[k+1][i]} {
				fastest = max(fastest, s.Velocity().Len()+math.Abs(s.Omega)*scene.Bodies[i].Reach())
			}
		}
		margin := slightest * size
		if scene.Substeps > 1 {
			margin += 2 * fastest * dt // something may come and go within the frame
		}
		for end := range 2 {
			near = detector.Clearances(near[:0], t.States[k+end], margin)
			for i := range near {
				c := &near[i]
				reached := c.Gap <= slightest*size
				if end == 0 {
					p.began = p.began || reached
					if !reached {
						continue
					}
				}
				if !reached && c.Gap > margin {
					continue
				}
				x, y := detector.Shapes(c.ID)
				m := meeting{c.A, c.B, -1}
				if g, ok := v.contacts.of[materials(x.Material, y.Material)]; ok {
					m.group = g
				}
				if !slices.Contains(p.meetings, m) {
					p.meetings = append(p.meetings, m)
				}
				if reached && c.B != geom.Wall {
					met = append(met, [2]int{c.A, c.B})
				}
				p.speed = max(p.speed, -approach(t.States[k], c))
			}
		}
	}
	return out, met
}

// slightest is the share of the smallest body's reach up to which a gap is none.
const slightest = 1e-3

// approach returns the speed, in m/s, at which two bodies part.
func approach(s sim.State, c *geom.Clearance) float64 {
	v := s[c.A].Velocity()
	if c.B != geom.Wall {
		v = v.Sub(s[c.B].Velocity())
	}
	return v.Dot(c.Normal)
}

// cut divides the passages of an episode into spans.
func (v *survey) cut(episode int, passages []passage) (out []span) {
	scene := v.scenes[episode]
	for k := 0; k < len(passages); {
		s := span{episode: episode, from: k, first: k, free: len(passages[k].meetings) == 0}
		end := k
		most := longest
		if v.tied {
			most = longestTied
		}
		for ; end < len(passages) && end < k+most && (len(passages[end].meetings) == 0) == s.free; end++ {
			p := &passages[end]
			s.speed = max(s.speed, p.speed)
			for _, m := range p.meetings {
				if !slices.Contains(s.meetings, m) {
					s.meetings = append(s.meetings, m)
				}
				s.bodies = append(s.bodies, m.a)
				if m.b != geom.Wall {
					s.bodies = append(s.bodies, m.b)
				}
			}
		}
		s.end = end
		if passages[k].began || v.tied {
			s.from = max(0, k-warmUp)
			if !v.tied { // no farther than where it began
				for s.from < k && !passages[s.from].began && len(passages[s.from].meetings) == 0 {
					s.from++
				}
			}
		}
		if v.tied && s.from == 0 {
			s.first = min(max(s.first, warmUp), s.end) // nobody knows what pulled at first
			s.from = max(0, s.first-warmUp)
		}
		if s.free || v.tied {
			s.bodies = s.bodies[:0]
			for i := range scene.Bodies {
				s.bodies = append(s.bodies, i)
			}
		}
		slices.Sort(s.bodies)
		s.bodies = slices.DeleteFunc(slices.Compact(s.bodies), func(i int) bool { return scene.Bodies[i].Kind != sim.Dynamic })
		if len(s.bodies) > 0 && s.first < s.end {
			out = append(out, s)
		}
		k = end
	}
	return out
}

// The numbers of spans that are looked at, beyond which more tell little.
const (
	mostFree   = 24  // in which nothing meets
	mostOf     = 30  // of one group of contacts
	mostBody   = 8   // of one body and of what it meets
	mostTied   = 12  // where joints or fields act
	mostSpans  = 900 // of all
	slowFrames = 3   // times what gravity adds in a frame; slower meetings are rests
)

// choose returns the spans to look at, dealt out at random so that every group of contacts and
// every body has its share, the fast ones first; of the usual numbers of each only a part.
func (v *survey) choose(seed uint64, part float64) []span {
	rng := sim.NewRand(seed, "identify/mirror", 0)
	order := rng.Perm(len(v.spans))
	class := func(i int) int {
		s := &v.spans[i]
		scene := v.scenes[s.episode]
		switch {
		case s.free:
			return 1
		case s.speed > slowFrames*scene.Gravity.Len()*scene.FrameTime()+1e-2:
			return 0
		}
		return 2
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(class(a), class(b)) })
	most := func(n int) int { return max(1, int(math.Ceil(part*float64(n)))) }
	groups, pairs, free := map[int]int{}, map[[2]int]int{}, 0
	single := sameBodies(v.trajectories)
	var out []span
	for _, i := range order {
		s := &v.spans[i]
		wanted := false
		if s.free {
			wanted = free < most(mostFree) && !v.tied || free < most(mostTied)
			free++
		}
		for _, m := range s.meetings {
			wanted = wanted || groups[m.group] < most(mostOf) || single && pairs[[2]int{m.a, m.b}] < most(mostBody)
		}
		if !wanted || len(out) >= mostSpans {
			continue
		}
		for _, m := range s.meetings {
			groups[m.group]++
			pairs[[2]int{m.a, m.b}]++
		}
		out = append(out, *s)
	}
	slices.SortStableFunc(out, func(a, b span) int { return cmp.Or(cmp.Compare(a.episode, b.episode), cmp.Compare(a.first, b.first)) })
	return out
}
