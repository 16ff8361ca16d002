package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestBadInputIsOneClearLine goes through mistakes in command lines and faults in
// files. Each must end with one line that names it, and the right exit code.
func TestBadInputIsOneClearLine(t *testing.T) {
	skipShort(t)
	data, model := tinyDataset(t), tinyModel(t)
	out := filepath.Join(t.TempDir(), "out")
	exists := t.TempDir()
	if err := os.WriteFile(filepath.Join(exists, "keep.gif"), []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	scene := mustRun(t, "scenes", "billiards", "--scene")
	badScene := func(old, now string) string { return edited(t, scene, old, now) }
	badFile := func(dir, file, old, now string) string { return withEdited(t, dir, file, old, now) }
	rollout := filepath.Join(t.TempDir(), "rollout.json")
	mustRun(t, "rollout", model, "--data", data, "--out", rollout)

	for _, test := range []struct {
		name string
		args []string
		code int
		want string
	}{
		{"folder to stdout", []string{"gen", "mixed", "--out", "-"}, 2, `gen: --out "-" must be a folder, which stdout cannot be`},
		{"import to stdout", []string{"import", "csv", "a.csv", "--out", "-"}, 2, `--out "-" must be a folder`},
		{"merge to stdout", []string{"merge", data, "--out", "-"}, 2, `--out "-" must be a folder`},
		{"model to stdout", []string{"train", data, "--out", "-"}, 2, `--out "-" must be a folder`},
		{"models to stdout", []string{"models", "--out", "-"}, 2, `--out "-" must be a folder`},
		{"demo to stdout", []string{"demo", "--out", "-"}, 2, `--out "-" must be a folder`},
		{"tasks to stdout", []string{"tasks", "--out", "-"}, 2, `--out "-" must be a folder`},
		{"accuracy to stdout", []string{"accuracy", "--out", "-"}, 2, `--out "-" must be a folder`},
		{"report to stdout", []string{"eval", model, "--data", data, "--report", "-"}, 2, `--report "-" must be a folder`},
		{"pictures to stdout", []string{"scenes", "--pictures", "-"}, 2, `--pictures "-" must be a folder`},
		{"film to stdout", []string{"render", data, "--out", "-"}, 2, `render: --out "-" must be a file whose extension says the format, and stdout has none`},
		{"film of a check to stdout", []string{"check", "a.scenario.json", "--out", "-"}, 2, `check: --out "-" must be a file`},
		{"film of a plan to stdout", []string{"plan", "push", "--model", "true", "--render", "-"}, 2, `plan: --render "-" must be a file`},
		{"drawing to stdout", []string{"inspect", "a.csv", "--out", "-"}, 2, `inspect: --out "-" must be a file`},
		{"drawing of a dataset", []string{"inspect", data, "--out", out + ".png"}, 2, "inspect: --out has no use for " + data + ", which is no recording"},
		{"scale of a scene", []string{"inspect", written(t, scene), "--scale", "2px/m"}, 2, "which is no recording"},
		{"deep look into a model", []string{"inspect", model, "--deep"}, 2, "inspect: --deep has no use for " + model + ", which is no dataset"},
		{"episode of a list", []string{"scenes", "billiards", "--episode", "4"}, 2, "scenes: --episode has no use without --scene or --pictures"},
		{"phases of a network", []string{"train", data, "--out", out, "--model", "mlp", "--contact-order", "move,correct,force,solve"}, 2, "train: --contact-order has no use for a model of kind mlp"},
		{"rollout cut off", []string{"render", written(t, read(t, rollout)[:200]), "--out", out + ".png"}, 1, "rollout file: line 1, column 201: "},
		{"rollout and more", []string{"inspect", written(t, read(t, rollout)+"{")}, 1, "{ stands after the end"},
		{"no such path", []string{"render", "nowhere", "--out", out + ".png"}, 1, "orrery: nowhere: no such file"},
		{"control characters", []string{"inspect", written(t, "\x00\x1b[31m")}, 1, "column 1: \ufffd\ufffd"},
		{"unknown command", []string{"simulate"}, 2, `unknown command "simulate"`},
		{"misspelt command", []string{"rendr"}, 2, "did you mean render?"},
		{"help on nothing", []string{"help", "simulate"}, 2, `unknown command "simulate"`},
		{"unknown flag", []string{"gen", "mixed", "--episode", "3"}, 2, "unknown flag: --episode"},
		{"missing argument", []string{"gen", "--out", out}, 2, "SCENARIO is missing"},
		{"too many arguments", []string{"gen", "mixed", "pile", "--out", out}, 2, `unexpected argument "pile"`},
		{"missing output", []string{"gen", "mixed"}, 2, "--out DIR is missing"},
		{"unknown scenario", []string{"gen", "milliards", "--out", out}, 2, `unknown scenario "milliards"`},
		{"scenario of a folder", []string{"eval", model, "--sets", exists}, 1, exists + ": is a folder without meta/orrery/provenance.json, which would name a scenario"},
		{"sweep of a word", []string{"sweep", data, "--grid", "width=8,x", "--steps", "3", "--out", out}, 2, `orrery: sweep: train: --width "x" must be a whole number`},
		{"sweep that goes too far", []string{"sweep", data, "--draw", "rate=0.1:2", "--trials", "3", "--steps", "3", "--out", out}, 2, "sweep: train: --rate 2 must be above 0 and ≤ 1"},
		{"sweep of what does not go together", []string{"sweep", data, "--grid", "rounds=2", "--grid", "model=contact,mlp", "--steps", "3", "--out", out}, 2, "a model of kind mlp has no rounds"},
		{"fleet of a word", []string{"fleet", "show", written(t, "format: 1\nout: o\nstages: [{name: a, run: gen mixed --episodes x}]")}, 1, `stage a: run: gen: --episodes "x" must be a whole number`},
		{"unknown scenario shown", []string{"scenes", "nope"}, 2, `unknown scenario "nope"`},
		{"not a number", []string{"gen", "mixed", "--out", out, "--episodes", "many"}, 2, `"many"`},
		{"no episodes", []string{"gen", "mixed", "--out", out, "--episodes", "0"}, 2, "episodes 0 must be"},
		{"no frames", []string{"gen", "mixed", "--out", out, "--frames", "0"}, 2, "frames 0 must be"},
		{"negative seed", []string{"gen", "mixed", "--out", out, "--seed", "-1"}, 2, `"-1"`},
		{"no workers", []string{"gen", "mixed", "--out", out, "--workers", "0"}, 2, "workers 0 must be"},
		{"policy without actions", []string{"gen", "mixed", "--out", out, "--policy", "random"}, 2, `mixed: unknown policy "random"`},
		{"resume and force", []string{"gen", "mixed", "--out", out, "--resume", "--force"}, 2, "exclude each other"},
		{"setting without value", []string{"gen", "mixed", "--out", out, "--set", "bodies"}, 2, "must be key=number"},
		{"setting NaN", []string{"gen", "mixed", "--out", out, "--set", "gravity=NaN"}, 2, "must be key=number"},
		{"unknown parameter", []string{"gen", "mixed", "--out", out, "--set", "bodys=3"}, 2, `unknown parameter "bodys"`},
		{"parameter out of range", []string{"gen", "mixed", "--out", out, "--set", "elasticity=1.5"}, 2, "elasticity 1.5 must be 0 to 1"},
		{"billion bodies", []string{"gen", "mixed", "--out", out, "--set", "bodies=1e9"}, 2, "bodies 1e+09 must be 1 to 200"},
		{"range that falls", []string{"gen", "mixed", "--out", out, "--set", "gravity=9:1"}, 2, "gravity 9:1 must not fall"},
		{"range out of range", []string{"gen", "mixed", "--out", out, "--set", "elasticity=0:2"}, 2, "elasticity 2 must be 0 to 1"},
		{"fraction of a body", []string{"gen", "mixed", "--out", out, "--set", "bodies=2.5"}, 2, "bodies 2.5 must be a whole number"},
		{"more bodies than fit", []string{"gen", "mixed", "--out", out, "--set", "bodies=200"}, 2, "bod"},
		{"dataset exists", []string{"gen", "mixed", "--out", data}, 1, "not empty"},
		{"force on what is no dataset", []string{"gen", "mixed", "--out", exists, "--force"}, 1, "is not a dataset"},
		{"resume of something else", []string{"gen", "mixed", "--out", data, "--resume"}, 1, "cannot resume"},

		{"no such path", []string{"inspect", "nowhere"}, 1, "nowhere: no such file"},
		{"empty directory", []string{"inspect", t.TempDir()}, 1, "is not a dataset"},
		{"missing data file", []string{"inspect", without(t, data, "data/chunk-000/file-000.parquet")}, 1, "file-000.parquet: no such file"},
		{"truncated Parquet", []string{"inspect", truncated(t, data, "data/chunk-000/file-000.parquet")}, 1, "file-000.parquet: "},
		{"truncated Parquet drawn", []string{"render", truncated(t, data, "data/chunk-000/file-000.parquet"), "--out", out + ".gif"}, 1, "file-000.parquet: "},
		{"truncated scenes", []string{"render", truncated(t, data, "meta/orrery/scenes.parquet"), "--out", out + ".gif"}, 1, "scenes.parquet: "},
		{"wrong shape", []string{"inspect", badFile(data, "meta/info.json", "36", "42")}, 1, "info.json"},
		{"path out of the dataset", []string{"inspect", badFile(data, "meta/info.json", `"data/chunk`, `"../data/chunk`)}, 1, `data_path "../data/chunk`},
		{"newer dataset", []string{"inspect", badFile(data, "meta/info.json", "v3.0", "v4.0")}, 1, "v4.0"},
		{"changed statistics", []string{"inspect", badFile(data, "meta/stats.json", "0", "1")}, 1, "stats.json: SHA-256"},

		{"mass NaN", []string{"inspect", badScene(`"mass": `, `"mass": NaN, "was": `)}, 1, `bodies[0].mass: NaN must be a finite number`},
		{"mass beyond range", []string{"inspect", badScene(`"mass": `, `"mass": 1e999, "was": `)}, 1, "bodies[0].mass: number 1e999"},
		{"mass below zero", []string{"inspect", badScene(`"mass": `, `"mass": -`)}, 1, "body 0: mass -"},
		{"overlapping walls", []string{"inspect", sceneWithWallTwice(t, scene)}, 1, "overlaps wall"},
		{"unknown key in scene", []string{"inspect", badScene(`"fps"`, `"wind": 3, "fps"`)}, 1, "wind"},
		{"newer scene", []string{"inspect", badScene(`"format": 1`, `"format": 3`)}, 1, "format 3 must be 2, or 1 of a scene"},
		{"truncated scene", []string{"render", written(t, scene[:len(scene)/2]), "--out", out + ".gif"}, 1, "ends too early"},
		{"neither scene nor rollout", []string{"inspect", written(t, "true bodies solid")}, 1, "scene: "},
		{"scene without name", []string{"scenes", "--scene"}, 2, "--scene needs NAME"},
		{"episode before the first", []string{"scenes", "pile", "--scene", "--episode", "-1"}, 2, "episode -1 must be"},

		{"model of another version", []string{"inspect", badFile(model, "config.json", `"format": 1`, `"format": 2`)}, 1, "format 2 must be 1"},
		{"unknown kind of model", []string{"inspect", badFile(model, "config.json", `"contact"`, `"oracle"`)}, 1, `kind "oracle"`},
		{"unknown key in model", []string{"inspect", badFile(model, "config.json", `"format"`, `"extra": 0, "format"`)}, 1, "extra"},
		{"model without weights", []string{"inspect", without(t, model, "model.safetensors")}, 1, "model.safetensors: no such file"},
		{"model without config", []string{"inspect", without(t, model, "config.json")}, 1, "config.json: no such file"},
		{"truncated weights", []string{"inspect", truncated(t, model, "model.safetensors")}, 1, "model.safetensors: "},
		{"weights of another size", []string{"inspect", badFile(model, "config.json", `"hidden":`, `"hidden": 9, "was":`)}, 1, "config.json"},
		{"truncated metrics", []string{"inspect", truncated(t, model, "metrics.json")}, 1, "metrics.json: "},
		{"dataset in place of a model", []string{"eval", data, "--data", data}, 1, "is a dataset, not a model; a model is a folder with config.json and model.safetensors"},
		{"model in place of a dataset", []string{"render", model, "--out", out + ".gif"}, 2, "is a model"},
		{"no model", []string{"eval", "--data", data}, 2, "MODEL is missing"},
		{"eval without data", []string{"eval", model}, 2, "--data DIR is missing"},
		{"eval over a report", []string{"eval", model, "--data", data, "--out", filepath.Join(exists, "keep.gif")}, 1, "keep.gif exists"},
		{"eval of one model twice", []string{"eval", model, model, "--data", data}, 2, "two models are called"},

		{"train without output", []string{"train", data}, 2, "--out MODEL is missing"},
		{"train an unknown kind", []string{"train", data, "--out", out, "--model", "oracle"}, 2, `model "oracle" must be`},
		{"budget and steps", []string{"train", data, "--out", out, "--budget", "1m", "--steps", "5"}, 2, "steps"},
		{"negative budget", []string{"train", data, "--out", out, "--budget", "-1m"}, 2, "budget"},
		{"model exists", []string{"train", data, "--out", model}, 1, "exists; --force replaces it"},
		{"train on nothing", []string{"train", "nowhere", "--out", out}, 1, "nowhere"},

		{"no such episode", []string{"rollout", model, "--data", data, "--out", out, "--episode", "8"}, 1, "episode 8 must be from 0 to 7"},
		{"rollout beyond the episode", []string{"rollout", model, "--data", data, "--out", out, "--frames", "99"}, 1, "--frames 99 must be at most the 31 frames of seed"},
		{"render beyond the episode", []string{"render", data, "--out", out + ".png", "--frames", "99"}, 1, "--frames 99 must be at most the 31 frames of seed"},
		{"episode of a file", []string{"render", rollout, "--out", out + ".png", "--episode", "2"}, 2, "is a file of one episode; --episode is for datasets"},
		{"rollout exists", []string{"rollout", model, "--data", data, "--out", rollout}, 1, "exists; --force replaces it"},
		{"rollout of another version", []string{"inspect", edited(t, read(t, rollout), `"format":1,"kind"`, `"format":2,"kind"`)}, 1, "format 2 must be 1"},
		{"rollout without truth", []string{"render", edited(t, read(t, rollout), `"true":`, `"true":[],"was":`), "--out", out + ".gif"}, 1, "was"},

		{"picture of no format", []string{"render", data, "--out", out + ".jpeg"}, 2, "extension must be"},
		{"unknown theme", []string{"render", data, "--out", out + ".gif", "--theme", "sepia"}, 2, "sepia"},
		{"size in words", []string{"render", data, "--out", out + ".gif", "--size", "large"}, 2, "must be WIDTHxHEIGHT"},
		{"size too small", []string{"render", data, "--out", out + ".gif", "--size", "10x10"}, 2, "10"},
		{"size before the work", []string{"render", "nowhere", "--model", "nowhere", "--out", out + ".gif", "--size", "4000x400"}, 2, "sides must be 320 to 3840 px"},
		{"model before the work", []string{"render", "nowhere", "--model", "gone", "--out", out + ".gif"}, 1, "gone"},
		{"picture exists", []string{"render", data, "--out", filepath.Join(exists, "keep.gif")}, 1, "exists; --force replaces it"},
		{"demo below a file", []string{"demo", "--out", filepath.Join(exists, "keep.gif", "demo")}, 1, "keep.gif is a file, so nothing can be written below it\n"},
		{"demo exists", []string{"demo", "--out", exists}, 1, "--resume goes on with it"},
	} {
		t.Run(test.name, func(t *testing.T) {
			code, stdout, stderr := runLine(t.Context(), test.args...)
			if code != test.code {
				t.Errorf("exit code %d, want %d", code, test.code)
			}
			if strings.Count(stderr, "\n") != 1 || !strings.HasPrefix(stderr, "orrery: ") || !strings.Contains(stderr, test.want) {
				t.Errorf("stderr %q, want one line with %q", stderr, test.want)
			}
			if stdout != "" {
				t.Errorf("stdout %q, want nothing", stdout)
			}
			if _, err := os.Lstat(out); err == nil {
				t.Errorf("left %s behind", out)
			}
		})
	}
	if text := read(t, filepath.Join(exists, "keep.gif")); text != "mine" {
		t.Error("an existing file was changed")
	}
}

func read(t testing.TB, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// written returns a new file with a text.
func written(t testing.TB, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file.json")
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// edited returns a new file with a text in which the first old became now.
func edited(t testing.TB, text, old, now string) string {
	t.Helper()
	if !strings.Contains(text, old) {
		t.Fatalf("no %q to replace", old)
	}
	return written(t, strings.Replace(text, old, now, 1))
}

// withEdited returns a copy of a directory in one file of which the first old
// became now.
func withEdited(t testing.TB, dir, file, old, now string) string {
	t.Helper()
	dir = copyDir(t, dir)
	path := filepath.Join(dir, file)
	if err := os.Rename(edited(t, read(t, path), old, now), path); err != nil {
		t.Fatal(err)
	}
	return dir
}

// truncated returns a copy of a directory in which a file lost its second half.
func truncated(t testing.TB, dir, file string) string {
	t.Helper()
	text := read(t, filepath.Join(dir, file))
	return withEdited(t, dir, file, text[len(text)/2:], "")
}

// without returns a copy of a directory that lacks a file.
func without(t testing.TB, dir, file string) string {
	t.Helper()
	dir = copyDir(t, dir)
	if err := os.Remove(filepath.Join(dir, file)); err != nil {
		t.Fatal(err)
	}
	return dir
}

// sceneWithWallTwice returns a scene file in which the first wall stands twice.
func sceneWithWallTwice(t testing.TB, scene string) string {
	t.Helper()
	_, after, _ := strings.Cut(scene, `"walls": [`)
	wall, _, _ := strings.Cut(after, "},")
	return edited(t, scene, `"walls": [`, `"walls": [`+wall+"},")
}
