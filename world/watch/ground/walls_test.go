package ground

import (
	"math"
	"testing"
)

// TestWallsAreNoBodies: what reaches the edge, is as thin as a line, long for its thickness, or goes around others.
func TestWallsAreNoBodies(t *testing.T) {
	t.Parallel()
	g := blank(100, 100, 200)
	for _, c := range []struct {
		name string
		at   func(c, r int) bool
		wall bool
		left bool // beside a ghost
	}{
		{"a box", func(c, r int) bool { return c >= 40 && c < 60 && r >= 40 && r < 60 }, false, false},
		{"next to the edge", func(c, r int) bool { return c >= 2 && c < 20 && r >= 40 && r < 60 }, false, false},
		{"at the edge", func(c, r int) bool { return c >= 1 && c < 20 && r >= 40 && r < 60 }, true, false},
		{"at the lower edge", func(c, r int) bool { return r >= 80 && r < 99 && c >= 40 && c < 60 }, true, false},
		{"a line", func(c, r int) bool { return c >= 40 && c < 60 && r >= 40 && r < 42 }, true, false},
		{"a line left of a body", func(c, r int) bool { return c >= 40 && c < 60 && r >= 40 && r < 42 }, false, true},
		{"a bar", func(c, r int) bool { return c >= 20 && c < 80 && r >= 40 && r < 43 }, true, true}, // 60 by 3
		{"a thicker bar", func(c, r int) bool { return c >= 20 && c < 80 && r >= 40 && r < 45 }, false, false},
		{"a frame", func(c, r int) bool {
			return c >= 20 && c < 80 && r >= 20 && r < 80 && !(c >= 24 && c < 76 && r >= 24 && r < 76)
		}, false, false}, // 896 px of 3,600: a quarter
		{"a thinner frame", func(c, r int) bool {
			return c >= 20 && c < 80 && r >= 20 && r < 80 && !(c >= 23 && c < 77 && r >= 23 && r < 77)
		}, true, false},
	} {
		var reg region
		for i := range 10000 {
			if c.at(i%100, i/100) {
				reg.pixels = append(reg.pixels, int32(i))
			}
		}
		if got := g.isWall(reg, c.left); got != c.wall {
			t.Errorf("%s: a wall %v", c.name, got)
		}
	}
}

// TestWallsGoOnBelowWhatHidesThem in both directions, and only where they are seen on both sides.
func TestWallsGoOnBelowWhatHidesThem(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		wall func(x, y int) bool
		at   [2]int // column and row that is hidden
		goes bool
	}{
		{"a floor", func(x, y int) bool { return y >= 40 && y < 46 }, [2]int{40, 42}, true},
		{"above it", func(x, y int) bool { return y >= 40 && y < 46 }, [2]int{40, 34}, false},
		{"a post", func(x, y int) bool { return x >= 38 && x < 43 }, [2]int{40, 42}, true},
		{"a slope", func(x, y int) bool { return x+y >= 80 && x+y < 87 }, [2]int{41, 42}, true},
		{"one that ends", func(x, y int) bool { return y >= 40 && y < 46 && x < 40 }, [2]int{40, 42}, false},
	} {
		g := blank(90, 80, 200)
		put(g, [3]float32{60, 50, 40}, c.wall)
		s := g.fitSurface(nil)
		for i := range s.value {
			s.value[i] = 200
		}
		hidden := make([]int32, len(g.Noise))
		for i := range hidden {
			if x, y := i%90-40, i/90-40; x*x+y*y <= 81 {
				hidden[i] = 1
			}
		}
		v, ok := g.wallBeneath(s, hidden, c.at[1]*90+c.at[0], 2*s.rough+12)
		if ok != c.goes || ok && !(math.Abs(float64(v[0])-60) <= 1) {
			t.Errorf("%s: %v, %v", c.name, v, ok)
		}
	}
	g := blank(20, 20, 0)
	of := make([]int32, 400)
	of[10*20+10] = 7
	n := 0
	for _, k := range g.rims(of) {
		if k == 7 {
			n++
		}
	}
	if n != 25 { // three steps in four ways: 1 + 4 + 8 + 12
		t.Errorf("a pixel with its rim has %d", n)
	}
}

// TestWallsKeepTheirShades below what hides them: between what is seen on both sides they go over from one to the other.
func TestWallsKeepTheirShades(t *testing.T) {
	t.Parallel()
	shade := func(x int) float32 { return 60 + 0.5*float32(x-40) }
	g := blank(90, 80, 200)
	for x := range 90 {
		put(g, [3]float32{shade(x), shade(x), 40}, func(column, y int) bool { return column == x && y >= 40 && y < 46 })
	}
	s := g.fitSurface(nil)
	for i := range s.value {
		s.value[i] = 200
	}
	hidden := make([]int32, len(g.Noise))
	for i := range hidden {
		if x, y := i%90-40, i/90-42; x*x+y*y <= 81 {
			hidden[i] = 1
		}
	}
	for x := 32; x <= 48; x += 4 {
		v, ok := g.wallBeneath(s, hidden, 42*90+x, 2*s.rough+12)
		if want := shade(x); !ok || !(math.Abs(float64(v[0]-want)) <= 0.6) || v[2] != 40 {
			t.Errorf("column %d: %v, %v, want %v", x, v, ok, want)
		}
	}
}

// TestWallsRunAlong: they end at once on one side at least, and go on along their line.
func TestWallsRunAlong(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		at   func(c, r int) bool
		want bool
	}{
		{"a wall", func(c, r int) bool { return r >= 28 && r < 33 }, true},
		{"the edge of an area", func(c, r int) bool { return r >= 28 }, true},
		{"a speck", func(c, r int) bool { return r >= 28 && r < 33 && c >= 28 && c < 33 }, false},
		{"the middle of an area", func(c, r int) bool { return r >= 12 && r < 48 }, false},
		{"one that goes on to one side", func(c, r int) bool { return r >= 28 && r < 33 && c >= 28 }, true},
	} {
		g := blank(60, 60, 200)
		s := g.fitSurface(nil)
		put(g, [3]float32{60, 60, 60}, c.at)
		if got := g.runsAlong(s, 30*60+30, 1, 0, 15); got != c.want {
			t.Errorf("%s runs along: %v", c.name, got)
		}
	}
}
