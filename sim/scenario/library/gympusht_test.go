package library

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
	"orrery/sim/engine"
)

// gymPixel is a pixel of gym-pusht.
const gymPixel = 1.0 / 128 // m

// gymEpisode is what gym-pusht 0.1.8 did on pymunk 6.11.1: agent and block, in px and rad, after 1, 30, 100
// and 300 actions.
type gymEpisode struct {
	start [5]float64 // of its reset_to_state
	aimed bool       // at the block, and not anywhere
	want  [4][5]float64
}

var gymEpisodes = []gymEpisode{
	{[5]float64{256, 50, 200, 300, 1}, false, [4][5]float64{
		{308.925249678506, 106.47331110946732, 237.86619431635535, 320.6863962359337, 1.0},
		{357.59836004681677, 271.5859383253195, 366.3620889491852, 441.7174756035439, 1.9188169449258279},
		{226.3624034877905, 311.535362205001, 373.3457967221078, 440.25940871718933, 3.9516477177438922},
		{138.81008032721707, 312.02799981312927, 384.0739696980484, 430.85831294819815, 4.465426561750422},
	}},
	{[5]float64{300, 400, 150, 110, -3}, true, [4][5]float64{
		{252.9881860397628, 329.3344431666875, 143.64959963730598, 199.54966234702005, -3.0},
		{66.30647915561644, 211.61331795980746, 73.94000766920577, 292.37256328812305, -3.608216840864228},
		{460.2758880176197, 62.03994453838826, 445.0493181309579, 70.02418564408104, -4.595892194508345},
		{328.6850109710059, 151.4691143603397, 288.7650239490198, 92.74808413645218, -7.339320115794968},
	}},
	{[5]float64{60, 440, 399, 399, 2.5}, true, [4][5]float64{ // into two walls
		{157.5716893514357, 442.9567178591344, 424.639775334777, 476.21309667347026, 2.5353633084026943},
		{404.8951338351439, 165.70760734722379, 378.90138040292453, 115.96545670751053, 0.0721798779852321},
		{90.73427533500173, 227.3502216492852, 20.83976395163547, 210.4858672855717, -1.805060428736398},
		{16.08915892105696, 4.436534027692325, -45.28457589420451, -29.575806385534307, -1.5797817949719881},
	}},
}

// TestGymPushTIsTheBenchmark to the last digits, over 300 frames of squeezes between agent and
// walls: the same start and the same actions lead to the same places.
func TestGymPushTIsTheBenchmark(t *testing.T) {
	t.Parallel()
	scene := sample(t, "gym-pusht", nil, 1, 0)
	judge := judgeOf(t, find(t, "gym-pusht"), scene)
	e := engine.New()
	start(t, e, scene)
	for i, episode := range gymEpisodes {
		// Its reset puts the unturned block somewhere, and turns it about its centre of mass.
		s := episode.start
		state := sim.State{{X: s[0] * gymPixel, Y: s[1] * gymPixel}, {X: s[2] * gymPixel, Y: (s[3] + 45) * gymPixel, Angle: s[4]}}
		if err := e.Reset(state); err != nil {
			t.Fatal(err)
		}
		random := uint64(12345)
		draw := func(n uint64) float64 {
			random = (1103515245*random + 12345) % (1 << 31)
			return float64((random >> 16) % n)
		}
		for frame := 1; frame <= 300; frame++ {
			state = e.State(state)
			var target [2]float64
			for k, centre := range []float64{state[1].X, state[1].Y} {
				if episode.aimed {
					target[k] = min(max(math.Floor(centre/gymPixel)+draw(121)-60, 0), 512)
				} else {
					target[k] = draw(513)
				}
			}
			if err := e.Frame(sim.Action{target[0] * gymPixel, target[1] * gymPixel}); err != nil {
				t.Fatal(err)
			}
			row, ok := map[int]int{1: 0, 30: 1, 100: 2, 300: 3}[frame]
			if !ok {
				continue
			}
			got := judge.Observe(e.State(nil))
			got[4] = e.State(nil)[1].Angle
			for k, want := range episode.want[row] {
				if !scalar.EqualWithinAbs(got[k], want, 1e-8) {
					t.Errorf("episode %d, frame %d: number %d is %v, want %v", i, frame, k, got[k], want)
				}
			}
		}
	}
}

// TestGymPushTStartsAreTheBenchmarks: whole pixels from 50 to 449 and 100 to 399, an even angle.
func TestGymPushTStartsAreTheBenchmarks(t *testing.T) {
	t.Parallel()
	least, most := [5]float64{512, 512, 512, 512, 7}, [5]float64{-9, -9, -9, -9, -9}
	for episode := range 300 {
		s := sample(t, "gym-pusht", nil, 3, episode).Start()
		drawn := [5]float64{s[0].X / gymPixel, s[0].Y / gymPixel, s[1].X / gymPixel, s[1].Y/gymPixel - 45, s[1].Angle}
		for k, v := range drawn {
			least[k], most[k] = min(least[k], v), max(most[k], v)
			if k < 4 && !scalar.EqualWithinAbs(v, math.Round(v), 1e-9) {
				t.Fatalf("episode %d: number %d is %v, want whole pixels", episode, k, v)
			}
		}
	}
	for k, want := range [][2]float64{{50, 449}, {50, 449}, {100, 399}, {100, 399}, {-math.Pi, math.Pi}} {
		slack := 0.03 * (want[1] - want[0])
		if !(least[k] >= want[0]-1e-9 && least[k] <= want[0]+slack) || !(most[k] <= want[1]+1e-9 && most[k] >= want[1]-slack) {
			t.Errorf("number %d is %v to %v, want %v", k, least[k], most[k], want)
		}
	}
}
