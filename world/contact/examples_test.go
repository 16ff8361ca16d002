package contact

import (
	"slices"
	"testing"
)

// TestWhatTouchesAtTheStartIsKept: epochs after the first give the same gradients to the bit, in other batches too, and find nothing at starts.
func TestWhatTouchesAtTheStartIsKept(t *testing.T) {
	o := lessons(t, 2, "mixed")
	half := o.Examples() / 2
	all := make([]int32, o.Examples())
	for i := range all {
		all[i] = int32(i)
	}
	turned := slices.Clone(all)
	slices.Reverse(turned)
	batches := [][]int32{all, turned[:half], all[:7]}
	plain := *o
	plain.training.kept = nil
	for range 2 {
		for _, examples := range batches {
			want, loss, _ := taught(t, &plain, examples)
			got, other, _ := taught(t, o, examples)
			if !slices.Equal(got, want) || loss != other {
				t.Fatalf("%d examples: losses of %v and %v, and gradients that may differ", len(examples), other, loss)
			}
		}
	}
	points := 0
	for i := range all {
		k := o.training.kept.starts[i].Load()
		if k == nil {
			t.Fatalf("nothing is kept of example %d", i)
		}
		points += len(k.edges)
	}
	if points < 20 {
		t.Errorf("%d points prove nothing", points)
	}
	b := newBatch(o, &o.training)
	if b.add(0); b.scenes[0].known == nil {
		t.Error("what is kept is not used")
	}
}

// TestNoMoreIsKeptThanThereIsRoomFor, and what is not kept is found again.
func TestNoMoreIsKeptThanThereIsRoomFor(t *testing.T) {
	o := lessons(t, 1, "mixed")
	const most = 5
	o.training.kept = newKept(o.Examples(), most)
	all := make([]int32, o.Examples())
	for i := range all {
		all[i] = int32(i)
	}
	want, _, _ := taught(t, o, all)
	points, missing := 0, 0
	for i := range all {
		if k := o.training.kept.starts[i].Load(); k != nil {
			points += len(k.edges)
		} else {
			missing++
		}
	}
	if points > most || missing == 0 {
		t.Errorf("%d points are kept where there was room for %d, and %d examples are not", points, most, missing)
	}
	if got, _, _ := taught(t, o, all); !slices.Equal(got, want) {
		t.Error("another gradient the second time")
	}
}
