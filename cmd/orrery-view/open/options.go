package open

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"orrery/cmd/orrery-view/session/compare"
	"orrery/sim/scenario"
)

// Options is what the viewer is started with.
type Options struct {
	Scene  string
	Set    scenario.Values // of the scene's parameters
	Seed   uint64
	Mode   string
	Model  string // name or directory
	Theme  string
	Width  int // units of the system
	Height int
	Paused bool
	Plan   bool
	Panel  bool
	Report bool     // lines about the state, for scripts
	Paths  []string // models, datasets, rollouts and scenes
}

const usage = `Look at scenes and at what models predict for them.

Usage: orrery-view [flags] [MODEL|DATASET|ROLLOUT|SCENE ...]

  orrery-view                                  a scene, and the model that was trained on it
  orrery-view --scene billiards --mode duel    both start together and drift apart
  orrery-view --scene push --plan              a planner acts, by what the model predicts
  orrery-view models/mixed data/mixed          another model; a dataset to replay

F1 shows the keys. Exit status: 0 closed, 1 failed, 2 wrong usage.

Flags:
`

// flags returns the flags that fill o. In a browser they stand in the address.
func (o *Options) flags() *flag.FlagSet {
	f := flag.NewFlagSet("orrery-view", flag.ContinueOnError)
	f.StringVar(&o.Scene, "scene", usualScene, "`scenario` to run")
	f.Func("set", "`name=number` of a parameter of the scene, may be repeated", o.set)
	f.Uint64Var(&o.Seed, "seed", 7, "seed of the scene")
	f.StringVar(&o.Mode, "mode", string(compare.Sandbox), "sandbox, duel or replay")
	f.BoolVar(&o.Plan, "plan", false, "let a planner act, where there is a task")
	f.StringVar(&o.Model, "model", "", "`name or directory` of the model that predicts")
	f.StringVar(&o.Theme, "theme", "dark", "dark or light")
	f.IntVar(&o.Width, "width", 1280, "width of the window")
	f.IntVar(&o.Height, "height", 800, "height of the window")
	f.BoolVar(&o.Paused, "paused", false, "begin with time standing still")
	f.BoolVar(&o.Panel, "panel", true, "show the panel")
	f.BoolVar(&o.Report, "report", false, "print lines of JSON about the state, five a second")
	return f
}

func (o *Options) set(text string) error {
	name, value, _ := strings.Cut(text, "=")
	number, err := strconv.ParseFloat(value, 64)
	if err != nil {
		return errors.New("must be name=number")
	}
	if o.Set == nil {
		o.Set = scenario.Values{}
	}
	o.Set[name] = number
	return nil
}

// ParseArguments reads a command line without the name of the program.
func ParseArguments(arguments []string, help io.Writer) (Options, error) {
	var o Options
	f := o.flags()
	f.SetOutput(io.Discard)
	f.Usage = func() {}
	err := f.Parse(arguments)
	if errors.Is(err, flag.ErrHelp) {
		f.SetOutput(help)
		fmt.Fprint(help, usage)
		f.PrintDefaults()
	}
	if err != nil {
		return o, err
	}
	o.Paths = f.Args()
	return o, o.validate()
}

// ParseQuery reads the options of an address, such as "?scene=mixed&seed=7".
func ParseQuery(query string) (Options, error) {
	var o Options
	f := o.flags()
	values, err := url.ParseQuery(strings.TrimPrefix(query, "?"))
	if err != nil {
		return o, err
	}
	for name, given := range values {
		for _, value := range given {
			if err := f.Set(name, value); err != nil {
				return o, fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	return o, o.validate()
}

func (o *Options) validate() error {
	modes := []compare.Mode{compare.Sandbox, compare.Duel, compare.Replay}
	if !slices.Contains(modes, compare.Mode(o.Mode)) {
		return fmt.Errorf("mode %q must be sandbox, duel or replay", o.Mode)
	}
	if o.Theme != "dark" && o.Theme != "light" {
		return fmt.Errorf("theme %q must be dark or light", o.Theme)
	}
	if o.Width < 320 || o.Width > 7680 || o.Height < 240 || o.Height > 4320 {
		return fmt.Errorf("size %d×%d must be 320×240 to 7680×4320", o.Width, o.Height)
	}
	return nil
}
