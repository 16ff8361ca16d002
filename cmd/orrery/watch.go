package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/watching"
	"orrery/sim/input"
)

func newWatchCommand() *cobra.Command {
	opts := watching.DefaultOptions()
	asJSON := false
	cmd := &cobra.Command{
		Use:   "watch FILM... --out DIR",
		Short: "Find bodies in a film and follow them",
		Long: `Find the rigid bodies in a film, and where each is in every picture. The camera must stand
still. Nothing is trained and nothing has to be known: the ground, the number of bodies, their
shapes, colours and walls are found. Several films are an episode each, and so are the parts of a
film that cuts to something else.

GIF, APNG, folders of PNG or JPEG, AVI of JPEG pictures and Y4M are read by orrery itself; anything else
by the program ffmpeg where that is installed.

The folder has
  tracks.csv   episode, frame, time, body, x, y, angle, their deviations, and whether it was seen
  scene.json   the bodies and the walls as a scene; scenes/ has one for each episode
  check.gif    the film with what was found in it
  check.html   a page to look through it, what is doubtful first, and to correct it by hand
  film.json    what was decided and why

Lengths are metres where --scale says how large things are, and px where not; y points up, and the lower
left corner of the picture is the origin. orrery import csv DIR/tracks.csv --scene DIR/scene.json makes a
dataset of it, from which everything else goes on.

--fix takes the file that the page makes: bodies that are one, or swapped, or none, their
names and true shapes. If the command is interrupted, run it again with --resume: episodes
that are done are not watched again. orrery guide film has more.`,
		Example: `  orrery watch table.mp4 --out watched
  orrery watch table.mp4 --scale 100,400:500,400=1m --down none --out watched
  orrery watch clips/*.gif --scale body:0=5cm --out watched
  orrery watch slow.mp4 --rate 240 --region 0,100,640,300 --ignore 0,0,80,80 --out watched
  orrery watch table.mp4 --fix fix.json --out watched --force`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			return runWatch(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr(), args, opts, asJSON)
		},
	}
	flags := cmd.Flags()
	console.FolderVar(flags, &opts.Out, "out", "directory to write")
	opts.AddFlags(flags)
	flags.BoolVar(&opts.Resume, "resume", false, "go on with an interrupted watch")
	flags.BoolVar(&opts.Force, "force", false, "replace what an earlier watch left")
	flags.BoolVar(&asJSON, "json", false, "print what film.json has")
	return cmd
}

func runWatch(ctx context.Context, out, log io.Writer, films []string, opts watching.Options, asJSON bool) error {
	if opts.Out == "" {
		return console.Usagef("watch: --out DIR is missing")
	}
	report, err := watching.Run(ctx, log, films, opts)
	if err != nil {
		return resumable(err, opts.Out)
	}
	if asJSON {
		return console.JSON(out, report)
	}
	return tellWatched(out, report, opts.Out)
}

// tellWatched says what was seen, in words.
func tellWatched(out io.Writer, r *watching.Report, dir string) error {
	first := &r.Episodes[0]
	fmt.Fprintf(out, "%s: %s, %s\n", dir, input.Count(len(r.Episodes), "episode"), input.Count(first.Film.Pictures, "picture"))
	err := console.Table(out, func(row func(...any)) {
		row("body", "kind", "across px", "seen", "hidden", "± px", "off σ")
		for _, b := range first.Bodies {
			row(b.Name, b.Kind, fmt.Sprintf("%.2f", b.AcrossPx), b.Pictures, b.Hidden, fmt.Sprintf("%.2g", b.StdPx), fmt.Sprintf("%.1f", b.Residuals))
		}
	})
	if err != nil {
		return err
	}
	for _, note := range r.Notes {
		fmt.Fprintln(out, note)
	}
	if n := len(r.Doubts); n > 0 {
		fmt.Fprintf(out, "%s to look at, the worst first, in %s/check.html\n", input.Count(n, "doubtful moment"), dir)
	}
	return nil
}
