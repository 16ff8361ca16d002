package fleet

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"orrery/cmd/orrery/console"
	"orrery/datasets/storage"
	"orrery/sim/input"
)

// Batch is a job of Slurm for tasks of one stage.
type Batch struct {
	Job    string `json:"job"` // number
	Stage  string `json:"stage"`
	Offset int    `json:"offset,omitempty"` // number of the shard whose number in the array is 0
	Tasks  []int  `json:"tasks"`            // numbers of shards, or Merge
}

// batchFile tells which jobs were submitted for a fleet.
const batchFile = "slurm.json"

// Submit begins all stages, as Begin does, and hands the tasks that are not done to Slurm: an array for the shards of a stage, a job
// that merges them when they have ended, and what follows when that has succeeded. Program is
// where this program is, as nodes see it. While tasks are queued nothing is begun or queued, and nothing taken away.
func (p *Plan) Submit(ctx context.Context, program string, force bool) ([]Batch, error) {
	earlier, err := p.batches()
	if err != nil {
		return nil, err
	}
	queued, err := p.queued(ctx, earlier)
	if err != nil {
		return nil, err
	}
	if len(queued) > 0 {
		var jobs []string
		for _, q := range queued {
			if !slices.Contains(jobs, q.Job) {
				jobs = append(jobs, q.Job)
			}
		}
		return nil, fmt.Errorf("jobs %s of this fleet are still in the queue; orrery fleet status %s tells how far they are, scancel %s ends them", strings.Join(jobs, ", "), p.path, strings.Join(jobs, " "))
	}
	most, err := mostInArray(ctx)
	if err != nil {
		return nil, err
	}
	if err := p.Begin(ctx, force); err != nil {
		return nil, err
	}
	var batches []Batch
	last := map[string]string{} // job that a stage ends with
	for _, s := range p.Steps {
		there, err := p.look(s)
		if err == nil && there.whole {
			err = p.tidy(s)
		}
		if err != nil {
			return batches, err
		}
		if there.whole {
			continue
		}
		var after []string
		for _, name := range s.Needs {
			if last[name] != "" {
				after = append(after, last[name])
			}
		}
		made, err := p.submitStep(ctx, s, there, program, after, most)
		batches = append(batches, made...)
		if err := errors.Join(err, p.keepBatches(batches)); err != nil {
			return batches, err
		}
		last[s.Name] = made[len(made)-1].Job
	}
	return batches, nil
}

// submitStep submits the jobs of a step, the last of which is done when the step is. They begin
// when other jobs have succeeded.
func (p *Plan) submitStep(ctx context.Context, s *Step, there *seen, program string, after []string, most int) (made []Batch, err error) {
	var left []int
	for _, task := range s.Tasks() {
		if !there.isDone(task) && task != Merge {
			left = append(left, task)
		}
	}
	var arrays []string
	for offset := 0; offset < s.Of; offset += most {
		b := Batch{Stage: s.Name, Offset: offset}
		for _, task := range left {
			if task >= offset && task < offset+most {
				b.Tasks = append(b.Tasks, task)
			}
		}
		if len(b.Tasks) == 0 {
			continue
		}
		if b.Job, err = p.sbatch(ctx, s, b, program, "afterok", after); err != nil {
			return made, err
		}
		made, arrays = append(made, b), append(arrays, b.Job)
	}
	if !s.merges() {
		return made, nil
	}
	b := Batch{Stage: s.Name, Tasks: []int{Merge}}
	if b.Job, err = p.sbatch(ctx, s, b, program, "afterany", arrays); err != nil {
		return made, err
	}
	return append(made, b), nil
}

// sbatch submits a batch that begins after other jobs, and returns its number.
func (p *Plan) sbatch(ctx context.Context, s *Step, b Batch, program, how string, after []string) (job string, err error) {
	folder, err := filepath.Abs(p.folder())
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(p.scriptLogs(s), 0o755); err != nil {
		return "", err
	}
	args := []string{
		"--parsable", "--job-name=orrery-" + s.Name, "--chdir=" + folder, "--nodes=1", "--ntasks=1",
		"--cpus-per-task=" + strconv.Itoa(s.Resources.Cores), "--requeue",
		"--output=/dev/null",                      // what Slurm itself says names nodes; the script keeps the rest
		"--export=" + strings.Join(passed(), ","), // and nothing else of this environment
	}
	if s.Resources.Memory > 0 {
		args = append(args, fmt.Sprintf("--mem=%dM", s.Resources.Memory.megabytes()))
	}
	if s.Resources.Time > 0 {
		// A minute more than the task gives itself, so that it can say that it was too slow.
		minutes := int((time.Duration(s.Resources.Time)*time.Duration(s.Retries+1) + time.Minute - 1) / time.Minute)
		args = append(args, "--time="+strconv.Itoa(minutes+1))
	}
	for _, option := range []struct{ name, value string }{{"partition", p.Slurm.Partition}, {"account", p.Slurm.Account}} {
		if option.value != "" {
			args = append(args, "--"+option.name+"="+option.value)
		}
	}
	if b.Tasks[0] != Merge && s.merges() {
		array := ranges(b.Tasks, b.Offset)
		if p.Slurm.AtOnce > 0 {
			array += "%" + strconv.Itoa(p.Slurm.AtOnce)
		}
		args = append(args, "--array="+array)
	}
	if len(after) > 0 {
		args = append(args, "--dependency="+how+":"+strings.Join(after, ":"), "--kill-on-invalid-dep=yes")
	}
	cmd := exec.CommandContext(ctx, "sbatch", append(args, p.Slurm.Options...)...)
	cmd.Stdin = strings.NewReader(p.script(s, b, program))
	answer, err := output(cmd)
	if err != nil {
		return "", fmt.Errorf("stage %s: %w", s.Name, err)
	}
	job, _, _ = strings.Cut(strings.TrimSpace(answer), ";") // the cluster's name follows
	if _, err := strconv.Atoi(job); err != nil {
		return "", fmt.Errorf("stage %s: sbatch answers %q, which is no number of a job", s.Name, answer)
	}
	return job, nil
}

// passed are the names of what a job gets of the environment: where programs and the files of
// the user are, and what an object store asks for.
func passed() (names []string) {
	for _, text := range os.Environ() {
		name, _, _ := strings.Cut(text, "=")
		if name == "PATH" || name == "HOME" || strings.HasPrefix(name, "AWS_") || strings.HasPrefix(name, "MINIO_") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// script returns what a batch runs: one task, again while it fails and may be tried again.
func (p *Plan) script(s *Step, b Batch, program string) string {
	task := "$((SLURM_ARRAY_TASK_ID + " + strconv.Itoa(b.Offset) + "))"
	switch {
	case b.Tasks[0] == Merge:
		task = TaskName(Merge)
	case !s.merges():
		task = "0"
	}
	logs := p.scriptLogs(s)
	if absolute, err := filepath.Abs(logs); err == nil {
		logs = absolute
	}
	return fmt.Sprintf(`#!/bin/sh
# Made by orrery fleet run: stage %s.
task=%s
exec >>%s/"$task".slurm 2>&1
tries=0
while :; do
	%s fleet work %s %s "$task" && exit 0
	code=$?
	tries=$((tries + 1))
	if [ $code -eq %d ] || [ $tries -gt %d ]; then exit $code; fi
done
`, s.Name, task, console.Quoted(logs), console.Quoted(program), console.Quoted(filepath.Base(p.path)), s.Name, Hopeless, s.Retries)
}

// scriptLogs is where scripts say what happens before the program runs: with the other logs, or, where those are in an object store,
// below the folder of the file.
func (p *Plan) scriptLogs(s *Step) string {
	if storage.Remote(p.Out) {
		return p.at(filepath.Join(stateFolder, s.Name, ofPrefix+strconv.Itoa(s.Of), logFolder))
	}
	return filepath.Join(p.at(p.state(s)), logFolder)
}

// ranges returns numbers in ascending order, less an offset, as sbatch takes them.
func ranges(numbers []int, offset int) string {
	var parts []string
	for i := 0; i < len(numbers); {
		j := i
		for j+1 < len(numbers) && numbers[j+1] == numbers[j]+1 {
			j++
		}
		part := strconv.Itoa(numbers[i] - offset)
		if j > i {
			part += "-" + strconv.Itoa(numbers[j]-offset)
		}
		parts = append(parts, part)
		i = j + 1
	}
	return strings.Join(parts, ",")
}

var arraySize = regexp.MustCompile(`(?m)^MaxArraySize\s*=\s*(\d+)`)

// mostInArray asks Slurm for the number above all numbers of an array.
func mostInArray(ctx context.Context) (int, error) {
	text, err := output(exec.CommandContext(ctx, "scontrol", "show", "config"))
	if err != nil {
		return 0, err
	}
	found := arraySize.FindStringSubmatch(text)
	if found == nil {
		return 1001, nil // as Slurm has it unless it is told otherwise
	}
	n, err := strconv.Atoi(found[1])
	return max(1, n), err
}

func (p *Plan) batchPath() string { return storage.Join(p.at(p.Out), stateFolder, batchFile) }

// batches returns the jobs that were submitted last.
func (p *Plan) batches() ([]Batch, error) {
	text, err := storage.ReadFile(p.batchPath())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var batches []Batch
	if err := input.DecodeStrictJSON(text, &batches); err != nil {
		return nil, fmt.Errorf("%s: %w", p.batchPath(), err)
	}
	return batches, nil
}

func (p *Plan) keepBatches(batches []Batch) error {
	text, err := json.MarshalIndent(batches, "", "  ")
	if err != nil {
		return err
	}
	return storage.WriteFile(p.batchPath(), append(text, '\n'))
}
