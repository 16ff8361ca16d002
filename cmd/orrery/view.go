package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
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
	"time"

	"github.com/spf13/cobra"

	"orrery/cmd/orrery/console"
)

type viewOptions struct {
	Paths []string // models, datasets, rollouts and scenes
	Scene string
	Set   settings // of the scene's parameters
	Seed  uint64
	Mode  string
	Model string
	Theme string
	Plan  bool
	Web   bool   // even where there is a desktop viewer
	Dir   string // the page, as make web leaves it
	Port  int    // 0 for any that is free
}

func newViewCommand() *cobra.Command {
	opts := viewOptions{Set: settings{}}
	cmd := &cobra.Command{
		Use:   "view [MODEL|DATASET|ROLLOUT|SCENE...]",
		Short: "Look at scenes and predictions in a window or a browser",
		Long: `Start the viewer: orrery-view, where that program lies beside this one or on the
path and there is a display, and otherwise its page for a browser, served to this
machine alone until Ctrl-C. Files and directories can be dropped on both.`,
		Example: `  orrery view
  orrery view --scene billiards --mode duel
  orrery view --scene push --plan
  orrery view models/mixed data/mixed
  orrery view --web --port 8080`,
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.Paths = args
			return runView(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr(), opts)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&opts.Scene, "scene", "mixed", "scenario to run")
	flags.Var(opts.Set, "set", "parameter of the scene, may be repeated")
	flags.Uint64Var(&opts.Seed, "seed", 7, "seed of the scene")
	flags.StringVar(&opts.Mode, "mode", "sandbox", "sandbox, duel or replay")
	flags.StringVar(&opts.Model, "model", "", "name or directory of the model that predicts")
	flags.StringVar(&opts.Theme, "theme", "dark", "dark or light")
	flags.BoolVar(&opts.Plan, "plan", false, "let a planner act, where there is a task")
	flags.BoolVar(&opts.Web, "web", false, "use the browser")
	flags.StringVar(&opts.Dir, "dir", filepath.Join("dist", "web"), "directory of the page, which make web makes")
	flags.IntVar(&opts.Port, "port", 0, "port of the page, 0 for any")
	return cmd
}

func runView(ctx context.Context, out, log io.Writer, opts viewOptions) error {
	if opts.Port < 0 || opts.Port > 65535 {
		return console.Usagef("view: port %d must be 0 to 65535", opts.Port)
	}
	desktop, err := findDesktopViewer()
	if err == nil && !opts.Web && hasDisplay() {
		return runDesktopViewer(ctx, out, log, desktop, opts)
	}
	if len(opts.Paths) > 0 {
		return console.Usagef("view: %s: the page opens no paths; drop the file on it, or build the window: go build ./cmd/orrery-view", opts.Paths[0])
	}
	return servePage(ctx, out, opts)
}

// hasDisplay reports whether a window could be shown: on a server there may be a viewer, but
// no display.
func hasDisplay() bool { return runtime.GOOS != "linux" || os.Getenv("DISPLAY") != "" }

// findDesktopViewer returns the path of orrery-view.
func findDesktopViewer() (string, error) {
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

// state is what is shown, as both viewers take it.
func (o *viewOptions) state() url.Values {
	state := url.Values{"scene": {o.Scene}, "seed": {strconv.FormatUint(o.Seed, 10)}, "mode": {o.Mode}, "theme": {o.Theme}}
	if o.Model != "" {
		state.Set("model", o.Model)
	}
	if o.Plan {
		state.Set("plan", "true")
	}
	for _, name := range slices.Sorted(maps.Keys(o.Set)) {
		state.Add("set", name+"="+strconv.FormatFloat(o.Set[name], 'g', -1, 64))
	}
	return state
}

func runDesktopViewer(ctx context.Context, out, log io.Writer, program string, opts viewOptions) error {
	var arguments []string
	for name, values := range opts.state() {
		for _, value := range values {
			arguments = append(arguments, "--"+name+"="+value)
		}
	}
	cmd := exec.CommandContext(ctx, program, append(append(arguments, "--"), opts.Paths...)...)
	cmd.Stdout, cmd.Stderr = out, log
	err := cmd.Run()
	if ctx.Err() != nil {
		return nil // Ctrl-C is how it was meant to end
	}
	if err != nil {
		return fmt.Errorf("%s: %w; --web uses the browser instead", program, err)
	}
	return nil
}

// pageFiles are all files of the page, with their types.
var pageFiles = map[string]string{
	"index.html":          "text/html; charset=utf-8",
	"wasm_exec.js":        "text/javascript; charset=utf-8",
	"orrery-view.wasm.gz": "application/gzip",
}

// pageHandler reads the page and serves it from memory, so that nothing of a request
// ever reaches the file system.
func pageHandler(dir string) (http.Handler, error) {
	mux := http.NewServeMux()
	for name, kind := range pageFiles {
		content, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return nil, fmt.Errorf("the page is not there, make web makes it: %w", err)
		}
		route := "GET /" + name
		if name == "index.html" {
			route = "GET /{$}"
		}
		mux.HandleFunc(route, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", kind)
			http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(content))
		})
	}
	return mux, nil
}

// servePage serves the page on loopback until the context ends, and opens it.
func servePage(ctx context.Context, out io.Writer, opts viewOptions) error {
	handler, err := pageHandler(opts.Dir)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(opts.Port)))
	if err != nil {
		return err
	}
	address := "http://" + listener.Addr().String() + "/?" + opts.state().Encode()
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
		go cmd.Wait() // leaves no zombie; how it ends is of no interest
	}
}
