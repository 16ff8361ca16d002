package follow

import "testing"

// TestWhatIsElseByColourAndOutline: another hue is no light, nor is a third of it or three times as much; what goes on beyond most of an outline that is not met well,
// or beyond much of one that is met badly, is no body.
func TestWhatIsElseByColourAndOutline(t *testing.T) {
	t.Parallel()
	own := [3]float32{180, 100, 60}
	times := func(light float32) [3]float32 { return [3]float32{light * own[0], light * own[1], light * own[2]} }
	for _, c := range []struct {
		seen [3]float32
		want bool
	}{
		{own, true}, {times(0.45), true}, {times(0.35), false}, {[3]float32{140, 80, 45}, true}, {[3]float32{110, 140, 10}, false}, {[3]float32{100, 100, 100}, false},
		{[3]float32{180, 100, 104}, true}, {[3]float32{180, 100, 160}, false},
	} {
		if got := isLit(&c.seen, &own, 0.5); got != c.want {
			t.Errorf("%v may be %v in other light: %v", c.seen, own, got)
		}
	}
	dim := [3]float32{40, 30, 20}
	if bright := [3]float32{98, 73, 49}; !isLit(&bright, &dim, 0) {
		t.Error("a body does not shine 2.45 times as much")
	}
	if bright := [3]float32{104, 78, 52}; isLit(&bright, &dim, 0) {
		t.Error("a body shines 2.6 times as much")
	}
	for _, c := range []struct {
		q    quality
		want bool
	}{
		{quality{}, false}, {quality{foreign: true}, true}, {quality{known: true, beset: 0.61, edges: 0.21}, true}, {quality{known: true, beset: 0.59, edges: 0.21}, false},
		{quality{known: true, beset: 0.61, edges: 0.19}, false}, {quality{beset: 1, edges: 1}, false}, {quality{known: true, beset: 0.31, edges: 0.41}, true},
		{quality{known: true, beset: 0.31, edges: 0.39}, false}, {quality{known: true, beset: 0.29, edges: 0.5}, false},
	} {
		if got := c.q.isElse(); got != c.want {
			t.Errorf("%+v is something else: %v", c.q, got)
		}
	}
	sure := quality{seen: 0.5, met: 0.9, told: 1, known: true, edges: 0.3}
	for _, c := range []struct {
		change func(q *quality)
		want   bool
	}{
		{func(*quality) {}, true}, {func(q *quality) { q.seen = 0.119 }, false}, {func(q *quality) { q.met = 0.59 }, false}, {func(q *quality) { q.edges = 0.71 }, false},
		{func(q *quality) { q.told = 0.39 }, false}, {func(q *quality) { q.told = 0.41 }, true}, {func(q *quality) { q.told, q.beset = 0.59, 0.16 }, false},
		{func(q *quality) { q.told, q.beset = 0.61, 0.16 }, true}, {func(q *quality) { q.told, q.edges = 0.1, 0.19 }, true}, {func(q *quality) { q.foreign = true }, false},
	} {
		q := sure
		c.change(&q)
		if got := q.isSure(); got != c.want {
			t.Errorf("%+v is sure: %v", q, got)
		}
	}
	for _, c := range []struct {
		q    quality
		want bool
	}{
		{quality{seen: 0.5, met: 0.51, told: 0.81, known: true, edges: 2}, true}, {quality{seen: 0.5, met: 0.49, told: 0.81}, false}, {quality{seen: 0.5, met: 0.51, told: 0.79}, false},
		{quality{seen: 0.5, met: 0.51, told: 0.81, beset: 0.16}, false}, {quality{seen: 0.119, met: 0.51, told: 0.81}, false}, {quality{seen: 0.5, met: 0.51, told: 0.81, foreign: true}, false},
	} {
		if got := c.q.isTold(); got != c.want {
			t.Errorf("%+v is told: %v", c.q, got)
		}
	}
	for _, c := range []struct {
		a, b placing
		want bool
	}{
		{placing{gain: 2}, placing{gain: 1}, true}, {placing{gain: 1}, placing{gain: 2}, false}, {placing{gain: 1}, placing{gain: 2, loose: true}, true},
		{placing{gain: 2, loose: true}, placing{gain: 1}, false}, {placing{gain: 1, loose: true}, placing{}, true}, {placing{}, placing{gain: 1, loose: true}, false},
		{placing{gain: 2, loose: true}, placing{gain: 1, loose: true}, true},
	} {
		if got := c.a.isBetter(&c.b); got != c.want {
			t.Errorf("%+v is better than %+v: %v", c.a, c.b, got)
		}
	}
}
