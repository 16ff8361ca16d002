package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"orrery/cmd/orrery-view/open"
	"orrery/cmd/orrery-view/session/jobs"
	"orrery/cmd/orrery-view/session/replay"
	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/page"
	"orrery/cmd/orrery/planning"
	"orrery/sim/scenario"
	"orrery/sim/scenario/library"
	"orrery/world/fit"
)

type viewOptions struct {
	open.Options            // of the viewer
	Fragment     string     // end of the page's address, with a scenario
	Given        url.Values // those of them that were given, as they were written
	Web          bool       // even where there is a window program
	Dir          string     // of the page, as make web leaves it; empty for the one that is built in
	Port         int        // 0 for any that is free
}

func newViewCommand() *cobra.Command {
	opts := viewOptions{Options: open.DefaultOptions(), Given: url.Values{}}
	cmd := &cobra.Command{
		Use:   "view [SCENARIO|MODEL|DATASET|ROLLOUT|SCENE...]",
		Short: "Look at scenes and predictions in a window or a browser",
		Long: `Start the viewer. If there is a display, and the program orrery-view lies beside this
one or on the path, a window opens. Otherwise the command serves a page for a browser on
this machine, until Ctrl-C: the one that was built into it, or that of --dir. Files and folders can be dropped on both.

--record DIR is for driving by hand: keys, mouse or a gamepad move what actuators move. Each
demonstration becomes an episode of the dataset DIR, which is extended if it exists. Without
it, and on the page, each becomes a file for orrery import demonstrations.`,
		Example: `  orrery view
  orrery view --scene billiards --mode duel
  orrery view --scene push --plan
  orrery view push --record data/driven
  orrery view models/mixed data/mixed
  orrery view data/film --film watched
  orrery view table.gif
  orrery view dock.scenario.json
  orrery view --web dock.scenario.json --port 8080`,
		RunE: func(cmd *cobra.Command, args []string) error {
			for _, argument := range args {
				taken, err := opts.TakeName(argument)
				switch {
				case err != nil:
					return console.Usagef("view: %w", err)
				case taken:
					opts.Given.Set("scene", argument)
				default:
					opts.Paths = append(opts.Paths, argument)
				}
			}
			return runView(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr(), opts)
		},
	}
	flags := cmd.Flags()
	for _, f := range opts.Flags() {
		flag := flags.VarPF(viewFlag{f, opts.Given}, f.Name, "", f.Help)
		if f.Value == "" {
			flag.NoOptDefVal = "true"
		}
	}
	flags.BoolVar(&opts.Web, "web", false, "use the browser")
	flags.StringVar(&opts.Dir, "dir", "", "directory of another page than the one built in, such as dist/web")
	console.WholeVar(flags, &opts.Port, "port", console.Between(0, 65535), "port of the page, 0 for any")
	return cmd
}

// viewFlag is a flag of the viewer that remembers how it was given.
type viewFlag struct {
	open.Flag
	given url.Values
}

// Set implements pflag.Value.
func (f viewFlag) Set(text string) error {
	if err := f.Flag.Set(text); err != nil {
		return errors.New(strings.TrimPrefix(err.Error(), strconv.Quote(text)+" ")) // usage.FlagError names the value
	}
	f.given.Add(f.Name, text)
	return nil
}

// Type implements pflag.Value.
func (f viewFlag) Type() string { return cmp.Or(f.Value, "bool") }

// String implements pflag.Value; the help says what is usual.
func (f viewFlag) String() string { return "" }

func runView(ctx context.Context, out, log io.Writer, opts viewOptions) error {
	program, err := findWindow()
	inWindow := err == nil && !opts.Web && hasDisplay()
	if !inWindow {
		if err := opts.link(); err != nil {
			return err
		}
	}
	if _, err := os.Stat(opts.Model); opts.Model != "" && err == nil && !inWindow {
		return console.Usagef("view: model %s: the page opens no paths; drop the folder on it, or build the window: go build ./cmd/orrery-view", opts.Model)
	}
	if opts.Film != "" && !inWindow {
		return console.Usagef("view: --film is for the window: the page opens no paths; orrery render --film writes the same as a film")
	}
	if opts.Record != "" && !inWindow {
		return console.Usagef("view: --record is for the window: the page saves each demonstration as a download, which orrery import demonstrations reads")
	}
	if inWindow { // which watches films itself
		opts.Watch = func(context.Context, fs.FS, string, func(float64)) (replay.Show, error) { return replay.Show{}, nil }
	}
	// What is wrong is said before anything opens.
	if _, err := open.New(opts.Options, jobs.InTick, planning.Engine{}, nil, fit.Decode); errors.As(err, new(open.Usage)) {
		return console.Usagef("view: %w", err)
	} else if err != nil {
		return fmt.Errorf("view: %w", err)
	}
	if inWindow {
		return runWindow(ctx, out, log, program, opts)
	}
	return servePage(ctx, out, opts)
}

// link takes what the page cannot open from the disk for the end of its address: one scenario
// file, which is all that has room there.
func (o *viewOptions) link() error {
	paths := o.Paths
	if library.IsPath(o.Scene) {
		paths = append([]string{o.Scene}, paths...)
	}
	for i, path := range paths {
		text, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) && !library.IsPath(path) {
			if _, err := library.Find(path); err != nil {
				return console.Usagef("view: %w", err)
			}
		}
		if errors.Is(err, fs.ErrNotExist) {
			return console.Usagef("view: %s: there is no such file", path)
		}
		if err != nil || i > 0 || scenario.FormatOf(text) == 0 {
			return console.Usagef("view: %s: the page opens no paths but one scenario file; drop the file on it, or build the window: go build ./cmd/orrery-view", path)
		}
		if o.Fragment, err = open.Fragment(scenario.ShortName(path), text); err != nil {
			return fmt.Errorf("view: %s: %w", path, err)
		}
		if _, err := scenario.Parse(path, text); err != nil {
			return err
		}
		o.Linked = open.Linked{Name: scenario.ShortName(path), Text: text}
		o.Given.Del("scene")
	}
	o.Paths = nil
	return nil
}

// hasDisplay reports whether a window could be shown: on a server there may be a viewer, but
// no display.
func hasDisplay() bool { return runtime.GOOS != "linux" || os.Getenv("DISPLAY") != "" }

// findWindow returns the path of orrery-view.
func findWindow() (string, error) {
	name := "orrery-view"
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	if self, err := os.Executable(); err == nil {
		if found, err := exec.LookPath(filepath.Join(filepath.Dir(self), name)); err == nil {
			return found, nil
		}
	}
	return exec.LookPath(name)
}

// runWindow runs the window program until its window is closed.
func runWindow(ctx context.Context, out, log io.Writer, program string, opts viewOptions) error {
	var arguments []string
	for _, name := range slices.Sorted(maps.Keys(opts.Given)) {
		for _, value := range opts.Given[name] {
			arguments = append(arguments, "--"+name+"="+value)
		}
	}
	cmd := exec.CommandContext(ctx, program, append(append(arguments, "--"), opts.Paths...)...)
	cmd.Stdout, cmd.Stderr = out, log
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) } // so that it completes what it records
	cmd.WaitDelay = patience
	err := cmd.Run()
	if ctx.Err() != nil {
		return nil // Ctrl-C is how it was meant to end
	}
	if err != nil {
		return fmt.Errorf("view: %s ended with %w; --web uses the browser instead", program, err)
	}
	return nil
}

// pageOf returns what serves the page: that of a directory, or the one this program has in itself.
func pageOf(dir string) (http.Handler, error) {
	if dir == "" {
		files, err := page.BuiltIn()
		if err != nil {
			return nil, fmt.Errorf("view: %w; a window is made by `go build ./cmd/orrery-view`", err)
		}
		return page.Handler(files)
	}
	handler, err := page.Handler(os.DirFS(dir))
	if err != nil {
		return nil, console.Usagef("view: --dir %s: %w: `make web` makes the page, in dist/web", dir, err)
	}
	return handler, nil
}

// servePage serves the page on loopback until the context ends, and opens it.
func servePage(ctx context.Context, out io.Writer, opts viewOptions) error {
	handler, err := pageOf(opts.Dir)
	if err != nil {
		return err
	}
	listener, err := console.Listen(net.JoinHostPort("127.0.0.1", strconv.Itoa(opts.Port)))
	if err != nil {
		return fmt.Errorf("view: %w", err)
	}
	state := url.Values{}
	for _, f := range opts.Flags() {
		if values, ok := opts.Given[f.Name]; ok && !f.Window {
			state[f.Name] = values
		}
	}
	address := (&url.URL{Scheme: "http", Host: listener.Addr().String(), Path: "/", RawQuery: state.Encode()}).String() + opts.Fragment
	if _, err := fmt.Fprintf(out, "%s\nCtrl-C ends it\n", address); err != nil {
		return errors.Join(err, listener.Close())
	}
	openBrowser(address)
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	defer context.AfterFunc(ctx, func() { server.Close() })()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// openBrowser shows an address, where the system has a way to. Whoever has none can
// still copy it.
func openBrowser(address string) {
	opener := map[string][]string{"windows": {"rundll32", "url.dll,FileProtocolHandler"}, "darwin": {"open"}}[runtime.GOOS]
	if opener == nil {
		opener = []string{"xdg-open"}
	}
	cmd := exec.Command(opener[0], append(opener[1:], address)...)
	if cmd.Start() == nil {
		go func() { _ = cmd.Wait() }() // leaves no zombie; how it ends is of no interest
	}
}
