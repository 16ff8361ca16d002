//go:build !race

package trial

import (
	"context"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	servedpage "orrery/cmd/orrery/page"
)

var former = flag.String("former", "", "`directory` of another page, beside which to measure the first picture")

// firstRounds is how often each page is opened, and warming for how long it stays open the first time: a browser keeps what it has compiled of
// a program once it has run it for some seconds.
const (
	firstRounds = 5
	warming     = 10 * time.Second
)

// TestFirstPictureIsMeasured opens this page and another one alternately in one browser and tells how long each takes until its first picture,
// warm: the first time of each does not count. This page comes as orrery view --web serves it, the other one as a file.
//
//	go test ./cmd/orrery-view/trial -run FirstPicture -former ../../../former/dist/web -v
//
// That depends on the machine, so it only measures, and only when it is told to.
func TestFirstPictureIsMeasured(t *testing.T) {
	if *former == "" {
		t.Skip("it measures with a clock, beside the page that -former names")
	}
	if _, err := os.Stat(filepath.Join(*former, "index.html")); err != nil {
		t.Fatal(err)
	}
	ctx := browse(t, "?scene=billiards")
	do(t, ctx, chromedp.ActionFunc(func(ctx context.Context) error {
		_, err := page.AddScriptToEvaluateOnNewDocument(`(function look() {
			const bar = document.getElementById('loading')
			if (bar && bar.style.display === 'none') globalThis.firstPicture = performance.now()
			else requestAnimationFrame(look)
		})()`).Do(ctx)
		return err
	}))
	pages := []string{pageDirectory, *former}
	var addresses []string
	for _, dir := range pages {
		handler := http.FileServer(http.Dir(dir))
		if dir == pageDirectory {
			own, err := servedpage.Handler(os.DirFS(dir))
			if err != nil {
				t.Fatal(err)
			}
			handler = own
		}
		server := httptest.NewServer(handler)
		t.Cleanup(server.Close)
		addresses = append(addresses, server.URL+"/?scene=billiards&seed=5")
	}
	took := make([][]float64, len(pages)) // ms
	for round := range firstRounds + 1 {
		for k, address := range addresses {
			do(t, ctx, chromedp.Navigate(address))
			var ms float64
			until(t, "the first picture of "+pages[k], func() bool {
				do(t, ctx, chromedp.Evaluate(`globalThis.firstPicture || 0`, &ms))
				return ms > 0
			})
			if round > 0 {
				took[k] = append(took[k], ms)
			}
			if round == 0 {
				time.Sleep(warming)
			}
			time.Sleep(200 * time.Millisecond)
		}
	}
	var ratios []float64
	for k := range took[0] {
		ratios = append(ratios, took[0][k]/took[1][k])
	}
	for k := range took {
		t.Logf("%s: first picture after %.0f ms (median of %d, %.0f to %.0f)", pages[k], middle(took[k]), firstRounds, slices.Min(took[k]), slices.Max(took[k]))
	}
	t.Logf("%.2f times as long as the other page, the median of pairs", middle(ratios))
}

// middle returns the median.
func middle(list []float64) float64 {
	sorted := slices.Sorted(slices.Values(list))
	return sorted[len(sorted)/2]
}
