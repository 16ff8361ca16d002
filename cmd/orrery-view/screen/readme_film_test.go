package screen

import (
	"bytes"
	"flag"
	"image"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"orrery/cmd/orrery-view/lesson"
	"orrery/sim/render"
	"orrery/sim/render/animation"
	"orrery/world/fit"
	"orrery/world/flight"
)

var readmeFilm = flag.String("film", "", "`directory` in which to save the film that the README shows")

// TestReadmeFilmCanBeTaken draws a scene by hand and lets a model learn it, and saves what is seen as a film:
//
//	go test ./cmd/orrery-view/screen -run ReadmeFilm -film ../../../assets/readme
//
// What a lesson reaches by when depends on the machine, so nobody but that command takes the film.
func TestReadmeFilmCanBeTaken(t *testing.T) {
	if *readmeFilm == "" {
		t.Skip("it takes as long as the film")
	}
	const rate, ticks = 10, 6
	s := editing(t, 900, 640)
	s.Look.Panel = false
	s.Session.SetTeacher(lesson.New(fit.Short, flight.Ballistic()), fit.Decode)
	theme, err := render.LoadTheme(s.Theme())
	if err != nil {
		t.Fatal(err)
	}
	var pictures []*image.RGBA
	take := func(pointer bool) {
		list := *s.List()
		if pointer {
			at := func(x, y float64) render.Point { return render.Point{X: s.mouse.X + x, Y: s.mouse.Y + y} }
			list.Items = append(slices.Clone(list.Items), render.Path{
				Contours: [][]render.Point{{at(0, 0), at(0, 20), at(5, 15.5), at(8.5, 22.5), at(11.5, 21), at(8, 14.5), at(14.5, 14)}},
				Fill:     theme.Text, Stroke: render.Stroke{Colour: theme.Background, Width: 1.5},
			})
		}
		pictures = append(pictures, list.Image())
	}
	// move leads the pointer there, with the button down or not, in so many pictures.
	move := func(down bool, to render.Point, count int) {
		from := s.mouse
		for k := 1; k <= count; k++ {
			share := float64(k) / float64(count)
			s.Update(Input{Mouse: render.Point{X: from.X + share*(to.X-from.X), Y: from.Y + share*(to.Y-from.Y)}, Left: down})
			take(true)
		}
	}
	drag := func(from, to render.Point) {
		move(false, from, 3)
		s.Update(Input{Mouse: from, Left: true})
		move(true, to, 4)
		s.Update(Input{Mouse: to})
		take(true)
	}
	tool := func(name string) {
		_, p := s.find(t, "tool "+name)
		move(false, p, 3)
		s.click(p)
	}

	s.Update(Input{Mouse: s.at(0, 0)})
	tool("wall")
	drag(s.at(-1.8, 0), s.at(-0.3, -0.6))
	tool("wall")
	drag(s.at(1.8, -0.1), s.at(0.5, -0.7))
	tool("disc")
	for _, p := range [][3]float64{{-1, 0.9, 0.2}, {-0.2, 1.1, 0.15}, {0.9, 1, 0.25}} {
		drag(s.at(p[0], p[1]), s.at(p[0]+p[2], p[1]))
	}
	tool("box")
	drag(s.at(-0.4, 0.1), s.at(0.4, 0.5))
	if got := len(s.Document().Scene().Bodies); got != 4 {
		t.Fatalf("%d bodies were drawn; %s", got, s.Session.Notice())
	}
	s.types("l")
	began := time.Now()
	for k := range 12 * rate {
		if k%(2*rate) == 0 && k > 0 {
			s.types("r")
		}
		s.wait(ticks)
		take(false)
		if rest := time.Until(began.Add(time.Duration(k+1) * time.Second / rate)); rest > 0 {
			time.Sleep(rest)
		}
	}
	view := s.Session.Lesson()
	if len(view.Reports) == 0 {
		t.Fatalf("nothing was learned: %s", s.Session.Notice())
	}
	t.Logf("%d models; the last errs by %.2g m after half a second, free flight by %.2g m", len(view.Reports),
		view.Reports[len(view.Reports)-1].Errors[1], view.Reports[len(view.Reports)-1].Ballistic[1])
	var samples []*image.RGBA
	for k := 0; k < len(pictures); k += 20 {
		samples = append(samples, pictures[k])
	}
	var file bytes.Buffer
	a := animation.Animation{Pictures: slices.Values(pictures), Size: pictures[0].Rect.Size(), Count: len(pictures), Rate: rate, Hold: 1}
	if err := animation.EncodeGIF(&file, a, animation.NewPalette(theme.Colours(), samples)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(*readmeFilm, "workshop.gif"), file.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d pictures, %d bytes", len(pictures), file.Len())
}
