package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"orrery/cmd/orrery/arguments"
	"orrery/cmd/orrery/clip"
	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/importing"
	"orrery/cmd/orrery/usage"
	"orrery/world"
	"orrery/world/fit"

	"orrery/sim/input"
)

type rolloutOptions struct {
	Model, Data string // directories
	Split       string // of Data, or empty for all
	Episode     int
	Frames      int // at most, 0 for all of the episode
	History     int // frames that are watched first, 0 for a start that is told
	Out         string
	Force, JSON bool
	Foreign     importing.Foreign // of LeRobot data without scenes
}

func newRolloutCommand() *cobra.Command {
	var opts rolloutOptions
	cmd := &cobra.Command{
		Use:   "rollout MODEL --data DIR --out FILE",
		Short: "Write down what a model predicts for an episode",
		Long: `Start a model from the first state of an episode and feed it its own predictions.
The file holds them and the true states as JSON; orrery render draws it. The command
warns if the model goes astray: a body goes through a wall, leaves the arena, or moves
ten times as fast as any body in the training data.

Of motion that was observed, --history 10 starts from what the first ten frames alone tell, as
one who predicts must. Without it the start is the estimate that all of the motion gives.`,
		Example: `  orrery rollout models/contact --data data/mixed --episode 3 --out rollout.json
  orrery render rollout.json --out overlay.gif`,
		Args: usage.Args("MODEL"),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.Model = args[0]
			return runRollout(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr(), opts)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&opts.Data, "data", "", "dataset with the episode")
	console.WholeVar(flags, &opts.Episode, "episode", console.From(0), "episode to predict")
	arguments.SplitVar(flags, &opts.Split, "--episode counts in it (default all)")
	opts.Foreign.AddFlags(flags)
	console.WholeVar(flags, &opts.Frames, "frames", console.From(1), "frames to write, with the first (default all of the episode)")
	console.WholeVar(flags, &opts.History, "history", console.From(1), "frames of observed motion to watch; the prediction starts at the last of them, knowing nothing after it")
	flags.StringVar(&opts.Out, "out", "", "`file` to write; - is stdout")
	flags.BoolVar(&opts.Force, "force", false, "replace a file that exists")
	flags.BoolVar(&opts.JSON, "json", false, "print JSON")
	return cmd
}

// rolloutInfo is the JSON of what rollout did.
type rolloutInfo struct {
	Out       string  `json:"out"`
	Model     string  `json:"model"`
	Frames    int     `json:"frames"`
	Seconds   float64 `json:"seconds"`
	PositionM float64 `json:"position_m"` // mean error at the end

	Escape *world.Escape `json:"escape,omitempty"` // the first predicted state that cannot be right
}

func runRollout(ctx context.Context, out, log io.Writer, opts rolloutOptions) error {
	switch {
	case opts.Data == "":
		return console.Usagef("rollout: --data DIR is missing")
	case opts.Out == "":
		return console.Usagef("rollout: --out FILE is missing")
	case opts.Out == "-" && opts.JSON:
		return console.Usagef("rollout: --json and --out - both print to stdout")
	}
	if opts.Out != "-" {
		if err := console.CheckOut(opts.Out, opts.Force); err != nil {
			return err
		}
	}
	model, d, err := fit.Load(opts.Model)
	if err != nil {
		return err
	}
	defer opts.Foreign.Close()
	c, err := opts.load(ctx, log)
	if err != nil {
		return err
	}
	if err := c.Predict(ctx, log, model, d.Training.Seen); err != nil {
		return err
	}
	if opts.Out == "-" {
		return c.Encode(out)
	}
	if err := console.WriteFile(opts.Out, c.Encode); err != nil {
		return err
	}
	last := len(c.True) - 1
	off, _ := c.Scene.Distance(c.True[last], c.Predicted[last])
	info := rolloutInfo{opts.Out, c.Model, len(c.True), c.Seconds(), off, c.Escape}
	if opts.JSON {
		return console.JSON(out, info)
	}
	_, err = fmt.Fprintf(out, "%s: %s, %.2f s, off by %.4g m in the end\n", info.Out, input.Count(info.Frames, "frame"), info.Seconds, info.PositionM)
	return err
}

// load returns the motion to predict.
func (o *rolloutOptions) load(ctx context.Context, log io.Writer) (*clip.Clip, error) {
	own, err := o.Foreign.Sole(ctx, importing.To(log), patience, "rollout", o.Data)
	if err != nil {
		return nil, err
	}
	if o.History == 0 {
		return clip.Load(ctx, own, o.Split, o.Episode, o.Frames)
	}
	c, err := clip.Load(ctx, own, o.Split, o.Episode, 0)
	if err != nil {
		return nil, err
	}
	if err := c.Watch(ctx, o.History); err != nil {
		return nil, console.Usage(fmt.Errorf("rollout: --history: %w", err))
	}
	if o.Frames > len(c.True) {
		return nil, fmt.Errorf("%s: --frames %d must be at most the %d frames that are left of %s", o.Data, o.Frames, len(c.True), c.Label)
	}
	if o.Frames > 0 {
		c.Cut(o.Frames)
	}
	return c, nil
}
