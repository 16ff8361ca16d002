//go:build linux && !race

package trial

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"image"
	"image/png"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"orrery/cmd/orrery-view/screen"
)

var monkey = flag.Duration("monkey", 2*time.Second, "for how long to send random input to the window")

// built returns the path of the program, built once.
var built = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "orrery-view-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "orrery-view")
	atEnd(func() { os.RemoveAll(dir) })
	cmd := exec.Command("go", "build", "-o", path, "orrery/cmd/orrery-view")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return path, nil
})

// desktop is the program on an X server of its own, without a graphics card.
type desktop struct {
	t       *testing.T
	display string
	dir     string // where the program saves
	program *exec.Cmd
	reports chan report // of which old ones give way to new ones; closed at the end
	window  string
}

// report is a line of --report.
type report struct {
	Tick, Frame, Bodies, Width, Height int
	Mode, Scene, Model, Theme, Notice  string
	Paused, Planning                   bool
	Speed                              float64
	Heap                               uint64
	Drawings                           int
	Drawing                            string // what is edited, as a scenario
	Look                               screen.Look
}

// start runs the program on a new display, or skips the test where that cannot be.
func start(t *testing.T, arguments ...string) *desktop {
	t.Helper()
	if testing.Short() {
		t.Skip("a window takes longer")
	}
	for _, tool := range []string{"Xvfb", "xdotool", "import"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is missing: apt-get install xvfb xdotool imagemagick libgl1-mesa-dri", tool)
		}
	}
	d := &desktop{t: t, dir: t.TempDir()}
	number, err := os.CreateTemp(d.dir, "display")
	if err != nil {
		t.Fatal(err)
	}
	server := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", "1000x800x24", "-nolisten", "tcp")
	server.ExtraFiles = []*os.File{number}
	d.run(server)
	d.within(20*time.Second, "a display", func() bool {
		text, _ := os.ReadFile(number.Name())
		d.display = ":" + strings.TrimSpace(string(text))
		return strings.HasSuffix(string(text), "\n")
	})
	d.launch(arguments...)
	return d
}

// launch runs the program on the display, or skips the test where that cannot be. What the user keeps is in a folder of
// the test.
func (d *desktop) launch(arguments ...string) {
	t := d.t
	t.Helper()
	program, err := built()
	if err != nil {
		t.Skipf("the window cannot be built here: apt-get install what README names: %v", err)
	}
	d.program = exec.Command(program, append([]string{"--report", "--width=640", "--height=480"}, arguments...)...)
	d.program.Dir = d.dir
	d.program.Env = append(os.Environ(), "DISPLAY="+d.display, "LIBGL_ALWAYS_SOFTWARE=1", "XDG_CONFIG_HOME="+filepath.Join(d.dir, "config"),
		"GOGC=100") // as users have it, for what it holds is measured
	out, err := d.program.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	d.run(d.program)
	d.reports = make(chan report, 1)
	go d.listen(out, d.reports)
	if _, open := <-d.reports; !open {
		t.Skip("the window does not open here: software OpenGL needs libgl1-mesa-dri")
	}
	d.window = strings.Fields(d.tool("xdotool", "search", "--name", "Orrery"))[0]
	d.tool("xdotool", "windowfocus", d.window)
}

// run starts a command that ends with the test.
func (d *desktop) run(cmd *exec.Cmd) {
	d.t.Helper()
	if err := cmd.Start(); err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
}

func (d *desktop) within(limit time.Duration, what string, done func() bool) {
	d.t.Helper()
	for deadline := time.Now().Add(limit); !done(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			d.t.Fatalf("no %s within %v", what, limit)
		}
	}
}

// tool runs a program that talks to the display.
func (d *desktop) tool(name string, arguments ...string) string {
	d.t.Helper()
	cmd := exec.Command(name, arguments...)
	cmd.Env = append(os.Environ(), "DISPLAY="+d.display)
	out, err := cmd.CombinedOutput()
	if err != nil {
		d.t.Fatalf("%s %v: %v\n%s", name, arguments, err, out)
	}
	return string(out)
}

// listen keeps the latest of the reports that the program writes.
func (d *desktop) listen(out io.Reader, reports chan report) {
	defer close(reports)
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 4<<20) // drawings may be long
	for lines.Scan() {
		var r report
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			d.t.Errorf("%v in %s", err, lines.Text())
		}
		select {
		case <-reports: // nobody has read it
		default:
		}
		reports <- r
	}
}

// read returns the latest report, or waits for one.
func (d *desktop) read() report {
	d.t.Helper()
	r, open := <-d.reports
	if !open {
		d.t.Fatal("the program has ended")
	}
	return r
}

// next returns a report of a later moment, to which at least one other has led.
func (d *desktop) next() report {
	d.t.Helper()
	d.read()
	d.read()
	return d.read()
}

// until reads reports until one is as it should be.
func (d *desktop) until(what string, good func(r report) bool) report {
	d.t.Helper()
	var r report
	for deadline := time.Now().Add(40 * time.Second); time.Now().Before(deadline); {
		if r = d.read(); good(r) {
			return r
		}
	}
	d.t.Fatalf("%s: not in %+v", what, r)
	return r
}

// key presses keys one by one, slowly enough for a machine that draws few pictures a
// second without a graphics card.
func (d *desktop) key(names ...string) {
	d.tool("xdotool", append([]string{"key", "--delay", "150"}, names...)...)
}

// control presses a key with Ctrl, which stays down long enough for a slow machine to see.
func (d *desktop) control(name string) {
	d.tool("xdotool", "keydown", "ctrl", "sleep", "0.3", "keydown", name, "sleep", "0.3", "keyup", name, "sleep", "0.3", "keyup", "ctrl")
}

// move moves the mouse to a point of the window.
func (d *desktop) move(x, y int) {
	d.tool("xdotool", "mousemove", "--window", d.window, fmt.Sprint(x), fmt.Sprint(y))
}

// TestTheWindowDoesWhatItIsTold starts the program, uses keys and mouse, resizes it and
// closes it. What keys do is tested in screen: here it is that they arrive.
func TestTheWindowDoesWhatItIsTold(t *testing.T) {
	t.Parallel()
	d := start(t, "--panel=false")
	d.until("moves", func(r report) bool { return r.Frame > 10 && r.Scene == "mixed" })
	d.key("space")
	d.until("pauses", func(r report) bool { return r.Paused })
	ahead := d.next().Frame
	for range 2 { // one by one: a report may come between two keys
		before := ahead
		d.key("Right")
		ahead = d.until("steps forth", func(r report) bool { return r.Frame > before }).Frame
	}
	d.key("Left")
	d.until("steps back", func(r report) bool { return r.Frame < ahead })
	d.key("plus", "d", "c", "F2", "m")
	d.until("keys", func(r report) bool {
		return r.Speed == 2 && r.Theme == "light" && r.Look.Contacts && !r.Look.Readings && r.Mode == "duel"
	})
	d.key("m", "question") // and no other key before the help is seen, for one that comes with it is lost
	d.until("opens the help", func(r report) bool { return r.Mode == "sandbox" && r.Look.Help })
	d.key("Escape", "bracketleft", "comma")
	r := d.until("closes the help", func(r report) bool { return !r.Look.Help })
	d.move(320, 200)
	d.key("1")
	d.until("spawns", func(n report) bool { return n.Bodies == r.Bodies+1 })
	d.tool("xdotool", "click", "3")
	d.until("spawns by mouse", func(n report) bool { return n.Bodies == r.Bodies+2 })
	d.control("z")
	d.until("undoes", func(n report) bool { return n.Bodies == r.Bodies+1 })
	d.control("y")
	d.until("does again", func(n report) bool { return n.Bodies == r.Bodies+2 })
	d.tool("xdotool", "windowunmap", d.window)
	d.next()
	d.tool("xdotool", "windowmap", d.window)
	hidden := d.next()
	d.tool("xdotool", "windowfocus", d.window)
	d.key("space")
	d.until("goes on where it was hidden", func(r report) bool { return r.Tick > hidden.Tick && r.Frame > hidden.Frame })
	d.tool("xdotool", "windowsize", d.window, "200", "150")
	d.until("shrinks", func(r report) bool { return r.Width <= 320 && r.Height <= 240 })
	d.tool("xdotool", "windowfocus", d.window)
	d.key("F12")
	d.saves("picture", "orrery-mixed-*.png")
	d.key("F9")
	d.next()
	d.key("F9")
	d.saves("film", "orrery-mixed-*.gif")
	d.tool("xdotool", "windowclose", d.window)
	d.within(20*time.Second, "end", func() bool {
		_, open := <-d.reports
		return !open
	})
}

// saves waits until the program has saved one file whose name has a pattern.
func (d *desktop) saves(what, pattern string) {
	d.t.Helper()
	d.within(40*time.Second, what, func() bool {
		found, _ := filepath.Glob(filepath.Join(d.dir, pattern))
		return len(found) == 1
	})
}

// TestWhatWasDrawnSurvivesAKill: a second after a change the program is killed, and begun again it edits the same.
func TestWhatWasDrawnSurvivesAKill(t *testing.T) {
	t.Parallel()
	d := start(t, "--panel=false")
	d.until("moves", func(r report) bool { return r.Frame > 0 })
	d.key("a")
	first := d.until("edits", func(r report) bool { return r.Drawing != "" }).Drawing
	d.key("Tab", "Delete")
	changed := d.until("something is deleted", func(r report) bool { return r.Drawing != first }).Drawing
	time.Sleep(time.Second)
	last := d.read().Drawing
	if err := d.program.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	d.within(20*time.Second, "end", func() bool {
		_, open := <-d.reports
		return !open
	})
	d.launch("--panel=false")
	if again := d.until("edits again", func(r report) bool { return r.Drawing != "" }).Drawing; again != last || again == first {
		t.Errorf("of %d letters, which a change had made %d and were %d at the end, %d came back:\n%s", len(first), len(changed), len(last), len(again), again)
	}
}

// TestManyBodiesAreDrawn: as many as can be are more than a call to the card may take at
// once.
func TestManyBodiesAreDrawn(t *testing.T) {
	t.Parallel()
	d := start(t, "--scene=pile", "--set=bodies=200", "--set=half_width=4", "--paused")
	r := d.until("is drawn", func(r report) bool { return r.Drawings > 1 && r.Bodies == 200 })
	d.key("d")
	d.until("is drawn again", func(n report) bool { return n.Drawings > r.Drawings && n.Theme == "light" })
}

// TestAWindowInWhichNothingChangesIsNotDrawn, but for once a second, in case the system has
// lost a part of it. What changes is drawn at once, and so is a window of another size.
func TestAWindowInWhichNothingChangesIsNotDrawn(t *testing.T) {
	t.Parallel()
	d := start(t, "--paused", "--model=ballistic")
	d.next()
	first := d.next()
	var last report
	for range 4 {
		last = d.next()
	}
	seconds := float64(last.Tick-first.Tick) / 60
	// Twice a second at most: once because a second has passed, and once because the
	// figure of pictures a second has changed.
	if drawn := last.Drawings - first.Drawings; drawn > int(2*seconds)+2 || drawn == 0 {
		t.Errorf("%d drawings in %.1f s", drawn, seconds)
	}
	d.tool("xdotool", "windowsize", d.window, "500", "400")
	d.until("is drawn in another size", func(r report) bool { return r.Width == 500 && r.Drawings > last.Drawings })
}

// TestTheWindowPlans starts with a planner in charge, predicts with the engine, is
// switched off and on by its key, and takes a click for another goal.
func TestTheWindowPlans(t *testing.T) {
	t.Parallel()
	d := start(t, "--scene", "push", "--seed", "3", "--plan", "--model", "engine")
	d.until("acts", func(r report) bool { return r.Planning && r.Frame > 8 && r.Notice == "" })
	d.key("p")
	d.until("ends", func(r report) bool { return !r.Planning })
	d.key("p")
	before := d.until("plans again", func(r report) bool { return r.Planning }).Frame
	d.move(300, 300)
	d.tool("xdotool", "click", "1")
	d.until("goes on", func(r report) bool { return r.Planning && r.Frame > before+8 && r.Notice == "" })
}

// TestTheCardDrawsWhatTheRasteriserDraws compares the window with the picture that F12
// saves, which no card has touched, in both themes.
func TestTheCardDrawsWhatTheRasteriserDraws(t *testing.T) {
	t.Parallel()
	d := start(t, "--paused")
	d.until("steps", func(r report) bool {
		if r.Frame < 8 { // modifiers would be let go before a slow machine looks
			d.key("Right", "Right", "Right", "Right")
		}
		return r.Frame >= 8
	})
	for _, theme := range []string{"dark", "light"} {
		d.until(theme, func(r report) bool {
			if r.Theme != theme {
				d.key("d")
			}
			return r.Theme == theme
		})
		d.until("has nothing to say", func(r report) bool { return r.Notice == "" })
		d.next() // long enough for the forecast to settle
		shot := filepath.Join(d.dir, theme+".png")
		d.tool("import", "-window", d.window, shot) // before a message says what F12 saved
		d.key("F12")
		d.saves("picture", "orrery-mixed-*.png")
		saved, err := filepath.Glob(filepath.Join(d.dir, "orrery-mixed-*.png"))
		if err != nil || len(saved) != 1 {
			t.Fatal(saved, err)
		}
		card, cpu := readPNG(t, shot), readPNG(t, saved[0])
		if err := os.Rename(saved[0], filepath.Join(d.dir, theme+"-cpu.png")); err != nil {
			t.Fatal(err)
		}
		if card.Bounds().Size() != cpu.Bounds().Size() {
			t.Fatalf("%v and %v", card.Bounds(), cpu.Bounds())
		}
		// The head has figures that a clock measured.
		part := image.Rect(12, 84, 628, cpu.Bounds().Dy()-60)
		different, total := 0, 0
		for y := part.Min.Y; y < part.Max.Y; y++ {
			for x := part.Min.X; x < part.Max.X; x++ {
				total++
				r, g, b, _ := card.At(x, y).RGBA()
				u, v, w, _ := cpu.At(x, y).RGBA()
				if apart(r, u)+apart(g, v)+apart(b, w) > 120<<8 {
					different++
				}
			}
		}
		if share := float64(different) / float64(total); !(share <= 0.01) {
			keep, _ := os.MkdirTemp("", "orrery-view-test-")
			os.CopyFS(keep, os.DirFS(d.dir))
			t.Errorf("%s: %.2f %% of the pixels differ, see %s", theme, 100*share, keep)
		}
	}
}

func apart(a, b uint32) uint32 { return max(a, b) - min(a, b) }

func readPNG(t *testing.T, path string) image.Image {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	picture, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	return picture
}

// TestTheWindowBearsRandomInput sends keys and mouse at random; -monkey says how long.
func TestTheWindowBearsRandomInput(t *testing.T) {
	t.Parallel()
	d := start(t)
	rng := rand.New(rand.NewPCG(1, 2))
	keys := []string{
		"space", "Right", "Left", "Up", "Down", "Home", "End", "bracketleft", "bracketright", "r", "n", "plus", "minus", "b", "m",
		"g", "p", "comma", "period", "t", "e", "c", "v", "i", "1", "2", "3", "4", "Delete", "f", "d", "Tab", "F1", "F2", "F12", "x", "a", "l", "y", "q", "j", "o", "w", "k", "ctrl+z", "ctrl+y",
	}
	early := d.leastHeap()
	for deadline := time.Now().Add(*monkey); time.Now().Before(deadline); {
		var script strings.Builder
		for range 30 {
			switch rng.IntN(8) {
			case 0, 1:
				fmt.Fprintf(&script, "key %s\n", keys[rng.IntN(len(keys))])
			case 2:
				fmt.Fprintf(&script, "mousedown %d\n", 1+rng.IntN(5))
			case 3, 4:
				fmt.Fprintf(&script, "mouseup %d\n", 1+rng.IntN(5))
			default:
				fmt.Fprintf(&script, "mousemove --window %s %d %d\n", d.window, rng.IntN(640), rng.IntN(480))
			}
			script.WriteString("sleep 0.02\n")
		}
		cmd := exec.Command("xdotool", "-")
		cmd.Env, cmd.Stdin = append(os.Environ(), "DISPLAY="+d.display), strings.NewReader(script.String())
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	late := d.leastHeap()
	t.Logf("heap %d kB and then %d kB", early>>10, late>>10)
	if late > early+200<<20 {
		t.Errorf("the heap grew from %d MB to %d MB", early>>20, late>>20)
	}
}

// leastHeap returns the least heap in bytes of many reports: little but what is in use.
func (d *desktop) leastHeap() uint64 {
	least := d.read().Heap
	for range 10 {
		least = min(least, d.read().Heap)
	}
	return least
}
