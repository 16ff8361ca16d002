package watch

import "testing"

// TestBodiesAreFollowedWithTheExposureOfTheirFilm, whatever the options say.
func TestBodiesAreFollowedWithTheExposureOfTheirFilm(t *testing.T) {
	t.Parallel()
	o := DefaultOptions()
	o.Follow.Exposure = 0.9
	want := o.Follow
	want.Exposure = 0.25
	if got := (&Seen{Exposure: 0.25}).following(o); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}
