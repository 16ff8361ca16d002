package follow

import (
	"math"
	"testing"

	"orrery/world/watch/ground"
	"orrery/world/watch/look"
)

// TestOutlinesAreBesetByWhatGoesOn in the body's colour 3 px beyond them, in each direction, where neither ground nor another body is:
// a square of 8 px a side has an outline of 32.
func TestOutlinesAreBesetByWhatGoesOn(t *testing.T) {
	t.Parallel()
	const wide, high = 32, 30
	square := func(left, top int) layer {
		l := layer{left: left, top: top, width: 8, height: 8, share: make([]float32, 64)}
		for i := range l.share {
			l.share[i] = 1
		}
		return l
	}
	body := look.Body{Paint: look.Plain(200, 60, 60)}
	all := func(change func(v *view, at int), left, top, right, bottom int) func(f *follower) {
		return func(f *follower) {
			for row := top; row < bottom; row++ {
				for column := left; column < right; column++ {
					change(f.joint.view, row*wide+column)
				}
			}
		}
	}
	hand := func(v *view, at int) {
		v.class[at] = ground.Thing
		copy(v.pix[3*at:], []uint8{200, 60, 60})
	}
	for name, c := range map[string]struct {
		set  []func(f *follower)
		want float64
	}{
		"nothing goes on":            {nil, 0},
		"to the right":               {[]func(*follower){all(hand, 18, 12, 24, 20)}, 8. / 32},
		"to the left":                {[]func(*follower){all(hand, 4, 12, 10, 20)}, 8. / 32},
		"above":                      {[]func(*follower){all(hand, 10, 4, 18, 12)}, 8. / 32},
		"below by half":              {[]func(*follower){all(hand, 10, 20, 14, 26)}, 4. / 32},
		"too near":                   {[]func(*follower){all(hand, 18, 12, 20, 20)}, 0},
		"from 3 px on":               {[]func(*follower){all(hand, 20, 12, 21, 20)}, 8. / 32},
		"on all sides":               {[]func(*follower){all(hand, 4, 4, 26, 27)}, 1},
		"in another colour":          {[]func(*follower){all(func(v *view, at int) { v.class[at] = ground.Thing }, 18, 12, 24, 20)}, 0},
		"as the ground does":         {[]func(*follower){all(hand, 18, 12, 24, 20), all(func(v *view, at int) { v.class[at] = ground.Clear }, 18, 12, 24, 20)}, 0},
		"where nobody looks":         {[]func(*follower){all(hand, 18, 12, 24, 20), all(func(v *view, at int) { v.class[at] = ground.Ignored }, 18, 12, 24, 16)}, 4. / 28},
		"where another is explained": {[]func(*follower){all(hand, 18, 12, 24, 20), func(f *follower) { f.explained[15*wide+20] = 1 }}, 7. / 32},
		"where another lies":         {[]func(*follower){all(hand, 18, 12, 24, 20), func(f *follower) { f.joint.layers[1] = square(18, 16) }}, 4. / 32},
		"at the edge of the picture": {[]func(*follower){all(hand, 4, 4, 32, 30), func(f *follower) { f.joint.layers[0] = square(22, 12); all(hand, 22, 12, 30, 20)(f) }}, 1},
		"while one like it waits":    {[]func(*follower){all(hand, 18, 12, 24, 20), func(f *follower) { f.tracks[2].known = false }}, 0},
	} {
		v := &view{width: wide, height: high, pix: make([]uint8, 3*wide*high), noise: make([]float32, wide*high), class: make([]uint8, wide*high)}
		for i := range v.noise {
			v.noise[i] = 1
		}
		f := &follower{members: []int{0, 1}, tracks: make([]track, 3), poses: make([]look.Pose, 2), explained: make([]uint8, wide*high), interval: 1}
		f.joint.canvas = &canvas{layers: []layer{square(10, 12), {}}}
		f.joint.view = v
		for i := range f.tracks {
			f.tracks[i].body, f.tracks[i].known, f.tracks[i].seen = &body, true, true
		}
		f.tracks[2].seen, f.tracks[2].predicted = false, look.Pose{X: 1e6}
		all(hand, 10, 12, 18, 20)(f)
		for _, set := range c.set {
			set(f)
		}
		if got := f.beset(0, isUnseen); !(math.Abs(got-c.want) < 1e-9) {
			t.Errorf("%s: %g of the outline is beset, want %g", name, got, c.want)
		}
	}
}

// TestColoursAreLearntAtFirst: only the first pictures tell how colours were lost.
func TestColoursAreLearntAtFirst(t *testing.T) {
	t.Parallel()
	for pictures, want := range map[int]int{mostLearning: 1, mostLearning + 1: 0} {
		f := &follower{tracks: make([]track, 1), members: []int{0}, poses: make([]look.Pose, 1), pictures: pictures}
		f.joint.canvas = new(canvas)
		f.tracks[0].seen = true
		f.joint.chroma.shared[1] = true
		f.joint.view = &view{}
		if f.vote(); f.votes[0]+f.votes[1] != want {
			t.Errorf("after %d pictures there are votes %v", pictures, f.votes)
		}
	}
}
