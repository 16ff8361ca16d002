package engine

import (
	"bytes"
	"io"
	"log"
	"math"
	"strings"
	"sync"
	"testing"

	"orrery/sim"
)

// TestDeepOverlapIsOneLine runs round polygons that lie in one another. The test is not
// parallel, because what the library says goes to the logger of the whole program.
func TestDeepOverlapIsOneLine(t *testing.T) {
	scene := sim.DefaultScene()
	for k := range 3 {
		disc := sim.NewDisc(1, 1, sim.Surface{})
		var corners []sim.Vec
		for i := range 64 {
			sin, cos := math.Sincos(2 * math.Pi * (float64(i) + 0.3*float64(k)) / 64)
			corners = append(corners, sim.Vec{X: cos, Y: sin})
		}
		disc.Shapes = []sim.Shape{sim.NewShape(sim.Polygon, 0, sim.Surface{}, corners...)}
		disc.Start = sim.BodyState{X: 1e-3 * float64(k), Y: 2e-3 * float64(k*k)}
		scene.Bodies = append(scene.Bodies, disc)
	}
	e := New()
	filter, ok := log.Writer().(*warningFilter)
	if !ok {
		t.Fatalf("the library logs to %T", log.Writer())
	}
	var out bytes.Buffer
	before := filter.to
	filter.to, filter.said = &out, false
	defer func() { filter.to = before }()
	if err := e.Load(&scene); err != nil {
		t.Fatal(err)
	}
	if _, err := e.Run(nil, 30, nil); err != nil {
		t.Fatal(err)
	}
	if out.String() != overlapWarning {
		t.Errorf("got %q", out.String())
	}
}

func TestWarningsOfTheLibraryAreOneLine(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	logger := log.New(&warningFilter{to: &out}, "", log.LstdFlags)
	logger.Println("one")
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 100 {
				logger.Println("Warning: High EPA iterations:", 20)
			}
		})
	}
	group.Wait()
	logger.Println("two")
	lines := strings.SplitAfter(out.String(), "\n")
	if len(lines) != 4 || !strings.HasSuffix(lines[0], " one\n") || lines[1] != overlapWarning || !strings.HasSuffix(lines[2], " two\n") {
		t.Errorf("got %q", lines)
	}
	if n, err := (&warningFilter{to: io.Discard}).Write([]byte(libraryWarning)); n != len(libraryWarning) || err != nil {
		t.Errorf("%d, %v", n, err)
	}
}
