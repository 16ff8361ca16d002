package follow

import (
	"slices"
	"testing"

	"orrery/world/watch/look"
)

// watched returns what was seen of a body at places along x, in px, one in each picture.
func watched(xs []float64) (list []sighted) {
	for k, x := range xs {
		at := look.Pose{X: x, Y: 50}
		before, after := xs[max(k-1, 0)], xs[min(k+1, len(xs)-1)]
		way := look.Pose{X: (after - before) / 2}
		list = append(list, sighted{number: k, sights: []Sight{{Pose: at, Seen: true, Share: 1}}, paths: []path{{before: way, after: way}}, known: []bool{true}})
	}
	return list
}

// TestSizesAreFittedWhereABodyLiesElsewhere: of one that slides for 20 pictures and rests for 40, most pictures are of its way; of one that always rests
// they are spread over the film; and of one that rests and is hit at last, far faster than sizes allow, they are those of its rest.
func TestSizesAreFittedWhereABodyLiesElsewhere(t *testing.T) {
	t.Parallel()
	f := &follower{tracks: []track{{painted: painted{reach: 30}}}}
	slides, rests, hit := make([]float64, 60), make([]float64, 60), make([]float64, 60)
	for k := range 60 {
		slides[k] = 4 * float64(min(k, 20))
		hit[k] = 25 * float64(max(k-50, 0))
	}
	list := f.slowest(watched(slides), 0)
	if resting := slices.IndexFunc(list, func(k int) bool { return k >= 20 }); len(list) != mostSized || resting >= 0 && resting < mostSized-1 {
		t.Errorf("of one that slides until picture 20: %v", list)
	}
	if list := f.slowest(watched(rests), 0); len(list) != mostSized || list[mostSized-1]-list[0] < 15 {
		t.Errorf("of one that rests: %v", list)
	}
	if list := f.slowest(watched(hit), 0); len(list) != mostSized || list[mostSized-1] > 50 {
		t.Errorf("of one that is hit in picture 50: %v", list)
	}
}
