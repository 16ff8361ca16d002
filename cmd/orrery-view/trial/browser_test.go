//go:build !race

package trial

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/png"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/inspector"
	"github.com/chromedp/cdproto/page"
	cdpruntime "github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// pageDirectory is where make web leaves the page.
const pageDirectory = "../../../dist/web"

// maxPage is the most bytes that the page may transfer: 6.5 MB, each of 1,000,000 bytes. It
// holds the window library, the engine, the editor, the readers of datasets and films, the
// trainer and the models.
const maxPage = 6_500_000

// browser is one for all tests, or says why there is none.
var browser = sync.OnceValues(func() (context.Context, error) {
	if _, err := os.Stat(filepath.Join(pageDirectory, "index.html")); err != nil {
		return nil, errors.New("there is no page, make web makes it")
	}
	path := ""
	for _, name := range []string{"chromium", "google-chrome", "chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		return nil, errors.New("there is no browser: apt-get install chromium")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.WindowSize(640, 480),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-gpu", true),
	)
	ctx, end := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, _ = chromedp.NewContext(ctx)
	atEnd(end)
	return ctx, chromedp.Run(ctx)
})

// browse opens the page in a window of its own of a headless browser, or skips the test. A
// tab behind another would stand still.
func browse(t *testing.T, query string) context.Context {
	t.Helper()
	if testing.Short() {
		t.Skip("a browser takes longer")
	}
	if _, err := browser(); err != nil {
		t.Skip(err)
	}
	server := httptest.NewServer(http.FileServer(http.Dir(pageDirectory)))
	t.Cleanup(server.Close)
	return tab(t, server.URL+"/"+query)
}

// tab opens an address in a window of its own of the browser.
func tab(t *testing.T, address string) context.Context {
	t.Helper()
	shared, err := browser()
	if err != nil {
		t.Skip(err)
	}
	main := cdp.WithExecutor(shared, chromedp.FromContext(shared).Browser)
	window, err := target.CreateTarget("about:blank").WithNewWindow(true).Do(main)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { target.CloseTarget(window).Do(main) })
	ctx, cancel := chromedp.NewContext(shared, chromedp.WithTargetID(window))
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 10*time.Minute)
	t.Cleanup(cancel)
	do(t, ctx, chromedp.EmulateViewport(640, 480), chromedp.Navigate(address))
	return ctx
}

func do(t *testing.T, ctx context.Context, actions ...chromedp.Action) {
	t.Helper()
	if err := chromedp.Run(ctx, actions...); err != nil {
		t.Fatal(err)
	}
}

// state waits until the state that the page keeps in its address is good. It is
// renewed once a second.
func state(t *testing.T, ctx context.Context, what string, good func(url.Values) bool) {
	t.Helper()
	var search, message string
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); time.Sleep(200 * time.Millisecond) {
		do(t, ctx, chromedp.Evaluate(`location.search`, &search), chromedp.Evaluate(`document.getElementById('message').textContent`, &message))
		values, err := url.ParseQuery(strings.TrimPrefix(search, "?"))
		if err == nil && good(values) {
			return
		}
	}
	t.Fatalf("%s: the address ends in %s, the page says %q", what, search, message)
}

// picture returns what the page shows.
func picture(t *testing.T, ctx context.Context) image.Image {
	t.Helper()
	var shot []byte
	do(t, ctx, chromedp.CaptureScreenshot(&shot))
	out, err := png.Decode(bytes.NewReader(shot))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// count returns how many pixels have a colour of the theme.
func count(picture image.Image, red, green, blue uint8) int {
	n := 0
	for y := picture.Bounds().Min.Y; y < picture.Bounds().Max.Y; y++ {
		for x := picture.Bounds().Min.X; x < picture.Bounds().Max.X; x++ {
			r, g, b, _ := picture.At(x, y).RGBA()
			if uint8(r>>8) == red && uint8(g>>8) == green && uint8(b>>8) == blue {
				n++
			}
		}
	}
	return n
}

// outlined waits until something is predicted, which a page on a busy machine takes its
// time for.
func outlined(t *testing.T, ctx context.Context) {
	t.Helper()
	n := 0
	for deadline := time.Now().Add(2 * time.Minute); n < 200; time.Sleep(500 * time.Millisecond) {
		if n = count(picture(t, ctx), 0xe6, 0x9f, 0x00); time.Now().After(deadline) {
			t.Fatalf("%d pixels are predicted", n)
		}
	}
}

// TestThePageDoesWhatItIsTold opens a link, looks for both colours, presses keys and
// drags the view.
func TestThePageDoesWhatItIsTold(t *testing.T) {
	t.Parallel()
	ctx := browse(t, "?scene=billiards&seed=5&mode=sandbox&theme=dark")
	// The program adds the theme's key in an order of its own once it runs.
	state(t, ctx, "starts", func(v url.Values) bool { return v.Get("scene") == "billiards" && v.Get("seed") == "5" })
	var hidden bool
	for deadline := time.Now().Add(2 * time.Minute); !hidden; time.Sleep(200 * time.Millisecond) {
		do(t, ctx, chromedp.Evaluate(`document.getElementById('loading').style.display === 'none'`, &hidden))
		if time.Now().After(deadline) {
			t.Fatal("the first picture does not come")
		}
	}
	outlined(t, ctx)
	if solid := count(picture(t, ctx), 0x00, 0x72, 0xb2); solid < 2000 {
		t.Errorf("%d pixels are true", solid)
	}
	press := func(key string) chromedp.Action {
		return chromedp.Tasks{chromedp.KeyEvent(key), chromedp.Sleep(600 * time.Millisecond)}
	}
	do(t, ctx, press("d"))
	state(t, ctx, "changes its theme", func(v url.Values) bool { return v.Get("theme") == "light" })
	do(t, ctx, press("n"))
	state(t, ctx, "takes another seed", func(v url.Values) bool { return v.Get("seed") == "6" })
	do(t, ctx, press("m"))
	state(t, ctx, "begins a duel", func(v url.Values) bool { return v.Get("mode") == "duel" })

	do(t, ctx, press("f"), press(kb.F2), press("e"), chromedp.KeyEvent(" "), chromedp.Sleep(2*time.Second))
	still, again := picture(t, ctx), picture(t, ctx)
	if n := differing(still, again); n > 0 {
		t.Errorf("%d pixels change while time stands still", n)
	}
	do(t, ctx,
		chromedp.MouseEvent(input.MouseMoved, 60, 120), chromedp.Sleep(500*time.Millisecond),
		chromedp.MouseEvent(input.MousePressed, 60, 120, chromedp.ButtonLeft), chromedp.Sleep(time.Second),
		chromedp.MouseEvent(input.MouseMoved, 160, 180, chromedp.ButtonLeft), chromedp.Sleep(time.Second),
		chromedp.MouseEvent(input.MouseReleased, 160, 180, chromedp.ButtonLeft), chromedp.Sleep(time.Second),
	)
	if n := differing(still, picture(t, ctx)); n < 2000 {
		t.Errorf("a drag of the view changed %d pixels", n)
	}
}

// TestFilesCanBeDroppedOnThePage drops a scene, the directory of a model, a dataset, and a film, which the page watches while it goes on drawing.
func TestFilesCanBeDroppedOnThePage(t *testing.T) {
	t.Parallel()
	ctx := browse(t, "?scene=mixed&paused=true")
	state(t, ctx, "starts", func(v url.Values) bool { return v.Get("scene") == "mixed" && v.Get("theme") == "dark" })
	file, directory := droppable(t, "dropped by hand")
	drop := func(path string) { drop(t, ctx, path) }
	drop(file)
	state(t, ctx, "opens the scene", func(v url.Values) bool { return v.Get("scene") == "dropped by hand" })
	drop(directory)
	state(t, ctx, "opens the model", func(v url.Values) bool { return v.Get("model") == "small" })
	dataset, err := filepath.Abs("../../../datasets/sample")
	if err != nil {
		t.Fatal(err)
	}
	drop(dataset)
	state(t, ctx, "replays the dataset", func(v url.Values) bool { return v.Get("mode") == "replay" && v.Get("scene") == "mixed" })

	do(t, ctx, chromedp.Evaluate(`drawn = 0; (function next() { drawn++; requestAnimationFrame(next) })()`, nil))
	var before, after int
	drop(droppableFilm(t, "five discs.gif"))
	do(t, ctx, chromedp.Evaluate(`drawn`, &before))
	state(t, ctx, "replays the film", func(v url.Values) bool {
		return v.Get("mode") == "replay" && strings.HasPrefix(v.Get("scene"), "five discs.gif")
	})
	do(t, ctx, chromedp.Evaluate(`drawn`, &after))
	if after-before < 20 {
		t.Errorf("%d pictures of the page were drawn while it watched 21 of the film", after-before)
	}
}

// drop lets a file or a folder fall on the page.
func drop(t *testing.T, ctx context.Context, path string) {
	t.Helper()
	data := &input.DragData{Items: []*input.DragDataItem{}, Files: []string{path}, DragOperationsMask: 1}
	do(t, ctx, chromedp.ActionFunc(func(ctx context.Context) error {
		for _, kind := range []input.DispatchDragEventType{input.DragEnter, input.DragOver, input.Drop} {
			if err := input.DispatchDragEvent(kind, 300, 300, data).Do(ctx); err != nil {
				return err
			}
		}
		return nil
	}))
}

func differing(a, b image.Image) int {
	n := 0
	for y := a.Bounds().Min.Y; y < a.Bounds().Max.Y; y++ {
		for x := a.Bounds().Min.X; x < a.Bounds().Max.X; x++ {
			if a.At(x, y) != b.At(x, y) {
				n++
			}
		}
	}
	return n
}

// TestLinksWithMistakesOpenThePage: what is wrong in a link is said, with the nearest known
// word, and the page shows the rest. Parameters of others are none of that. With the link that has no
// mistake the page plans: what a planner has in mind, which is found out in shares of ticks there, is seen.
func TestLinksWithMistakesOpenThePage(t *testing.T) {
	t.Parallel()
	ctx := browse(t, "about:blank")
	var address string
	do(t, ctx, chromedp.Location(&address))
	base, _, _ := strings.Cut(address, "about:blank")
	notices := make(chan string, 1000)
	chromedp.ListenTarget(ctx, func(event any) {
		called, ok := event.(*cdpruntime.EventConsoleAPICalled)
		if !ok || len(called.Args) == 0 {
			return
		}
		var line string
		var r struct{ Notice string }
		if json.Unmarshal(called.Args[0].Value, &line) == nil && json.Unmarshal([]byte(line), &r) == nil {
			select {
			case notices <- r.Notice:
			default:
			}
		}
	})
	for query, says := range map[string][]string{
		"?scene=push&seed=3&plan=true&utm_source=mail&fbclid=IwAR0abc&report=true": nil,
		"?scene=mixd&mode=war&set=gravty%3D5&sceen=pile&theme=Light&report=1":      {`perhaps "mixed"`, `mode "war" must be`, `perhaps "scene"`, `perhaps "light"`},
	} {
		for len(notices) > 0 {
			<-notices
		}
		do(t, ctx, chromedp.Navigate(base+query))
		select {
		case got := <-notices:
			for _, want := range says {
				if !strings.Contains(got, want) {
					t.Errorf("%s: says %q, want %q", query, got, want)
				}
			}
			if says == nil && got != "" {
				t.Errorf("%s: says %q", query, got)
			}
		case <-time.After(90 * time.Second):
			t.Fatalf("%s: the page does not open", query)
		}
		state(t, ctx, query, func(v url.Values) bool {
			right := v.Get("scene") == "push" && v.Get("plan") == "true"
			return v.Get("mode") == "sandbox" && right == (says == nil) && !v.Has("utm_source")
		})
		if says == nil {
			outlined(t, ctx)
			do(t, ctx, chromedp.KeyEvent("p"), chromedp.Sleep(600*time.Millisecond))
			state(t, ctx, "plans no more", func(v url.Values) bool { return v.Get("plan") == "" })
		}
	}
}

// TestThePageFollowsZoom: the canvas has as many pixels as the display has under it, after
// zooming and when its element changes its size, and clicks hit what they point at.
func TestThePageFollowsZoom(t *testing.T) {
	t.Parallel()
	ctx := browse(t, "?scene=billiards&seed=5&theme=dark&paused=true&panel=false")
	state(t, ctx, "starts", func(v url.Values) bool { return v.Get("scene") == "billiards" && v.Get("seed") == "5" && v.Has("mode") })
	var size struct{ Width, Height, Wide, High float64 }
	sharp := func(what string, width, height float64) {
		t.Helper()
		for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(100 * time.Millisecond) {
			do(t, ctx, chromedp.Evaluate(`(c => ({Width: c.width, Height: c.height, Wide: c.clientWidth * devicePixelRatio, High: c.clientHeight * devicePixelRatio}))(document.querySelector('canvas'))`, &size))
			if math.Abs(size.Width-width) <= 1 && math.Abs(size.Height-height) <= 1 && math.Abs(size.Wide-width) <= 2 && math.Abs(size.High-height) <= 2 {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("%s: %+v, want %v by %v", what, size, width, height)
			}
		}
	}
	sharp("at first", 640, 480)
	for _, scale := range []float64{1.5, 0.75, 2} {
		do(t, ctx, emulation.SetDeviceMetricsOverride(int64(900/scale), int64(600/scale), scale, false))
		sharp(fmt.Sprintf("zoomed to %v", scale), math.Floor(900/scale)*scale, math.Floor(600/scale)*scale)
	}
	// Thin outlines keep their colour only where a pixel of the canvas is one of the display.
	outlined(t, ctx)
	// The last button of the head opens the help.
	do(t, ctx,
		chromedp.MouseEvent(input.MouseMoved, 425, 25), chromedp.Sleep(300*time.Millisecond),
		chromedp.MouseEvent(input.MousePressed, 425, 25, chromedp.ButtonLeft), chromedp.Sleep(600*time.Millisecond),
		chromedp.MouseEvent(input.MouseReleased, 425, 25, chromedp.ButtonLeft), chromedp.Sleep(600*time.Millisecond),
	)
	if n := count(picture(t, ctx), 0x00, 0x72, 0xb2); n > 1000 {
		t.Errorf("a click at twice the scale missed its button: %d pixels are still lit", n)
	}
	do(t, ctx, chromedp.KeyEvent(kb.Escape), chromedp.Evaluate(`document.body.style.height = '50%'; document.body.style.width = '300px'`, nil))
	sharp("in a smaller element", 600, 300)
	do(t, ctx, chromedp.Evaluate(`document.body.style.height = '100%'; document.body.style.width = ''`, nil))
	sharp("in a larger element", 900, 600)
}

// named returns the names of the nodes of the browser's accessibility tree that have a role.
func named(t *testing.T, ctx context.Context, role string) []string {
	t.Helper()
	var out []string
	type text struct {
		Value any `json:"value"`
	}
	var tree struct {
		Nodes []struct {
			Role text `json:"role"`
			Name text `json:"name"`
		} `json:"nodes"`
	}
	do(t, ctx, chromedp.ActionFunc(func(ctx context.Context) error {
		return cdp.Execute(ctx, accessibility.CommandGetFullAXTree, nil, &tree) // whose own types know fewer words than browsers
	}))
	for _, n := range tree.Nodes {
		if name, is := n.Name.Value.(string); is && n.Role.Value == role {
			out = append(out, name)
		}
	}
	return out
}

// until waits until something is so.
func until(t *testing.T, what string, so func() bool) {
	t.Helper()
	for end := time.Now().Add(3 * time.Minute); !so(); time.Sleep(200 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s: it is not so", what)
		}
	}
}

// TestThePageIsToldInWords: Chromium's tree for screen readers names tools and bodies, they can be pressed there, and what
// happens is announced. A change made there survives its tab: a second later the tab's process is killed, and the page is
// opened in another one.
func TestThePageIsToldInWords(t *testing.T) {
	t.Parallel()
	ctx := browse(t, "?scene=pendulum&seed=5&paused=true")
	state(t, ctx, "starts", func(v url.Values) bool { return v.Get("scene") == "pendulum" && v.Has("mode") })
	until(t, "buttons", func() bool { return slices.Contains(named(t, ctx, "button"), "play") })
	var bodies bool
	do(t, ctx, chromedp.Evaluate(`[...document.querySelectorAll('#words p')].some(p => / at -?[0-9.]+, -?[0-9.]+ m$/.test(p.textContent))`, &bodies))
	if !bodies {
		t.Error("no body is named")
	}
	press(t, ctx, "edit")
	until(t, "tools", func() bool { return slices.Contains(named(t, ctx, "button"), "disc") })
	press(t, ctx, "panel")
	until(t, "a field", func() bool {
		var done bool
		do(t, ctx, chromedp.Evaluate(`(f => { if (!f) return false; f.value = '-3.25'; f.dispatchEvent(new Event('change')); return true })(document.querySelector('#words input[aria-label^="gravity y"]'))`, &done))
		return done
	})
	kept := ""
	time.Sleep(time.Second)
	until(t, "it is kept", func() bool {
		do(t, ctx, chromedp.Evaluate(`JSON.parse(localStorage[Object.keys(localStorage).find(k => k.startsWith('orrery.work-'))] ?? '{}').text ?? ''`, &kept))
		return strings.Contains(kept, "-3.25")
	})
	var address string
	do(t, ctx, chromedp.Evaluate(`location.origin + '/'`, &address))
	gone := make(chan struct{})
	var once sync.Once
	chromedp.ListenTarget(ctx, func(event any) {
		if _, ok := event.(*inspector.EventTargetCrashed); ok {
			once.Do(func() { close(gone) })
		}
	})
	do(t, ctx, inspector.Enable())
	go chromedp.Run(ctx, page.Crash()) // nobody is left to answer
	select {
	case <-gone:
	case <-time.After(3 * time.Minute):
		t.Fatal("the tab lives on")
	}
	ctx = tab(t, address)
	until(t, "it is edited again", func() bool { return slices.Contains(named(t, ctx, "button"), "done") })
	press(t, ctx, "panel")
	until(t, "it is there again", func() bool {
		var value string
		do(t, ctx, chromedp.Evaluate(`document.querySelector('#words input[aria-label^="gravity y"]')?.value ?? ''`, &value))
		return value == "-3.25"
	})
	again := ""
	do(t, ctx, chromedp.Evaluate(`JSON.parse(localStorage[Object.keys(localStorage).find(k => k.startsWith('orrery.work-'))]).text`, &again))
	if again != kept {
		t.Errorf("it is another drawing: %s", again)
	}

	press(t, ctx, "new")
	until(t, "fields", func() bool { return slices.Contains(named(t, ctx, "textbox"), "gravity y, m/s²") })
	press(t, ctx, "save")
	until(t, "news", func() bool {
		var news string
		do(t, ctx, chromedp.Evaluate(`document.querySelector('[role=status]').textContent`, &news))
		return strings.Contains(news, "draw one")
	})
}

func TestThePageIsSmall(t *testing.T) {
	files, err := os.ReadDir(pageDirectory)
	if err != nil {
		t.Skip("there is no page, make web makes it")
	}
	total := int64(0)
	for _, file := range files {
		info, err := file.Info()
		if err != nil {
			t.Fatal(err)
		}
		total += info.Size()
	}
	if total > maxPage {
		t.Errorf("%d bytes, at most %d", total, maxPage)
	}
}
