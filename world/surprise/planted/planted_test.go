package planted

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
)

// TestImpactsKeepMomentumAndLoseEnergy lets two discs hit each other, obliquely and turning.
func TestImpactsKeepMomentumAndLoseEnergy(t *testing.T) {
	t.Parallel()
	b := box{ghosts: map[[2]int]bool{}, discs: []disc{
		{BodyState: sim.BodyState{X: -0.3, VX: 1, Omega: 3}, radius: 0.1, mass: 1, moment: 0.005},
		{BodyState: sim.BodyState{X: 0.1, Y: 0.05, VX: -0.5, Omega: -1}, radius: 0.15, mass: 3, moment: 3 * 0.15 * 0.15 / 2},
	}}
	momentum := func() (p sim.Vec, energy float64) {
		for _, d := range b.discs {
			p = p.Add(d.Velocity().Scale(d.mass))
			energy += d.mass*d.Velocity().Dot(d.Velocity())/2 + d.moment*d.Omega*d.Omega/2
		}
		return p, energy
	}
	var at hit
	b.meet = func(h hit) bool { at = h; return true }
	p0, e0 := momentum()
	b.run(0.2)
	p1, e1 := momentum()
	if !(p1.Sub(p0).Len() < 1e-12) || !(e1 < e0) {
		t.Errorf("momentum %v becomes %v, energy %v becomes %v", p0, p1, e0, e1)
	}
	parting := at.normal.Dot(b.discs[at.body].Velocity().Sub(b.discs[at.other].Velocity()))
	if !scalar.EqualWithinAbs(parting, bounce*at.speed, 1e-12) {
		t.Errorf("they part at %v m/s after they met at %v", parting, at.speed)
	}
}

// TestNothingPassesThroughWithoutAFault looks at the gaps of clean episodes.
func TestNothingPassesThroughWithoutAFault(t *testing.T) {
	t.Parallel()
	s := DefaultSettings()
	for e := range 20 {
		episode, faults := s.Episode(3, e, None)
		if len(faults) > 0 {
			t.Fatal("a fault without one")
		}
		if err := episode.Check(); err != nil {
			t.Fatal(err)
		}
		for k, state := range episode.States {
			for i := range state {
				r := episode.Scene.Bodies[i].Shapes[0].Radius
				if !(max(math.Abs(state[i].X), math.Abs(state[i].Y))+r <= half+1e-9) {
					t.Fatalf("episode %d frame %d: disc %d is in a wall", e, k, i)
				}
				for j := range i {
					if !(state[i].Position().Sub(state[j].Position()).Len() >= r+episode.Scene.Bodies[j].Shapes[0].Radius-1e-9) {
						t.Fatalf("episode %d frame %d: discs %d and %d overlap", e, k, i, j)
					}
				}
			}
		}
	}
}

// TestFaultsAreOfTheirKind compares the motion of each kind with the same without a fault.
func TestFaultsAreOfTheirKind(t *testing.T) {
	t.Parallel()
	s := DefaultSettings()
	s.Noise = 0
	for _, kind := range Kinds() {
		some := 0
		for e := range 10 {
			clean, _ := s.Episode(3, e, None)
			odd, faults := s.Episode(3, e, kind)
			for k := range s.Frames {
				if len(faults) > 0 && k == faults[0].Frame {
					some++
					break
				}
				for i := range clean.States[k] {
					if clean.States[k][i] != odd.States[k][i] {
						t.Fatalf("%s, episode %d: frame %d differs before the fault %v", kind, e, k, faults)
					}
				}
			}
			for _, f := range faults {
				if kind == Teleport {
					i := f.Bodies[0]
					way := odd.States[f.Frame][i].Position().Sub(odd.States[f.Frame-1][i].Position()).Len()
					if !(way > 0.01) || f.Frame < s.Margin || f.Frame >= s.Frames-s.Margin {
						t.Errorf("a way of %v m at frame %d", way, f.Frame)
					}
				}
			}
		}
		if some < 2 { // few impacts are fit for it
			t.Errorf("%s: planted in %d of 10 episodes", kind, some)
		}
	}
}

// TestLawGoesTheWayOfTheEpisodes leads each state to the next.
func TestLawGoesTheWayOfTheEpisodes(t *testing.T) {
	t.Parallel()
	s := DefaultSettings()
	s.Noise = 0
	episode, _ := s.Episode(3, 1, None)
	p, err := Law{}.Predictor([]*sim.Scene{episode.Scene, episode.Scene})
	if err != nil {
		t.Fatal(err)
	}
	for k := range s.Frames - 1 {
		state := append(append(sim.State{}, episode.States[k]...), episode.States[0]...)
		if err := p.Step(state, nil); err != nil {
			t.Fatal(err)
		}
		for i, want := range episode.States[k+1] {
			if !(state[i].Position().Sub(want.Position()).Len() < 1e-9) || !(state[i].Velocity().Sub(want.Velocity()).Len() < 1e-9) {
				t.Fatalf("frame %d: disc %d is at %v, want %v", k+1, i, state[i], want)
			}
		}
	}
	other := sim.DefaultScene()
	other.Bodies = []sim.Body{sim.NewBox(0.1, 0.1, 1, sim.Surface{})}
	if _, err := (Law{}).Predictor([]*sim.Scene{&other}); err == nil {
		t.Error("it predicts a box")
	}
}

// TestAUC counts wins and draws.
func TestAUC(t *testing.T) {
	t.Parallel()
	scores := make([][]float64, 20)
	for k := range scores {
		scores[k] = []float64{1, float64(k)}
	}
	faults := [][]Fault{{{Frame: 10, Bodies: []int{1}}}}
	// Body 1 scores 12 at most near frame 10. Of 35 others 7 are greater.
	if got := AUC([][][]float64{scores}, faults); !scalar.EqualWithinAbs(got, 28.0/35, 1e-12) {
		t.Errorf("AUC %v, want 28/35", got)
	}
	if got := AUC([][][]float64{scores}, [][]Fault{nil}); got != 0 {
		t.Errorf("AUC %v without faults", got)
	}
	scores[10][1], scores[11][1], scores[12][1], scores[9][1], scores[8][1] = 1, 1, 1, 1, 1
	if got := AUC([][][]float64{scores}, faults); !scalar.EqualWithinAbs(got, (1+21.0/2)/35, 1e-12) {
		t.Errorf("AUC %v with draws, want 11.5/35", got)
	}
}

// TestSettingsAreChecked refuses each that is out of range.
func TestSettingsAreChecked(t *testing.T) {
	t.Parallel()
	if err := DefaultSettings().Validate(); err != nil {
		t.Error(err)
	}
	for name, change := range map[string]func(*Settings){
		"discs": func(s *Settings) { s.Discs = 1 }, "frames": func(s *Settings) { s.Frames = 12 }, "fps": func(s *Settings) { s.FPS = 0 },
		"margin": func(s *Settings) { s.Margin = 1 }, "noise": func(s *Settings) { s.Noise = math.NaN() }, "least": func(s *Settings) { s.Least = -1 },
	} {
		s := DefaultSettings()
		change(&s)
		if s.Validate() == nil {
			t.Errorf("%s is not checked", name)
		}
	}
}
