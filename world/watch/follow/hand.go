package follow

import (
	"slices"

	"orrery/world/watch/ground"
)

// A hand that holds or pushes a body is no ground, and no body explains it. Where it has the body's colour in some light it must not be taken for it.

const (
	// mostBeset is the share of a body's outline along which a picture may go on as it is inside, where it is not met well: a body that is held has more than half
	// of its outline for itself.
	mostBeset = 0.6
	// badlyMet is the error of edges in px from which on half of that is too much.
	badlyMet = 0.4
	// halfMet and wellTold are the shares of a body that is met, and of what it changes of the ground, from which on its edges need not be met.
	halfMet, wellTold = 0.5, 0.8
	// leastLight and mostLight are by how much less or more light a body may be seen in than it was found in: in a shadow, or where it shines.
	leastLight, mostLight = 0.4, 2.5
	// oneColour is by how many values two bodies differ, all channels together, that have one colour: bodies that are only much alike are told apart by their edges.
	oneColour = 12
)

// isElse reports whether something else is where a body was drawn: a hand, of which it would be a part.
func (q *quality) isElse() bool {
	return q.foreign || q.known && (q.beset > mostBeset && q.edges > wellMet || q.beset > mostBeset/2 && q.edges > badlyMet)
}

// isLit reports whether a mean colour that is seen may be a body's own in other light: much less of it or much more, as where it shines.
func isLit(seen, own *[3]float32, noise float32) bool {
	gain := dot(seen, own) / max(dot(own, own), 1)
	same, lit := float32(0), float32(0)
	for k := range 3 {
		d, e := seen[k]-own[k], seen[k]-gain*own[k]
		same += d * d
		lit += e * e
	}
	limit, litLimit := 45+4*noise, 20+4*noise
	return same < limit*limit || gain > leastLight && gain < mostLight && lit < litLimit*litLimit
}

// beset returns the share of the outline of member k of the last drawing at which the picture goes on outside as it is inside, and neither
// ground nor another body explains that. Pixels beyond the picture do not count, nor does anything while another body of the same colour that may lie there waits to be
// placed: a stack is met block by block.
func (f *follower) beset(k int, waits func(t *track) bool) float64 {
	if f.awaits(k, waits) {
		return 0
	}
	const out, in = 3, 1 // px from the outline
	j := &f.joint
	v, l := j.view, &j.layers[k]
	covers := func(l *layer, column, row int) bool {
		return column >= l.left && column < l.left+l.width && row >= l.top && row < l.top+l.height && l.share[(row-l.top)*l.width+column-l.left] > 0
	}
	all, on := 0, 0
	for row := l.top; row < l.top+l.height; row++ {
		for column := l.left; column < l.left+l.width; column++ {
			if !covers(l, column, row) {
				continue
			}
			for _, d := range [4][2]int{{1, 0}, {-1, 0}, {0, 1}, {0, -1}} {
				if covers(l, column+d[0], row+d[1]) {
					continue // not at the outline in this direction
				}
				x, y, x0, y0 := column+out*d[0], row+out*d[1], column-in*d[0], row-in*d[1]
				if min(x, y, x0, y0) < 0 || max(x, x0) >= v.width || max(y, y0) >= v.height {
					continue
				}
				o, i := y*v.width+x, y0*v.width+x0
				if v.class[o] == ground.Ignored || v.class[i] == ground.Ignored {
					continue
				}
				all++
				if v.class[o] != ground.Thing || f.explained[o] != 0 {
					continue
				}
				other := false
				for m := range f.members {
					other = other || m != k && covers(&j.layers[m], x, y)
				}
				var a, b [3]float32
				for c := range 3 {
					a[c], b[c] = float32(v.pix[3*o+c]), float32(v.pix[3*i+c])
				}
				if !other && alike(&a, &b, dot(&b, &b), v.noise[o]) {
					on++
				}
			}
		}
	}
	return float64(on) / float64(max(all, 1))
}

// isSure reports whether a body is met so well that it is there, although nothing else tells so. A part of a hand that has its colour in less light
// is met at its edges neither.
func (q *quality) isSure() bool {
	return q.seen >= 1.5*leastSeen && q.met >= 0.6 && !(q.known && (q.edges > 0.7 || q.edges > wellMet && (q.told < 0.4 || q.told < 0.6 && q.beset > 0.15))) && !q.isElse()
}

// isTold reports whether a body explains nearly all that is seen where it is, and nothing goes on beyond it: then it is there whatever its edges are, where no
// body is met better. The lower edge of a cart lies behind its wheels, and a ball is lit from a side.
func (q *quality) isTold() bool {
	return q.seen >= 1.5*leastSeen && q.met >= halfMet && q.told > wellTold && q.beset < 0.15 && !q.isElse()
}

// awaits reports whether a body of the colour of member k that waits to be placed may lie beside it.
func (f *follower) awaits(k int, waits func(t *track) bool) bool {
	body := f.members[k]
	t := &f.tracks[body]
	for i := range f.tracks {
		o := &f.tracks[i]
		if i == body || !waits(o) || slices.Contains(f.members, i) {
			continue
		}
		if far := t.reach + 2*o.reach + o.pace()*f.interval; o.known && distance(f.poses[k], o.predicted) > far {
			continue
		}
		if t.inOneColour(o) {
			return true
		}
	}
	return false
}

// inOneColour reports whether another body has the colour of this one.
func (t *track) inOneColour(o *track) bool {
	var square float32
	for c, own := range t.body.Paint.Mean {
		d := o.body.Paint.Mean[c] - own
		square += d * d
	}
	return square < oneColour*oneColour
}

// isUnseen reports whether a body is not found in the picture.
func isUnseen(t *track) bool { return !t.seen }
