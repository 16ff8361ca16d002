package film

import (
	"math"
	"testing"
)

// TestEvenTimesAreThoseOfTheFilmOnAverage: pictures that come early and late around a beat keep the mean of their times, and those
// that are further off than a picture is shown stay where they are.
func TestEvenTimesAreThoseOfTheFilmOnAverage(t *testing.T) {
	t.Parallel()
	times := []float64{5.00, 5.11, 5.19, 5.30, 5.41, 5.49}
	mean := 0.0
	for _, at := range times {
		mean += at / 6
	}
	if !evenly(times, 0.05) {
		t.Fatal("they are as they were")
	}
	got := 0.0
	for k, at := range times {
		got += at / 6
		if k > 0 && !(math.Abs(at-times[k-1]-(times[1]-times[0])) < 1e-9) {
			t.Errorf("times %v are not even", times)
		}
	}
	if !(math.Abs(got-mean) < 1e-9) || !(math.Abs(times[1]-times[0]-0.1) < 0.003) {
		t.Errorf("times %v, whose mean was %v", times, mean)
	}
	uneven := []float64{0, 0.1, 0.35, 0.4}
	if evenly(uneven, 0.05) || uneven[2] != 0.35 {
		t.Errorf("what is far from any beat becomes %v", uneven)
	}
	if evenly([]float64{0, 1}, 9) {
		t.Error("two pictures have a beat")
	}
}
