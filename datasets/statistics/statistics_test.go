package statistics

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"
	"pgregory.net/rapid"
)

// TestStatsMatchTheirDefinition compares with sums written out.
func TestStatsMatchTheirDefinition(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.IntRange(1, 4).Draw(t, "width")
		rows := rapid.IntRange(1, 150).Draw(t, "rows")
		values := rapid.SliceOfN(rapid.Float32Range(-100, 100), rows*width, rows*width).Draw(t, "values")
		held := rapid.IntRange(1, 12).Draw(t, "held") // frames for which values stay
		for i := range values {
			values[i] = values[i/width/held*held*width+i%width]
		}
		got := Describe(values, width)
		for j := range width {
			var column []float64
			sum, squares := 0.0, 0.0
			for i := range rows {
				column = append(column, float64(values[i*width+j]))
				sum += column[i]
			}
			mean := sum / float64(rows)
			for _, v := range column {
				squares += (v - mean) * (v - mean)
			}
			near(t, "mean", got.Mean[j], mean)
			near(t, "std", got.Std[j], math.Sqrt(squares/float64(rows)))
			near(t, "min", got.Min[j], slices.Min(column))
			near(t, "max", got.Max[j], slices.Max(column))
			for p, q := range map[float64]float64{0.01: got.Q01[j], 0.1: got.Q10[j], 0.5: got.Q50[j], 0.9: got.Q90[j], 0.99: got.Q99[j]} {
				below, upTo := 0, 0
				for _, v := range column {
					if !(v >= q) {
						below++
					}
					if v <= q {
						upTo++
					}
				}
				if !(float64(below) < p*float64(rows)) && below > 0 || !(float64(upTo) >= p*float64(rows)) {
					t.Fatalf("quantile %v is %v: %d of %d values are below, %d up to it", p, q, below, rows, upTo)
				}
			}
		}
		if got.Count[0] != rows {
			t.Fatalf("count %v of %d rows", got.Count, rows)
		}
	})
}

func near(t *rapid.T, name string, got, want float64) {
	if !scalar.EqualWithinAbs(got, want, 1e-9*(1+math.Abs(want))) {
		t.Fatalf("%s %v, want %v", name, got, want)
	}
}

// TestColumnsMayGrow: what is appended to one goes into no other.
func TestColumnsMayGrow(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]Stats{
		"new": New(3, 2), "described": Describe([]float64{0, 0, 0, 0}, 2), "padded": Describe([]float64{0}, 1).Pad(1, 2),
	} {
		for i, c := range s.Columns() {
			_ = append(*c, 7)
			for j, other := range s.Columns() {
				if slices.Contains(*other, 7) {
					t.Errorf("%s: what is appended to %s is in %s", name, Names[i], Names[j])
				}
			}
		}
	}
}

func TestMergedStatsAreThoseOfAllValues(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var merged Stats
		var all []float64
		for range rapid.IntRange(1, 6).Draw(t, "parts") {
			part := rapid.SliceOfN(rapid.Float64Range(-10, 1000), 1, 20).Draw(t, "part")
			merged.Merge(Describe(part, 1))
			all = append(all, part...)
		}
		want := Describe(all, 1)
		near(t, "min", merged.Min[0], want.Min[0])
		near(t, "max", merged.Max[0], want.Max[0])
		near(t, "mean", merged.Mean[0], want.Mean[0])
		near(t, "std", merged.Std[0], want.Std[0])
		near(t, "count", float64(merged.Count[0]), float64(want.Count[0]))
	})
}

// TestSampleIsFairAndBounded shows a sample ten times what it keeps.
func TestSampleIsFairAndBounded(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("slow, and in one goroutine")
	}
	const width = (1 << 20) / 2000
	s, row := NewSample(width, 20_000, rand.New(rand.NewPCG(1, 2))), make([]float64, width)
	for i := range 20_000 {
		row[0] = float64(i)
		s.Add(1, func(rows []float64, _ int) []float64 { return append(rows, row...) })
		if len(s.rows) > 1<<20 {
			t.Fatalf("%d values are kept", len(s.rows))
		}
	}
	got := s.Describe()
	if n := got.Count[0]; n < 800 {
		t.Errorf("%d rows are kept", n)
	}
	for _, q := range [][2]float64{{got.Q10[0], 2000}, {got.Q50[0], 10_000}, {got.Q90[0], 18_000}} {
		if !scalar.EqualWithinAbs(q[0], q[1], 1000) { // two standard errors of the median
			t.Errorf("quantile %v of the sample, %v of all", q[0], q[1])
		}
	}
}

// TestHalvingKeepsWholeRows: of rows of several values those with the small keys stay as
// they were, in their order.
func TestHalvingKeepsWholeRows(t *testing.T) {
	t.Parallel()
	s := NewSample(3, 5, rand.New(rand.NewPCG(1, 2)))
	s.bound, s.keys = 100, []uint64{51, 50, 90, 7, 1}
	for i := range 5 {
		s.rows = append(s.rows, float64(i), float64(10*i), float64(100*i))
	}
	s.halve()
	if want := []float64{1, 10, 100, 3, 30, 300, 4, 40, 400}; !slices.Equal(s.rows, want) || !slices.Equal(s.keys, []uint64{50, 7, 1}) || s.bound != 50 {
		t.Errorf("rows %v with the keys %v up to %d, want %v", s.rows, s.keys, s.bound, want)
	}
}

// TestAMillionValuesAreExact: up to 2^20 values nothing is left out, and one row more
// halves the sample.
func TestAMillionValuesAreExact(t *testing.T) {
	t.Parallel()
	const million = 1 << 20
	s := NewSample(1, million, rand.New(rand.NewPCG(1, 2)))
	value := func(rows []float64, k int) []float64 { return append(rows, float64(k)) }
	s.Add(million, value)
	got := s.Describe()
	if want := DescribeSteps(0, 1, million); got.Count[0] != million || got.Q01[0] != want.Q01[0] || got.Q50[0] != want.Q50[0] || got.Q99[0] != want.Q99[0] {
		t.Errorf("sample %+v, want %+v", got, want)
	}
	s.Add(1, value)
	if n := s.Describe().Count[0]; !(n > million*49/100 && n < million*51/100) {
		t.Errorf("%d values are kept", n)
	}
}

func TestStepsAreDescribedExactly(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 2, 7, 99, 100, 101, 1000} {
		for _, step := range []int{0, 1} {
			values := make([]int64, n)
			for i := range values {
				values[i] = int64(5 + step*i)
			}
			if err := Differ(Describe(values, 1), DescribeSteps(5, step, n), true); err != nil {
				t.Errorf("%d values in steps of %d: %v", n, step, err)
			}
		}
	}
}

// TestDifferSeesMoreThanRounding changes each statistic by more and by less.
func TestDifferSeesMoreThanRounding(t *testing.T) {
	t.Parallel()
	values := []float64{1, -3, 2, 5, 4, 0.5}
	got := Describe(values, 1)
	for i, name := range Names {
		for _, c := range []struct {
			by    float64
			fails bool
		}{{2e-7, false}, {1e-5, true}, {-1e-5, true}, {math.NaN(), true}} {
			stored := Describe(values, 1)
			(*stored.Columns()[i])[0] += c.by
			if err := Differ(stored, got, true); (err != nil) != c.fails || err != nil && !strings.Contains(err.Error(), name+"[0]") {
				t.Errorf("%s off by %v: %v", name, c.by, err)
			}
			if err := Differ(stored, got, false); (err != nil) != (c.fails && i < 4) {
				t.Errorf("%s off by %v, without quantiles: %v", name, c.by, err)
			}
		}
	}
	stored := Describe(values, 1)
	stored.Count[0]++
	if Differ(stored, got, true) == nil {
		t.Error("another count passes")
	}
}

// TestCheckDemandsShapeAndOrder.
func TestCheckDemandsShapeAndOrder(t *testing.T) {
	t.Parallel()
	sound := func() Stats { return Describe([]float64{1, 10, 2, 20, 3, 30, 4, 40}, 2) }
	s := sound()
	if err := s.Check(4, 2); err != nil {
		t.Error(err)
	}
	if s.Check(5, 2) == nil || s.Check(4, 1) == nil || s.Check(4, 3) == nil {
		t.Error("another shape passes")
	}
	for _, i := range []int{0, 1, 4, 5, 6, 7, 8} { // all but mean and deviation
		for _, v := range []float64{1e9, -1e9} {
			s := sound()
			(*s.Columns()[i])[1] = v
			if extreme := i == 0 && v < 0 || i == 1 && v > 0; (s.Check(4, 2) == nil) != extreme {
				t.Errorf("%s of %v: %v", Names[i], v, s.Check(4, 2))
			}
		}
	}
}

// TestPartsOfStatistics: padding adds zeros, an element stands by itself, and quantiles come from a place.
func TestPartsOfStatistics(t *testing.T) {
	t.Parallel()
	s := Describe([]float64{1, -2, 3, 8, 5, 4}, 2)
	padded := s.Pad(3, 4)
	if err := padded.Check(3, 4); err != nil {
		t.Error(err)
	}
	zeros := Describe(make([]float64, 3), 1)
	for i := range 4 {
		want := zeros
		if i < 2 {
			want = s.Element(i)
		}
		if err := Differ(want, padded.Element(i), true); err != nil {
			t.Errorf("element %d: %v", i, err)
		}
	}
	if err := Differ(Describe([]float64{-2, 8, 4}, 1), s.Element(1), true); err != nil {
		t.Error(err)
	}
	sampled := New(9, 3)
	for j, c := range sampled.Columns() {
		for i := range *c {
			(*c)[i] = float64(10*i + j)
		}
	}
	mean := s.Mean[0]
	s.SetQuantiles(sampled, 1)
	for j, c := range s.Columns() {
		for i, v := range *c {
			if want := float64(10*(i+1) + j); j >= 4 && v != want || j < 4 && v == want {
				t.Errorf("%s[%d] is %v", Names[j], i, v)
			}
		}
	}
	if s.Mean[0] != mean {
		t.Error("the mean is that of the sample")
	}
}
