package discs

import (
	"testing"
)

// TestEstimatesOfDiscs holds the figures that a user may count on.
func TestEstimatesOfDiscs(t *testing.T) {
	t.Parallel()
	set := Default()
	s, err := Judge(t.Context(), &set, 6)
	if err != nil {
		t.Fatal(err)
	}
	if beside := Quantile(s.Beside, 0.5); !(beside <= 0.004) {
		t.Errorf("median velocity error beside impacts %v m/s, want at most 0.004", beside)
	}
	if p := RMS(s.Position); !(p <= 0.0006) {
		t.Errorf("RMS of positions %v m, want at most 0.0006", p)
	}
}
