package tape

import (
	"testing"
	"testing/synctest"
	"time"
)

// TestTicksShowTheFramesThatAreDue: at each speed and each rate of frames, none while time stands still or waits, and none after one
// that could not be shown.
func TestTicksShowTheFramesThatAreDue(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for _, c := range []struct{ fps, faster, ticks, want int }{
			{60, 0, 30, 30}, {30, 0, 30, 15}, {120, 0, 30, 60}, {60, 1, 30, 60}, {60, -1, 30, 15}, {60, -3, 32, 4}, {60, 99, 10, 80}, {60, -99, 32, 4}, {25, 0, 60, 25},
		} {
			d, _ := reel(9, c.fps)
			d.Faster(c.faster)
			shown := 0
			for range c.ticks {
				d.Tick(time.Hour, func() bool { shown++; return true })
			}
			if shown != c.want {
				t.Errorf("%d frames a second, speed %v: %d frames in %d ticks, want %d", c.fps, d.Speed(), shown, c.ticks, c.want)
			}
		}
		d, _ := reel(9, 240)
		shown := 0
		show := func() bool { shown++; return true }
		d.Pause(true)
		if d.Wait(); d.Tick(time.Hour, show) || shown != 0 {
			t.Errorf("%d frames while time stands still", shown)
		}
		d.Pause(false)
		for range 10 { // each late, so that only one is shown, and what was missed is not made up for
			d.Tick(time.Second, func() bool { shown++; time.Sleep(2 * time.Second); return true })
		}
		if shown != 10 {
			t.Errorf("%d frames in 10 ticks that take longer than they may", shown)
		}
		shown = 0
		for range 10 {
			d.Tick(time.Hour, func() bool { shown++; return false })
		}
		if shown != 10 {
			t.Errorf("%d attempts at a frame that is not there in 10 ticks", shown)
		}
		d.Seek(3)
		shown = 0
		d.Tick(time.Hour, func() bool { d.Wait(); return show() })
		for k := 1; k <= waitTicks; k++ {
			if waited := d.Tick(time.Hour, show); waited != (k == 90) {
				t.Errorf("after %d ticks it has waited: %v", k, waited)
			}
		}
		if d.Blend() != 1 || shown != 1 {
			t.Errorf("%d frames until it begins anew", shown)
		}
		if d.Tick(time.Hour, show); shown <= 1 {
			t.Error("it does not begin anew")
		}
	})
}

// TestWithoutALoopNothingRepeats, and in one only what has come to its end.
func TestWithoutALoopNothingRepeats(t *testing.T) {
	t.Parallel()
	d, _ := reel(50, 60)
	if d.Repeat() || d.Frame() != 49 {
		t.Errorf("without a loop it goes to frame %d", d.Frame())
	}
	d.Seek(10)
	d.SetLoop(false)
	d.Seek(30)
	d.SetLoop(true)
	for frame, want := range map[int]int{5: 5, 29: 29, 30: 10, 40: 10} {
		if d.Seek(frame); d.Repeat() != (want != frame) || d.Frame() != want {
			t.Errorf("after frame %d comes %d, want %d", frame, d.Frame(), want)
		}
	}
}
