package follow_test

import (
	"context"
	"image"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat"

	"orrery/datasets/film"
	"orrery/sim"
	"orrery/sim/render"
	"orrery/sim/render/footage"
	"orrery/world/watch/follow"
	"orrery/world/watch/look"
)

// stage films bodies that move as told, in pictures of 160 × 120 px whose px are the metres of the scene. Later bodies lie above.
func stage(t *testing.T, shapes [][]sim.Shape, pictures int, change func(*footage.Settings), at func(body int, time float64) sim.BodyState) *filmed {
	t.Helper()
	ctx := context.Background()
	settings := footage.Default()
	settings.Width, settings.Height = 160, 120
	settings.View = render.Bounds{Max: sim.Vec{X: 160, Y: 120}}
	if change != nil {
		change(&settings)
	}
	scene := &sim.Scene{FPS: 30}
	for _, s := range shapes {
		scene.Bodies = append(scene.Bodies, sim.Body{Shapes: s})
	}
	states := make([]sim.State, pictures)
	for k := range states {
		for i := range shapes {
			states[k] = append(states[k], at(i, float64(k)))
		}
	}
	shot, err := footage.New(scene, states, settings)
	if err != nil {
		t.Fatal(err)
	}
	m := &filmed{shot: shot}
	var all []*image.RGBA
	for picture, err := range shot.Pictures(ctx) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, picture)
	}
	m.pictures = all
	m.found = bodiesOf(shot, all[0])
	if m.film, err = film.Still(ctx, all, settings.Rate, film.Options{}); err != nil {
		t.Fatal(err)
	}
	return m
}

// sights follows the bodies on the ground of a plate and returns what was seen of each picture.
func (m *filmed) sights(t *testing.T) [][]follow.Sight {
	t.Helper()
	return m.sightsOn(t, footage.Default().Ground)
}

// sightsOn does the same on a ground of another colour.
func (m *filmed) sightsOn(t *testing.T, c render.Colour) (all [][]follow.Sight) {
	t.Helper()
	ctx := context.Background()
	g := m.plate(t, c)
	for frame, err := range follow.All(ctx, m.film, g, m.found, follow.DefaultOptions()) {
		if err != nil {
			t.Fatal(err)
		}
		if frame.Number != len(all) {
			t.Fatalf("frame %d after %d", frame.Number, len(all))
		}
		all = append(all, slices.Clone(frame.Sights))
	}
	return all
}

func discOf(radius float64) []sim.Shape {
	return []sim.Shape{sim.NewShape(sim.Circle, radius, sim.Surface{}, sim.Vec{})}
}

func boxOf(w, h float64) []sim.Shape {
	return []sim.Shape{sim.NewShape(sim.Polygon, 0, sim.Surface{}, sim.Vec{X: w, Y: -h}, sim.Vec{X: w, Y: h}, sim.Vec{X: -w, Y: h}, sim.Vec{X: -w, Y: -h})}
}

// TestHiddenBodiesComeBack: a disc passes behind a box that hides all of it. It is seen before and after, told as
// not seen in between, and guessed near its way. The bodies are given with the upper one first: the order of drawing is found out.
func TestHiddenBodiesComeBack(t *testing.T) {
	t.Parallel()
	m := stage(t, [][]sim.Shape{discOf(9), boxOf(14, 20)}, 45, nil, func(body int, k float64) sim.BodyState {
		if body == 0 {
			return sim.BodyState{X: 20.3 + 2.7*k, Y: 61}
		}
		return sim.BodyState{X: 80, Y: 60 + 0.1*k, Angle: 0.01 * k}
	})
	m.found[0], m.found[1] = m.found[1], m.found[0]
	hidden := 0
	for k, s := range m.sights(t) {
		truth := m.shot.Middles(k)
		slices.Reverse(truth)
		far := math.Hypot(s[1].X-truth[1].X, s[1].Y-truth[1].Y)
		if off := math.Hypot(s[0].X-truth[0].X, s[0].Y-truth[0].Y); !(off < 0.03) || !s[0].Seen {
			t.Errorf("picture %d: the box is %.3f px off", k, off)
		}
		visible := max(0, math.Abs(truth[1].X-80)-5) // px of the disc's width that stand out
		switch {
		case !(visible <= 6) && (!s[1].Seen || !(far < 0.05)):
			t.Errorf("picture %d: seen %v, %.3f px off, share %.2f", k, s[1].Seen, far, s[1].Share)
		case visible == 0 && s[1].Seen:
			t.Errorf("picture %d: what is hidden is told as seen", k)
		case !s[1].Seen:
			hidden++
			if spread := math.Sqrt(s[1].Covariance[0][0]); !(far < 3*spread) || s[1].Share != 0 {
				t.Errorf("picture %d: guessed %.2f px off, spread %.2f, share %v", k, far, spread, s[1].Share)
			}
		}
	}
	if hidden < 2 {
		t.Errorf("hidden in %d pictures", hidden)
	}
}

// TestBodiesEnterAndLeave: a disc comes into the picture, crosses it and goes.
func TestBodiesEnterAndLeave(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	x := func(k float64) float64 { return -30 + 5*k }
	m := stage(t, [][]sim.Shape{boxOf(8, 8), discOf(12)}, 46, nil, func(body int, k float64) sim.BodyState {
		if body == 0 {
			return sim.BodyState{X: 60, Y: 100 - 0.5*k, Angle: 0.03 * k}
		}
		return sim.BodyState{X: x(k), Y: 30.4}
	})
	m.found[1].Paint = look.Plain(16, 92, 190) // of footage's second body, which is not in the first picture
	m.found[1].Number, m.found[1].Pose = 16, look.Pose{X: x(16), Y: 30.4}
	for k, s := range m.sights(t) {
		inside := min(x(float64(k))+12, 160-x(float64(k))+12) // px of the width
		far := math.Hypot(s[1].X-x(float64(k)), s[1].Y-30.4)
		switch {
		case !(inside > 0) && s[1].Seen:
			t.Errorf("picture %d: seen before it is there, or after", k)
		case !(inside <= 8) && (!s[1].Seen || !(far < 0.1)):
			t.Errorf("picture %d: %.0f px of it are in the picture: seen %v, %.3f px off", k, inside, s[1].Seen, far)
		}
	}
}

// TestBodiesOfOneColourKeepTheirNames as they touch, turn away, and as they pass over each other.
func TestBodiesOfOneColourKeepTheirNames(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	alike := func(s *footage.Settings) { s.Paint = footage.Alike }
	for name, at := range map[string]func(body int, k float64) sim.BodyState{
		"bounce": func(body int, k float64) sim.BodyState {
			away := 10 + math.Abs(k-15.3)*2.5 // of each from the middle: they touch at 10
			return sim.BodyState{X: 80 + away*float64(2*body-1), Y: 60}
		},
		"pass": func(body int, k float64) sim.BodyState {
			return sim.BodyState{X: 80 + (k-15.3)*2.5*float64(2*body-1), Y: 60 + 3*float64(body)}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := stage(t, [][]sim.Shape{discOf(10), discOf(10)}, 31, alike, at)
			lost := 0
			for k, s := range m.sights(t) {
				for i := range s {
					want := at(i, float64(k))
					if !s[i].Seen {
						lost++
					}
					if far := math.Hypot(s[i].X-want.X, s[i].Y-want.Y); s[i].Seen && !(far < 1.5) {
						t.Errorf("picture %d, body %d: %.2f px off", k, i, far)
					}
				}
			}
			if lost > 3 {
				t.Errorf("lost %d times", lost)
			}
		})
	}
}

// turning is a box that turns and a disc, both on curved ways and apart.
func turning(body int, k float64) sim.BodyState {
	if body == 0 {
		return sim.BodyState{X: 40 + 2.1*k, Y: 85 + 10*math.Sin(k/5), Angle: 0.05 * k}
	}
	return sim.BodyState{X: 130 - 3.3*k, Y: 30.2 + 0.04*k*k}
}

// errors returns how far off the seen bodies are in px, and the squares of that as numbers of variances.
func (m *filmed) errors(t *testing.T, sights [][]follow.Sight) (far, normal, angles []float64) {
	t.Helper()
	for k, s := range sights {
		for i, b := range m.shot.Middles(k) {
			if !s[i].Seen {
				t.Errorf("picture %d: body %d is not seen", k, i)
				continue
			}
			dx, dy := s[i].X-b.X, s[i].Y-b.Y
			far = append(far, math.Hypot(dx, dy))
			normal = append(normal, dx*dx/s[i].Covariance[0][0], dy*dy/s[i].Covariance[1][1])
			if s[i].Turned {
				d := math.Remainder(s[i].Angle-b.Angle, math.Pi)
				angles = append(angles, d*d/s[i].Covariance[2][2])
			}
		}
	}
	return far, normal, angles
}

// TestSoftShadowsMoveNothing: they are as dark as a table's under a lamp, and lie at one side.
func TestSoftShadowsMoveNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	m := stage(t, [][]sim.Shape{boxOf(16, 9), discOf(12)}, 20, func(s *footage.Settings) { s.Shadow = 0.4 }, turning)
	far, _, _ := m.errors(t, m.sights(t))
	if mean := stat.Mean(far, nil); !(mean < 0.01) {
		t.Errorf("mean error %.4f px", mean)
	}
}

// TestShadowsOfFastBodiesMoveNothing: a bar that swings, blurred by 5 px, with its shadow beside it; what is dark beyond the blur is too far away to tell how dark
// it is within.
func TestShadowsOfFastBodiesMoveNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	m := stage(t, [][]sim.Shape{boxOf(30, 5)}, 24, func(s *footage.Settings) { s.Shadow, s.Exposure = 0.4, 1./60 }, func(_ int, k float64) sim.BodyState {
		sin, cos := math.Sincos(0.3 * k)
		return sim.BodyState{X: 80 + 20*sin, Y: 60 + 25*cos, Angle: 0.4 * sin, VX: 20 * 0.3 * 30 * cos, VY: -25 * 0.3 * 30 * sin, Omega: 0.4 * 0.3 * 30 * cos}
	})
	m.found[0].Alike = 2
	far, _, _ := m.errors(t, m.sights(t))
	if mean := stat.Mean(far[1:len(far)-1], nil); !(mean < 0.03) {
		t.Errorf("mean error %.4f px", mean)
	}
}

// TestBlurIsOfTheExposure: half the time from picture to picture; a disc that bounces is where it is in the middle of that time.
func TestBlurIsOfTheExposure(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	m := stage(t, [][]sim.Shape{boxOf(16, 9), discOf(12)}, 24, func(s *footage.Settings) { s.Exposure = 1. / 60 }, func(body int, k float64) sim.BodyState {
		if body == 0 {
			return turning(body, k)
		}
		return sim.BodyState{X: 20 + math.Abs(k-12)*9, Y: 30.2}
	})
	far, _, _ := m.errors(t, m.sights(t))
	far = far[2 : len(far)-2] // nothing moves before the first state and after the last, so that their blur is half of one
	if mean, worst := stat.Mean(far, nil), slices.Max(far); !(mean < 0.03) || !(worst < 0.3) {
		t.Errorf("error %.4f px, at most %.4f", mean, worst)
	}
}

// TestFastTurnsAreBlurredOnTheirCurve: a bar turns about its end by 11° in a picture, so that the way of its middle is bent within the
// exposure.
func TestFastTurnsAreBlurredOnTheirCurve(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	m := stage(t, [][]sim.Shape{boxOf(24, 4)}, 24, func(s *footage.Settings) { s.Exposure = 1. / 60 }, func(_ int, k float64) sim.BodyState {
		sin, cos := math.Sincos(0.2 * k)
		return sim.BodyState{X: 80 + 26*cos, Y: 60 + 26*sin, Angle: 0.2 * k, VX: -26 * 0.2 * 30 * sin, VY: 26 * 0.2 * 30 * cos, Omega: 0.2 * 30}
	})
	m.found[0].Alike = 2
	far, _, _ := m.errors(t, m.sights(t))
	if mean := stat.Mean(far[1:len(far)-1], nil); !(mean < 0.015) {
		t.Errorf("mean error %.4f px", mean)
	}
}

// TestCovariancesAreThoseOfTheErrors: with noise, the squares of errors are one variance in the mean.
func TestCovariancesAreThoseOfTheErrors(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	m := stage(t, [][]sim.Shape{boxOf(16, 9), discOf(12)}, 40, func(s *footage.Settings) { s.Noise = 8 }, func(body int, k float64) sim.BodyState {
		return turning(body, k/2)
	})
	far, normal, angles := m.errors(t, m.sights(t))
	if mean := stat.Mean(far, nil); !(mean < 0.05) {
		t.Errorf("mean error %.4f px", mean)
	}
	if z := stat.Mean(normal, nil); !(z > 0.5 && z < 1.7) {
		t.Errorf("squares of errors are %.2f variances", z)
	}
	if z := stat.Mean(angles, nil); len(angles) != 40 || !(z > 0.4 && z < 2) {
		t.Errorf("squares of %d errors of angles are %.2f variances", len(angles), z)
	}
}

// TestACartIsFoundWithoutItsWheels: wheels hide much of a box's lower edge, of which the ground differs less, and go along with it. Nobody is told of them.
func TestACartIsFoundWithoutItsWheels(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and one body alone starts no goroutine that others do not start")
	}
	t.Parallel()
	ground := render.Colour{R: 170, G: 100, B: 90, A: 255}
	m := stage(t, [][]sim.Shape{boxOf(24, 10), discOf(5), discOf(5)}, 12, func(s *footage.Settings) { s.Ground = ground }, func(body int, k float64) sim.BodyState {
		return sim.BodyState{X: 30 + 2.3*k + []float64{0, -15, 15}[body], Y: 60 - []float64{0, 12.4, 12.4}[body]}
	})
	m.found = m.found[:1]
	for k, s := range m.sightsOn(t, ground) {
		if far := math.Hypot(s[0].X-30-2.3*float64(k), s[0].Y-60); !s[0].Seen || !(far < 1) {
			t.Errorf("picture %d: seen %v, %.2f px off", k, s[0].Seen, far)
		}
	}
}
