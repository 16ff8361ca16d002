package input

import "testing"

func TestOneIsNoPlural(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{0: "0 frames", 1: "1 frame", 2: "2 frames", 21: "21 frames", -1: "-1 frames"} {
		if got := Count(n, "frame"); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	for thing, want := range map[string]string{"body": "2 bodies", "key": "2 keys", "entry": "2 entries", "y": "2 ys"} {
		if got := Count(2, thing); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
