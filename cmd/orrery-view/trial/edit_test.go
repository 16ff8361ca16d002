//go:build !race

package trial

import (
	"context"
	"image"
	"math"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// finger is a place on the page, in its pixels.
type finger struct{ x, y float64 }

// touch puts fingers where they go, one place after the other, and lifts them. The page looks at them some times a
// second only, and takes a finger that rests for half a second where it was put for a long press.
func touch(ways ...[]finger) chromedp.Action {
	tasks := chromedp.Tasks{}
	for k := range ways[0] {
		kind := input.TouchMove
		if k == 0 {
			kind = input.TouchStart
		}
		var points []*input.TouchPoint
		for id, way := range ways {
			points = append(points, &input.TouchPoint{X: way[k].x, Y: way[k].y, ID: float64(id + 1)})
		}
		rest := 700 * time.Millisecond
		if k == 0 {
			rest = 400 * time.Millisecond
		}
		tasks = append(tasks, input.DispatchTouchEvent(kind, points), chromedp.Sleep(rest))
	}
	return append(tasks, input.DispatchTouchEvent(input.TouchEnd, []*input.TouchPoint{}), chromedp.Sleep(700*time.Millisecond))
}

// blue waits until as many pixels as shall be have the colour of bodies, and returns how many have.
func blue(t *testing.T, ctx context.Context, what string, good func(n int) bool) int {
	t.Helper()
	n := 0
	for deadline := time.Now().Add(90 * time.Second); ; time.Sleep(300 * time.Millisecond) {
		// Buttons that are on have the same colour: the stage lies below them.
		shot := picture(t, ctx)
		n = count(below(shot, 150, 420), 0x00, 0x72, 0xb2)
		if good(n) {
			return n
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s: %d pixels are bodies", what, n)
		}
	}
}

// TestFingersEditOnThePage draws, zooms, selects, turns, deletes and undoes, all by touch.
func TestFingersEditOnThePage(t *testing.T) {
	t.Parallel()
	ctx := browse(t, "?scene=pendulum&theme=dark")
	state(t, ctx, "starts", func(v url.Values) bool { return v.Get("scene") == "pendulum" })
	outlined(t, ctx)
	tap := func(x, y float64) { do(t, ctx, touch([]finger{{x, y}})) }
	// Where buttons stand in a picture of 640 by 480 that fingers touch: sets of tools, the tools of one, and the bar.
	const first, row, step, bar = 34, 70, 47, 446
	press(t, ctx, "edit")
	until(t, "the edit mode", func() bool { return slices.Contains(named(t, ctx, "button"), "done") })
	tap(320, 300) // from now on buttons are as large as fingers
	for range 6 { // more often than there are bodies, as the page may miss a key that is short
		do(t, ctx, chromedp.KeyEvent(kb.Tab), chromedp.Sleep(time.Second), chromedp.KeyEvent(kb.Delete), chromedp.Sleep(time.Second))
		if blue(t, ctx, "while deleting", func(int) bool { return true }) == 0 {
			break
		}
	}
	blue(t, ctx, "after deleting all", func(n int) bool { return n == 0 })

	tap(first+step, row)          // the set that draws
	tap(first+6*step+7+step, row) // box
	do(t, ctx, touch([]finger{{260, 240}, {300, 270}, {340, 300}}))
	drawn := blue(t, ctx, "drawing a box", func(n int) bool { return n > 2000 })
	tap(first+step+1, bar) // undo
	blue(t, ctx, "undo", func(n int) bool { return n == 0 })
	tap(first+2*(step+1), bar) // redo
	// What is selected has an edge, and what is done again is not selected.
	drawn = blue(t, ctx, "redo", func(n int) bool { return math.Abs(float64(n-drawn)) < 0.2*float64(drawn) })

	// Fingers twice as far apart show lengths twice as long, and draw nothing.
	do(t, ctx, touch([]finger{{270, 270}, {255, 270}, {240, 270}, {220, 270}}, []finger{{330, 270}, {345, 270}, {360, 270}, {380, 270}}))
	apart := 160.0 / 60
	zoomed := blue(t, ctx, "pinching", func(n int) bool { return n > 2*drawn })
	const rim = 3 // px of a side that are not blue, however large it is
	if got := (math.Sqrt(float64(zoomed)) + rim) / (math.Sqrt(float64(drawn)) + rim) / apart; !(math.Abs(got-1) <= 0.02) {
		t.Errorf("fingers %.2f times as far apart show lengths %.3f times as long", apart, got*apart)
	}
	do(t, ctx, touch([]finger{{220, 270}, {240, 270}, {270, 270}}, []finger{{380, 270}, {360, 270}, {330, 270}}))
	blue(t, ctx, "pinching back", func(n int) bool { return math.Abs(float64(n-drawn)) < 0.05*float64(drawn) })

	tap(first, row) // select
	tap(320, 280)   // the box
	// Two fingers that turn by an eighth turn it: it is taller than it was.
	tall := func() int {
		shot, first, last := picture(t, ctx), 420, 150
		for y := 150; y < 420; y++ {
			if count(below(shot, y, y+1), 0x00, 0x72, 0xb2) > 0 {
				first, last = min(first, y), max(last, y)
			}
		}
		return last - first
	}
	var ways [2][]finger
	for k := range 4 {
		sin, cos := math.Sincos(math.Pi / 4 * float64(k) / 3)
		for side := range ways {
			out := float64(80 * (2*side - 1))
			ways[side] = append(ways[side], finger{320 + out*cos, 270 - out*sin})
		}
	}
	was := tall()
	do(t, ctx, touch(ways[:]...))
	now := tall()
	if t.Logf("turning makes a box of %d px %d px tall", was, now); now < was*13/10 {
		t.Error("two fingers do not turn it")
	}
	tap(first+step+1, bar) // undo
	until(t, "turning back", func() bool { return tall() <= was+2 })
	before := picture(t, ctx)
	tap(first+6*step+7, row) // the bin
	blue(t, ctx, "deleting the box", func(n int) bool { return n == 0 })
	tap(first+step+1, bar)
	blue(t, ctx, "undoing that", func(n int) bool { return n > 2000 })
	if n := count(before, 0x00, 0x72, 0xb2); n == 0 {
		t.Error("the box was not there while it was selected")
	}
}

// below returns the part of a picture between two heights.
func below(picture image.Image, from, to int) image.Image {
	b := picture.Bounds()
	return picture.(interface {
		SubImage(image.Rectangle) image.Image
	}).SubImage(image.Rect(b.Min.X, from, b.Max.X, to))
}
