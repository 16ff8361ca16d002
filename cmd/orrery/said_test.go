package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"orrery/sim/golden"
)

// builds are lines that name the program that has made something.
var builds = regexp.MustCompile(`(?m)^( *(?:with|"module":|"version":|"go":|"arch":)\s+).*$`)

// TestWhatCommandsSayStays: what is printed, and sums of the files that are written, by commands that take no time.
func TestWhatCommandsSayStays(t *testing.T) {
	t.Parallel()
	in := t.TempDir()
	put := func(name, content string) {
		if err := os.WriteFile(filepath.Join(in, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var tracks strings.Builder
	tracks.WriteString("frame,body,x,y,angle\n")
	for k := range 40 {
		s := float64(k) / 30
		fmt.Fprintf(&tracks, "%d,red,%g,%g,%g\n%d,blue,%g,%g,0\n", k, 0.3*s, 2-4.9*s*s, s, k, 1+0.2*s, 0.5)
	}
	put("tracks.csv", tracks.String())
	put("drawing.svg", `<svg xmlns="http://www.w3.org/2000/svg" width="400" height="400"><path id="bowl" d="M 100 200 C 100 100 300 100 300 200 Z"/></svg>`)
	put("wrong.scenario.json", "{\n\"format\": 2, \"gravty\": 1,\n\"bodies\": [{\"circle\": -1}]}")
	const quick = "--tune samples=4 --tune iterations=1 --tune elites=2 --tune horizon=2"
	var text strings.Builder
	for _, line := range []string{
		"scenes", "scenes push", "scenes billiards --scene --set bodies=2 --seed 3 --episode 1", "scenes chain --pictures {out}/p",
		"check push", "check pusht --json", "check {in}/wrong.scenario.json", "check {in}/wrong.scenario.json --json", "check reach --out {out}/a.png --seed 2",
		"inspect {sample}", "inspect {sample} --deep", "inspect {sample} --json", "inspect {models}/mixed", "inspect {models}/mixed --json",
		"inspect {in}/tracks.csv --fps 30", "inspect {in}/tracks.csv --fps 30 --json --unit cm --y down --out {out}/a.png",
		"export {sample} --to csv --out {out}/a.csv", "export {sample} --to npz --out {out}/a.npz", "export {sample} --to mcap --out {out}/a.mcap",
		"render {sample} --episode 1 --frames 30 --size 320x320 --theme dark --out {out}/a.png", "render {sample} --out {out}/b.png",
		"import csv {in}/tracks.csv --fps 30 --out {out}/d", "import svg {in}/drawing.svg --scale 100px/m --out {out}/a.scenario.json",
		"gen push --episodes 2 --frames 9 --seed 4 --split train=1,test=1 --json --out {out}/d", "gen mixed --episodes 2 --frames 6 --set gravity=1:9 --policy idle --out {out}/d",
		"eval true --data {sample} --episodes 2 --horizons 0.1,0.5 --json", "eval true --sets billiards --only iid --episodes 1", "eval true --data {sample} --endurance 70 --episodes 1",
		"plan reach --model true --episodes 2 --json " + quick, "plan push --model random --episodes 2 --seed 3", "plan cartpole --model true --planner cem --episodes 1 --set swing_up=1 --save {out}/d " + quick,
		"gen", "scenes nowhere", "export {sample} --to none --out {out}/a", "inspect nowhere", "frobnicate",
	} {
		out := t.TempDir()
		names := strings.NewReplacer("{in}", in, "{out}", out, "{sample}", filepath.Join("..", "..", "datasets", "sample"), "{models}", filepath.Join("..", "..", "assets", "models"))
		code, stdout, stderr := runLine(t.Context(), strings.Fields(names.Replace(line))...)
		said := fmt.Sprintf("# %s\n%d\n%s", line, code, lasting(stdout))
		if strings.HasPrefix(line, "eval") {
			said = pace.ReplaceAllString(said, "")
		}
		if code != exitDone {
			said += stderr
		}
		files := readTree(t, out)
		for _, path := range slices.Sorted(maps.Keys(files)) {
			switch name := filepath.Base(path); {
			case name == "README.md", name == "provenance.json", strings.HasSuffix(name, ".jsonl"), strings.HasSuffix(name, ".npz"):
				said += path + "\n" // they tell of the program, or are packed by what comes with Go
			case strings.HasSuffix(name, ".png"):
				picture, err := png.Decode(strings.NewReader(files[path]))
				if err != nil {
					t.Fatal(err)
				}
				var pixels bytes.Buffer
				for y := range picture.Bounds().Dy() {
					for x := range picture.Bounds().Dx() {
						r, g, b, _ := picture.At(x, y).RGBA()
						pixels.Write([]byte{byte(r), byte(g), byte(b)})
					}
				}
				said += fmt.Sprintf("%s: %v, %.6x\n", path, picture.Bounds().Size(), sha256.Sum256(pixels.Bytes()))
			default:
				said += fmt.Sprintf("%s: %.6x\n", path, sha256.Sum256([]byte(lasting(files[path]))))
			}
		}
		text.WriteString(strings.NewReplacer(in, "IN", out, "OUT").Replace(builds.ReplaceAllString(said, "${1}BUILD")))
	}
	golden.Compare(t, "testdata/said.txt", text.String())
}
