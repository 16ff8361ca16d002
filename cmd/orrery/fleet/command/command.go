package command

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/fleet"
	"orrery/datasets/shard"
)

// Program is what the commands need of the program that they belong to.
type Program struct {
	Run   fleet.Runner               // runs a command line
	Takes func(words []string) error // returns an error for a command line that the program does not take
}

// Command returns the command fleet with those below it.
func (p Program) Command() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "fleet run|show|status|collect FILE",
		Short: "Do commands in parts, on many cores or machines",
		Long: `Do what a fleet file says: commands of this program, in stages and shards, here or by Slurm,
Kubernetes or Ray. orrery guide fleet explains the file and goes from a laptop to Slurm.

  format: 1
  out: mixed                                # folder for all results
  stages:
    - name: data
      run: gen mixed --episodes 4000        # without --out
      shards: 12
    - name: model
      run: train {data} --steps 20000       # after data, whose result is {data}

A stage is done when its result is whole; then it is not done again. What is killed goes on
where it was, and a shard that fails is tried again.`,
		Example: `  orrery fleet show fleet.yaml
  orrery fleet run fleet.yaml
  orrery fleet run fleet.yaml --on slurm
  orrery fleet status fleet.yaml`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return console.Usagef("fleet: %q must be one of run, show, status, collect", args[0])
			}
			return cmd.Help()
		},
	}
	cmd.AddCommand(p.newCollect(), p.newRun(), p.newShow(), p.newStatus(), p.newWork())
	return cmd
}

// Open reads a fleet file, all of whose command lines the program takes.
func (p Program) Open(path string) (*fleet.Plan, error) {
	file, err := fleet.Read(path)
	if err != nil {
		return nil, err
	}
	return fleet.NewPlan(file, p.Takes)
}

// tasksHere does tasks on this machine, each in a process of this program.
func tasksHere(cores int, log io.Writer) (fleet.Local, error) {
	program, err := os.Executable()
	return fleet.Local{Program: []string{program, "fleet", "work"}, Cores: cores, Log: log}, err
}

// parseTask reads the name of a task: the number of a shard, merge, or auto for what the environment says.
func parseTask(s *fleet.Step, text string) (int, error) {
	if text == "auto" {
		part, err := shard.Parse(fmt.Sprintf("/%d", s.Of), os.LookupEnv)
		if err != nil {
			return 0, console.Usage(err)
		}
		return part.Index, nil
	}
	names := map[string]int{}
	for _, task := range s.Tasks() {
		names[fleet.TaskName(task)] = task
	}
	task, ok := names[text]
	if !ok {
		rule := fmt.Sprintf("a shard from 0 to %d", s.Of-1)
		if _, merges := names[fleet.TaskName(fleet.Merge)]; merges {
			rule += ", merge"
		}
		rule += " or auto"
		return 0, console.Usagef("fleet: task %q of stage %s must be %s", text, s.Name, rule)
	}
	return task, nil
}
