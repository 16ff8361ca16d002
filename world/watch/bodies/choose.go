package bodies

import (
	"context"
	"math"

	"orrery/sim"
	"orrery/sim/polygon"
	"orrery/world/watch/cover"
	"orrery/world/watch/look"
	"orrery/world/watch/parts"
)

// choose fits forms to views and returns the simplest that explains them, or nil. Of a body that never stands free
// too little is seen of its outline to tell whether it is concave. It ends early when ctx is cancelled.
func choose(ctx context.Context, views []*view, hidden bool) *fitted {
	var best *fitted
	least := math.Inf(1)
	try := func(list []cover.Form) {
		for _, f := range list {
			if ctx.Err() != nil {
				return
			}
			poses := make([]look.Pose, len(views))
			for k, v := range views {
				poses[k] = turned(f, v)
			}
			got := fit(f, views, poses, tries)
			if got == nil {
				continue
			}
			if s := score(got); s < least {
				best, least = got, s
			}
		}
	}
	try(simple(views))
	if best == nil || best.cost > explained*best.count {
		try(outlines(views[0], hidden))
	}
	if best != nil {
		best = fit(best.form, views, best.poses, polish)
	}
	return best
}

// tries and polish are how many steps a fit takes to be compared with others, and to be exact.
const tries, polish = 12, 30

// explained is the mean square of what is left, in deviations, at which nothing is left to explain.
const explained = 0.5

// score is Bayes' criterion (Schwarz, "Estimating the dimension of a model", 1978): how badly a fit explains the
// outline, and how many sizes it needs. What is left is as good as nothing below a floor, and errors of neighbouring
// pixels come together: only some of them count.
func score(f *fitted) float64 {
	const floor, together = 0.05, 8
	n := f.count / together
	return n*math.Log(f.cost/f.count+floor) + 2*float64(len(f.form.Sizes()))*math.Log(max(n, 2))
}

// simple returns the forms of one or two sizes, with first sizes from moments.
func simple(views []*view) []cover.Form {
	var areas, longs, shorts []float64
	for _, v := range views {
		long, short, _ := v.whole.axes()
		areas, longs, shorts = append(areas, v.whole.n), append(longs, long), append(shorts, short)
	}
	return Simple(median(areas), median(longs), median(shorts))
}

// outlines returns forms whose outlines are the contour of a view, drawn more and more simply.
func outlines(v *view, onlyConvex bool) (list []cover.Form) {
	lines := parts.Contours(v.clean(), v.box.Dx(), v.box.Min.X, v.box.Min.Y, v.height, 0.5)
	if len(lines) == 0 || polygon.Area(lines[0]) <= 0 {
		return nil
	}
	hull := parts.Hull(lines[0])
	rim := 0.0
	for i, p := range hull {
		rim += hull[(i+1)%len(hull)].Sub(p).Len()
	}
	convex := onlyConvex || polygon.Area(hull)-polygon.Area(lines[0]) < 0.35*rim
	long, _, _ := v.whole.axes()
	seen := map[int]bool{}
	for _, tolerance := range [7]float64{0.5, 0.8, 1.2, 1.8, 2.8, 4, 6} {
		if tolerance > max(1.2, 0.2*long) {
			break
		}
		line := lines[0]
		if convex {
			line = hull
		}
		corners := parts.Simplify(line, tolerance)
		if seen[len(corners)] || len(corners) > 20 || onlyConvex && len(corners) > 8 {
			continue
		}
		seen[len(corners)] = true
		for k := range corners {
			corners[k] = v.pose.Back(corners[k])
		}
		if f := outlinedBy(corners); f != nil {
			list = append(list, f)
		}
	}
	return list
}

// turned returns a pose of a form in a view, about its middle, at the angle that explains it best.
func turned(f cover.Form, v *view) look.Pose {
	if !f.Turns() {
		return look.Pose{X: v.pose.X, Y: v.pose.Y}
	}
	outline, err := cover.New(f.Shapes())
	if err != nil {
		return v.pose
	}
	_, middle := Centred(f.Shapes())
	var rows cover.Rows
	best, least := v.pose, math.Inf(1)
	const tries = 48 // in a full turn, of which a part looks like any other for what is symmetric
	alike := max(1, Alike(f))
	for k := range (tries + alike - 1) / alike {
		pose := look.Pose{Angle: v.pose.Angle + 2*math.Pi*float64(k)/tries}
		at := sim.Vec{X: v.pose.X, Y: v.pose.Y}.Sub(middle.Rotate(pose.Angle))
		pose.X, pose.Y = at.X, at.Y
		if cost := miss(outline, &rows, v, pose); cost < least-1e-9 {
			best, least = pose, cost
		}
	}
	return best
}

// miss returns how badly an outline at a pose explains a view.
func miss(outline *cover.Outline, rows *cover.Rows, v *view, pose look.Pose) (cost float64) {
	outline.Draw(rows, cover.Pose(pose), v.width, v.height)
	v.left(rows, func(left, _ float32) { cost += float64(left) * float64(left) })
	return cost
}
