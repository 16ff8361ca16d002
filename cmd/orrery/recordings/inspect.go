package recordings

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image/png"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"orrery/cmd/orrery/console"
	"orrery/datasets/csv"
	"orrery/datasets/recording"
	"orrery/sim"
	"orrery/sim/input"
)

// tableEndings are the ends of the names of tables in texts.
var tableEndings = []string{".csv", ".tsv", ".txt", ".dat", ".gz"}

// FormatOfFile returns the format of a file if it is a recording or another table, or empty.
func FormatOfFile(path string) (Format, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	head := make([]byte, 16)
	n, err := io.ReadFull(file, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && err != io.EOF {
		return "", err
	}
	if format := FormatOf(head[:n]); format != "" {
		return format, nil
	}
	if slices.Contains(tableEndings, strings.ToLower(filepath.Ext(path))) {
		return CSV, nil
	}
	return "", nil
}

// Info is what is told of a recording, as JSON has it.
type Info struct {
	File     string         `json:"file"`
	Format   string         `json:"format"`
	States   bool           `json:"states"` // it has all velocities on the beat of the frames
	Episodes int            `json:"episodes"`
	Frame    string         `json:"frame"`
	Unused   []string       `json:"unused,omitempty"` // columns
	Odd      []string       `json:"odd,omitempty"`
	Kinds    map[string]int `json:"odd_found,omitempty"` // number of odd things of each kind
	Notes    []string       `json:"notes,omitempty"`
	Missing  []string       `json:"missing,omitempty"`
	ToldM    float64        `json:"told_noise_m,omitempty"` // m, standard deviation that --noise says
	*recording.About
}

// Look says which recording to show, and how it is written.
type Look struct {
	Path     string
	Format   Format
	Seen     Options
	Columns  map[string]string // of other names
	Scene    *sim.Scene        // of its bodies, or nil
	Out      string            // picture to write, a PNG, or empty
	Force    bool              // replace a picture that exists
	JSON     bool              // print JSON
	Patience time.Duration     // to wait for a reading that is to end
}

// Inspect says what a recording seems to be, and draws it if it is told where.
func Inspect(ctx context.Context, out, log io.Writer, opts Look) error {
	if opts.Out != "" {
		if strings.ToLower(filepath.Ext(opts.Out)) != ".png" {
			return console.Usagef("inspect: --out %q must end in .png", opts.Out)
		}
		if err := console.CheckOut(opts.Out, opts.Force); err != nil {
			return err
		}
	}
	if err := opts.Seen.Parse(); err != nil {
		return console.Usage(fmt.Errorf("inspect: %w", err))
	}
	var info Info
	var picture []byte
	err := console.Until(ctx, opts.Patience, func() (err error) {
		info, picture, err = readInspected(ctx, log, opts)
		return err
	})
	if errors.Is(err, recording.ErrNoRate) || errors.Is(err, csv.ErrNoRate) {
		return console.Usagef("inspect: the rows have no times, so --fps must say how many pictures a second has")
	}
	if err != nil {
		return err
	}
	if opts.Out != "" {
		if err := console.WriteFile(opts.Out, func(w io.Writer) error {
			_, err := w.Write(picture)
			return err
		}); err != nil {
			return err
		}
	}
	if opts.JSON {
		return console.JSON(out, info)
	}
	return info.print(out)
}

// readInspected reads a recording, and draws it if the options want that.
func readInspected(ctx context.Context, log io.Writer, opts Look) (info Info, picture []byte, err error) {
	table := csv.DefaultOptions()
	table.Columns, table.FPS = opts.Columns, opts.Seen.Rate.Nearest()
	if opts.Scene != nil {
		table.Scene = opts.Scene
		if table.FPS == 0 {
			table.FPS = table.Scene.FPS
		}
	} else { // scenes need not be there for a look
		table.Recording = opts.Seen.Told()
	}
	base := filepath.Base(opts.Path)
	file, err := Open(ctx, opts.Format, opts.Path, nil, lookOnly(table), opts.Seen.Bag, func(text string) { fmt.Fprintln(log, text) })
	if err != nil {
		return info, nil, err
	}
	defer file.Close()
	bar := console.NewProgress(log, "reading "+base)
	set, err := Read(ctx, file, opts.Seen, func(fraction float64) { bar.Set(fraction, "") })
	bar.Close()
	if err != nil {
		return info, nil, err
	}
	info = Info{
		File: opts.Path, Format: string(opts.Format), States: !file.Recorded(), Episodes: set.Episodes(), Frame: set.Frame.String(), Unused: file.Unused(),
		ToldM: set.Frame.Std / set.Frame.PerMetre,
		Odd:   set.Odd, Kinds: map[string]int{}, Notes: set.Notes, About: recording.Tell(set.Seen),
	}
	for kind, count := range set.Kinds {
		info.Kinds[string(kind)] = count
	}
	info.Missing = missingOf(set, &info, opts)
	if opts.Out == "" {
		return info, nil, nil
	}
	drawn, err := set.Picture(fmt.Sprintf("%s: %s", base, countBodies(len(info.Bodies))), info.About)
	if err != nil {
		return info, nil, err
	}
	var text bytes.Buffer
	err = png.Encode(&text, drawn)
	return info, text.Bytes(), err
}

// lookOnly lets a table without a rate and without scenes be looked at.
func lookOnly(o csv.Options) csv.Options {
	if o.FPS == 0 {
		o.Recording = true
		o.SceneOf = func(string) (*sim.Scene, error) { return nil, errors.New("a scene is not read for a look") }
	}
	return o
}

func countBodies(n int) string {
	if n == 1 {
		return "1 body"
	}
	return fmt.Sprintf("%d bodies", n)
}

// missingOf says what the recording does not tell, and what that means.
func missingOf(set *Set, info *Info, opts Look) (missing []string) {
	add := func(format string, args ...any) { missing = append(missing, fmt.Sprintf(format, args...)) }
	size := max(info.High.X-info.Low.X, info.High.Y-info.Low.Y)
	if info.States && size < 50 {
		add("nothing: it has velocities, and import takes its states as they are unless they are not on the beat of the frames")
		return missing
	}
	if opts.Seen.Words.Unit == "" && opts.Seen.Words.Scale == "" && info.Format != string(MCAP) {
		switch {
		case size > 50:
			add("the unit: positions are taken for metres, and would be %.3g m across; --unit and --scale say otherwise, such as --scale 400px/m", size)
		default:
			add("the unit: positions are taken for metres; --unit and --scale say otherwise")
		}
	}
	if info.Turned == 0 {
		add("angles: the spin is known only where friction ties it to the motion")
	}
	if !set.Seen[0].Raw.Timed {
		add("times: pictures are taken to be 1/%.6g s apart", info.RateHz)
	}
	if opts.Scene == nil {
		add("the scene: shapes, masses and walls; --scene names a file that has them, and orrery import svg draws one from a drawing")
		if set.Seen[0].Tracks[0].Radius == 0 && set.Seen[0].Tracks[0].Width == 0 {
			text := "sizes: bodies are taken for discs of --radius"
			if info.Pairs > 2 {
				text += fmt.Sprintf("; they push each other when their centres are %.3g m apart, so radii may be %.3g m", info.Apart, info.Apart/2)
			}
			missing = append(missing, text)
		}
	}
	return missing
}

// print prints what is known of a recording.
func (info *Info) print(out io.Writer) error {
	return console.Table(out, func(row func(...any)) {
		row("recording", info.File)
		what := "positions"
		if info.Turned > 0 {
			what = "positions and angles"
		}
		if info.States {
			what = "states with velocities"
		}
		row("holds", fmt.Sprintf("%s of %s in %s (%s)", what, countBodies(len(info.Bodies)), input.Count(info.Episodes, "episode"), info.Format))
		if names := strings.TrimSpace(strings.Join(info.Bodies[:min(len(info.Bodies), 12)], ", ")); names != "" {
			row("bodies", names)
		}
		if len(info.Unused) > 0 {
			row("not used", console.Listed(info.Unused))
		}
		row("written in", info.Frame)
		rate := fmt.Sprintf("%.6g pictures a second, %d in all, %.4g s", info.RateHz, info.Pictures, info.Seconds)
		if info.Uneven > 0.005 {
			rate += fmt.Sprintf("; times are off the beat by %.2g %% of a picture (median)", 100*info.Uneven)
		}
		row("rate", rate)
		noise := formatNoise(info.NoiseM, "m")
		if info.Turned > 0 {
			noise += " and " + formatNoise(info.NoiseRad, "rad")
		}
		if info.ToldM > 0 {
			noise += fmt.Sprintf("; told: %.2g m", info.ToldM)
		}
		row("noise", noise)
		switch {
		case info.Unseen > 0:
			row("gaps", fmt.Sprintf("%.3g %% of the sights are missing, at most for %.3g s", 100*info.Unseen, info.LongestS))
		default:
			row("gaps", "none")
		}
		row("arena", fmt.Sprintf("x %.4g to %.4g, y %.4g to %.4g m; speeds of %.3g m/s (median)", info.Low.X, info.High.X, info.Low.Y, info.High.Y, info.Speed))
		for _, wall := range info.Walls {
			axis := "x"
			if wall.Side == "bottom" || wall.Side == "top" {
				axis = "y"
			}
			row("likely wall", fmt.Sprintf("%s, a radius beyond %s = %.4g m, where bodies turn back %d times", wall.Side, axis, wall.At, wall.Hits))
		}
		switch {
		case info.Falls():
			row("likely gravity", fmt.Sprintf("%.4g ± %.2g m/s², %s", info.Gravity.Len(), info.GravityStd, direction(info.Gravity.X, info.Gravity.Y)))
		default:
			row("likely gravity", fmt.Sprintf("none: %.2g ± %.2g m/s²", info.Gravity.Len(), info.GravityStd))
		}
		switch {
		case info.Hits == 0:
			row("likely contacts", "none")
		default:
			row("likely contacts", fmt.Sprintf("%s of velocity, %d of them of two bodies at a time", input.Count(info.Hits, "sudden change"), info.Pairs))
		}
		const most = 10 // lines of each
		few := func(name string, lines []string) {
			for i, line := range lines {
				if i == most {
					row("", fmt.Sprintf("and %d more", len(lines)-i))
					break
				}
				if i > 0 {
					name = ""
				}
				row(name, line)
			}
		}
		few("odd", info.Odd)
		few("note", info.Notes)
		few("missing", info.Missing)
	})
}

// formatNoise says how large a noise is.
func formatNoise(std float64, unit string) string {
	if std < 1e-7 {
		return "none in " + unit
	}
	return fmt.Sprintf("%.2g %s", std, unit)
}

// direction says where a vector points, in words.
func direction(x, y float64) string {
	words := []string{"to the right", "up and to the right", "up", "up and to the left", "to the left", "down and to the left", "down", "down and to the right"}
	eighth := int(math.Round(math.Atan2(y, x)/(math.Pi/4)+8)) % 8
	return words[eighth]
}
