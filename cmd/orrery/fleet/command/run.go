package command

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/fleet"
	"orrery/cmd/orrery/usage"
	"orrery/datasets/storage"
	"orrery/sim/input"
)

type runOptions struct {
	File  string
	On    string // local
	Cores int    // of this machine, for local
	Force bool
	Write string // folder for manifests instead of handing them over, for Kubernetes
	Wait  bool   // for Slurm, until all jobs have ended
	JSON  bool
}

// places are where tasks can run.
var places = []string{"local", "slurm", "kubernetes", "ray"}

func (p Program) newRun() *cobra.Command {
	opts := runOptions{On: "local", Cores: runtime.NumCPU()}
	cmd := &cobra.Command{
		Use:   "run FILE",
		Short: "Do all stages that are not done",
		Long: `Do all stages of a fleet file whose results are not there. Tasks are the shards of a stage and
the merge of them; each is a process of its own. A task that fails is tried again, as often
as retries says; one that always fails is named with its log, and all others go on.

After Ctrl-C or a kill the same command goes on.

--on slurm submits the tasks by sbatch: an array job for the shards of a stage, a job that
merges them when they have ended, and what follows when that has succeeded. The command returns
when all are in the queue; --wait waits for their end. Jobs of a node that fails are queued again.

--on kubernetes hands an Indexed Job for the shards of each stage, and one for their merge, to
kubectl, each when those before have succeeded. A job that is at work already is waited for.
--write DIR writes the manifests instead.

--on ray makes the tasks those of a cluster of Ray, by Python with the packages orrery and ray.
It waits for their end; tasks of a node that is lost are done on another.`,
		Example: `  orrery fleet run fleet.yaml
  orrery fleet run fleet.yaml --cores 4
  orrery fleet run fleet.yaml --on slurm --wait
  orrery fleet run fleet.yaml --on kubernetes --write manifests
  orrery fleet run fleet.yaml --on ray`,
		Args: usage.Args("FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.File = args[0]
			return p.run(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr(), opts)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&opts.On, "on", opts.On, "where: "+strings.Join(places, " or "))
	console.WholeVar(flags, &opts.Cores, "cores", console.From(1), "cores of this machine that the tasks use together")
	console.FolderVar(flags, &opts.Write, "write", "with --on kubernetes, write the manifests to this directory and do nothing else")
	flags.BoolVar(&opts.Wait, "wait", false, "with --on slurm, wait until all jobs have ended")
	flags.BoolVar(&opts.Force, "force", false, "begin stages anew that were begun otherwise, and replace their results")
	flags.BoolVar(&opts.JSON, "json", false, "print JSON")
	return cmd
}

func (p Program) run(ctx context.Context, out, log io.Writer, opts runOptions) error {
	if !slices.Contains(places, opts.On) {
		return console.Usagef("fleet run: --on %q must be %s", opts.On, strings.Join(places, " or "))
	}
	plan, err := p.Open(opts.File)
	if err != nil {
		return err
	}
	local, err := tasksHere(opts.Cores, log)
	if err != nil {
		return err
	}
	if opts.Write != "" && opts.On != "kubernetes" {
		return console.Usagef("fleet run: --write is for --on kubernetes")
	}
	if opts.On == "kubernetes" {
		return apply(ctx, log, plan, opts)
	}
	if opts.On == "slurm" {
		return submit(ctx, out, log, plan, local.Program[0], opts)
	}
	if err := plan.Begin(ctx, opts.Force); err != nil {
		return err
	}
	err = console.Until(ctx, console.Patience, func() error {
		if opts.On == "ray" {
			return plan.RunOnRay(ctx, log, cmp.Or(plan.Ray.Program, local.Program[0]))
		}
		return local.Run(ctx, plan)
	})
	if err != nil && console.Uninterrupted(err) == nil {
		return fmt.Errorf("%w: the same command goes on with %s", console.ErrInterrupted, plan.Out)
	}
	if err != nil {
		return err
	}
	return showProgress(ctx, out, plan, opts.JSON)
}

// apply hands a fleet to Kubernetes, or writes its manifests.
func apply(ctx context.Context, log io.Writer, plan *fleet.Plan, opts runOptions) error {
	if opts.Force {
		return console.Usagef("fleet run: --force is of no use with --on kubernetes; choose another out, or take away what is in it")
	}
	if opts.Write == "" {
		return plan.Apply(ctx, log)
	}
	if err := console.CheckOut(opts.Write, false); err != nil {
		return err
	}
	return storage.ReplaceFolder(opts.Write, "", func(draft string) error {
		return plan.WriteObjects(func(name string, content []byte) error {
			return storage.WriteFile(filepath.Join(draft, name), content)
		})
	})
}

// submit hands a fleet to Slurm.
func submit(ctx context.Context, out, log io.Writer, plan *fleet.Plan, program string, opts runOptions) error {
	batches, err := plan.Submit(ctx, cmp.Or(plan.Slurm.Program, program), opts.Force)
	for _, b := range batches {
		what := input.Count(len(b.Tasks), "shard")
		if b.Tasks[0] == fleet.Merge {
			what = "the merge"
		}
		fmt.Fprintf(log, "job %s: %s of %s\n", b.Job, what, b.Stage)
	}
	if err == nil && opts.Wait {
		err = plan.Await(ctx, log)
	}
	if err != nil {
		return err
	}
	return showProgress(ctx, out, plan, opts.JSON)
}
