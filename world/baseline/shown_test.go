package baseline_test

import (
	"math"
	"math/cmplx"
	"slices"
	"testing"

	"orrery/sim"
	"orrery/world/baseline"
)

// row returns a frame of bodies side by side, a gap apart.
func row(n int, gap float64) *sim.Trajectory {
	scene := sim.DefaultScene()
	scene.Name = "row"
	for i := range n {
		disc := sim.NewDisc(0.1, 10, sim.Surface{})
		disc.Start.X = float64(i) * (0.2 + gap)
		scene.Bodies = append(scene.Bodies, disc)
	}
	return &sim.Trajectory{Scene: &scene, States: []sim.State{scene.Start(), scene.Start()}}
}

// Within a radius the number of edges grows as the neighbours of all bodies do, and
// otherwise as their square.
func TestEdgesGrowWithNeighbours(t *testing.T) {
	const gap = 0.01
	edges := func(n int, radius float64) int {
		data := []*sim.Trajectory{row(n, gap)}
		objective, err := baseline.NewObjective(t.Context(), network(t, radius), data, data)
		if err != nil {
			t.Fatal(err)
		}
		return len(objective.NewReader()(0).Senders)
	}
	for _, n := range []int{2, 10, 100} {
		if got, want := edges(n, 1.5*gap), 2*(n-1); got != want {
			t.Errorf("%d bodies have %d edges to the next ones, want %d", n, got, want)
		}
		if got, want := edges(n, 0.2+2.5*gap), 2*(n-1)+2*(n-2); got != want {
			t.Errorf("%d bodies have %d edges to the next two, want %d", n, got, want)
		}
		if got, want := edges(n, 0), n*(n-1); got != want {
			t.Errorf("%d bodies have %d edges to all, want %d", n, got, want)
		}
	}
}

func TestBodiesOfAGroupHaveNoEdges(t *testing.T) {
	data := row(4, 0)
	data.Scene.Bodies[1].Group, data.Scene.Bodies[2].Group = 1, 1
	objective, err := baseline.NewObjective(t.Context(), network(t, 0.01), []*sim.Trajectory{data}, []*sim.Trajectory{data})
	if err != nil {
		t.Fatal(err)
	}
	if g := objective.NewReader()(0); len(g.Senders) != 4 {
		t.Errorf("%d edges, want those of the outer pairs", len(g.Senders))
	}
}

func TestNoiseChangesWhatIsSeenAndNotWhatHappens(t *testing.T) {
	read := func(noise float64) (g baseline.Graph) {
		c := plain()
		c.Noise = noise
		m, err := baseline.NewMLP(c, 1)
		if err != nil {
			t.Fatal(err)
		}
		objective, err := baseline.NewObjective(t.Context(), m, crowds(3), crowds(1))
		if err != nil {
			t.Fatal(err)
		}
		return objective.NewReader()(2)
	}
	clean, noisy, again := read(0), read(1e-3), read(1e-3)
	if slices.Equal(clean.Nodes, noisy.Nodes) || !slices.Equal(noisy.Nodes, again.Nodes) {
		t.Error("noise must change what is seen, and be the same for an example every time")
	}
	for i, x := range clean.Target {
		if !(math.Abs(float64(x-noisy.Target[i])) <= 1e-5) {
			t.Errorf("target %d is %v with noise, %v without", i, noisy.Target[i], x)
		}
	}
}

// Every example beyond the frames is a frame whose bodies, and their answers, have
// changed places.
func TestOrdersRearrangeFrames(t *testing.T) {
	const frames, orders = 3, 4
	c := plain()
	c.Orders = orders
	m, err := baseline.NewMLP(c, 1)
	if err != nil {
		t.Fatal(err)
	}
	objective, err := baseline.NewObjective(t.Context(), m, crowds(frames), crowds(1))
	if err != nil {
		t.Fatal(err)
	}
	if got := objective.Examples(); got != frames*orders {
		t.Fatalf("%d examples, want %d", got, frames*orders)
	}
	// bodies returns what is seen and answered of each body, in order.
	bodies := func(example int32) (list [][]float32) {
		g := objective.NewReader()(example)
		seen, answered := len(g.Nodes)/crowdSize, len(g.Target)/crowdSize
		for i := range crowdSize {
			list = append(list, slices.Concat(g.Nodes[i*seen:][:seen], g.Target[i*answered:][:answered]))
		}
		return list
	}
	rearranged := 0
	for example := int32(frames); example < frames*orders; example++ {
		original, shown := bodies(example%frames), bodies(example)
		if !slices.EqualFunc(original, shown, slices.Equal[[]float32]) {
			rearranged++
		}
		slices.SortFunc(original, slices.Compare)
		slices.SortFunc(shown, slices.Compare)
		if !slices.EqualFunc(original, shown, slices.Equal[[]float32]) {
			t.Errorf("example %d shows other bodies than its frame", example)
		}
	}
	if rearranged < 6 {
		t.Errorf("%d of 9 examples are rearranged; chance leaves out one in 720", rearranged)
	}
}

// Seen along other axes, directions turn and all else stays as it is.
func TestTurnsTurnDirectionsAlone(t *testing.T) {
	c := baseline.TinyInteraction()
	m, err := baseline.NewInteraction(c, 1)
	if err != nil {
		t.Fatal(err)
	}
	objective, err := baseline.NewObjective(t.Context(), m, crowds(1), crowds(1))
	if err != nil {
		t.Fatal(err)
	}
	if objective.Examples() != c.Turns || objective.Frames() != 1 {
		t.Fatalf("%d examples of %d frames, want %d of 1", objective.Examples(), objective.Frames(), c.Turns)
	}
	straight, turned := objective.NewReader()(0), objective.NewReader()(1)
	compare := func(what string, a, b []float32, rows int, directions ...int) (angle float64) {
		size := len(a) / rows
		for at := range a {
			if k := at % size; slices.Contains(directions, k) {
				from, to := complex(a[at], a[at+1]), complex(b[at], b[at+1])
				if from != 0 {
					angle = cmplx.Phase(complex128(to) / complex128(from))
				}
				if d := cmplx.Abs(complex128(to)) - cmplx.Abs(complex128(from)); !(math.Abs(d) <= 1e-4) {
					t.Errorf("%s: direction in column %d changed its length by %v", what, k, d)
				}
			} else if !slices.Contains(directions, k-1) && a[at] != b[at] {
				t.Errorf("%s: column %d is %v, straight %v", what, k, b[at], a[at])
			}
		}
		return angle
	}
	rows := len(straight.Target) / 6
	angle := compare("nodes", straight.Nodes, turned.Nodes, rows, 3, 6)
	for what, other := range map[string]float64{
		"edges":  compare("edges", straight.Edges, turned.Edges, len(straight.Receivers), 12),
		"target": compare("target", straight.Target, turned.Target, rows, 0, 3),
	} {
		if d := math.Mod(other-angle+5*math.Pi, 2*math.Pi) - math.Pi; !(math.Abs(d) < 1e-3 && math.Abs(angle) > 0.01) {
			t.Errorf("%s turned by %v, nodes by %v", what, other, angle)
		}
	}
}
