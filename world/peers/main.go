// Command peers measures models on motion that other engines made.
//
//	go run ./world/peers [-engines box2d,matter] [-scenes boxes] [-budget 90s | -steps 2000] [-episodes 300] [-json]
//
// It lets planck, matter-js, Rapier and Box2D move billiards, falling boxes, a pile and blocks
// that are pushed, imports what they did, with masses, sizes and outlines told, trains a contact
// model and an interaction network on it, and compares both and our own engine with what
// followed in other episodes. Everything runs through the orrery program, as a user would do it.
//
// The engines are installed once, in the user's cache: with npm and pip, at the versions that
// stand beside the figures. Those that cannot be had are named and left out. Run it from the
// root of the module.
package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"orrery/sim"
)

//go:embed engines.mjs
var engines []byte

//go:embed box2d.py
var box2d []byte

// versions are the packages that are installed, with their settings.
var versions = map[string]string{
	"planck": "planck@1.4.2", "matter": "matter-js@0.20.0", "rapier": "@dimforge/rapier2d-compat@0.21.0", "box2d": "box2d==2.3.10",
}

var about = map[string]string{
	"planck": "10 velocity and 10 position iterations, all bodies bullets", "box2d": "10 velocity and 10 position iterations, all bodies bullets",
	"matter": "20 velocity and 20 position iterations, 100 px a metre", "rapier": "usual settings, continuous collision detection",
}

type options struct {
	engines, scenes string
	budget          time.Duration
	steps           int
	episodes        int
	seed            uint64
	orrery, dir     string
	json            bool
}

func main() {
	var o options
	flag.StringVar(&o.engines, "engines", "box2d,planck,matter,rapier", "those to measure")
	flag.StringVar(&o.scenes, "scenes", "billiards,boxes,pile,pusher", "those to measure")
	flag.DurationVar(&o.budget, "budget", 90*time.Second, "training time of each model")
	flag.IntVar(&o.steps, "steps", 0, "of training each model instead of -budget: figures then depend on no machine")
	flag.IntVar(&o.episodes, "episodes", 300, "to train on; a sixth as many are compared")
	flag.Uint64Var(&o.seed, "seed", 1, "of bodies and starts")
	flag.StringVar(&o.orrery, "orrery", "", "the orrery program; empty builds it")
	flag.StringVar(&o.dir, "dir", "", "where to keep data and models; empty keeps nothing")
	figure := flag.String("figure", "", "draw one impact in each order of steps to this SVG file, and measure nothing")
	flag.BoolVar(&o.json, "json", false, "print JSON and no table")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if *figure != "" {
		var picture bytes.Buffer
		if err := errors.Join(writeFigure(&picture), os.WriteFile(*figure, picture.Bytes(), 0o644)); err != nil {
			fmt.Fprintln(os.Stderr, "peers:", err)
			os.Exit(1)
		}
		return
	}
	if err := run(ctx, os.Stdout, os.Stderr, o); err != nil {
		fmt.Fprintln(os.Stderr, "peers:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out, progress io.Writer, o options) error {
	if o.dir == "" {
		dir, err := os.MkdirTemp("", "peers")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		o.dir = dir
	}
	if o.orrery == "" {
		o.orrery = filepath.Join(o.dir, "orrery")
		if _, _, err := output(exec.CommandContext(ctx, "go", "build", "-o", o.orrery, "./cmd/orrery")); err != nil {
			return err
		}
	}
	var rows []row
	for _, engine := range strings.Split(o.engines, ",") {
		modules, err := install(ctx, engine)
		if err != nil {
			fmt.Fprintf(progress, "without %s: %v\n", engine, err)
			continue
		}
		for _, scene := range strings.Split(o.scenes, ",") {
			r, err := measure(ctx, &o, engine, scene, modules)
			if err != nil {
				return fmt.Errorf("%s, %s: %w", engine, scene, err)
			}
			rows = append(rows, r)
			fmt.Fprintf(progress, "%s\t%s\n", engine, strings.Join(r.cells(), "\t"))
		}
	}
	if o.json {
		text := json.NewEncoder(out)
		text.SetIndent("", "  ")
		return text.Encode(rows)
	}
	return writeTable(out, rows, o.length())
}

// length returns the flag of the train command that says how long to train, and its value.
func (o *options) length() [2]string {
	if o.steps > 0 {
		return [2]string{"--steps", strconv.Itoa(o.steps)}
	}
	return [2]string{"--budget", o.budget.String()}
}

// install returns the folder with an engine's package, which it installs the first time.
func install(ctx context.Context, engine string) (string, error) {
	version, ok := versions[engine]
	if !ok {
		return "", fmt.Errorf("it is none of box2d, planck, matter, rapier")
	}
	dir, _, err := output(exec.CommandContext(ctx, ".ci/peers", version))
	return strings.TrimSpace(string(dir)), err
}

// measure makes the motion of a scene, trains on it and compares.
func measure(ctx context.Context, o *options, engine, scene, modules string) (r row, err error) {
	dir := filepath.Join(o.dir, engine+"-"+scene)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return r, err
	}
	for name, part := range map[string][2]int{"train": {0, o.episodes}, "test": {1_000_000, max(2, o.episodes/6)}} {
		if err := record(ctx, o, engine, scene, modules, filepath.Join(dir, name), part[0], part[1]); err != nil {
			return r, err
		}
	}
	models, length := []string{}, o.length()
	for _, kind := range []string{"contact", "interaction"} {
		model := filepath.Join(dir, kind)
		models = append(models, model)
		if _, _, err := output(exec.CommandContext(ctx, o.orrery, "train", filepath.Join(dir, "train"), "--model", kind, "--out", model, "--force", length[0], length[1])); err != nil {
			return r, err
		}
	}
	args := append([]string{"eval"}, models...)
	text, _, err := output(exec.CommandContext(ctx, o.orrery, append(args, "true", "--data", filepath.Join(dir, "test"), "--json")...))
	if err != nil {
		return r, err
	}
	return newRow(engine, scene, text)
}

// record lets the engine run and imports what it did.
func record(ctx context.Context, o *options, engine, scene, modules, dir string, first, episodes int) error {
	p, err := newPlan(scene, o.seed, first, episodes)
	if err != nil {
		return err
	}
	text, err := json.Marshal(p)
	if err != nil {
		return err
	}
	file := func(name string, text []byte) (string, error) {
		path := dir + "-" + name
		return path, os.WriteFile(path, text, 0o644)
	}
	path, err := file("plan.json", text)
	if err != nil {
		return err
	}
	program, name, script := []string{"node"}, "engines.mjs", engines
	if engine == "box2d" {
		program, name, script = []string{"python3"}, "box2d.py", box2d
	}
	if name, err = file(name, script); err != nil {
		return err
	}
	command := append(program, name)
	if engine != "box2d" {
		command = append(command, engine)
	}
	tracks, said, err := output(exec.CommandContext(ctx, command[0], append(command[1:], modules, path)...))
	if err != nil {
		return err
	}
	var outlines [][]sim.Vec
	if err := json.Unmarshal(said, &outlines); err != nil {
		return fmt.Errorf("%s says %.200q: %w", engine, said, err)
	}
	csv, err := file("tracks.csv", tracks)
	if err != nil {
		return err
	}
	if text, err = json.Marshal(p.scene(engine, outlines)); err != nil {
		return err
	}
	told, err := file("scene.json", text)
	if err != nil {
		return err
	}
	_, _, err = output(exec.CommandContext(ctx, o.orrery, "import", "csv", csv, "--scene", told, "--out", dir, "--force"))
	return err
}

// output runs a command and returns what it wrote to stdout and to stderr.
func output(cmd *exec.Cmd) (out, said []byte, err error) {
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return nil, nil, fmt.Errorf("%s: %w: %.500s", strings.Join(cmd.Args, " "), err, stderr.Bytes())
	}
	return stdout.Bytes(), stderr.Bytes(), nil
}
