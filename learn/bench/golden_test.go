package bench

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"orrery/learn/train"
	"orrery/sim/golden"
)

// TestTheSameWorkIsMeasured compares the sizes, the losses and the gradients of what is measured with those of earlier
// versions of this program, to four digits: figures of other work are no longer comparable.
func TestTheSameWorkIsMeasured(t *testing.T) {
	t.Parallel()
	var got strings.Builder
	fmt.Fprintf(&got, "%+v\n%+v\n", DefaultConfig(), Tiny())
	tell(t, &got, "mlp", newMLPObjective(Tiny().MLP))
	tell(t, &got, "interaction", newInteractionObjective(Tiny().Interaction))
	large := newInteractionObjective(Interaction{Graphs: 1, Nodes: 4, Node: 3, Edge: 1, Hidden: 4, Rounds: 3})
	tell(t, &got, "larger interaction", large)
	fmt.Fprintln(&got, large.receivers, large.senders, large.scale)
	golden.Compare(t, "testdata/work.txt", got.String())
}

// tell writes the loss of some examples and sums of its gradient.
func tell(t *testing.T, got *strings.Builder, name string, o train.Objective) {
	t.Helper()
	p := o.Params()
	grad := make([]float32, p.Len())
	loss, err := o.NewGradient()(p.Data(), grad, []int32{0, 3, 5})
	if err != nil {
		t.Fatal(err)
	}
	size, weighed := 0.0, 0.0
	for i, g := range grad {
		size += math.Abs(float64(g))
		weighed += float64(g) * float64(1+i%7)
	}
	fmt.Fprintf(got, "%s: %d weights, %d examples, loss %.4g, gradient %.4g %.4g\n", name, p.Len(), o.Examples(), loss, size, weighed)
}
