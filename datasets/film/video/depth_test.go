package video

import "testing"

// TestColoursHaveTheBitsOfTheirNames: 8, or what follows the channels, up to 16.
func TestColoursHaveTheBitsOfTheirNames(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]int{
		"yuv420p": 8, "yuv420p9le": 9, "yuv420p10le": 10, "yuv444p12be": 12, "gray16le": 16, "yuva444p16be": 16, "gbrpf32le": 8, "rgb24": 8, "": 8,
	} {
		if got := depth(name); got != want {
			t.Errorf("%s: %d bits, want %d", name, got, want)
		}
	}
}
