//go:build !race

package trial

import (
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// TestAnEmbeddedPageIsScrolledPast: within another page the wheel scrolls that one, until someone clicks.
func TestAnEmbeddedPageIsScrolledPast(t *testing.T) {
	t.Parallel()
	ctx := browse(t, "wasm_exec.js") // any page of the host
	do(t, ctx, chromedp.Evaluate(`document.open(); document.write('<body style="margin: 0; height: 5000px"><iframe src="/?scene=pendulum&paused=true" width="600" height="400"></iframe>'); document.close()`, nil))
	ready := false
	for deadline := time.Now().Add(2 * time.Minute); !ready; time.Sleep(300 * time.Millisecond) {
		do(t, ctx, chromedp.Evaluate(`frames[0]?.document.getElementById('loading')?.style.display === 'none'`, &ready))
		if time.Now().After(deadline) {
			t.Fatal("the first picture does not come")
		}
	}
	scrolled := func() (y float64) {
		do(t, ctx, input.DispatchMouseEvent(input.MouseWheel, 300, 200).WithDeltaX(0).WithDeltaY(300), chromedp.Sleep(2*time.Second), chromedp.Evaluate(`scrollY`, &y))
		return y
	}
	if y := scrolled(); !(y > 100) {
		t.Errorf("the page around it is scrolled by %v px", y)
	}
	do(t, ctx, chromedp.Evaluate(`scrollTo(0, 0)`, nil), chromedp.MouseClickXY(300, 200), chromedp.Sleep(time.Second))
	if y := scrolled(); y != 0 {
		t.Errorf("after a click the page around it is scrolled by %v px", y)
	}
}
