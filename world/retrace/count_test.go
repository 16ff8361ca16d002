package retrace

import "testing"

// TestCountsAddUp, each to its own, and a law holds where few of all are against it.
func TestCountsAddUp(t *testing.T) {
	t.Parallel()
	sum := Traced{Touches: 1, Loose: 20, Hits: 300, Odd: 4000, Sights: 50_000, Strays: 600_000}
	if sum.Count(&Traced{Touches: 1, Loose: 2, Hits: 3, Odd: 4, Sights: 5, Strays: 6}); sum != (Traced{Touches: 2, Loose: 22, Hits: 303, Odd: 4004, Sights: 50_005, Strays: 600_006}) {
		t.Errorf("%+v", sum)
	}
	few := int(holds * 1000)
	for _, c := range []struct {
		of   Traced
		want bool
	}{
		{Traced{}, true}, {Traced{Hits: 1000, Odd: few}, true}, {Traced{Hits: 1000, Odd: few + 1}, false}, {Traced{Touches: 1000, Loose: few}, true},
		{Traced{Touches: 1000, Loose: few + 1}, false}, {Traced{Sights: 1000, Strays: few}, true}, {Traced{Sights: 1000, Strays: few + 1}, false}, {Traced{Odd: 1}, false},
	} {
		if got := c.of.Holds(); got != c.want {
			t.Errorf("%+v holds: %t", c.of, got)
		}
	}
}
