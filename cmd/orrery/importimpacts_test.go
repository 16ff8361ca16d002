package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"orrery/sim"
)

// ovalScene is a scene of an oval body over a floor.
const ovalScene = `{"format": 1, "name": "oval", "fps": 100, "substeps": 1, "iterations": 10, "slop": 0.0001, "gravity": [0, -9.81], "damping": 1,
"walls": [{"kind": "segment", "vertices": [[-9, 0], [9, 0]], "friction": 1, "elasticity": 1}],
"bodies": [{"name": "oval", "kind": "dynamic", "mass": 0.5, "moment": 0.004, "start": [0, 1, 0, 0, 0, 0], "shapes": [{"kind": "polygon", "vertices": [%s], "friction": 0.3, "elasticity": 0.6}]}]}`

// bounced returns rows of an oval that bounces with elasticity 0.6 and slides with friction 0.2, and its scene. Each number
// is shown by a format.
func bounced(rows int, number func(column int, v float64) string) (scene, table string) {
	var outline []sim.Vec
	var vertices []string
	for i := range 40 {
		sin, cos := math.Sincos(float64(i) * math.Pi / 20)
		outline = append(outline, sim.Vec{X: 0.15 * cos, Y: 0.1 * sin})
		vertices = append(vertices, fmt.Sprintf("[%.5f, %.5f]", outline[i].X, outline[i].Y))
	}
	const m, moment = 0.5, 0.004
	rng := sim.NewRand(1, "test impacts", 0)
	var text strings.Builder
	text.WriteString("x,y,angle,vx,vy,omega,vx_after,vy_after,omega_after\n")
	for range rows {
		b := sim.BodyState{X: rng.Float64(), Angle: 7 * rng.Float64(), VX: rng.NormFloat64(), VY: -1 - rng.Float64(), Omega: 3 * rng.NormFloat64()}
		var arm sim.Vec
		for _, v := range outline {
			if r := v.Rotate(b.Angle); r.Y < arm.Y {
				arm = r
			}
		}
		b.Y = -arm.Y
		un, ut := b.VY+b.Omega*arm.X, b.VX-b.Omega*arm.Y
		a := b
		if jn := -1.6 * un / (1/m + arm.X*arm.X/moment); jn > 0 {
			jt := -math.Copysign(0.2*jn, ut)
			a.VX, a.VY, a.Omega = b.VX+jt/m, b.VY+jn/m, b.Omega+(arm.X*jn-arm.Y*jt)/moment
		} else {
			continue
		}
		var cells []string
		for i, v := range []float64{b.X, b.Y, b.Angle, b.VX, b.VY, b.Omega, a.VX, a.VY, a.Omega} {
			cells = append(cells, number(i, v))
		}
		text.WriteString(strings.Join(cells, ",") + "\n")
	}
	return fmt.Sprintf(ovalScene, strings.Join(vertices, ", ")), text.String()
}

func plain(_ int, v float64) string { return fmt.Sprint(v) }

// TestTablesOfImpactsTeachTheirLaw: what is imported can be learned, measured and cross-validated.
func TestTablesOfImpactsTeachTheirLaw(t *testing.T) {
	skipShort(t)
	t.Parallel()
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	scene, table := bounced(300, plain)
	for name, text := range map[string]string{"scene.json": scene, "table.csv": table} {
		if err := os.WriteFile(at(name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	run := func(line string) string {
		t.Helper()
		code, stdout, stderr := runLine(t.Context(), strings.Fields(line)...)
		if code != 0 {
			t.Fatalf("orrery %s: code %d, %s", line, code, stderr)
		}
		return stdout
	}
	run("import impacts " + at("table.csv") + " --scene " + at("scene.json") + " --split train=0.8,test=0.2 --out " + at("data"))
	run("train " + at("data") + " --steps 500 --out " + at("model"))
	sizes := map[string]int64{}
	for _, members := range []string{"1", "2"} {
		run("train " + at("data") + " --steps 2 --ensemble " + members + " --out " + at("of"+members))
		info, err := os.Stat(filepath.Join(at("of"+members), "model.safetensors"))
		if err != nil {
			t.Fatal(err)
		}
		sizes[members] = info.Size()
	}
	if !(sizes["2"] > sizes["1"]+1000) {
		t.Errorf("files of one network and of two: %v", sizes)
	}
	for _, line := range []string{
		"eval " + at("model") + " --data " + at("data") + " --json",
		"eval --cross 3 " + at("data") + " --split all --steps 300 --json",
	} {
		var result struct {
			Models map[string]struct {
				Params float64
				Impact struct {
					Impacts int
					V       float64 `json:"velocity_m_s"`
					W       float64 `json:"spin_rad_s"`
					Gain    float64 `json:"gain_share"`
				}
			}
		}
		if err := json.Unmarshal([]byte(run(line)), &result); err != nil {
			t.Fatal(err)
		}
		model, still := result.Models["contact"], result.Models["still"].Impact
		if got := model.Impact; !(got.V < still.V/4 && got.W < still.W/2 && got.V > 0) || got.Gain != 0 || got.Impacts != still.Impacts || got.Impacts < 50 {
			t.Errorf("%s: %+v, and without a change %+v", line, got, still)
		}
		if !(model.Params > 500 && model.Params <= 3000) {
			t.Errorf("%s: %v parameters", line, model.Params)
		}
	}
	if text := run("eval " + at("model") + " --data " + at("data")); !strings.Contains(text, "gaining") || !strings.Contains(text, "after an impact contact is") {
		t.Errorf("eval says %s", text)
	}
	for flags, want := range map[string]func(n int) bool{"": func(n int) bool { return n > 200 }, " --episodes 9": func(n int) bool { return n == 9 }} {
		var result struct {
			Models map[string]struct{ Impact struct{ Impacts int } }
		}
		line := "eval " + at("model") + " --data " + at("data") + " --split train --json" + flags
		if err := json.Unmarshal([]byte(run(line)), &result); err != nil || !want(result.Models["contact"].Impact.Impacts) {
			t.Errorf("%s: %+v, %v", line, result, err)
		}
	}
	// Pages show what was predicted beside what was measured, of a model and of a cross-validation.
	run("eval " + at("model") + " --data " + at("data") + " --report " + at("report"))
	run("eval --cross 2 " + at("data") + " --steps 9 --report " + at("crossed"))
	for _, name := range []string{"report", "crossed"} {
		page, err := os.ReadFile(filepath.Join(at(name), "report.html"))
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"<h2>After an impact</h2>", "95 %: ", "predicted (m/s)", "predicted (rad/s)"} {
			if !strings.Contains(string(page), want) {
				t.Errorf("the page of %s lacks %q", name, want)
			}
		}
		for file, there := range map[string]bool{"figures/velocity.png": true, "figures/spin.png": true, "figures/training.png": name == "report", "overlay.gif": false, "metrics.json": true} {
			if _, err := os.Stat(filepath.Join(at(name), file)); (err == nil) != there {
				t.Errorf("%s of %s: %v", file, name, err)
			}
		}
	}
	motion := tinyDataset(t)
	for line, want := range map[string]string{
		"train " + at("data") + " " + motion + " --out " + at("m"):         "a model learns from impacts or from motion",
		"merge " + at("data") + " " + motion + " --out " + at("m"):         "its episodes have no time",
		"train " + at("data") + " --model mlp --out " + at("m"):            "a model of kind mlp cannot learn",
		"train " + at("data") + " --stride 2 --out " + at("m"):             "--stride and --contact-order are for motion",
		"eval true --data " + at("data"):                                   "says nothing of a single impact",
		"eval " + at("model") + " --data " + at("data") + " --endurance 9": "no time passes",
		"eval --cross 5 " + at("data") + " --data " + at("data"):           "--cross and --data exclude each other",
		"eval --cross 5 " + at("data") + " --fitted":                       "--cross and --fitted exclude each other",
		"eval --cross 100 " + at("data") + " --split test":                 "too few for 100 parts",
		"eval --cross 5 " + at("data") + " --steps 9 --budget 9s":          "--steps and --budget exclude each other",
		"eval --cross 5": "the directory of a dataset is missing",
		"eval " + at("model") + " --data x --budget 5s": "--budget and --steps are for --cross",
	} {
		if code, _, stderr := runLine(t.Context(), strings.Fields(line)...); code == 0 || !strings.Contains(stderr, want) {
			t.Errorf("orrery %s: code %d, %s", line, code, stderr)
		}
	}
}

// TestTablesOfImpactsAreReadOrRefused in words, whatever their unit and frame of reference.
func TestTablesOfImpactsAreReadOrRefused(t *testing.T) {
	skipShort(t)
	t.Parallel()
	dir := t.TempDir()
	scene, usual := bounced(40, plain)
	if err := os.WriteFile(filepath.Join(dir, "scene.json"), []byte(scene), 0o644); err != nil {
		t.Fatal(err)
	}
	angular := func(i int) bool { return i == 2 || i == 5 || i == 8 }
	_, sheet := bounced(40, func(i int, v float64) string {
		if angular(i) {
			return fmt.Sprint(-v * 180 / math.Pi)
		}
		return fmt.Sprint(1000 * v)
	})
	_, down := bounced(40, func(i int, v float64) string {
		if angular(i) || i == 1 || i == 4 || i == 7 {
			return fmt.Sprint(-v)
		}
		return fmt.Sprint(v)
	})
	lines := strings.Split(usual, "\n")
	exchanged := strings.Replace(usual, "vx,vy,omega,vx_after,vy_after,omega_after", "vx_after,vy_after,omega_after,vx,vy,omega", 1)
	change := func(line, column int, text string) string {
		changed := strings.Split(usual, "\n")
		cells := strings.Split(changed[line], ",")
		cells[column] = text
		changed[line] = strings.Join(cells, ",")
		return strings.Join(changed, "\n")
	}
	with := func(header, cells string) string {
		var out []string
		for i, line := range lines {
			switch {
			case line == "":
			case i == 0:
				out = append(out, line+","+header)
			default:
				out = append(out, line+","+cells)
			}
		}
		return strings.Join(out, "\n")
	}
	for _, c := range []struct{ name, table, flags, want string }{
		{"usual", usual, "", ""},
		{"semicolons", strings.ReplaceAll(strings.ReplaceAll(usual, ",", ";"), ".", ","), "", ""},
		{"mm", sheet, "--length mm --angle deg --clockwise", ""},
		{"mm unsaid", sheet, "", "with --length mm --angle deg --clockwise 100 % of them would be impacts"},
		{"clockwise unsaid", usual, "--clockwise", "in metres and radians, counter-clockwise it would agree"},
		{"y down", down, "--y-down", ""},
		{"mapped", strings.Replace(usual, "omega_after", "w2", 1), "--map omega_after=w2", ""},
		{"not mapped", strings.Replace(usual, "omega_after", "w2", 1), "", `no column "omega_after"`},
		{"wrongly mapped", usual, "--map speed=vx", `"speed" must not be mapped`},
		{"NaN", change(3, 4, "NaN"), "", "line 4, column 5: vy \"NaN\" must be a number"},
		{"deep", change(3, 1, "0.05"), "", "line 4: the body is"},
		{"deep, left out", change(3, 1, "0.05"), "--drop", ""},
		{"deep, wanted", change(3, 1, "0.05"), "--tolerance 0.2", ""},
		{"parting", change(3, 4, "5"), "", "line 4: the body parts from what it touches"},
		{"wild", change(3, 6, "4000"), "", "line 4: the body has 4e+06 J after the impact, more than 10 times the"},
		{"wild, left out", change(3, 6, "4000"), "--drop", ""},
		{"exchanged", exchanged, "", "with the states before and after exchanged 100 % of them would be impacts"},
		{"normals", with("normal_x,normal_y", "0,7"), "", ""},
		{"no normal", with("normal_x,normal_y", "0,0"), "", "must not both be 0"},
		{"half a normal", with("normal_x", "0"), "", "a normal has both columns"},
		{"normal of a wall", with("normal_x,normal_y", "1,0"), "", "the normal (1, 0) is 90° off"},
		{"moved", with("x_after", "9"), "", "m elsewhere after the impact"},
		{"turned", with("angle_after", "2.5"), "", "after the impact"},
		{"empty", lines[0], "", "has no rows"},
		{"furlongs", usual, "--length furlong", "must be one of: m, cm, mm, in"},
	} {
		file := filepath.Join(dir, strings.ReplaceAll(c.name, " ", "_")+".csv")
		if err := os.WriteFile(file, []byte(c.table), 0o644); err != nil {
			t.Fatal(err)
		}
		line := "import impacts " + file + " --scene " + filepath.Join(dir, "scene.json") + " --out " + filepath.Join(dir, "out") + " --force " + c.flags
		code, _, stderr := runLine(t.Context(), strings.Fields(line)...)
		if (code == 0) != (c.want == "") || !strings.Contains(stderr, c.want) {
			t.Errorf("%s: code %d, want %q, got %s", c.name, code, c.want, stderr)
		}
	}
}
