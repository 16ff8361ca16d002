// Package bodies finds out which bodies there are in a film and what they look like.
//
//	g, err := ground.Learn(ctx, f, ground.DefaultOptions())
//	…
//	seen, err := bodies.Find(ctx, f, g, bodies.DefaultOptions())
//	for _, b := range seen.Found {
//		fmt.Println(b.Shapes, b.Pose, b.Number)
//	}
//
// A body is what moves as one: it may have several colours, and a part of one colour may be
// several bodies that touch. Shapes are fitted to the share of each pixel that the body covers, in
// pictures in which it stands free: a disc, a box, a capsule, a polygon or, where the outline
// is concave, several polygons; the simplest that explains the pictures is taken. What changes
// its outline, as hands do, is no body and is told as ignored.
//
// Lengths are px with y up, as in package look. Memory does not depend on the film's
// length: of a long film pictures in sequence are looked at, here and there. The same
// film gives the same bodies.
package bodies

import (
	"cmp"
	"context"
	"fmt"
	"image"
	"math"
	"runtime"
	"slices"
	"sort"
	"sync"

	"orrery/datasets/film"
	"orrery/sim/polygon"
	"orrery/world/watch/ground"
	"orrery/world/watch/look"
)

// Options say how bodies are looked for.
type Options struct {
	Number   int // number of bodies; 0: it is found. Of more the surest are taken, fewer are an error
	Pictures int // number of pictures that are looked at, at least 8
	Run      int // number of pictures in sequence of a film that is longer, at least 4
	Views    int // number of pictures to which a shape is fitted, at least 1
	Least    int // px that a body has at least
}

// DefaultOptions returns the options for a film of which nothing is known.
func DefaultOptions() Options {
	return Options{Pictures: 320, Run: 32, Views: 6, Least: 24}
}

// Validate reports options that cannot be followed.
func (o *Options) Validate() error {
	for _, v := range []struct {
		name         string
		value, least int
	}{
		{"number of bodies", o.Number, 0}, {"pictures looked at", o.Pictures, 8}, {"pictures in sequence", o.Run, 4},
		{"pictures for a shape", o.Views, 1}, {"px of a body", o.Least, 4},
	} {
		if v.value < v.least {
			return fmt.Errorf("%s: %d must be at least %d", v.name, v.value, v.least)
		}
	}
	return nil
}

// Seen is what was found in a film.
type Seen struct {
	Found   []look.Found   // by the first picture, then the size, largest first
	Ignored []look.Ignored // by picture
}

// body is one body: its strands, and the pictures from which its shape is fitted.
type body struct {
	strands []*strand
	class   *class
	views   []place
	places  []look.Place
	first   int // sights
	last    int
}

// Find finds the bodies of a film, reading it twice.
func Find(ctx context.Context, f *film.Film, g *ground.Ground, o Options) (Seen, error) {
	if err := o.Validate(); err != nil {
		return Seen{}, err
	}
	finder, err := survey(ctx, f, g, o)
	if err != nil {
		return Seen{}, err
	}
	finder.link()
	finder.wholes()
	finder.unite()
	classes, odd := finder.classify(o.Least)
	var list []*body
	for _, c := range classes {
		instances := finder.instances(c)
		for _, strands := range instances {
			b := &body{strands: strands, class: c, first: strands[0].first(), last: strands[0].last()}
			seen := strands
			if len(instances) == 1 {
				seen = slices.Concat(strands, c.parts)
				b.places = finder.places(slices.Concat(strands, c.goesOn))
			}
			for _, s := range seen {
				b.first, b.last = min(b.first, s.first()), max(b.last, s.last())
			}
			b.views = finder.views(b, o.Views)
			list = append(list, b)
		}
	}
	views, err := finder.look(ctx, f, g, o, list)
	if err != nil {
		return Seen{}, err
	}
	fits, loose := finder.fitAll(ctx, list, views)
	apart, heaped, err := finder.takeApart(ctx, f, g, o, finder.heaps(list, fits, loose, odd), classes)
	if err != nil {
		return Seen{}, err
	}
	for _, h := range heaped {
		if h.class != nil {
			fits[h.of] = nil
		} else {
			odd = slices.DeleteFunc(odd, func(s *strand) bool { return s == h.strand })
		}
	}
	seen := Seen{Found: apart}
	for _, found := range fits {
		if found != nil {
			seen.Found = append(seen.Found, *found)
		}
	}
	if err := ctx.Err(); err != nil {
		return Seen{}, err
	}
	sort.SliceStable(odd, func(i, j int) bool { return odd[i].first() < odd[j].first() })
	for _, s := range odd {
		k := len(s.places) / 2
		var around image.Rectangle
		for _, p := range s.places[k].patches {
			around = around.Union(finder.patch(s.places[k].at, p).box)
		}
		if known := slices.ContainsFunc(seen.Ignored, func(i look.Ignored) bool { return i.Box.Overlaps(around) }); known {
			continue // the same, a little later
		}
		reason := "its outline changes: it is no rigid body"
		switch {
		case slices.Contains(finder.echoed, s):
			reason = "it goes along with another body, and comes and goes in the open: a reflection or a shadow"
		case finder.isCut(s):
			reason = "it is never seen whole: the picture's edge, or what is not looked at, cuts it"
		}
		seen.Ignored = append(seen.Ignored, look.Ignored{Number: finder.sights[s.places[k].at].number, Box: around, Reason: reason})
	}
	if o.Number > 0 && len(seen.Found) < o.Number {
		return Seen{}, fmt.Errorf("%d bodies are wanted and %d are seen", o.Number, len(seen.Found))
	}
	if o.Number > 0 {
		seen.Found = surest(seen.Found, o.Number)
	}
	slices.SortStableFunc(seen.Found, func(a, b look.Found) int {
		return cmp.Or(cmp.Compare(a.First, b.First), cmp.Compare(b.Reach(), a.Reach()))
	})
	slices.SortStableFunc(seen.Ignored, func(a, b look.Ignored) int { return cmp.Compare(a.Number, b.Number) })
	return seen, nil
}

// surest returns the bodies that explain most: the largest that are there longest.
func surest(found []look.Found, n int) []look.Found {
	weight := func(b *look.Found) float64 {
		area := 0.0
		for i := range b.Shapes {
			a, _, _ := polygon.Measure(b.Shapes[i].Vertices, b.Shapes[i].Radius)
			area += a
		}
		return area * float64(b.Last-b.First+1) * (0.2 + b.Certain)
	}
	slices.SortStableFunc(found, func(a, b look.Found) int { return cmp.Compare(weight(&b), weight(&a)) })
	return found[:n]
}

// chosen reports whether the picture of an index is looked at, of a film of so many.
func (o *Options) chosen(index, of int) bool {
	if of <= o.Pictures {
		return true
	}
	runs := max(o.Pictures/o.Run, 1)
	for k := range runs {
		start := 0
		if runs > 1 {
			start = k * (of - o.Run) / (runs - 1)
		}
		if index >= start && index < start+o.Run {
			return true
		}
	}
	return false
}

// survey finds the patches of the pictures that are looked at.
func survey(ctx context.Context, f *film.Film, g *ground.Ground, o Options) (*finder, error) {
	out := &finder{even: g.Even || g.Kind == ground.Plate}
	out.slack = 1 + min(float64(usualNoise(g))/5, 1)
	before := -2
	cuts := f.Facts().Cuts
	var mu sync.Mutex
	var patches [][]patch
	all := func(index int, p *film.Picture) bool {
		mu.Lock()
		defer mu.Unlock()
		out.sights = append(out.sights, sight{number: p.Number, follows: before == index-1 && !slices.Contains(cuts, p.Number)})
		patches = append(patches, nil)
		before = index
		return true
	}
	err := o.segment(ctx, f, g, all, func(s *segmenter, p *film.Picture, at int) {
		found := s.segment(p)
		mu.Lock()
		defer mu.Unlock()
		patches[at] = found
	})
	for k := range patches {
		out.sights[k].patches = patches[k]
	}
	return out, err
}

// views returns the places from which a body's shape is fitted: where it stands free and is slow, spread over the film.
func (f *finder) views(b *body, most int) []place {
	type candidate struct {
		place
		speed float64
	}
	var list []candidate
	for pass := 0; pass < 3 && len(list) == 0; pass++ {
		for _, s := range b.strands {
			for k, p := range s.places {
				whole := true
				for _, patch := range p.patches {
					whole = whole && !f.patch(p.at, patch).cut
				}
				if pass == 0 && s.free[k] || pass == 1 && whole || pass == 2 {
					list = append(list, candidate{p, s.speed(k)})
				}
			}
		}
	}
	slices.SortStableFunc(list, func(a, b candidate) int { return cmp.Compare(a.speed, b.speed) })
	limit := max(1, 1.5*list[len(list)/3].speed)
	n := len(list)
	for n > most && list[n-1].speed > limit {
		n--
	}
	list = list[:n]
	slices.SortStableFunc(list, func(a, b candidate) int { return cmp.Compare(a.at, b.at) })
	var out []place
	for k := range min(most, n) {
		out = append(out, list[k*n/min(most, n)].place)
	}
	return out
}

// places returns where strands of one body are, by picture.
func (f *finder) places(strands []*strand) (list []look.Place) {
	for _, s := range strands {
		for k, p := range s.places {
			middle := s.whole[k].middle()
			list = append(list, look.Place{Number: f.sights[p.at].number, X: middle.X, Y: middle.Y})
		}
	}
	slices.SortStableFunc(list, func(a, b look.Place) int { return cmp.Compare(a.Number, b.Number) })
	return slices.CompactFunc(list, func(a, b look.Place) bool { return a.Number == b.Number })
}

// aspects are views of a body: with other bodies beside it, and with others on top of it.
type aspects struct {
	beside, below []*view
}

// look reads the film again and returns the views of each body.
func (f *finder) look(ctx context.Context, fi *film.Film, g *ground.Ground, o Options, list []*body) ([]aspects, error) {
	views := make([]aspects, len(list))
	wanted := map[int][]int{} // sight to bodies
	for k, b := range list {
		for _, p := range b.views {
			wanted[p.at] = append(wanted[p.at], k)
		}
	}
	for k, b := range list {
		views[k].beside = make([]*view, len(b.views))
		if b.class.hidden {
			views[k].below = make([]*view, len(b.views))
		}
	}
	next := -1
	some := func(int, *film.Picture) bool { next++; return len(wanted[next]) > 0 }
	err := o.segment(ctx, fi, g, some, func(s *segmenter, p *film.Picture, at int) {
		s.segment(p)
		for _, k := range wanted[at] {
			for q, place := range list[k].views {
				if place.at == at {
					views[k].beside[q] = s.view(p, place.patches, false)
					if list[k].class.hidden {
						views[k].below[q] = s.view(p, place.patches, true)
					}
				}
			}
		}
	})
	return views, err
}

// segment reads a film and calls use with every picture that is looked at and wanted, and its index among those that are looked at: for several
// pictures at once, each with a segmenter of its own. Wanted is called with one picture after another.
func (o *Options) segment(ctx context.Context, f *film.Film, g *ground.Ground, wanted func(index int, p *film.Picture) bool, use func(s *segmenter, p *film.Picture, at int)) error {
	type job struct {
		picture film.Picture
		at      int
	}
	n := runtime.GOMAXPROCS(0)
	jobs, free := make(chan job, n), make(chan []uint8, 2*n)
	for range 2 * n {
		free <- nil
	}
	var workers sync.WaitGroup
	for range n {
		workers.Go(func() {
			var s *segmenter
			for j := range jobs {
				if s == nil {
					s = newSegmenter(g, o.Least)
				}
				use(s, &j.picture, j.at)
				free <- j.picture.Pix
			}
		})
	}
	defer workers.Wait()
	defer close(jobs)
	index, at := 0, 0
	for p, err := range f.Pictures(ctx) {
		if err != nil {
			return err
		}
		if o.chosen(index, f.Len()) {
			if wanted(index, p) {
				j := job{*p, at}
				j.picture.Pix = append((<-free)[:0], p.Pix...)
				jobs <- j
			}
			at++
		}
		index++
	}
	return nil
}

// fitAll fits the shapes of all bodies, several at once; where none fits there is nil. It tells which are fitted loosely.
func (f *finder) fitAll(ctx context.Context, list []*body, views []aspects) (out []*look.Found, loose []bool) {
	out, loose = make([]*look.Found, len(list)), make([]bool, len(list))
	var workers sync.WaitGroup
	next := make(chan int)
	for range min(runtime.GOMAXPROCS(0), len(list)) {
		workers.Go(func() {
			for k := range next {
				out[k], loose[k] = f.found(ctx, list[k], views[k])
			}
		})
	}
	for k := range list {
		next <- k
	}
	close(next)
	workers.Wait()
	return out, loose
}

// found fits a body's shape to its views, and tells whether it explains them badly.
func (f *finder) found(ctx context.Context, b *body, seen aspects) (found *look.Found, loose bool) {
	views := seen.beside
	best := choose(ctx, views, b.class.hidden)
	if b.class.hidden && best != nil && !isSimple(best.form) {
		// Another body may lie on it: then it is simple where it is seen.
		if other := choose(ctx, seen.below, true); other != nil && isSimple(other.form) {
			best, views = other, seen.below
		}
	}
	if best == nil {
		return nil, false
	}
	shape, poses := painted(best, views)
	free := 0
	for _, s := range b.strands {
		free += s.frees()
	}
	return &look.Found{
		Body: shape, Number: views[0].number, Pose: poses[0],
		First: f.sights[b.first].number, Last: f.sights[b.last].number, Places: b.places,
		Certain: math.Exp(-8*best.rms) * float64(free+1) / float64(free+3),
	}, best.rms > looseFit
}
