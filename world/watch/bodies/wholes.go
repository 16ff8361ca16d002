package bodies

import "orrery/world/watch/look"

// wholes makes one strand of what keeps its outline as a whole while it moves, and whose colours are no steady parts:
// a body of many colours, or of a texture.
func (f *finder) wholes() {
	whole := &finder{even: f.even, slack: f.slack}
	members := make([][][]int, len(f.sights)) // of each sight, of each whole, its patches
	for at, s := range f.sights {
		groups := together(s.patches)
		members[at] = groups
		out := sight{number: s.number, follows: s.follows}
		for _, group := range groups {
			out.patches = append(out.patches, joined(s.patches, group))
		}
		whole.sights = append(whole.sights, out)
	}
	whole.link()
	for _, w := range whole.strands {
		if w.joined || len(w.places) < 5 || !whole.rigid(w) || w.frees() < 3 {
			continue
		}
		moved, many := 0.0, 0
		merged := &strand{}
		for k, p := range w.places {
			moved = max(moved, w.whole[k].middle().Sub(w.whole[0].middle()).Len())
			patches := members[p.at][p.patches[0]]
			if len(patches) > 1 {
				many++
			}
			merged.places = append(merged.places, place{p.at, patches})
		}
		if moved < 4 || 2*many < len(w.places) {
			continue
		}
		steady, parts := 0, map[*strand]bool{}
		for _, s := range f.strands {
			within := f.shared(s, merged)
			if within == 0 {
				continue
			}
			area, _, _ := usualOf(s)
			if 10*within >= 6*len(w.places) && area > 0.15*w.whole[0].n && f.rigid(s) {
				steady++
				if 10*within < 8*len(s.places) {
					steady++ // it goes on elsewhere
				}
			}
			if 10*within >= 8*len(s.places) {
				parts[s] = true
			}
		}
		if steady > 1 {
			continue // whether they are one is told by how they move
		}
		f.measure(merged)
		kept := f.strands[:0]
		for _, s := range f.strands {
			if !parts[s] {
				kept = append(kept, s)
			}
		}
		f.strands = append(kept, merged)
	}
}

// shared returns in how many sights a strand is part of another.
func (f *finder) shared(s, of *strand) (n int) {
	for _, p := range s.places {
		k := of.find(p.at)
		if k < 0 {
			continue
		}
		for _, patch := range of.places[k].patches {
			if patch == p.patches[0] {
				n++
				break
			}
		}
	}
	return n
}

// together returns the groups of patches that touch, each by number.
func together(patches []patch) (groups [][]int) {
	done := make([]bool, len(patches))
	for start := range patches {
		if done[start] {
			continue
		}
		done[start] = true
		group := []int{start}
		for k := 0; k < len(group); k++ {
			for other := range patches {
				if patches[group[k]].beside[other] > 0 && !done[other] {
					done[other] = true
					group = append(group, other)
				}
			}
		}
		groups = append(groups, group)
	}
	return groups
}

// joined returns one patch of several.
func joined(patches []patch, group []int) (out patch) {
	var colour look.Colour
	for _, k := range group {
		p := &patches[k]
		for c := range colour {
			colour[c] += p.colour[c] * float32(p.n)
		}
		out.moments.add(p.moments)
		out.box, out.cut, out.rim = out.box.Union(p.box), out.cut || p.cut, out.rim+p.rim
	}
	for c := range colour {
		out.colour[c] = colour[c] / float32(out.n)
	}
	return out
}
