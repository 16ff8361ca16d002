package polygon

import (
	"fmt"
	"slices"

	"orrery/sim"
)

// MaxCorners is the number of corners that an outline may have. Taking it apart takes up to the
// cube of that many steps.
const MaxCorners = 500

// mostCorners is the number of corners that a convex part may have: those of a shape of sim.
const mostCorners = 64

// flat is the share of the square of an outline's size below which the area that three
// corners enclose is no area: the corner between them is left out.
const flat = 1e-9

// Convex divides what an outline encloses into convex polygons, counter-clockwise, of at
// most 64 corners each. The outline may be concave and run either way, and may have corners
// twice or on a straight line; it must enclose an area and not cross itself. An outline
// that is convex is one part.
//
// It cuts off triangles at corners that are ears (Meisters, "Polygons have ears", 1975) and
// joins them again where the whole stays convex (Hertel and Mehlhorn, "Fast triangulation of
// simple polygons", 1983), which gives at most four times as many parts as there must be.
func Convex(outline []sim.Vec) ([][]sim.Vec, error) {
	if len(outline) > MaxCorners {
		return nil, fmt.Errorf("an outline of %d corners must have at most %d", len(outline), MaxCorners)
	}
	least := flat * squaredSize(outline)
	corners := simplify(outline, least)
	if len(corners) < 3 {
		return nil, fmt.Errorf("an outline of %d corners encloses no area", len(outline))
	}
	if i, j, crosses := SelfCrossing(corners); crosses {
		at := func(k int) string {
			corner := corners[k%len(corners)]
			return fmt.Sprintf("[%v, %v]", corner.X, corner.Y)
		}
		return nil, fmt.Errorf("the outline crosses itself: the side from %s to %s meets that from %s to %s", at(i), at(i+1), at(j), at(j+1))
	}
	if Area(corners) < 0 {
		slices.Reverse(corners)
	}
	if isConvex(corners) && len(corners) <= mostCorners {
		return [][]sim.Vec{corners}, nil
	}
	return join(triangles(corners)), nil
}

// Area returns the area that an outline encloses, in m²; clockwise it is negative.
func Area(outline []sim.Vec) float64 {
	sum := 0.0
	for i, a := range outline {
		sum += a.Cross(outline[(i+1)%len(outline)]) / 2
	}
	return sum
}

// squaredSize returns the square of the larger side of the box around an outline.
func squaredSize(outline []sim.Vec) float64 {
	if len(outline) == 0 {
		return 0
	}
	low, high := outline[0], outline[0]
	for _, v := range outline {
		low = sim.Vec{X: min(low.X, v.X), Y: min(low.Y, v.Y)}
		high = sim.Vec{X: max(high.X, v.X), Y: max(high.Y, v.Y)}
	}
	side := max(high.X-low.X, high.Y-low.Y)
	return side * side
}

// turn is twice the area of the triangle of three corners, positive for a turn to the left.
func turn(a, b, c sim.Vec) float64 { return b.Sub(a).Cross(c.Sub(b)) }

// simplify leaves out corners that stand twice or between their neighbours on a line.
func simplify(outline []sim.Vec, least float64) []sim.Vec {
	corners := slices.Clone(outline)
	for i := 0; len(corners) >= 3 && i < len(corners); {
		before, after := corners[(i+len(corners)-1)%len(corners)], corners[(i+1)%len(corners)]
		if area := turn(before, corners[i], after); area <= least && area >= -least {
			corners = slices.Delete(corners, i, i+1)
			i = max(0, i-1) // what was straight before may be a corner of no area now
			continue
		}
		i++
	}
	return corners
}

// SelfCrossing returns two sides of an outline that have a point in common and are not
// neighbours: side i leads from corner i to the next.
func SelfCrossing(outline []sim.Vec) (i, j int, crosses bool) {
	n := len(outline)
	for i := range n {
		for j := i + 2; j < n; j++ {
			if i == 0 && j == n-1 {
				continue // neighbours
			}
			if meet(outline[i], outline[(i+1)%n], outline[j], outline[(j+1)%n]) {
				return i, j, true
			}
		}
	}
	return 0, 0, false
}

// meet reports whether two line segments have a point in common.
func meet(a, b, c, d sim.Vec) bool {
	abc, abd, cda, cdb := turn(a, b, c), turn(a, b, d), turn(c, d, a), turn(c, d, b)
	if (abc > 0) != (abd > 0) && (cda > 0) != (cdb > 0) && abc != 0 && abd != 0 && cda != 0 && cdb != 0 {
		return true
	}
	between := func(a, b, p sim.Vec) bool { // for a p on the line
		return min(a.X, b.X) <= p.X && p.X <= max(a.X, b.X) && min(a.Y, b.Y) <= p.Y && p.Y <= max(a.Y, b.Y)
	}
	return abc == 0 && between(a, b, c) || abd == 0 && between(a, b, d) || cda == 0 && between(c, d, a) || cdb == 0 && between(c, d, b)
}

// isConvex reports whether an outline turns to the left at every corner, or not at all.
func isConvex(corners []sim.Vec) bool {
	for i := range corners {
		if turn(corners[i], corners[(i+1)%len(corners)], corners[(i+2)%len(corners)]) < 0 {
			return false
		}
	}
	return true
}

// triangles cuts ears off an outline that is counter-clockwise and does not cross itself.
// Of all ears it takes the one whose smallest angle is largest, as slivers are bad shapes
// to collide with.
func triangles(corners []sim.Vec) [][]sim.Vec {
	left := slices.Clone(corners)
	var cut [][]sim.Vec
	for len(left) > 3 {
		best, quality := -1, -1.0
		for i := range left {
			a, b, c := left[(i+len(left)-1)%len(left)], left[i], left[(i+1)%len(left)]
			if q := roundness(a, b, c); q > quality && isEar(left, a, b, c) {
				best, quality = i, q
			}
		}
		if best < 0 { // only rounding can hide all ears: what is left has hardly any area
			break
		}
		cut = append(cut, []sim.Vec{left[(best+len(left)-1)%len(left)], left[best], left[(best+1)%len(left)]})
		left = slices.Delete(left, best, best+1)
	}
	if len(left) == 3 && turn(left[0], left[1], left[2]) > 0 {
		cut = append(cut, left)
	}
	return cut
}

// roundness is the area of a triangle as a share of the squares of its sides: 0 for a
// sliver, negative for a turn to the right.
func roundness(a, b, c sim.Vec) float64 {
	ab, bc, ca := b.Sub(a), c.Sub(b), a.Sub(c)
	return turn(a, b, c) / (ab.Dot(ab) + bc.Dot(bc) + ca.Dot(ca))
}

// isEar reports whether the triangle at a corner turns to the left and has none of the
// other corners in it.
func isEar(corners []sim.Vec, a, b, c sim.Vec) bool {
	if turn(a, b, c) <= 0 {
		return false
	}
	for _, p := range corners {
		if p == a || p == b || p == c {
			continue
		}
		if turn(a, b, p) >= 0 && turn(b, c, p) >= 0 && turn(c, a, p) >= 0 {
			return false
		}
	}
	return true
}

// join joins parts along common sides for as long as the result is convex.
func join(parts [][]sim.Vec) [][]sim.Vec {
	for i := 0; i < len(parts); i++ {
		for j := i + 1; j < len(parts); j++ {
			if joined, ok := joinTwo(parts[i], parts[j]); ok {
				parts[i] = joined
				parts = slices.Delete(parts, j, j+1)
				j = i // the larger part may have new neighbours
			}
		}
	}
	return parts
}

// joinTwo joins two convex parts that have a side in common, if the result is convex.
func joinTwo(a, b []sim.Vec) ([]sim.Vec, bool) {
	if len(a)+len(b)-2 > mostCorners {
		return nil, false
	}
	for i := range a {
		from, to := a[i], a[(i+1)%len(a)]
		for j := range b {
			if b[j] != to || b[(j+1)%len(b)] != from {
				continue
			}
			var joined []sim.Vec
			for k := range a { // from `to` round a to `from`
				joined = append(joined, a[(i+1+k)%len(a)])
			}
			for k := 2; k < len(b); k++ { // and round b, without both
				joined = append(joined, b[(j+k)%len(b)])
			}
			// A corner may be straight in the whole that was none in its parts.
			whole := simplify(joined, flat*squaredSize(joined))
			return whole, len(whole) >= 3 && isConvex(joined)
		}
	}
	return nil, false
}
