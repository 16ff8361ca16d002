package bodies

import (
	"context"
	"fmt"
	"image"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"orrery/sim/golden"
	"orrery/world/watch/cover"
	"orrery/world/watch/look"
)

// chancedUnion returns pieces that lie beside each other by chance in views of 56 × 44 px of a larger picture, and what is seen of them with noise.
func chancedUnion(t *testing.T, rng *rand.Rand) *union {
	t.Helper()
	u := &union{}
	n, noise := 1+rng.IntN(3), 0.05*rng.Float64()
	for range n {
		u.pieces = append(u.pieces, piece{form: chanced(rng)})
	}
	turn := 0.1 * rng.NormFloat64()
	for k := range 3 {
		v := &view{number: 20 + k, box: image.Rect(9, 14, 65, 58), width: 90, height: 70, pose: look.Pose{X: 37, Y: 34, Angle: 0.3}}
		size := v.box.Dx() * v.box.Dy()
		v.share, v.weight, v.own, v.deep, v.colour = make([]float32, size), make([]float32, size), make([]bool, size), make([]bool, size), make([]look.Colour, size)
		u.views = append(u.views, v)
		way := look.Pose{X: 37 + rng.NormFloat64(), Y: 34 + rng.NormFloat64(), Angle: turn * float64(k)}
		for j := range u.pieces {
			p := look.Pose{X: 13 * (float64(j) - float64(n-1)/2), Y: 2 * rng.NormFloat64(), Angle: rng.NormFloat64() / 2}
			at := p
			at.X, at.Y = way.X+math.Cos(way.Angle)*p.X-math.Sin(way.Angle)*p.Y, way.Y+math.Sin(way.Angle)*p.X+math.Cos(way.Angle)*p.Y
			at.Angle += way.Angle
			u.pieces[j].poses = append(u.pieces[j].poses, at)
		}
	}
	for k, v := range u.views {
		if !u.draw(k, false) {
			t.Fatal("the pieces cannot be drawn")
		}
		for i := range v.share {
			seen := float64(1-u.open[i]) + noise*rng.NormFloat64()
			v.share[i], v.weight[i] = float32(seen), float32(1/(noise*noise+rough*rough))
			v.own[i], v.deep[i] = seen > 0.5, seen > 0.9
			v.colour[i] = look.Colour{float32(200 - 150*seen), float32(200 - 20*seen), 180}
			if rng.IntN(60) == 0 {
				v.weight[i] = 0
			}
			if p := v.point(i); v.own[i] {
				v.whole.pixel(p.X, p.Y)
			}
		}
	}
	return u
}

// stray moves all pieces a little.
func (u *union) stray(rng *rand.Rand, by float64) {
	for j := range u.pieces {
		sizes := u.pieces[j].form.Sizes()
		for s := range sizes {
			sizes[s] += 0.3 * by * rng.NormFloat64()
		}
		if f := u.pieces[j].form.With(sizes); f != nil {
			u.pieces[j].form = f
		}
		for k := range u.pieces[j].poses {
			p := &u.pieces[j].poses[k]
			p.X, p.Y, p.Angle = p.X+by*rng.NormFloat64(), p.Y+by*rng.NormFloat64(), p.Angle+0.1*by*rng.NormFloat64()
		}
	}
}

// told returns pieces as text.
func (u *union) told() (text string) {
	for _, p := range u.pieces {
		text += fmt.Sprintf(" %T %.5f at %.5f", p.form, p.form.Sizes(), p.poses)
	}
	return text
}

// TestUnionsOfChanceAreFittedAsBefore: what is left of views, the equations of a step, steps, cuts, and how a union is cut up.
func TestUnionsOfChanceAreFittedAsBefore(t *testing.T) {
	if testing.Short() {
		t.Skip("the race detector makes it ten times as long, and quicker tests see all of it")
	}
	t.Parallel()
	var out strings.Builder
	line := func(format string, of ...any) { fmt.Fprintf(&out, format+"\n", of...) }
	for k := range 14 {
		rng := rand.New(rand.NewPCG(uint64(k), 15))
		line("# union %d", k)
		u := chancedUnion(t, rng)
		all := []int{0, 1, 2}
		for _, by := range []float64{0.1, 0.8, 3} {
			u := u.clone()
			u.stray(rng, by)
			cost, count, rms := u.judge(all)
			line("strayed by %g: cost %.5f, %g px, rms %.6f, score %.5f, off %.6f, covered %.6f, explains %t, worst %d", by, cost, count, rms, u.score(all), u.usuallyOff(), u.covered(), u.explains(1), u.worst(map[int]bool{0: true}))
			for _, sized := range []bool{false, true} {
				e, ok := u.build([]int{0, 2}, sized)
				normal, right := 0.0, 0.0
				for i, v := range e.normal {
					normal += v * float64(i%11)
				}
				for i, v := range e.right {
					right += v * float64(i+1)
				}
				line("equations %t: cost %.5f, normal %.6g, right %.6g", ok, e.cost, normal, right)
			}
			step := make([]float64, u.sizes()+9*len(u.pieces))
			for i := range step {
				step[i] = 3 * by * rng.NormFloat64() / float64(1+5*(i%2))
			}
			moved := u.clone()
			line("moved %t:%s", moved.move(step, all, true), moved.told())
			u.draw(1, false)
			owned, open := 0, 0.0
			for i := range u.views[1].share {
				owned += u.owner(1, i) * (i % 13)
				open += u.openBut(0, 1, i) * float64(i%17)
			}
			line("owned %d, open %.5f", owned, open)
			shared := u.clone()
			shared.share(2)
			line("shared:%s", shared.told())
			line("fit %.5f:%s", u.fit(all, true, 4), u.told())
		}
		v := u.views[0]
		set := make([]bool, len(v.share))
		for i, s := range v.share {
			set[i] = s > 0.5
		}
		for _, c := range cutsOf(v, set, []float64{9, 14}) {
			line("cut %.5f: %T %.4f at %.4f, %T %.4f at %.4f", c.miss, c.forms[0], c.forms[0].Sizes(), c.poses[0], c.forms[1], c.forms[1].Sizes(), c.poses[1])
		}
		whole := wholePiece(u.views, 1)
		line("whole:%s", whole.told())
		whole.fit([]int{1}, true, 6)
		if cuts := whole.cuts(1); len(cuts) > 0 {
			pieces, score := whole.trial(1, &cuts[0])
			line("trial %.5f:%s", score, (&union{pieces: pieces}).told())
		}
		if k%3 == 0 {
			if apart := takeApart(context.Background(), u.views, 1); apart != nil {
				line("apart:%s", apart.told())
			}
		}
		for _, f := range append(simple(u.views), outlines(v, false)...) {
			pose := turned(f, v)
			outline, err := cover.New(f.Shapes())
			if err != nil {
				continue
			}
			var rows cover.Rows
			line("form %T %.4f: turned %.5f, misses %.5f", f, f.Sizes(), pose, miss(outline, &rows, v, pose))
			if got := fit(f, u.views[:1], []look.Pose{pose}, 3); got != nil {
				line("  fit %.5f at %.5f: cost %.5f, %g px, rms %.6f, score %.5f", got.form.Sizes(), got.poses, got.cost, got.count, got.rms, score(got))
			}
		}
	}
	golden.Compare(t, "testdata/unions.txt", out.String())
}
