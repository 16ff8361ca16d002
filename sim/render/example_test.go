package render_test

import (
	"fmt"

	"orrery/sim"
	"orrery/sim/render"
)

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
