package canon

import (
	"encoding/json"
	"math"
	"reflect"
	"testing"

	"orrery/sim"
	"pgregory.net/rapid"
)

// TestScenesAreEncodedAsTheLibraryDoes fills every field of a scene, valid or not.
func TestScenesAreEncodedAsTheLibraryDoes(t *testing.T) {
	number := rapid.OneOf(
		rapid.Float64(), rapid.Float64Range(-1, 1), rapid.Float64Range(-1e-5, 1e-5), rapid.Float64Range(1e20, 1e22),
		rapid.SampledFrom([]float64{0, math.Copysign(0, -1), 1e-6, 1e-7, 1e21, 5e-324, 12, 1e-10, 1e-100}),
	)
	rapid.Check(t, func(t *rapid.T) {
		var scene sim.Scene
		var fill func(v reflect.Value)
		fill = func(v reflect.Value) {
			switch v.Kind() {
			case reflect.Struct:
				for i := range v.NumField() {
					fill(v.Field(i))
				}
			case reflect.Slice:
				n := rapid.IntRange(0, 3).Draw(t, "length")
				v.Set(reflect.MakeSlice(v.Type(), n, n))
				for i := range n {
					fill(v.Index(i))
				}
			case reflect.Map:
				v.Set(reflect.MakeMap(v.Type()))
				for range rapid.IntRange(0, 3).Draw(t, "length") {
					key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
					fill(key)
					fill(value)
					v.SetMapIndex(key, value)
				}
			case reflect.Float64:
				v.SetFloat(number.Draw(t, "number"))
			case reflect.Bool:
				v.SetBool(rapid.Bool().Draw(t, "truth"))
			case reflect.Int:
				v.SetInt(int64(rapid.IntRange(-2, 2).Draw(t, "integer")))
			case reflect.String:
				v.SetString(rapid.OneOf(rapid.StringN(0, 4, -1), rapid.SampledFrom([]string{"", "disc", "<&>", "a\x00\"\\\u2028\xff"})).Draw(t, "text"))
			default:
				t.Fatalf("a %v", v.Type())
			}
		}
		fill(reflect.ValueOf(&scene).Elem())
		want, err := json.Marshal(&scene)
		if err != nil {
			t.Fatal(err)
		}
		if got := sceneEncoder.append(nil, reflect.ValueOf(&scene).Elem()); string(got) != string(want) {
			t.Fatalf("got %s\nwant %s", got, want)
		}
	})
}

// BenchmarkEncode is the JSON of eight discs in a box.
func BenchmarkEncode(b *testing.B) {
	scene := sim.DefaultScene()
	random := sim.NewRand(1, "benchmark", 0)
	surface := sim.Surface{Friction: 0.2, Elasticity: 0.95}
	for i := range 4 {
		scene.Walls = append(scene.Walls, sim.NewShape(sim.Segment, 0.02, surface, sim.Vec{X: -random.Float64(), Y: float64(i)}, sim.Vec{X: random.Float64(), Y: float64(i)}))
	}
	for range 8 {
		disc := sim.NewDisc(0.05, 100, surface)
		disc.Start = sim.BodyState{X: random.Float64(), Y: random.Float64(), VX: random.Float64(), VY: random.Float64(), Omega: random.Float64()}
		scene.Bodies = append(scene.Bodies, disc)
	}
	for b.Loop() {
		if _, err := Encode(&scene); err != nil {
			b.Fatal(err)
		}
	}
}
