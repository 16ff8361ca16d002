package film

// A cut is where much more changes from one picture to the next than in the two on either side, taken for equal
// times; a change of the light is none. Pictures of one colour between cuts show nothing and are dropped.
const (
	cutFactor  = 4  // cuts of our scenes make 2 to 25, motion up to 1.4, flickering lamps and hands of real films up to 2.5
	leastCut   = 60 // levels × blocks, by all three colours: a body of 16 px that jumps makes more
	leastJump  = 12 // levels, mean of the block that changes most; a lamp that flickers makes less
	leastBlank = 5  // levels, by all three colours, by which blocks change on average when a picture turns blank
)

// blanks returns which pictures show nothing: those of one colour that comes or goes all at once, between others.
func blanks(changes []change, blocks int) []bool {
	n := len(changes)
	out := make([]bool, n)
	all := true
	for k := 0; k < n; k++ {
		if !changes[k].blank {
			all = false
			continue
		}
		end := k
		for end < n && changes[end].blank {
			end++
		}
		if k > 0 && float64(changes[k].moved) >= leastBlank*float64(blocks) || end < n && float64(changes[end].moved) >= leastBlank*float64(blocks) {
			for i := k; i < end; i++ {
				out[i] = true
			}
		}
		k = end - 1
	}
	if all {
		return make([]bool, n)
	}
	return out
}

// cuts returns at which of the pictures another episode starts: never less than three pictures after another, as each is
// held against those around it.
func cuts(changes []change, times []float64, period float64) (out []int) {
	n := len(changes)
	rate := func(k int) float64 {
		return float64(changes[k].moved) / max(1, (times[k]-times[k-1])/period)
	}
	for k := 3; k+2 < n; k++ {
		here := rate(k)
		around := max(rate(k-2), rate(k-1), rate(k+1), rate(k+2))
		if here >= leastCut && here >= cutFactor*around && changes[k].most >= leastJump {
			out = append(out, k)
		}
	}
	return out
}
