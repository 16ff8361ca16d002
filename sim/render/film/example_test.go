package film_test

import (
	"bytes"
	"context"
	"fmt"

	"orrery/sim"
	"orrery/sim/render/film"
)

func ExampleNewReel() {
	scene := sim.DefaultScene()
	scene.Bodies = []sim.Body{sim.NewDisc(0.1, 10, sim.Surface{})}
	moves := film.Default()
	moves.Scene, moves.Title, moves.Model = &scene, "drift", "a model that is too slow"
	for t := range 30 {
		truth, predicted := scene.Start(), scene.Start()
		truth[0].X, predicted[0].X = 0.01*float64(t), 0.009*float64(t)
		moves.True, moves.Predicted = append(moves.True, truth), append(moves.Predicted, predicted)
	}

	reel, err := film.NewReel(moves)
	if err != nil {
		fmt.Println(err)
		return
	}
	var file bytes.Buffer
	if err := reel.Write(context.Background(), &file, film.GIF); err != nil {
		fmt.Println(err)
		return
	}
	animation := reel.Animation(context.Background())
	fmt.Printf("%s of %d pictures, %g a second\n", file.Bytes()[:6], animation.Count, animation.Rate)
	// Output: GIF89a of 10 pictures, 20 a second
}
