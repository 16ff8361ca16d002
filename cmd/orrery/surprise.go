package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"runtime"

	"github.com/spf13/cobra"

	"orrery/cmd/orrery/arguments"
	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/importing"
	"orrery/cmd/orrery/usage"
	"orrery/sim"
	"orrery/sim/input"
	"orrery/world/fit"
	"orrery/world/surprise"
)

type surpriseOptions struct {
	Model, Data string // directories
	Split       string // of Data, or empty for the usual one
	Episodes    int    // at most
	Workers     int
	Out         string // file for the findings as JSON, - for stdout, or empty
	JSON, Force bool
	Foreign     importing.Foreign // of LeRobot data without scenes
}

func newSurpriseCommand() *cobra.Command {
	opts := surpriseOptions{Episodes: math.MaxInt, Workers: runtime.NumCPU()}
	cmd := &cobra.Command{
		Use:   "surprise MODEL DATA",
		Short: "Find motion that a model holds for impossible",
		Long: `Say how unlikely the motion of each body is to a model at each frame, and list what is too
unlikely: what tracking got wrong, and what happened that the model does not know.

A score of 3 is a chance of one in a thousand. It counts what the model and the measurements
may be off by, both as they are found on the data. From a score of 7 on it is an event. Its
cause is told where one explains the motion:

  jumped          it is elsewhere from one frame to the next
  swapped         it goes on as another body, and that as this one
  passed through  a body or a wall that should have stopped it
  changed mass    it bounced as if it were lighter or heavier
  gained energy   it got faster where it touched something
  moved untouched its velocity changed with nothing near
  unknown         none of these

--json has the events and the scores of all bodies at all frames.

Of a dataset that is divided, the split test is used, or the one that --split names.`,
		Example: `  orrery surprise models/contact data/tracks
  orrery surprise models/contact data/tracks --split all --out surprise.json`,
		Args: usage.Args("MODEL", "DATA"),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.Model, opts.Data = args[0], args[1]
			return runSurprise(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr(), opts)
		},
	}
	flags := cmd.Flags()
	arguments.SplitVar(flags, &opts.Split, "its episodes are judged (default test, or all without one)")
	opts.Foreign.AddFlags(flags)
	console.WholeVar(flags, &opts.Episodes, "episodes", console.From(1), "most episodes to judge (default all)")
	console.WholeVar(flags, &opts.Workers, "workers", console.From(1), "goroutines")
	flags.StringVar(&opts.Out, "out", "", "`file` to write what is found to as JSON; - is stdout")
	flags.BoolVar(&opts.JSON, "json", false, "print JSON")
	flags.BoolVar(&opts.Force, "force", false, "replace a file that exists")
	return cmd
}

// surpriseInfo is the JSON of what surprise found.
type surpriseInfo struct {
	Model  string           `json:"model"`
	Data   string           `json:"data"`
	Alarm  float64          `json:"alarm"` // the score of an event
	Noise  float64          `json:"noise"` // of what was measured, in what it is said to be
	Doubt  float64          `json:"doubt"` // share of a change of velocity by which the model is off
	Events []surprise.Event `json:"events"`
	Scores []bodyScore      `json:"scores"` // of every body at every frame

	scenes   map[int]*sim.Scene // by the number of the episode
	episodes int
	frames   int
}

// bodyScore is how unlikely the motion of a body is at a frame.
type bodyScore struct {
	Episode int     `json:"episode"`
	Frame   int     `json:"frame"`
	Body    int     `json:"body"`
	Score   float64 `json:"score"`
}

func runSurprise(ctx context.Context, out, log io.Writer, opts surpriseOptions) error {
	switch {
	case opts.JSON && opts.Out == "-":
		return console.Usage(errors.New("surprise: --json and --out - both print to stdout"))
	case opts.Out != "" && opts.Out != "-":
		if err := console.CheckOut(opts.Out, opts.Force); err != nil {
			return err
		}
	}
	model, _, err := fit.Load(opts.Model)
	if err != nil {
		return err
	}
	defer opts.Foreign.Close()
	own, err := opts.Foreign.Sole(ctx, importing.To(log), patience, "surprise", opts.Data)
	if err != nil {
		return err
	}
	data, split, err := arguments.OpenSplit(ctx, own, opts.Split, "test")
	if err != nil {
		return err
	}
	numbers := split.Numbers()[:min(opts.Episodes, split.Len())]
	bar := console.NewProgress(log, "reading")
	trajectories, err := data.Trajectories(ctx, numbers, func(done, total int) {
		bar.Set(float64(done)/float64(max(1, total)), fmt.Sprintf("%d/%d episodes", done, total))
	})
	bar.Close()
	if err != nil {
		return fmt.Errorf("%s: %w", opts.Data, err)
	}
	for k, t := range trajectories {
		if t.Impact {
			return fmt.Errorf("%s: episode %d: in an impact no time passes, so nothing can be said of its motion", opts.Data, numbers[k])
		}
	}
	bar = console.NewProgress(log, "judging")
	bar.Set(0, "finding how noisy it is")
	found, err := surprise.Find(ctx, model, trajectories, opts.Workers, func(done int) {
		bar.Set(float64(done)/float64(len(trajectories)), fmt.Sprintf("%d/%d episodes", done, len(trajectories)))
	})
	bar.Close()
	if err != nil {
		return fmt.Errorf("%s: %w", opts.Data, err)
	}
	info := newSurpriseInfo(opts, found, numbers, trajectories)
	return console.WriteResult(out, opts.JSON, opts.Out,
		func(w io.Writer) error { return console.JSON(w, info) }, info.write)
}

// newSurpriseInfo gives what was found the numbers that the episodes have in their dataset.
func newSurpriseInfo(opts surpriseOptions, found *surprise.Result, numbers []int, trajectories []*sim.Trajectory) *surpriseInfo {
	info := &surpriseInfo{
		Model: opts.Model, Data: opts.Data, Alarm: surprise.Alarm, Noise: found.Noise, Doubt: found.Doubt,
		Events: []surprise.Event{}, Scores: []bodyScore{}, scenes: map[int]*sim.Scene{}, episodes: len(numbers),
	}
	for k, t := range trajectories {
		info.scenes[numbers[k]] = t.Scene
		info.frames += len(t.States)
	}
	for _, e := range found.Events {
		e.Episode, e.Score = numbers[e.Episode], toThousandths(e.Score)
		info.Events = append(info.Events, e)
	}
	for e, frames := range found.Scores {
		for k, bodies := range frames {
			for i, score := range bodies {
				info.Scores = append(info.Scores, bodyScore{numbers[e], k, i, toThousandths(score)})
			}
		}
	}
	return info
}

// toThousandths returns a score with as many digits as it is worth.
func toThousandths(score float64) float64 { return math.Round(score*1e3) / 1e3 }

// write prints the events as a table and what they were measured by.
func (s *surpriseInfo) write(out io.Writer) error {
	if len(s.Events) > 0 {
		if err := console.Table(out, func(row func(cells ...any)) {
			row("episode", "frame", "s", "body", "score", "what happened")
			for _, e := range s.Events {
				scene := s.scenes[e.Episode]
				row(e.Episode, e.Frame, fmt.Sprintf("%.3f", float64(e.Frame)*scene.FrameTime()), bodyName(scene, e.Body), fmt.Sprintf("%.1f", e.Score), happened(scene, e))
			}
		}); err != nil {
			return err
		}
		fmt.Fprintln(out)
	}
	_, err := fmt.Fprintf(out, "%s in %s, %s; an event has a score of %g or more\n%s\n",
		input.Count(len(s.Events), "event"), input.Count(s.episodes, "episode"), input.Count(s.frames, "frame"), s.Alarm, s.scales())
	return err
}

// scales says what scores were measured by.
func (s *surpriseInfo) scales() string {
	text := fmt.Sprintf("taken into account: the model is off by %.2g %% where it pushes", 100*s.Doubt)
	if s.Noise != 1 {
		text += fmt.Sprintf(", and the noise is %.2g times what the data says", s.Noise)
	}
	return text
}

// bodyName returns the index of a body and its name, if it has one.
func bodyName(scene *sim.Scene, i int) string {
	if name := scene.Bodies[i].Name; name != "" {
		return fmt.Sprintf("%d %s", i, name)
	}
	return fmt.Sprint(i)
}

// happened says what happened to the body of an event.
func happened(scene *sim.Scene, e surprise.Event) string {
	if e.Other == nil {
		return string(e.Cause)
	}
	other := "body " + bodyName(scene, max(*e.Other, 0))
	if *e.Other < 0 {
		other = fmt.Sprintf("wall %d", -1-*e.Other)
		if name := scene.Walls[-1-*e.Other].Name; name != "" {
			other += " " + name
		}
	}
	switch e.Cause {
	case surprise.Through:
		return string(e.Cause) + " " + other
	case surprise.Swapped:
		return string(e.Cause) + " with " + other
	case surprise.MassChange:
		return string(e.Cause) + ", as it hits " + other
	case surprise.Jumped, surprise.Gained, surprise.Untouched, surprise.Unknown:
	}
	return fmt.Sprintf("%s, near %s", cmp.Or(e.Cause, surprise.Unknown), other)
}
