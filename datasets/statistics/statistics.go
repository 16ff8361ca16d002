package statistics

import (
	"math"
	"math/rand/v2"
)

// Stats summarises a feature over an episode or a dataset, one value for each
// element of the feature, in the layout of meta/stats.json.
type Stats struct {
	Min   []float64 `json:"min"`   // [width], in the unit of the values, as all but Count
	Max   []float64 `json:"max"`   // [width]
	Mean  []float64 `json:"mean"`  // [width]
	Std   []float64 `json:"std"`   // [width], of the population
	Count []int     `json:"count"` // [1], rows
	Q01   []float64 `json:"q01"`   // [width], 1 % of the values are at or below it
	Q10   []float64 `json:"q10"`   // [width], 10 % of the values are at or below it
	Q50   []float64 `json:"q50"`   // [width], half of the values are at or below it
	Q90   []float64 `json:"q90"`   // [width], 90 % of the values are at or below it
	Q99   []float64 `json:"q99"`   // [width], 99 % of the values are at or below it
}

// quantiles are the shares of values at or below Q01 to Q99.
var quantiles = [5]float64{0.01, 0.10, 0.50, 0.90, 0.99}

// Names are the members of Stats as LeRobot names them, except count.
var Names = [9]string{"min", "max", "mean", "std", "q01", "q10", "q50", "q90", "q99"}

// Columns returns the members of s in the order of Names.
func (s *Stats) Columns() [9]*[]float64 {
	return [9]*[]float64{&s.Min, &s.Max, &s.Mean, &s.Std, &s.Q01, &s.Q10, &s.Q50, &s.Q90, &s.Q99}
}

// New returns the statistics of count rows of width values that are all zero.
func New(count, width int) Stats {
	s := Stats{Count: []int{count}}
	zeros := make([]float64, len(Names)*width)
	for i, c := range s.Columns() {
		*c = zeros[i*width : (i+1)*width : (i+1)*width]
	}
	return s
}

// Pad returns the statistics of a feature with zeros for the elements up to width, in t
// frames, or s itself where that is what it has.
func (s Stats) Pad(t, width int) Stats {
	if len(s.Min) == width && s.Count[0] == t {
		return s
	}
	padded := New(t, width)
	for i, c := range padded.Columns() {
		copy(*c, *s.Columns()[i])
	}
	return padded
}

// Element returns the statistics of an element by itself.
func (s Stats) Element(i int) Stats {
	e := Stats{Count: s.Count}
	for j, c := range e.Columns() {
		*c = (*s.Columns()[j])[i : i+1]
	}
	return e
}

// Merge adds the values that other summarises to those of s, all but the
// quantiles, which cannot be merged. Chan, Golub and LeVeque, "Updating formulae
// and a pairwise algorithm for computing sample variances" (1979).
func (s *Stats) Merge(other Stats) {
	if s.Count == nil {
		*s = New(0, len(other.Min))
		copy(s.Min, other.Min)
		copy(s.Max, other.Max)
	}
	n, m := float64(s.Count[0]), float64(other.Count[0])
	for j := range s.Min {
		s.Min[j] = min(s.Min[j], other.Min[j])
		s.Max[j] = max(s.Max[j], other.Max[j])
		d := other.Mean[j] - s.Mean[j]
		squares := n*s.Std[j]*s.Std[j] + m*other.Std[j]*other.Std[j] + d*d*n*m/(n+m)
		s.Mean[j] += d * m / (n + m)
		s.Std[j] = math.Sqrt(squares / (n + m))
	}
	s.Count[0] += other.Count[0]
}

// sampleSize is the number of values that a sample keeps, 8 MB of them. Quantiles of a
// dataset with fewer are exact.
const sampleSize = 1 << 20

// Sample is a uniform random choice among the rows it was shown: every row
// draws a key, and those up to the bound are kept.
type Sample struct {
	width  int       // of a row, all features
	rows   []float64 // [k, width]
	keys   []uint64  // [k]
	bound  uint64
	random *rand.Rand
}

// NewSample returns an empty sample of rows of so many values, of which about rows will
// be shown. random draws the keys.
func NewSample(width, rows int, random *rand.Rand) *Sample {
	return &Sample{width: width, bound: math.MaxUint64, random: random, rows: make([]float64, 0, min(rows*width, sampleSize+width))}
}

// Describe returns the statistics of the rows that were kept.
func (s *Sample) Describe() Stats { return Describe(s.rows, s.width) }

// Add shows the sample t rows, of which appendRow appends one to those it keeps.
func (s *Sample) Add(t int, appendRow func(rows []float64, k int) []float64) {
	for k := range t {
		key := s.random.Uint64()
		if key > s.bound {
			continue
		}
		s.rows = appendRow(s.rows, k)
		s.keys = append(s.keys, key)
		s.thin()
	}
}

// thin halves the bound and drops the rows above it, as long as there are too
// many.
func (s *Sample) thin() {
	for len(s.rows) > sampleSize && len(s.keys) > 1 {
		s.halve()
	}
}

func (s *Sample) halve() {
	s.bound /= 2
	kept := 0
	for i, key := range s.keys {
		if key <= s.bound {
			copy(s.rows[kept*s.width:(kept+1)*s.width], s.rows[i*s.width:])
			s.keys[kept] = key
			kept++
		}
	}
	s.rows, s.keys = s.rows[:kept*s.width], s.keys[:kept]
}

// SetQuantiles gives s the quantiles of the sample's elements from offset on.
func (s *Stats) SetQuantiles(sampled Stats, offset int) {
	end := offset + len(s.Min)
	s.Q01, s.Q10, s.Q50 = sampled.Q01[offset:end], sampled.Q10[offset:end], sampled.Q50[offset:end]
	s.Q90, s.Q99 = sampled.Q90[offset:end], sampled.Q99[offset:end]
}
