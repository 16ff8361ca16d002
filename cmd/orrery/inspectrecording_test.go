package main

import (
	"encoding/json"
	"fmt"
	"image/png"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"orrery/cmd/orrery/recordings"
)

// bouncing writes a table of a ball in pixels, y down, that falls and bounces, 400 px to a metre.
func bouncing(t *testing.T) string {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	b.WriteString("trial,t,particle,px,py\n")
	for trial := range 3 {
		x, y, vx, vy := 0.2, 1.0+0.1*float64(trial), 0.4, 0.0
		for k := range 60 {
			fmt.Fprintf(&b, "%d,%.4f,7,%.3f,%.3f\n", trial, 100+float64(k)/30, 400*x+0.2*random.NormFloat64(), 800-400*y+0.2*random.NormFloat64())
			for range 100 { // small steps
				x, y, vy = x+vx/3000, y+vy/3000, vy-9.81/3000
				if y < 0.05 && vy < 0 {
					vy = -0.8 * vy
				}
			}
		}
	}
	path := filepath.Join(t.TempDir(), "ball.csv")
	if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestInspectSaysWhatARecordingSeemsToBe(t *testing.T) {
	t.Parallel()
	table, picture := bouncing(t), filepath.Join(t.TempDir(), "ball.png")
	line := []string{"inspect", table, "--map", "episode=trial,body=particle,x=px,y=py", "--scale", "400px/m", "--y", "down", "--out", picture}
	var info recordings.Info
	if err := json.Unmarshal([]byte(mustRun(t, append(line, "--json")...)), &info); err != nil {
		t.Fatal(err)
	}
	near := func(name string, got, want, off float64) {
		t.Helper()
		if !(math.Abs(got-want) <= off) {
			t.Errorf("%s: %v, want %v ± %v", name, got, want, off)
		}
	}
	near("rate", info.RateHz, 30, 0.05)
	near("gravity", info.Gravity.Y, -9.81, 4*info.GravityStd)
	near("its deviation", info.GravityStd, 0.1, 0.07)
	near("noise", info.NoiseM, 0.0005, 0.0001)
	if info.Episodes != 3 || len(info.Bodies) != 1 || info.Bodies[0] != "7" || info.Pictures != 180 || !info.Falls() {
		t.Errorf("%+v", info)
	}
	if len(info.Walls) != 1 || info.Walls[0].Side != "bottom" {
		t.Errorf("walls %+v", info.Walls)
	} else {
		near("floor", info.Walls[0].At, -1.95, 0.07)
	}
	text := mustRun(t, append(line, "--force")...)
	for _, want := range []string{"likely gravity", "m/s², down", "likely wall", "written in", "px, 400 to a metre, y down", "angles: the spin"} {
		if !strings.Contains(text, want) {
			t.Errorf("%s\nhas no %q", text, want)
		}
	}
	file, err := os.Open(picture)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	drawn, err := png.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	colours := map[any]int{}
	for y := range drawn.Bounds().Dy() {
		for x := range drawn.Bounds().Dx() {
			colours[drawn.At(x, y)]++
		}
	}
	if len(colours) < 20 {
		t.Errorf("the picture has %d colours", len(colours))
	}
}
