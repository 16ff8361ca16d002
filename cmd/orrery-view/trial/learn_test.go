//go:build !race

package trial

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// TestThePageFilmsAndLearns: it films an APNG, and hands it to the downloads, and then an MP4, and then it learns.
func TestThePageFilmsAndLearns(t *testing.T) {
	t.Parallel()
	ctx := browse(t, "?scene=billiards&seed=5")
	state(t, ctx, "starts", func(v url.Values) bool { return v.Get("scene") == "billiards" && v.Get("theme") == "dark" })
	do(t, ctx, chromedp.Evaluate(`
		globalThis.film = {}
		globalThis.orrerySave = (name, bytes) => { film = { Name: name, Length: bytes.length, Head: new TextDecoder('latin1').decode(bytes.subarray(0, 64)) } }
		true`, nil))
	press(t, ctx, "panel")
	press(t, ctx, "an APNG")
	time.Sleep(2 * time.Second)
	press(t, ctx, "end the film")
	var film struct {
		Name, Head string
		Length     int
	}
	until(t, "the film is saved", func() bool {
		do(t, ctx, chromedp.Evaluate(`film`, &film))
		return film.Length > 0
	})
	if !strings.HasSuffix(film.Name, ".apng") || !strings.Contains(film.Head, "PNG") || !strings.Contains(film.Head, "acTL") || film.Length < 5000 {
		t.Errorf("%d bytes of %s, which begin %q", film.Length, film.Name, film.Head)
	}
	t.Run("MP4", func(t *testing.T) { filmsMP4(t, ctx) })
	press(t, ctx, "panel")
	t.Run("learns", func(t *testing.T) { learns(t, ctx) })
}

// learns: L has a worker learn the scene, whose ghost is soon ten times better than free flight; L again
// stops it. Where the worker fails, L starts another one.
func learns(t *testing.T, ctx context.Context) {
	do(t, ctx, chromedp.Evaluate(`
		globalThis.told = []
		const answer = globalThis.orreryAnswer
		globalThis.orreryAnswer = text => { told.push(JSON.parse(text)); answer(text) }
		true`, nil))
	type told struct {
		Episodes          int
		Errors, Ballistic [3]float64
		Trouble           string
	}
	reports := func() (all []told) {
		do(t, ctx, chromedp.Evaluate(`told.map(r => ({ Episodes: r.episodes, Errors: r.errors, Ballistic: r.ballistic, Trouble: r.trouble }))`, &all))
		return all
	}
	var vectors bool
	do(t, ctx, chromedp.Evaluate(`globalThis.orreryVectors === true`, &vectors))
	if !vectors {
		t.Error("matrices are multiplied without vectors")
	}
	began := time.Now()
	do(t, ctx, chromedp.KeyEvent("l"))
	for deadline := began.Add(2 * time.Minute); ; time.Sleep(300 * time.Millisecond) {
		all := reports()
		if n := len(all); n > 0 && (all[n-1].Trouble != "" || all[n-1].Errors[1] <= all[n-1].Ballistic[1]/10) {
			t.Logf("after %v: %+v", time.Since(began), all[n-1])
			if all[n-1].Trouble != "" {
				t.Fatal(all[n-1].Trouble)
			}
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("nothing is learned: %+v", all)
		}
	}
	outlined(t, ctx)
	do(t, ctx, chromedp.KeyEvent("l"))
	for before, quiet := -1, 0; quiet < 5; time.Sleep(500 * time.Millisecond) {
		if n := len(reports()); n == before {
			quiet++
		} else if before, quiet = n, 0; time.Since(began) > 5*time.Minute {
			t.Fatal("it does not stop")
		}
	}
	do(t, ctx, chromedp.Evaluate(`worker.postMessage({ script: 'nowhere.js' }); true`, nil)) // which ends it
	last := func() told { all := reports(); return all[len(all)-1] }
	until(t, "that the worker failed", func() bool { return strings.Contains(last().Trouble, "the worker failed") })
	time.Sleep(500 * time.Millisecond)
	do(t, ctx, chromedp.KeyEvent("l"))
	until(t, "a report of another worker", func() bool { return last().Trouble == "" })
}

// filmsMP4 films where the browser can pack video: the file plays in it, as large and as long as it was filmed, and shows the scene.
func filmsMP4(t *testing.T, ctx context.Context) {
	var codec string // which it was asked for after the first picture
	do(t, ctx, chromedp.Evaluate(`globalThis.orreryCodec`, &codec))
	t.Logf("it packs %q", codec)
	if codec == "" {
		t.Skip("this browser packs no video")
	}
	do(t, ctx, chromedp.Evaluate(`
		globalThis.film = {}
		globalThis.orrerySave = async (name, bytes) => {
			const video = document.createElement('video')
			video.muted = true
			video.src = URL.createObjectURL(new Blob([bytes], { type: 'video/mp4' }))
			const shown = new Promise((resolve, reject) => { video.onseeked = resolve; video.onerror = () => reject(new Error(video.error.message)) })
			try {
				await new Promise((resolve, reject) => { video.onloadeddata = resolve; video.onerror = () => reject(new Error(video.error.message)) })
				video.currentTime = video.duration / 2
				await shown
				const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight), context = canvas.getContext('2d')
				context.drawImage(video, 0, 0)
				const { data } = context.getImageData(0, 0, canvas.width, canvas.height)
				let blue = 0
				for (let k = 0; k < data.length; k += 4) if (data[k] < 60 && data[k + 2] > data[k] + 90) blue++
				film = { Name: name, Width: video.videoWidth, Height: video.videoHeight, Seconds: video.duration, Blue: blue }
			} catch (error) { film = { Name: name, Trouble: String(error) } }
		}
		true`, nil))
	press(t, ctx, "an MP4")
	time.Sleep(2 * time.Second)
	press(t, ctx, "end the film")
	var film struct {
		Name, Trouble string
		Width, Height int
		Seconds       float64
		Blue          int // pixels of true bodies
	}
	until(t, "the film is saved", func() bool {
		do(t, ctx, chromedp.Evaluate(`film`, &film))
		return film.Name != ""
	})
	t.Logf("%+v", film)
	if !strings.HasSuffix(film.Name, ".mp4") || film.Trouble != "" || film.Width != 640 || film.Height != 480 || !(film.Seconds > 0.2 && film.Seconds < 10) || film.Blue < 1000 {
		t.Errorf("%+v", film)
	}
}

// press presses a button by its name, as a screen reader does, once there is one: a page on a busy machine may miss a key that is short.
func press(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	until(t, name, func() (pressed bool) {
		do(t, ctx, chromedp.Evaluate(fmt.Sprintf(`(b => { if (b) b.click(); return !!b })([...document.querySelectorAll('#words button')].find(b => b.textContent === %q))`, name), &pressed))
		return pressed
	})
}
