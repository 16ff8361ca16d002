package watching

import (
	"context"
	"sync"

	"orrery/datasets/film"
	"orrery/world/watch"
	"orrery/world/watch/ground"
)

// takes are the episodes of one film. Short ones show too little to tell ground from bodies each for itself, and mostly show the same
// table again: then these are found in all of them together.
type takes struct {
	whole *film.Film
	once  sync.Once
	seen  *watch.Seen // in the whole film, nil where that is of no use
	err   error
}

const (
	// shortTake is the number of pictures of an episode below which it is looked at with the others.
	shortTake = 60
	// mostForeign is the share of a picture that may differ from the ground of the whole film: more shows another place.
	mostForeign = 0.25
)

// find finds ground and bodies of an episode: those of the whole film where it is short and shows the same place. One that was put back
// as its camera sways shows it elsewhere.
func (s *stretch) find(ctx context.Context, o watch.Options, sways bool) (*watch.Seen, error) {
	t := s.takes
	if sways || s.Len() >= shortTake || t.whole.Len() == s.Len() || s.Size() != t.whole.Size() {
		return watch.Find(ctx, s.Film, o)
	}
	t.once.Do(func() { t.seen, t.err = watch.Find(ctx, t.whole, o) })
	if t.err != nil {
		return nil, t.err
	}
	same, err := shows(ctx, s.Film, t.seen.Ground)
	if err != nil {
		return nil, err
	}
	if !same || len(t.seen.Bodies) == 0 {
		return watch.Find(ctx, s.Film, o)
	}
	own := *t.seen
	own.Ignored = nil
	for _, i := range t.seen.Ignored {
		if s.has(i.Number) {
			own.Ignored = append(own.Ignored, i)
		}
	}
	return &own, nil
}

// has reports whether a picture of a number of the whole film lies in the episode.
func (s *stretch) has(number int) bool {
	starts := s.takes.whole.Facts().Cuts
	return (s.order == 0 || number >= starts[s.order-1]) && (s.order == len(starts) || number < starts[s.order])
}

// shows reports whether a film shows a ground: some picture of it does not differ from it in much of what is watched.
func shows(ctx context.Context, f *film.Film, g *ground.Ground) (bool, error) {
	mask := ground.NewMask(g)
	for p, err := range f.Pictures(ctx) {
		if err != nil {
			return false, err
		}
		g.Look(p, mask)
		foreign, all := 0, 0
		for _, class := range mask.Class {
			if class != ground.Ignored {
				all++
			}
			if class == ground.Thing {
				foreign++
			}
		}
		if float64(foreign) <= mostForeign*float64(all) {
			return true, nil
		}
	}
	return false, nil
}
