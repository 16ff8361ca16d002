package render_test

import (
	"bytes"
	"context"
	"fmt"

	"orrery/sim"
	"orrery/sim/render"
)

func ExampleNewReel() {
	scene := sim.DefaultScene()
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 10, sim.Surface{})}
	film := render.DefaultFilm()
	film.Scene, film.Title, film.Model = &scene, "drift", "a model that is too slow"
	for t := range 60 {
		truth, predicted := scene.Start(), scene.Start()
		truth[0].X, predicted[0].X = 0.01*float64(t), 0.009*float64(t)
		film.True, film.Predicted = append(film.True, truth), append(film.Predicted, predicted)
	}

	reel, err := render.NewReel(film)
	if err != nil {
		fmt.Println(err)
		return
	}
	var file bytes.Buffer
	if err := reel.Write(context.Background(), &file, render.GIF); err != nil {
		fmt.Println(err)
		return
	}
	animation := reel.Animation(context.Background())
	fmt.Printf("%s of %d pictures, %g a second\n", file.Bytes()[:6], animation.Count, animation.Rate)
	// Output: GIF89a of 20 pictures, 20 a second
}

// A list can be drawn without a film.
func ExamplePainter() {
	scene := sim.DefaultScene()
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 10, sim.Surface{})}
	theme, err := render.LoadTheme("dark")
	if err != nil {
		fmt.Println(err)
		return
	}
	list := render.List{Width: 64, Height: 64, Background: theme.Background}
	painter := render.Painter{
		List: &list, Scene: &scene, Theme: theme, Unit: 1,
		Camera: render.FitCamera(render.SceneBounds(&scene, nil), list.Bounds(), 8),
	}
	painter.Bodies(scene.Start(), nil)
	at := painter.Camera.Pixel(sim.Vec{X: 0, Y: 0.05})
	fmt.Println(theme.True, list.Image().At(int(at.X), int(at.Y)))
	// Output: #0072b2 {0 114 178 255}
}
