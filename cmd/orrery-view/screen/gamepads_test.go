package screen

import (
	"slices"
	"testing"

	"orrery/sim"
)

// TestGamepadsStandForKeysAndSticks: several add up, and one whose layout is not known does nothing.
func TestGamepadsStandForKeysAndSticks(t *testing.T) {
	t.Parallel()
	pad := func(name string, axes [4]float64, pressed, held []int) Gamepad {
		return Gamepad{
			Name: name, Known: true, Axis: func(axis int) float64 { return axes[axis] },
			Pressed: func(button int) bool { return slices.Contains(pressed, button) }, Held: func(button int) bool { return slices.Contains(held, button) },
		}
	}
	all := make([]int, 17)
	for i := range all {
		all[i] = i
	}
	still := pad("still", [4]float64{}, nil, nil)
	fresh, unknown := still, pad("odd", [4]float64{1, 1, 1, 1}, all, all)
	fresh.New, unknown.New, unknown.Known = true, true, false
	for what, c := range map[string]struct {
		pads   []Gamepad
		gone   bool
		sticks [2]sim.Vec
		keys   []string
		held   []string
		news   string
	}{
		"none":             {},
		"one is gone":      {gone: true, news: "the gamepad is gone"},
		"nothing is done":  {pads: []Gamepad{still}},
		"one is new":       {pads: []Gamepad{still, fresh}, news: "still: the sticks drive, A begins and ends, B discards"},
		"new for another":  {pads: []Gamepad{fresh}, gone: true, news: "still: the sticks drive, A begins and ends, B discards"},
		"unknown":          {pads: []Gamepad{unknown}, news: "odd: its layout is not known, so it cannot drive"},
		"sticks":           {pads: []Gamepad{pad("", [4]float64{0.25, 0.5, -0.75, -1}, nil, nil)}, sticks: [2]sim.Vec{{X: 0.25, Y: -0.5}, {X: -0.75, Y: 1}}},
		"two pads add up":  {pads: []Gamepad{pad("", [4]float64{0.25}, []int{0}, []int{12}), pad("", [4]float64{0.5}, []int{9}, []int{15})}, sticks: [2]sim.Vec{{X: 0.75}}, keys: []string{"Enter", "Space"}, held: []string{"ArrowUp", "ArrowRight"}},
		"all is pressed":   {pads: []Gamepad{pad("", [4]float64{}, all, nil)}, keys: []string{"Enter", "x", "Space"}},
		"all is held":      {pads: []Gamepad{pad("", [4]float64{}, nil, all)}, held: []string{"ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"}},
		"the right button": {pads: []Gamepad{pad("", [4]float64{}, []int{1}, []int{13})}, keys: []string{"x"}, held: []string{"ArrowDown"}},
		"the left one":     {pads: []Gamepad{pad("", [4]float64{}, []int{2, 3, 8}, []int{14})}, held: []string{"ArrowLeft"}},
	} {
		in := Input{}
		news := in.AddGamepads(c.pads, c.gone)
		if in.Sticks != c.sticks || !slices.Equal(in.Keys, c.keys) || !slices.Equal(in.Held, c.held) || news != c.news {
			t.Errorf("%s: sticks %v, keys %v, held %v, says %q, want %+v", what, in.Sticks, in.Keys, in.Held, news, c)
		}
	}
}
