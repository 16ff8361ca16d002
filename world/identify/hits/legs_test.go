package hits

import (
	"math"
	"slices"
	"testing"

	"orrery/sim"
	"orrery/world/observe"
)

// TestLegsLieBetweenImpacts: each sight is in one, the first ends and the next begins with the impact between them.
func TestLegsLieBetweenImpacts(t *testing.T) {
	t.Parallel()
	s := discs2()
	got := &seen{law: s.law, episodes: make([]episode, 1)}
	got.episodes[0] = episode{scene: &s.scene, impacts: []sim.Impact{{Time: 0.3, Body: 0, Other: -1}, {Time: 0.5, Body: 0, Other: 1}, {Time: 0.7, Body: 1, Other: -1}}}
	w := s.watch()
	w.Sights[3][0] = sim.Sight{X: 9, Std: 0.5, Seen: true}
	w.Sights[4][0] = sim.Sight{Angle: 9, StdTurn: 0.7, Turned: true, After: 0.001}
	w.Sights[5][0] = sim.Sight{}
	got.cut(0, w)
	ends := func(body int) (out [][2]int) {
		last := math.Inf(-1)
		for _, k := range got.episodes[0].legs[body] {
			l := &got.legs[k]
			out = append(out, [2]int{l.from, l.to})
			for _, p := range l.points {
				if !(p.at > last) || l.from >= 0 && !(p.at >= got.episodes[0].impacts[l.from].Time) || l.to >= 0 && !(p.at < got.episodes[0].impacts[l.to].Time) {
					t.Errorf("body %d: a sight at %v s lies in the leg from impact %d to %d", body, p.at, l.from, l.to)
				}
				last = p.at
			}
		}
		return out
	}
	if e := ends(0); !slices.Equal(e, [][2]int{{-1, 0}, {0, 1}, {1, -1}}) {
		t.Errorf("the first has legs from and to %v", e)
	}
	if e := ends(1); !slices.Equal(e, [][2]int{{-1, 1}, {1, 2}, {2, -1}}) {
		t.Errorf("the second has legs from and to %v", e)
	}
	if l := got.leg(0, 1, 1, true); l == nil || l.to != 2 {
		t.Errorf("after the hit the second flies on as %+v", l)
	}
	if got.leg(0, 1, 0, true) != nil || got.leg(0, 0, 2, false) != nil {
		t.Error("a body has legs at impacts of others")
	}
	p := got.legs[got.episodes[0].legs[0][0]].points
	if len(p) != 7-1 || got.points != 49 {
		t.Fatalf("%d sights before the first impact, %d of all", len(p), got.points)
	}
	if v := p[3]; v.off != [3]float64{0.5, 0.5, 0} {
		t.Errorf("a place alone has deviations of %v", v.off)
	}
	if v := p[4]; v.off != [3]float64{0, 0, 0.7} || !(math.Abs(v.at-w.Times[4]-0.001) <= 1e-12) {
		t.Errorf("an angle alone has deviations of %v and the time %v", v.off, v.at)
	}
	if v := p[0]; v.off != [3]float64{s.law.Noise, s.law.Noise, s.law.Turn} {
		t.Errorf("what tells no deviations has %v", v.off)
	}
	if placed(p) != 5 {
		t.Errorf("%d have a place", placed(p))
	}
}

// TestFlightsAreThoseThatTouchNothingForMostOfTheTime.
func TestFlightsAreThoseThatTouchNothingForMostOfTheTime(t *testing.T) {
	t.Parallel()
	s := onWall()
	for touching, want := range map[int]int{0: 2, 4: 2, 5: 1} { // of the 12 sights before the impact
		got := s.seen(1)
		p := got.legs[0].points
		if len(p) != 12 {
			t.Fatalf("%d sights before", len(p))
		}
		for k := range p {
			p[k].near = k < touching
		}
		for k := range got.legs[1].points {
			got.legs[1].points[k].near = false
		}
		if n := len(got.flights()); n != want {
			t.Errorf("%d flights where %d of 12 sights touch; want %d", n, touching, want)
		}
	}
	s.law.Noise = 1e-4 // 2 % of the reach of 0.1 m and four deviations: 2.4 mm
	for y, want := range map[float64]bool{-0.8977: true, -0.8975: false, -0.95: true} {
		got := &seen{law: s.law}
		near := got.touching(&observe.Watch{Scene: &s.scene, Times: []float64{0, 1}, Sights: [][]sim.Sight{{{Y: y, Seen: true}}, {{Y: y}}}})
		if near[0][0] != want || near[1][0] {
			t.Errorf("at %v m it touches: %v, unseen %v", y, near[0][0], near[1][0])
		}
	}
}
