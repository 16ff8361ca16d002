package film

import "slices"

// A picture is doubled when it differs from the one before by less than a fifth of how much the pictures around
// it differ, up to five in a row, and those around it do move, by two levels in some block. Something at rest
// stays: its pictures are equal for longer, or compression changes them as much as those around them.
const (
	mostDoubled  = 5
	stillShare   = 0.2
	leastMotion  = 2     // levels of 255
	leastDoubles = 0.125 // share of all pictures that tells of a film that doubles all along
)

// doubled returns which pictures show the one before again.
func doubled(changes []change) []bool {
	n := len(changes)
	out := make([]bool, n)
	// run marks a run of pictures from k on that lies between two changes, and returns its length.
	run := func(k int) int {
		for length := 1; length <= mostDoubled && k+length < n; length++ {
			around := min(changes[k-1].most, changes[k+length].most)
			if around >= leastMotion && !changes[k].blank && largest(changes[k:k+length]) <= stillShare*around {
				for i := range length {
					out[k+i] = true
				}
				return length
			}
		}
		return 0
	}
	count := 0
	for k := 2; k < n; k++ {
		length := run(k)
		count += length
		k += length
	}
	if float64(count) >= leastDoubles*float64(n) {
		// The film doubles all along, so it does at its ends, where there are changes on one side alone.
		for k := 1; k < n && k <= mostDoubled; k++ {
			if k+1 < n && changes[k+1].most >= leastMotion && largest(changes[1:k+1]) <= stillShare*changes[k+1].most {
				for i := 1; i <= k; i++ {
					out[i] = true
				}
				break
			}
		}
		for k := n - 1; k > 1 && k >= n-mostDoubled; k-- {
			if changes[k-1].most >= leastMotion && largest(changes[k:]) <= stillShare*changes[k-1].most {
				for i := k; i < n; i++ {
					out[i] = true
				}
				break
			}
		}
	}
	return out
}

func largest(changes []change) (most float32) {
	for _, c := range changes {
		most = max(most, c.most)
	}
	return most
}

// insertedBetween reports whether the pictures that were doubled are more than were filmed, so that the others are
// even in time: what moves goes as far across a doubled picture as from any other to the next. Where it goes
// further in proportion, a doubled picture stands for one that was lost, and times are right as they are.
func insertedBetween(changes []change, out []bool) bool {
	var shares []float64
	for k := 2; k < len(out); k++ {
		if !out[k] || out[k-1] {
			continue
		}
		end := k
		for end < len(out) && out[end] {
			end++
		}
		if end+1 >= len(out) || out[end+1] {
			continue // it is between doubled pictures, and tells nothing
		}
		ordinary := float64(changes[k-1].swept+changes[end+1].swept) / 2
		if k >= 2 && out[k-2] || ordinary == 0 {
			continue
		}
		shares = append(shares, (float64(changes[end].swept)/ordinary-1)/float64(end-k))
	}
	if len(shares) == 0 {
		return false
	}
	slices.Sort(shares)
	return shares[len(shares)/2] < 0.5
}
