package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/spf13/cobra"

	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/planning"
	"orrery/cmd/orrery/serve"
	"orrery/sim/scenario"
	"orrery/world"
	"orrery/world/fit"
	"orrery/world/plan"
)

type serveOptions struct {
	Listen    string   // address
	Models    []string // name=DIR
	MemoryMiB uint64
	Limits    serve.Limits
}

func newServeCommand() *cobra.Command {
	opts := serveOptions{Listen: "127.0.0.1:8417", Limits: serve.DefaultLimits()}
	opts.MemoryMiB = opts.Limits.Memory >> 20
	cmd := &cobra.Command{
		Use:   "serve [--model NAME=DIR]...",
		Short: "Let other programs act in scenarios and ask models",
		Long: `Offer the scenarios that have a task as environments, and models as predictors and
planners, to other programs on this machine: HTTP with JSON, until Ctrl-C, which
lets running requests finish. The model "true" is the engine. /openapi.yaml says
what can be asked for, and /orrery_client.py is a client by the conventions of
Gymnasium.

There is no password: --listen with another address than that of loopback lets
everyone in who can reach it.`,
		Example: `  orrery serve
  orrery serve --model pusht=models/pusht --model play=models/play --listen 127.0.0.1:9000
  curl -s 127.0.0.1:8417/v1/environments -H 'Content-Type: application/json' -d '{"scenario": "pusht"}'`,
		Args: wantArgs(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runServe(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr(), opts)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&opts.Listen, "listen", opts.Listen, "address to listen at; port 0 is any that is free")
	flags.StringArrayVar(&opts.Models, "model", nil, "model to offer, as `NAME=DIR`, may be repeated")
	flags.IntVar(&opts.Limits.Environments, "environments", opts.Limits.Environments, "most environments at once")
	flags.Uint64Var(&opts.MemoryMiB, "memory", opts.MemoryMiB, "`MiB` in use above which nothing is begun that needs more")
	flags.IntVar(&opts.Limits.Workers, "workers", opts.Limits.Workers, "goroutines for models; results do not depend on it")
	flags.DurationVar(&opts.Limits.Time, "timeout", opts.Limits.Time, "most time for a request")
	flags.DurationVar(&opts.Limits.Idle, "idle", opts.Limits.Idle, "time after which an environment that nobody uses is removed")
	return cmd
}

func runServe(ctx context.Context, out, log io.Writer, opts serveOptions) error {
	opts.Limits.Memory = opts.MemoryMiB << 20
	if err := opts.Limits.Validate(); err != nil {
		return console.Usage(err)
	}
	server, err := newServer(opts)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", opts.Listen)
	if err != nil {
		return err
	}
	if !listener.Addr().(*net.TCPAddr).IP.IsLoopback() {
		fmt.Fprintf(log, "warning: whoever reaches %s may use it\n", listener.Addr())
	}
	fmt.Fprintf(out, "http://%s\nCtrl-C ends it\n", listener.Addr())
	return server.Run(ctx, listener)
}

// newServer loads the models and brings what is offered together.
func newServer(opts serveOptions) (*serve.Server, error) {
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
	var scenarios []scenarioInfo
	for _, s := range scenario.List() {
		info, err := describeScenario(s)
		if err != nil {
			return nil, err
		}
		scenarios = append(scenarios, info)
	}
	settings := func(task, planner string, tune map[string]float64) (plan.Config, error) {
		config, _, err := planning.Config(task, planning.Task, planner, tune)
		return config, err
	}
	return serve.New(serve.Config{Models: models, Scenarios: scenarios, Settings: settings, Limits: opts.Limits})
}
