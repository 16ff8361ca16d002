package hits

import (
	"context"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"orrery/sim"
	"orrery/world/identify"
	"orrery/world/robust"
)

// study is all that is known of one source while its constants are sought.
type study struct {
	which        []int // [episode] its index among those that were handed in
	o            *identify.Options
	scene        *sim.Scene
	label        identify.Label
	seen         *seen
	flight       flight
	windows      []*window // whose flights are explained
	shown        []shown   // of each
	broken       int       // windows that are not
	scale        float64   // mean square of residuals in deviations that sights are said to have
	system       *system
	cost         float64 // of the system
	gyres, radii *extra  // fits that have moments and radii besides; nil where nothing shows them
	bodies       *bodies
	lines        []edge // walls that were found
	island       []int  // [number of a body] its group of bodies that hit each other
	unit         []int  // [island] the body whose mass the others are told in
	grouping     grouping
	result       *identify.Result
	scatter      *mat.SymDense // covariance of the system's constants
	over         []float64     // their deviations over episodes, or nil
}

// gather makes the windows of all impacts and keeps those whose flights are explained.
func (s *study) gather(ctx context.Context) error {
	type place struct{ episode, impact int }
	var places []place
	for e := range s.seen.episodes {
		if !s.bodies.used[e] {
			continue
		}
		for k := range s.seen.episodes[e].impacts {
			places = append(places, place{e, k})
		}
	}
	all, show, ok := make([]*window, len(places)), make([]shown, len(places)), make([]bool, len(places))
	err := each(ctx, len(places), s.o.Workers, func(k int) error {
		w := newWindow(s.seen, places[k].episode, places[k].impact, &s.flight)
		if w == nil {
			return nil
		}
		w.spin = s.widest()
		for q := range w.sides {
			w.sides[q].number = s.bodies.number(w.episode, w.sides[q].body)
			w.sides[q].spun.off = w.spin
		}
		all[k] = w
		show[k], ok[k] = w.unlawful()
		return nil
	})
	if err != nil {
		return err
	}
	var ratios []float64
	for k, w := range all {
		if ok[k] && w.freedom > 0 {
			ratios = append(ratios, w.told/float64(w.freedom))
		}
	}
	s.scale = max(robust.Median(ratios), 1e-12)
	if len(ratios) == 0 {
		s.scale = 1
	}
	for k, w := range all {
		if w == nil {
			continue
		}
		f := float64(w.freedom)
		if !ok[k] || !(w.told/s.scale < f+unexplained*math.Sqrt(2*max(f, 1))) || !(show[k].toward > 0) || w.hops(&show[k]) {
			s.broken++
			continue
		}
		s.windows, s.shown = append(s.windows, w), append(s.shown, show[k])
	}
	return nil
}

// hops reports whether what left a wall is pulled back so soon that there may be more impacts than
// pictures.
func (w *window) hops(v *shown) bool {
	if !w.wall {
		return false
	}
	pull := -w.flight.gravity.Dot(v.contact.normal)
	beat := math.Inf(1)
	for k := 1; k < len(w.sides[0].points); k++ {
		beat = min(beat, w.sides[0].points[k].at-w.sides[0].points[k-1].at)
	}
	return 2*v.apart < 1.5*beat*pull
}

// unexplained, in deviations, is how much more than noise would the residuals of a window's flights may be.
const unexplained = 5

// islands finds out which bodies' masses can be compared: those that hit each other.
func (s *study) islands() {
	n := s.bodies.n
	s.island, s.unit = make([]int, n), make([]int, n)
	for i := range n {
		s.island[i], s.unit[i] = i, -1
	}
	for _, w := range s.windows {
		if w.wall || !w.sides[0].moves || !w.sides[1].moves {
			continue
		}
		a, b := s.island[w.sides[0].number], s.island[w.sides[1].number]
		for i := range s.island {
			if s.island[i] == max(a, b) {
				s.island[i] = min(a, b)
			}
		}
	}
	for i := range n {
		k := s.island[i]
		if s.unit[k] < 0 || !s.bodies.varied && s.label.Body(i) == s.o.Unit {
			s.unit[k] = i
		}
	}
}

// moments returns elasticity of pairs and of walls, and the logarithms of masses beyond what the
// scene says, roughly.
func (s *study) moments() (pairs, walls float64, masses []float64) {
	var e [2][]float64
	type pair struct{ a, b int }
	ratios := map[pair][]float64{}
	var order []pair
	for k, w := range s.windows {
		v := &s.shown[k]
		at := 0
		if w.wall {
			at = 1
		}
		e[at] = append(e[at], v.apart/v.toward)
		if !w.wall && w.sides[0].moves && w.sides[1].moves && v.change[0] > 0 && v.change[1] > 0 {
			p := pair{w.sides[0].number, w.sides[1].number}
			told := math.Log(w.sides[0].mass / w.sides[1].mass)
			if ratios[p] == nil {
				order = append(order, p)
			}
			ratios[p] = append(ratios[p], math.Log(v.change[1]/v.change[0])-told)
		}
	}
	n := s.bodies.n
	h, g := mat.NewSymDense(n, nil), mat.NewVecDense(n, nil)
	for _, p := range order {
		r, c := robust.Median(ratios[p]), float64(len(ratios[p]))
		h.SetSym(p.a, p.a, h.At(p.a, p.a)+c)
		h.SetSym(p.b, p.b, h.At(p.b, p.b)+c)
		h.SetSym(p.a, p.b, h.At(p.a, p.b)-c)
		g.SetVec(p.a, g.AtVec(p.a)+c*r)
		g.SetVec(p.b, g.AtVec(p.b)-c*r)
	}
	for i := range n {
		h.SetSym(i, i, h.At(i, i)+1e-6)
	}
	masses = make([]float64, n)
	if f, ok := newNormals(h, 0); ok {
		masses = f.solve(g.RawVector().Data)
	}
	for i := range n { // in the unit of the island
		if u := s.unit[s.island[i]]; u >= 0 && u != i {
			masses[i] -= masses[u]
		}
	}
	for i := range n {
		if s.unit[s.island[i]] == i {
			masses[i] = 0
		}
	}
	bound := func(v []float64) float64 { return min(max(robust.Median(v), 0.05), 1) }
	return bound(e[0]), bound(e[1]), masses
}

// starts are the frictions from which the solver sets out.
var starts = []float64{0.05, 0.2, 0.5}

// tight is by how much more than an open window a lawful one may cost: its law has a few constraints.
const tight = 20

// fit finds all constants from several starts of friction and keeps the best.
func (s *study) fit(ctx context.Context) error {
	pairs, walls, masses := s.moments()
	before := s.keep()
	s.cost = math.Inf(1)
	try := func(mu [2]float64) error {
		was, best, system := s.cost, s.keep(), s.system
		s.restore(before)
		y := s.windowed(s.lay(grouping{}, func(name identify.Name, w *window) float64 {
			switch {
			case name == identify.Friction && w.wall:
				return mu[1]
			case name == identify.Friction:
				return mu[0]
			case w.wall:
				return walls
			}
			return pairs
		}, masses))
		cost, err := s.anneal(ctx, y)
		if err != nil {
			return err
		}
		if s.system, s.cost = y, cost; !(cost < was) {
			s.system, s.cost = system, was
			s.restore(best)
		}
		return nil
	}
	for q, mu := range starts {
		if err := try([2]float64{mu, mu}); err != nil {
			return err
		}
		s.o.Report("fit", float64(q+1), float64(len(starts)))
	}
	if !s.blind() {
		return nil
	}
	at, has := s.frictions()
	for _, mu := range starts { // friction of pairs and of walls hide each other
		if !has[0] || !has[1] {
			break
		}
		for _, mu := range [][2]float64{{mu, at[1]}, {at[0], mu}} {
			if err := try(mu); err != nil {
				return err
			}
		}
	}
	return s.narrow(has, try)
}

// frictions returns that of pairs and that of walls, and which of them the system has.
func (s *study) frictions() (mu [2]float64, has [2]bool) {
	for q, of := range []string{identify.Scene, identify.Wall} {
		if k := s.system.constant(identify.Friction, of); k != none {
			mu[q], has[q] = s.system.c.all[k].x, true
		}
	}
	return mu, has
}

// spacing is how much more than one of starts the next one is, and narrowed how often the gap is halved.
const spacing, narrowed = 2.5, 3

// narrow tries frictions beside the best, ever closer to it. Where spins are guessed, an impact that sticks does not show the solver that it
// would slide if there were less friction.
func (s *study) narrow(has [2]bool, try func(mu [2]float64) error) error {
	ratio := spacing
	for range narrowed {
		ratio = math.Sqrt(ratio)
		for q := range has {
			for _, factor := range []float64{1 / ratio, ratio} {
				at, _ := s.frictions()
				if at[q] *= factor; !has[q] {
					continue
				}
				if err := try(at); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// kept is what a fit changes of the windows.
type kept struct {
	z     [][]float64
	spins [][]guess
}

// keep returns what a fit changes of the windows.
func (s *study) keep() kept {
	var out kept
	for _, w := range s.windows {
		out.z = append(out.z, slices.Clone(w.z))
		var spins []guess
		for q := range w.sides {
			spins = append(spins, w.sides[q].spun)
		}
		out.spins = append(out.spins, spins)
	}
	return out
}

// restore sets what a fit changes of the windows.
func (s *study) restore(from kept) {
	for k, w := range s.windows {
		w.z = slices.Clone(from.z[k])
		for q := range w.sides {
			w.sides[q].spun = from.spins[k][q]
		}
	}
}

// windowed returns the system of all windows and some constants.
func (s *study) windowed(c *constants) *system {
	return &system{windows: s.windows, c: c, workers: s.o.Workers, points: s.seen.points}
}

// anneal solves a system with limits that begin wide, so that wrong constants do not leave most
// windows out. It returns how badly the windows are explained.
func (s *study) anneal(ctx context.Context, y *system) (cost float64, err error) {
	x := y.c.values()
	settled := make([]float64, len(y.windows))
	err = each(ctx, len(y.windows), y.workers, func(k int) error {
		settled[k] = y.windows[k].settle(x, y.c, 8) - y.windows[k].told
		return nil
	})
	if err != nil {
		return 0, err
	}
	slices.Sort(settled)
	wide := tight * s.scale
	for _, v := range settled[:(len(settled)*9+9)/10] { // of one or two impacts all
		if !math.IsInf(v, 0) {
			wide = max(wide, v*(1+1e-6)) // what costs its limit does not count
		}
	}
	for {
		y.cap = wide
		if cost, err = y.solve(ctx, 12); err != nil {
			return 0, err
		}
		if wide <= tight*s.scale {
			if s.blind() {
				cost, err = s.chain(ctx, y)
			}
			return cost, err
		}
		wide = max(wide/20, tight*s.scale)
	}
}
