package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"orrery/cmd/orrery/arguments"
	"orrery/cmd/orrery/clip"
	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/importing"
	"orrery/cmd/orrery/usage"
	"orrery/cmd/orrery/watching"
	"orrery/sim/render"
	"orrery/sim/render/film"
	"orrery/world"
	"orrery/world/fit"

	"orrery/sim/input"
)

type renderOptions struct {
	Path          string // dataset, rollout, scene or scenario
	Split         string // of a dataset, or empty for all
	Episode       int    // of it
	Frames        int    // at most; 0 is all there are, see loadClip
	Model         string // directory, or empty
	Regions       bool   // draw where the model expects bodies
	Film          string // folder of watch whose film is shown below, or empty
	Out           string
	Theme         string
	Width, Height int // px
	Force         bool
	Foreign       importing.Foreign // of LeRobot data without scenes
}

func newRenderCommand() *cobra.Command {
	defaults := film.Default()
	opts := renderOptions{Theme: "light", Width: defaults.Width, Height: defaults.Height}
	cmd := &cobra.Command{
		Use:   "render DIR|ROLLOUT|SCENE|SCENARIO --out FILE",
		Short: "Draw an episode, a rollout, a scene or a scenario",
		Long: `Draw an episode of a dataset, a rollout file, a scene file or an episode of a scenario
file. The engine runs the scene of a scene file, and an episode of a scenario file as gen
makes it with the seed 1. True bodies are solid, predicted ones are outlined. The extension
of the file decides the format: .gif, .apng and .mp4 are films (.mp4 needs ffmpeg), .png
is a picture of four moments.

--film lays a dataset that was imported from the tracks of orrery watch over the film that was
watched: what was seen and what a model predicts are outlined then.`,
		Example: `  orrery render data/mixed --episode 3 --out episode.gif
  orrery render data/mixed --episode 3 --model models/contact --out overlay.gif
  orrery render data/mixed --model models/contact --regions --out regions.png
  orrery render data/table --model models/table --film watched --out ghost.mp4
  orrery render ball.scenario.json --episode 2 --out ball.gif
  orrery render scene.json --frames 300 --out scene.png --theme dark --size 960x720`,
		Args: usage.Args("DIR, ROLLOUT, SCENE or SCENARIO"),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.Path = args[0]
			return runRender(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr(), opts)
		},
	}
	flags := cmd.Flags()
	console.PictureVar(flags, &opts.Out, "out", "picture or film to write")
	console.WholeVar(flags, &opts.Episode, "episode", console.From(0), "episode of a dataset or a scenario file")
	arguments.SplitVar(flags, &opts.Split, "--episode counts in it (default all)")
	opts.Foreign.AddFlags(flags)
	console.WholeVar(flags, &opts.Frames, "frames", console.Between(1, maxFrames), fmt.Sprintf("frames to draw, with the first (default all there are, %d of a scene file, the usual ones of a scenario file)", clip.SceneFrames))
	flags.StringVar(&opts.Model, "model", "", "directory of a model; its prediction is drawn over the truth")
	flags.BoolVar(&opts.Regions, "regions", false, "draw where the model expects each body: ellipses that hold 50 and 90 % of the truth")
	flags.StringVar(&opts.Film, "film", "", "folder that orrery watch has written; the film is shown below the bodies")
	flags.StringVar(&opts.Theme, "theme", opts.Theme, "light or dark")
	flags.Var(&sizeValue{&opts.Width, &opts.Height}, "size", "width and height in pixels")
	flags.BoolVar(&opts.Force, "force", false, "replace a file that exists")
	return cmd
}

func runRender(ctx context.Context, out, log io.Writer, opts renderOptions) error {
	if opts.Out == "" {
		return console.Usagef("render: --out FILE is missing")
	}
	if _, err := film.FormatOf(opts.Out); err != nil {
		return console.Usage(err)
	}
	if err := film.CheckSize(opts.Width, opts.Height); err != nil {
		return console.Usage(err)
	}
	if opts.Regions && opts.Model == "" {
		return console.Usagef("render: --regions needs --model")
	}
	theme, err := render.LoadTheme(opts.Theme)
	if err != nil {
		return console.Usage(err)
	}
	if err := console.CheckOut(opts.Out, opts.Force); err != nil {
		return err
	}
	var model world.Model
	var d *world.Description
	if opts.Model != "" {
		if model, d, err = fit.Load(opts.Model); err != nil {
			return err
		}
	}
	defer opts.Foreign.Close()
	own, err := opts.Foreign.Sole(ctx, importing.To(log), patience, "render", opts.Path)
	if err != nil {
		return err
	}
	c, err := clip.Load(ctx, own, opts.Split, opts.Episode, opts.Frames)
	if err != nil {
		return err
	}
	if model != nil {
		if err := c.Predict(ctx, log, model, d.Training.Seen); err != nil {
			return err
		}
	}
	shown := c.Film()
	if opts.Regions {
		if shown.Expected, err = c.Expect(ctx, model); err != nil {
			return err
		}
	}
	if opts.Film != "" {
		behind, err := watching.Behind(ctx, opts.Film, opts.Path, c.Episode)
		if err != nil {
			return err
		}
		shown.Backdrop = &film.Backdrop{Picture: behind.Picture, Shows: behind.Shows}
	}
	shown.Theme, shown.Width, shown.Height = theme, opts.Width, opts.Height
	if err := writeFilm(ctx, log, opts.Out, shown); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s: %s, %.2f s\n", opts.Out, input.Count(len(c.True), "frame"), c.Seconds())
	return err
}

// maxFrames keeps the states of a scene with many bodies below 100 MB.
const maxFrames = 10_000

func writeFilm(ctx context.Context, log io.Writer, path string, shown film.Film) error {
	format, err := film.FormatOf(path)
	if err != nil {
		return err
	}
	reel, err := film.NewReel(shown)
	if err != nil {
		return console.Usage(err) // the clip is in order, so a setting is not
	}
	bar := console.NewProgress(log, "drawing")
	defer bar.Close()
	return console.WriteFile(path, func(w io.Writer) error { return reel.Write(ctx, w, format) })
}

// sizeValue is the value of a flag that is width and height in pixels.
type sizeValue struct{ width, height *int }

// Set implements pflag.Value.
func (s *sizeValue) Set(text string) error {
	first, second, _ := strings.Cut(text, "x")
	width, err1 := strconv.Atoi(first)
	height, err2 := strconv.Atoi(second)
	if err1 != nil || err2 != nil {
		return errors.New("must be WIDTHxHEIGHT")
	}
	*s.width, *s.height = width, height
	return nil
}

// Type implements pflag.Value.
func (s *sizeValue) Type() string { return "WxH" }

// String implements pflag.Value.
func (s *sizeValue) String() string {
	if s.width == nil {
		return ""
	}
	return fmt.Sprintf("%dx%d", *s.width, *s.height)
}
