package main

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"orrery/cmd/orrery/arguments"
	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/identification"
	"orrery/cmd/orrery/importing"
	"orrery/cmd/orrery/scenefiles"
	"orrery/cmd/orrery/usage"
	"orrery/datasets/splits"
	"orrery/sim"
	"orrery/sim/input"
	"orrery/world/fit"
	"orrery/world/identify"
)

type identifyOptions struct {
	Data        string // directory
	Split       string // of Data, or empty for the usual one
	Mass        string // BODY or BODY=KG, or empty
	Out         string // folder, or empty
	JSON, Force bool
	Foreign     importing.Foreign // of LeRobot data without scenes; its Scene stands in place of those of Data otherwise
	identification.Settings
}

func newIdentifyCommand() *cobra.Command {
	opts := identifyOptions{Settings: identification.Settings{Seed: defaultSeed, Workers: runtime.NumCPU(), Steps: fit.Steps}}
	cmd := &cobra.Command{
		Use:   "identify DATA",
		Short: "Tell masses, friction, springs and gravity from motion",
		Long: `Read the numbers of a scene from how its bodies move, say how sure each is, and what cannot be
known. The values in the scenes of the dataset are not believed, only shapes and walls are.

--only names what to look for:

  gravity, drag          of the scene: down, in m/s²; the share of its velocity a body loses, in 1/s
  elasticity, friction   of two bodies (scene), of bodies and walls (wall), of pairs, of materials
  mass, moment           of bodies; only ratios show where no force is known: --mass says which
                         body's mass is right, or what it weighs
  radius                 of discs
  stiffness, damping, length, anchor   of joints and of couplings that were found
  strength               of fields and motors
  grip                   of the ground on bodies

An interval holds the truth in 95 of 100 cases. What the motion does not tell has no value but a
reason. Bodies are called by their names, or body0, body1 and so on.

--out DIR writes scene.json, the scene of the first episode with the values filled in,
identify.json, and a picture of data, fit and what is left, as PNG and SVG.

Ctrl-C ends the search; the best so far is told.`,
		Example: `  orrery identify data/film
  orrery identify data/film --scene table.json --mass puck=0.17
  orrery identify data/film --only gravity,friction --json
  orrery identify data/film --out identified`,
		Args: usage.Args("DATA"),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.Data = args[0]
			return runIdentify(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr(), opts)
		},
	}
	flags := cmd.Flags()
	flags.Var((*nameList)(&opts.Only), "only", "quantities to find, with commas between (default all)")
	opts.Foreign.AddFlags(flags)
	flags.Lookup("scene").Usage = "scene or scenario file with shapes and walls (default those of the dataset); of LeRobot data without scenes also a scenario or a dataset"
	flags.StringVar(&opts.Mass, "mass", "", "`BODY` whose mass in the scene is right, or BODY=KG (default the first of those that hit each other)")
	arguments.SplitVar(flags, &opts.Split, "its episodes are looked at (default train, or all without one)")
	flags.Uint64Var(&opts.Seed, "seed", opts.Seed, "seed of all chance")
	console.WholeVar(flags, &opts.Workers, "workers", console.From(1), "goroutines")
	console.FolderVar(flags, &opts.Out, "out", "folder for scene, JSON and picture")
	flags.BoolVar(&opts.JSON, "json", false, "print JSON")
	flags.BoolVar(&opts.Force, "force", false, "replace a folder that exists")
	return cmd
}

// read returns the episodes to look at.
func (o *identifyOptions) read(ctx context.Context, log io.Writer) (*identification.Data, error) {
	own, err := o.Foreign.Own(ctx, importing.To(log), patience, o.Data)
	if err != nil {
		return nil, err
	}
	scene := ""
	if own == o.Data { // it has scenes, in whose place another may stand
		scene, o.Foreign.Scene = o.Foreign.Scene, ""
	}
	if err := o.Foreign.Check("identify"); err != nil {
		return nil, err
	}
	set, split, err := arguments.OpenSplit(ctx, own, o.Split, splits.Train)
	if err != nil {
		return nil, err
	}
	bar := console.NewProgress(log, "reading")
	trajectories, err := set.Trajectories(ctx, split.Numbers(), func(done, total int) {
		bar.Set(float64(done)/float64(max(1, total)), fmt.Sprintf("%d/%d episodes", done, total))
	})
	bar.Close()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", o.Data, err)
	}
	data, err := identification.NewData(o.Data, split.Numbers(), trajectories)
	if err != nil || scene == "" {
		return data, err
	}
	with, _, err := scenefiles.Read(scene)
	if err != nil {
		return nil, err
	}
	return data, data.Replace(with, scene)
}

// nameList is the value of a flag that lists quantities.
type nameList []identify.Name

// Set implements pflag.Value.
func (l *nameList) Set(text string) error {
	for _, word := range strings.Split(text, ",") {
		name, err := identify.ParseName(strings.TrimSpace(word))
		if err != nil {
			return fmt.Errorf("must be quantities, with commas between, of %s", quantities())
		}
		if slices.Contains(*l, name) {
			return fmt.Errorf("must not name %s twice", name)
		}
		*l = append(*l, name)
	}
	return nil
}

// Type implements pflag.Value.
func (l *nameList) Type() string { return "names" }

// String implements pflag.Value.
func (l *nameList) String() string {
	var all []string
	for _, n := range *l {
		all = append(all, string(n))
	}
	return strings.Join(all, ",")
}

// quantities returns the names of what can be identified, for people.
func quantities() string {
	all := nameList(identify.Names())
	return strings.ReplaceAll(all.String(), ",", ", ")
}

// mass returns the body and the mass in kg that --mass names; 0 is what the scene says.
func (o *identifyOptions) mass() (body string, kg float64, err error) {
	at := strings.LastIndexByte(o.Mass, '=')
	if at < 0 {
		return o.Mass, 0, nil
	}
	kg, ok := input.ParseNumber(o.Mass[at+1:])
	if !ok || !(kg > 0 && kg <= sim.MaxMagnitude) {
		return "", 0, console.Usagef("identify: --mass %s: %s must be a number of kg, > 0 and at most %g", console.Quoted(o.Mass), console.Quoted(o.Mass[at+1:]), float64(sim.MaxMagnitude))
	}
	return o.Mass[:at], kg, nil
}

func runIdentify(ctx context.Context, out, log io.Writer, opts identifyOptions) error {
	body, kg, err := opts.mass()
	if err != nil {
		return err
	}
	if opts.Out != "" {
		if err := console.CheckOut(opts.Out, opts.Force); err != nil {
			return err
		}
	}
	defer opts.Foreign.Close()
	data, err := opts.read(ctx, log)
	if err != nil {
		return err
	}
	if body != "" {
		if err := data.SetMass(body, kg); err != nil {
			return console.Usage(fmt.Errorf("identify: --mass: %w", err))
		}
		opts.Unit = body
	}
	found, err := data.Identify(ctx, log, opts.Settings)
	if err != nil {
		return err
	}
	if opts.Out != "" {
		if err := found.Save(opts.Out); err != nil {
			return err
		}
	}
	if opts.JSON {
		err = found.JSON(out)
	} else {
		err = found.Write(out)
	}
	if err == nil && found.Stopped {
		return console.ErrInterrupted
	}
	return err
}
