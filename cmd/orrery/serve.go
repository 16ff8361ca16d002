package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/gallery"
	"orrery/cmd/orrery/planning"
	"orrery/cmd/orrery/serve"
	"orrery/cmd/orrery/usage"
	"orrery/datasets"
	"orrery/sim/scenario"
	"orrery/sim/scenario/library"
	"orrery/world"
	"orrery/world/fit"
	"orrery/world/plan"
)

type serveOptions struct {
	Listen    string   // address
	Models    []string // name=DIR
	Token     string   // file with what every request must bring, or empty
	Record    string   // directory for datasets, or empty
	Open      bool     // whoever reaches it may use it
	MemoryMiB uint64
	Limits    serve.Limits
}

func newServeCommand() *cobra.Command {
	opts := serveOptions{Listen: "127.0.0.1:8417", Limits: serve.DefaultLimits()}
	opts.MemoryMiB = opts.Limits.Memory >> 20
	cmd := &cobra.Command{
		Use:   "serve [--model NAME=DIR]...",
		Short: "Let other programs use scenarios and models",
		Long: `Let other programs on this machine use scenarios and models, over HTTP with JSON,
until Ctrl-C. Scenarios with a task are environments; a request names one, or brings a whole
scenario file. Models predict and plan. The model
"true" is the engine. / explains the server, and /openapi.yaml describes every request.
The Python package orrery has a client, orrery.remote.

With --record DIR an environment that is created with "record": true saves each episode that
ends, to a dataset in DIR: one for each scenario and its parameters. A dataset is whole when
the last such environment is gone, and when the server ends.

By default other machines cannot reach the server. If --listen lets them, the server
needs one of two options: --token names a file with a word that every request must bring
(Authorization: Bearer WORD); --open lets everybody in.`,
		Example: `  orrery serve
  orrery serve --record data/clients
  orrery serve --model pusht=models/pusht --model play=models/play --listen 127.0.0.1:9000
  umask 077; head -c 24 /dev/urandom | base64 > token; orrery serve --listen :8417 --token token
  curl -s 127.0.0.1:8417/v1/environments -H 'Content-Type: application/json' -d '{"scenario": "pusht"}'`,
		Args: usage.Args(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runServe(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr(), opts)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&opts.Listen, "listen", opts.Listen, "address to listen at; port 0 takes any free port")
	flags.StringArrayVar(&opts.Models, "model", nil, "model to serve, as `NAME=DIR`; may be repeated")
	flags.StringVar(&opts.Token, "token", "", "`FILE` with a word of 16 characters or more that every request must bring")
	console.FolderVar(flags, &opts.Record, "record", "directory for datasets of the episodes of clients who ask for that")
	flags.BoolVar(&opts.Open, "open", false, "listen beyond loopback without a token")
	console.WholeVar(flags, &opts.Limits.Bytes, "bytes", console.From(1), "most bytes of a request")
	console.WholeVar(flags, &opts.Limits.Bodies, "bodies", console.From(1), "most bodies of a scene in a request")
	console.WholeVar(flags, &opts.Limits.Frames, "frames", console.From(1), "most frames of a rollout or a plan")
	console.WholeVar(flags, &opts.Limits.Batch, "batch", console.From(1), "most rollouts of a request")
	console.WholeVar(flags, &opts.Limits.States, "states", console.From(1), "most states in an answer, each body of each frame counted")
	console.WholeVar(flags, &opts.Limits.Samples, "samples", console.From(1), "most samples of a plan")
	console.WholeVar(flags, &opts.Limits.Connections, "connections", console.From(1), "most connections at once")
	console.WholeVar(flags, &opts.Limits.Environments, "environments", console.From(1), "most environments at once")
	console.WholeVar(flags, &opts.Limits.Episodes, "episodes", console.From(1), "most episodes to save with --record")
	console.WholeVar(flags, &opts.MemoryMiB, "memory", console.Between(1, 1<<40), "most memory in use, in `MiB`; above it requests that need more are refused")
	console.WholeVar(flags, &opts.Limits.Workers, "workers", console.From(1), "goroutines for models; results do not depend on it")
	console.TimeVar(flags, &opts.Limits.Time, "timeout", "most time for a request")
	console.TimeVar(flags, &opts.Limits.Idle, "idle", "time after which an environment that nobody uses is removed")
	return cmd
}

func runServe(ctx context.Context, out, log io.Writer, opts serveOptions) error {
	opts.Limits.Memory = opts.MemoryMiB << 20
	if err := opts.Limits.Validate(); err != nil {
		return console.Usage(err)
	}
	if opts.Token != "" && opts.Open {
		return console.Usagef("serve: --token and --open exclude each other")
	}
	listener, err := listen(opts)
	if err != nil {
		return err
	}
	defer listener.Close()
	server, err := newServer(opts, log)
	if err != nil {
		return err
	}
	if !isLoopback(listener) && opts.Token == "" {
		fmt.Fprintf(log, "warning: whoever reaches %s may use it\n", listener.Addr())
	}
	fmt.Fprintf(out, "http://%s\nCtrl-C ends it\n", listener.Addr())
	return server.Run(ctx, listener)
}

// listen opens the address, which lies beyond loopback only with a token or on demand.
func listen(opts serveOptions) (net.Listener, error) {
	listener, err := console.Listen(opts.Listen)
	if err != nil {
		return nil, fmt.Errorf("serve: --listen %w", err)
	}
	if !isLoopback(listener) && opts.Token == "" && !opts.Open {
		listener.Close()
		return nil, console.Usagef("serve: --listen %s can be reached from other machines: it needs --token FILE, or --open to let everyone in", opts.Listen)
	}
	return listener, nil
}

func isLoopback(listener net.Listener) bool { return listener.Addr().(*net.TCPAddr).IP.IsLoopback() }

// newServer loads the models and brings what is offered together.
func newServer(opts serveOptions, log io.Writer) (*serve.Server, error) {
	config := serve.Config{Limits: opts.Limits, Log: log, Record: opts.Record}
	if opts.Record != "" {
		if err := console.CheckOut(filepath.Join(opts.Record, datasets.PartialName), true); err != nil {
			return nil, fmt.Errorf("serve: --record: %w", err)
		}
	}
	if opts.Token != "" {
		var err error
		if config.Token, err = serve.ReadToken(opts.Token); err != nil {
			return nil, fmt.Errorf("serve: --token: %w", err)
		}
	}
	models := map[string]world.Model{planning.EngineKind: planning.Engine{}}
	for _, text := range opts.Models {
		name, dir, ok := strings.Cut(text, "=")
		if !ok || name == "" || dir == "" {
			return nil, console.Usagef("serve: model %q must be NAME=DIR", text)
		}
		if models[name] != nil {
			return nil, console.Usagef("serve: two models are called %q", name)
		}
		var err error
		if models[name], _, err = fit.Load(dir); err != nil {
			return nil, err
		}
	}
	var scenarios []gallery.Info
	for _, s := range library.List() {
		info, err := gallery.Describe(s)
		if err != nil {
			return nil, err
		}
		scenarios = append(scenarios, info)
	}
	settings := func(of *scenario.Scenario, planner string, tune map[string]float64) (plan.Config, error) {
		config, _, err := planning.Config(of, planning.Task, planner, tune)
		return config, err
	}
	config.Models, config.Scenarios, config.Settings = models, scenarios, settings
	return serve.New(config)
}
