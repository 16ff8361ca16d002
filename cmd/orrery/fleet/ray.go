package fleet

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"orrery/cmd/orrery/console"
)

// rayOrder is what the Python module orrery.ray is told to have done, a line of JSON on its stdin.
type rayOrder struct {
	Program string     `json:"program"` // as nodes see it
	Folder  string     `json:"folder"`  // of the fleet file, as nodes see it
	File    string     `json:"file"`    // in there
	Address string     `json:"address,omitempty"`
	Stages  []rayStage `json:"stages"` // each after those that it needs
}

// rayStage is a stage with the tasks that are not done.
type rayStage struct {
	Name    string   `json:"name"`
	Needs   []string `json:"needs"`            // stages of the order
	Cores   int      `json:"cores"`            // number of each task
	Memory  int64    `json:"memory,omitempty"` // bytes of each task
	Retries int      `json:"retries"`          // number of attempts after the first
	Tasks   []string `json:"tasks"`            // by their names; the merge comes last
}

// RunOnRay has the tasks that are not done run by a cluster of Ray, through Python, and waits for their end. Its error
// names what is not done then. Program is where this program is, as nodes see it. When ctx ends, all tasks are stopped.
func (p *Plan) RunOnRay(ctx context.Context, log io.Writer, program string) error {
	order, err := p.rayOrder(program)
	if err != nil {
		return err
	}
	if len(order.Stages) == 0 {
		return nil
	}
	text, err := json.Marshal(order)
	if err != nil {
		return err
	}
	python := cmp.Or(p.Ray.Python, "python3")
	cmd := exec.CommandContext(ctx, python, "-m", "orrery.ray")
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = rayDying
	var said tail
	cmd.Stderr = &said
	in, err := cmd.StdinPipe() // which stays open: its end tells Python that this process is gone
	if err != nil {
		return err
	}
	defer in.Close()
	if err := cmd.Start(); err != nil {
		if errors.Is(err, exec.ErrNotFound) {
			return fmt.Errorf("the program %s is not on the path: --on ray needs Python with the packages orrery and ray; ray.python of the fleet file names another one", python)
		}
		return err
	}
	ended := make(chan error, 1)
	go func() {
		_, err := in.Write(append(text, '\n'))
		ended <- errors.Join(cmd.Wait(), err)
	}()
	err = p.watch(ctx, log, ended)
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("%w: the same command goes on with %s", console.ErrInterrupted, p.at(p.Out))
	case err != nil:
		return rayError(python, said.String(), err)
	}
	report, err := p.Report(ctx)
	if err != nil {
		return err
	}
	return report.missing()
}

// rayDying is the time Python has to end by itself when it is told to: it stops what Ray runs first.
const rayDying = 10 * time.Second

// rayOrder lists the tasks that are not done.
func (p *Plan) rayOrder(program string) (*rayOrder, error) {
	folder, err := filepath.Abs(p.folder())
	if err != nil {
		return nil, err
	}
	order := &rayOrder{Program: program, Folder: folder, File: filepath.Base(p.path), Address: p.Ray.Address}
	left := map[string]bool{}
	for _, s := range p.Steps {
		there, err := p.look(s)
		if err == nil && there.whole {
			err = p.tidy(s)
		}
		if err != nil {
			return nil, err
		}
		if there.whole {
			continue
		}
		stage := rayStage{Name: s.Name, Needs: []string{}, Cores: s.Resources.Cores, Memory: int64(s.Resources.Memory), Retries: s.Retries}
		for _, name := range s.Needs {
			if left[name] {
				stage.Needs = append(stage.Needs, name)
			}
		}
		for _, task := range s.Tasks() {
			if !there.isDone(task) {
				stage.Tasks = append(stage.Tasks, TaskName(task))
			}
		}
		left[s.Name] = true
		order.Stages = append(order.Stages, stage)
	}
	return order, nil
}

// watch shows how far the stages are until ended has an error or nil, which it returns.
func (p *Plan) watch(ctx context.Context, log io.Writer, ended <-chan error) error {
	bar := console.NewProgress(log, "fleet")
	defer bar.Close()
	for {
		if report, err := p.Report(ctx); err == nil { // another look may do better
			bar.Set(report.fraction(), report.remark())
		}
		select {
		case err := <-ended:
			return err
		case <-time.After(pause):
		}
	}
}

// rayError returns why Python could not have the tasks done, by the last that it said.
func rayError(python, said string, err error) error {
	said = strings.TrimSpace(said)
	switch {
	case strings.Contains(said, "No module named"):
		return fmt.Errorf("%s: %s: --on ray needs Python with the packages orrery and ray; ray.python of the fleet file names another one", python, said)
	case said != "":
		return fmt.Errorf("ray: %s", said)
	}
	return fmt.Errorf("%s: %w", python, err)
}
