package film

// A cut is where much more changes from one picture to the next than in the two on either side, taken for equal
// times; a change of the light is none.
const (
	cutFactor = 5
	leastCut  = 60 // levels × blocks, by all three colours: a body of 16 px that jumps makes more
)

// cuts returns at which of the pictures another episode starts: never less than three pictures after another.
func cuts(changes []change, times []float64, period float64) (out []int) {
	n := len(changes)
	rate := func(k int) float64 {
		return float64(changes[k].moved) / max(1, (times[k]-times[k-1])/period)
	}
	last := 0
	for k := 3; k+2 < n; k++ {
		here := rate(k)
		around := max(rate(k-2), rate(k-1), rate(k+1), rate(k+2))
		if here >= leastCut && here >= cutFactor*around && k-last >= 3 {
			out = append(out, k)
			last = k
		}
	}
	return out
}
