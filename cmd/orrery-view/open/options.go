package open

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"math"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"

	"orrery/cmd/orrery-view/session/compare"
	"orrery/cmd/orrery-view/session/replay"
	"orrery/sim/input"
	"orrery/sim/scenario"
	"orrery/sim/scenario/library"
)

// Options says how the viewer is started.
type Options struct {
	Scene   string
	Set     scenario.Values // of the scene's parameters
	Seed    uint64          // of the scene
	Mode    string
	Model   string // name or directory
	Rival   string // name or directory of the model that it is compared with, or empty
	Theme   string
	Width   int // of the window, in units of the system
	Height  int // likewise
	Paused  bool
	Plan    bool
	Panel   bool
	History int      // frames of a replay of observed motion that are watched before the model predicts; 0 for none
	Film    string   // folder that orrery watch wrote, whose film is shown below the dataset made of it, or empty
	Record  string   // directory of a dataset for what is driven by hand, or empty
	Report  bool     // lines about the state, for scripts
	Help    bool     // print Help and end
	Version bool     // print the build and end
	Linked  Linked   // scenario in place of Scene
	Paths   []string // models, datasets, rollouts and scenes
	named   string   // scenario that TakeName took

	// Behind opens the film of an episode of a dataset, by the folder that orrery watch wrote and the path of the
	// dataset. Where it is nil, films are not opened.
	Behind func(dir, data string, episode int) (replay.Film, error)

	// Watch makes a replay of a film among files, or of the folder "." of pictures, and tells the share of it that is
	// done. Where it is nil, films are not opened.
	Watch func(ctx context.Context, files fs.FS, name string, progress func(share float64)) (replay.Show, error)

	// Embedded reads the models that are embedded, which are known to be whole, and may leave for later what it can: fit.DecodeLater.
	// Where it is nil, they are read as all others.
	Embedded Decode
}

// maxHistory is a number of frames that no episode has so many of.
const maxHistory = 1_000_000

// DefaultOptions returns the options of a viewer that is told nothing.
func DefaultOptions() Options {
	return Options{Scene: usualScene, Seed: 7, Mode: string(compare.Sandbox), Theme: "dark", Width: 1280, Height: 800, Panel: true}
}

// option is one of the options: --name on a command line, name=value in an address.
type option struct {
	name  string
	value string // what it takes, for people; empty for one that is on or off
	what  string
	set   func(o *Options, text string) error
}

// options are all of them, in the order of the help.
var options = []option{
	{"scene", "SCENARIO", "scenario to run: a name or a file (mixed)", func(o *Options, text string) error { o.Scene = text; return nil }},
	{"set", "NAME=NUMBER", "a parameter of the scene, may be repeated", (*Options).setParameter},
	{"seed", "NUMBER", "seed of the scene (7)", func(o *Options, text string) error {
		seed, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			return fmt.Errorf("%q must be a whole number from 0 to %d", text, uint64(math.MaxUint64))
		}
		o.Seed = seed
		return nil
	}},
	{"mode", "NAME", "sandbox, duel or replay (sandbox)", func(o *Options, text string) error {
		return oneOf(&o.Mode, text, string(compare.Sandbox), string(compare.Duel), string(compare.Replay))
	}},
	{"plan", "", "let a planner act, if the scene has a task", flag(func(o *Options) *bool { return &o.Plan })},
	{"model", "NAME|DIR", "model that predicts (the one that fits the scene); a second one is compared with it", func(o *Options, text string) error {
		switch {
		case o.Model == "":
			o.Model = text
		case o.Rival == "":
			o.Rival = text
		default:
			return fmt.Errorf("%q is a third model: two are compared", text)
		}
		return nil
	}},
	{"history", "FRAMES", "frames of measured motion to watch before the model predicts (0)", func(o *Options, text string) error {
		frames, err := strconv.Atoi(text)
		if err != nil || frames < 0 || frames > maxHistory {
			return fmt.Errorf("%q must be a whole number from 0 to %d", text, maxHistory)
		}
		o.History = frames
		return nil
	}},
	{"film", "DIR", "what orrery watch wrote: its film is shown below the dataset made of it", func(o *Options, text string) error {
		if text == "" {
			return fmt.Errorf("%q must name a folder", text)
		}
		o.Film = text
		return nil
	}},
	{"theme", "NAME", "dark or light (dark)", func(o *Options, text string) error { return oneOf(&o.Theme, text, "dark", "light") }},
	{"width", "NUMBER", "width of the window (1280)", func(o *Options, text string) error { return size(&o.Width, text, 320, 7680) }},
	{"height", "NUMBER", "height of the window (800)", func(o *Options, text string) error { return size(&o.Height, text, 240, 4320) }},
	{"paused", "", "begin with the time stopped", flag(func(o *Options) *bool { return &o.Paused })},
	{"panel", "", "show the panel (on; --panel=false hides it)", flag(func(o *Options) *bool { return &o.Panel })},
	{"record", "DIR", "drive, and save each demonstration as an episode of this dataset", func(o *Options, text string) error {
		if text == "" {
			return fmt.Errorf("%q must name a directory", text)
		}
		o.Record = text
		return nil
	}},
	{"report", "", "print five lines of JSON per second about the state", flag(func(o *Options) *bool { return &o.Report })},
	{"version", "", "say which build this is", flag(func(o *Options) *bool { return &o.Version })},
	{"help", "", "print this help", flag(func(o *Options) *bool { return &o.Help })},
}

// Flag is an option as other programs than the viewer itself may take it.
type Flag struct {
	Name   string
	Value  string // what it takes, for people; empty for one that is on or off
	Help   string
	Set    func(text string) error
	Window bool // of the window alone, of no use to the page
}

// Flags returns the options that fill o, but for help and version.
func (o *Options) Flags() []Flag {
	var flags []Flag
	for _, of := range options {
		if of.name != "help" && of.name != "version" {
			flags = append(flags, Flag{
				Name: of.name, Value: of.value, Help: of.what, Set: func(text string) error { return of.set(o, text) },
				Window: of.name == "width" || of.name == "height" || of.name == "report" || of.name == "record" || of.name == "film",
			})
		}
	}
	return flags
}

// find returns the option of a name.
func find(name string) (*option, bool) {
	for i := range options {
		if options[i].name == name || name == "h" && options[i].name == "help" {
			return &options[i], true
		}
	}
	return nil, false
}

// nearest returns the option whose name was probably meant.
func nearest(name string) (string, bool) {
	names := make([]string, len(options))
	for i := range options {
		names[i] = options[i].name
	}
	return input.Nearest(name, names)
}

func (o *Options) setParameter(text string) error {
	name, value, _ := strings.Cut(text, "=")
	number, err := strconv.ParseFloat(value, 64)
	if name == "" || err != nil || math.IsNaN(number) || math.IsInf(number, 0) {
		return fmt.Errorf("%q must be NAME=NUMBER, such as gravity=3", text)
	}
	if o.Set == nil {
		o.Set = scenario.Values{}
	}
	o.Set[name] = number
	return nil
}

// flag returns a setter of what is on or off.
func flag(of func(*Options) *bool) func(*Options, string) error {
	return func(o *Options, text string) error {
		on, err := strconv.ParseBool(text)
		if err != nil {
			return fmt.Errorf("%q must be true or false", text)
		}
		*of(o) = on
		return nil
	}
}

// oneOf sets what is one of some words.
func oneOf(to *string, text string, words ...string) error {
	if slices.Contains(words, text) {
		*to = text
		return nil
	}
	hint := ""
	if near, probable := input.Nearest(text, words); probable {
		hint = fmt.Sprintf("; perhaps %q is meant", near)
	}
	last := len(words) - 1
	return fmt.Errorf("%q must be %s or %s%s", text, strings.Join(words[:last], ", "), words[last], hint)
}

// size sets a whole number within limits.
func size(to *int, text string, least, most int) error {
	n, err := strconv.Atoi(text)
	if err != nil || n < least || n > most {
		return fmt.Errorf("%q must be a whole number from %d to %d", text, least, most)
	}
	*to = n
	return nil
}

// WriteHelp explains the program.
func WriteHelp(out io.Writer) error {
	var text strings.Builder
	text.WriteString(`Look at scenes and at what models predict for them.

Usage: orrery-view [options] [SCENARIO|MODEL|DATASET|ROLLOUT|SCENE ...]

  orrery-view                                  a scene, with the model that fits it
  orrery-view --scene billiards --mode duel    model and engine start together
  orrery-view --scene push --plan              a planner acts with the model
  orrery-view models/mixed data/mixed          opens a model, and a dataset to replay
  orrery-view --model mixed --model engine     two models at once
  orrery-view data/film identified             and what orrery identify found of it
  orrery-view data/film --film watched         and the film it was made of, below
  orrery-view push --record data/driven        saves what you drive as a dataset

F1 shows the keys. Exit status: 0 closed, 1 failed, 2 wrong usage.

Options:
`)
	for _, o := range options {
		fmt.Fprintf(&text, "  %-20s %s\n", strings.TrimSpace("--"+o.name+" "+o.value), o.what)
	}
	_, err := io.WriteString(out, text.String())
	return err
}

// TakeName takes an argument for the scene if it is the name of a scenario of the library, and
// no path that exists. A second scene is an error of wrong usage.
func (o *Options) TakeName(argument string) (bool, error) {
	if _, err := os.Stat(argument); err == nil {
		return false, nil
	}
	if found, err := library.Find(argument); err != nil || found.Name != argument {
		return false, nil
	}
	if o.named != "" && o.named != argument {
		return false, Usage{fmt.Errorf("%s and %s are two scenes, and one is shown", o.named, argument)}
	}
	o.Scene, o.named = argument, argument
	return true, nil
}

// ParseArguments reads a command line without the name of the program. Its errors are of
// wrong usage.
func ParseArguments(arguments []string) (Options, error) {
	o := DefaultOptions()
	for len(arguments) > 0 {
		argument := arguments[0]
		arguments = arguments[1:]
		if argument == "--" {
			o.Paths = append(o.Paths, arguments...)
			break
		}
		if !strings.HasPrefix(argument, "-") || argument == "-" {
			if taken, err := o.TakeName(argument); err != nil {
				return o, err
			} else if !taken {
				o.Paths = append(o.Paths, argument)
			}
			continue
		}
		name, value, given := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(argument, "-"), "-"), "=")
		found, ok := find(name)
		switch {
		case !ok:
			hint := ""
			if near, probable := nearest(name); probable {
				hint = ", perhaps --" + near + " is meant"
			}
			return o, Usage{fmt.Errorf("there is no option %s%s; --help lists them", argument, hint)}
		case given:
		case found.value == "":
			value = "true"
		case len(arguments) == 0:
			return o, Usage{fmt.Errorf("--%s needs %s after it", found.name, found.value)}
		default:
			value, arguments = arguments[0], arguments[1:]
		}
		if err := found.set(&o, value); err != nil {
			return o, Usage{fmt.Errorf("--%s %w", found.name, err)}
		}
	}
	return o, nil
}

// ParseQuery reads the options of an address, such as "?scene=mixed&seed=7". What is wrong
// there leaves the option as it usually is, and the error tells of all that was wrong.
// Unknown parameters are ignored, because mail and search engines add their own to every
// link. A parameter that looks like a misspelt one of the viewer is an error.
func ParseQuery(query string) (Options, error) {
	o := DefaultOptions()
	var wrong []error
	for _, part := range strings.Split(strings.TrimPrefix(query, "?"), "&") {
		name, value, _ := strings.Cut(part, "=")
		name, err := url.QueryUnescape(name)
		if err != nil {
			continue // none of ours: they need no escapes
		}
		found, ok := find(name)
		if !ok {
			if near, probable := nearest(name); probable {
				wrong = append(wrong, fmt.Errorf("the link has %q, perhaps %q is meant", name, near))
			}
			continue
		}
		if value, err = url.QueryUnescape(value); err != nil {
			wrong = append(wrong, fmt.Errorf("%s in the link is garbled", name))
			continue
		}
		if err := found.set(&o, value); err != nil {
			wrong = append(wrong, fmt.Errorf("%s %w", name, err))
		}
	}
	return o, joined(wrong)
}

// Usage is an error of the options themselves, as opposed to one of a file.
type Usage struct{ error }

// Unwrap returns the error.
func (u Usage) Unwrap() error { return u.error }
