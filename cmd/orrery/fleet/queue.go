package fleet

import (
	"context"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"

	"orrery/cmd/orrery/console"
)

// Queued says how many tasks of a job are in one state in Slurm's queue.
type Queued struct {
	Job   string `json:"job"` // number, as scancel takes it
	Stage string `json:"stage"`
	State string `json:"state"` // in Slurm's words, such as PENDING
	Tasks int    `json:"tasks"` // number of tasks
}

// over are the states of jobs that do nothing any more.
var over = []string{"COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "BOOT_FAIL", "DEADLINE", "OUT_OF_MEMORY", "NODE_FAIL", "PREEMPTED", "REVOKED"}

// queued returns what is in the queue of some batches, in their order.
func (p *Plan) queued(ctx context.Context, batches []Batch) ([]Queued, error) {
	if len(batches) == 0 {
		return nil, nil
	}
	// All jobs of everyone: a list of jobs is an error when one of them is forgotten.
	text, err := output(exec.CommandContext(ctx, "squeue", "--noheader", "--array", "--states=all", "--format=%i %T"))
	if err != nil {
		return nil, err
	}
	var list []Queued
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) != 2 || slices.Contains(over, fields[1]) {
			continue
		}
		job, _, _ := strings.Cut(fields[0], "_")
		at := slices.IndexFunc(batches, func(b Batch) bool { return b.Job == job })
		if at < 0 {
			continue
		}
		q := Queued{Job: job, Stage: batches[at].Stage, State: fields[1]}
		same := slices.IndexFunc(list, func(other Queued) bool { return other.Job == q.Job && other.State == q.State })
		if same < 0 {
			same, list = len(list), append(list, q)
		}
		list[same].Tasks++
	}
	slices.SortStableFunc(list, func(a, b Queued) int { return strings.Compare(a.State, b.State) })
	return list, nil
}

// AddQueue adds to a report what Slurm says of the jobs of the fleet, if there are some: what is in the
// queue, and how tasks ended that could not say so themselves, as far as Slurm keeps account of that.
func (p *Plan) AddQueue(ctx context.Context, report *Report) error {
	batches, err := p.batches()
	if err != nil {
		return err
	}
	if _, err := exec.LookPath("squeue"); err != nil || len(batches) == 0 {
		return nil // it is asked on a machine without Slurm
	}
	if report.Queue, err = p.queued(ctx, batches); err != nil {
		return err
	}
	there := map[string]*seen{} // by stage
	for _, e := range p.account(ctx, batches) {
		i := slices.IndexFunc(report.Stages, func(g Progress) bool { return g.Stage == e.stage })
		s, err := p.Find(e.stage)
		if i < 0 || err != nil || e.task >= s.Of {
			continue // of an earlier version of the file
		}
		if there[s.Name] == nil {
			if there[s.Name], err = p.look(s); err != nil {
				return err
			}
		}
		if there[s.Name].isDone(e.task) {
			continue
		}
		if err := p.blame(&report.Stages[i], s, e); err != nil {
			return err
		}
	}
	return nil
}

// account asks Slurm which tasks ended badly. Without accounting it knows of none.
func (p *Plan) account(ctx context.Context, batches []Batch) (list []account) {
	var jobs []string
	for _, b := range batches {
		jobs = append(jobs, b.Job)
	}
	text, err := output(exec.CommandContext(ctx, "sacct", "--noheader", "--parsable2", "--allocations", "--format=JobID,State", "--jobs="+strings.Join(jobs, ",")))
	if err != nil {
		return nil
	}
	for line := range strings.Lines(text) {
		id, state, _ := strings.Cut(strings.TrimSpace(line), "|")
		state, _, _ = strings.Cut(state, " ") // CANCELLED by UID
		job, index, _ := strings.Cut(id, "_")
		at := slices.IndexFunc(batches, func(b Batch) bool { return b.Job == job })
		if at < 0 || state == "COMPLETED" || !slices.Contains(over, state) {
			continue
		}
		task := batches[at].Tasks[0]
		if number, err := strconv.Atoi(index); err == nil {
			task = number + batches[at].Offset
		}
		list = append(list, account{batches[at].Stage, task, state})
	}
	return list
}

// account is how Slurm says that a task ended.
type account struct {
	stage string
	task  int
	state string
}

// blame adds to the progress of a step what Slurm says of a task, unless it said itself why it failed.
func (p *Plan) blame(g *Progress, s *Step, e account) error {
	name := TaskName(e.task)
	for i := range g.Accused {
		if c := &g.Accused[i]; c.Task == name {
			if c.Error == "" {
				c.Error = "Slurm says " + e.state
			}
			return nil
		}
	}
	attempts, err := p.attempts(s, e.task)
	if err != nil || len(g.Accused) >= mostCases {
		return err
	}
	c := Case{Task: name, Tries: len(attempts), Error: "Slurm says " + e.state}
	if len(attempts) > 0 {
		last := attempts[len(attempts)-1]
		if c.Log = p.LogPath(s, last); last.Condition == Running {
			g.Running-- // it is not any more
		}
	}
	g.Failed++
	g.Accused = append(g.Accused, c)
	return nil
}

// pause is the time between two looks at the queue; tests shorten it.
var pause = 2 * time.Second

// Await waits until no job of the fleet is in Slurm's queue, and returns an error that names
// what is not done then. When ctx ends, the jobs go on.
func (p *Plan) Await(ctx context.Context, log io.Writer) error {
	bar := console.NewProgress(log, "fleet")
	defer bar.Close()
	looks := looking{every: pause}
	for {
		report, err := p.Report(ctx)
		if err == nil {
			err = p.AddQueue(ctx, report)
		}
		if err == nil {
			bar.Set(report.fraction(), report.remark())
			if len(report.Queue) == 0 {
				return report.missing()
			}
		}
		if err := looks.wait(ctx, err); ctx.Err() != nil {
			return fmt.Errorf("%w: the jobs go on; orrery fleet status %s tells how far they are", console.ErrInterrupted, p.path)
		} else if err != nil {
			return err
		}
	}
}

// looking is a series of looks at something elsewhere, which may fail now and then.
type looking struct {
	every  time.Duration
	failed int // looks in a row
}

const (
	mostFailed = 10 // looks in a row, before the last error counts
	longest    = time.Minute
)

// wait waits until it is time for another look, where the last one ended with err. After one that failed it waits longer, and
// returns the error when too many have failed in a row, or that of ctx.
func (l *looking) wait(ctx context.Context, err error) error {
	next := l.every
	switch {
	case err == nil:
		l.failed = 0
	case l.failed+1 >= mostFailed:
		return err
	default:
		l.failed++
		next = min(l.every<<l.failed, longest)
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(next):
		return nil
	}
}
