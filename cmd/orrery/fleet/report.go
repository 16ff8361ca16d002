package fleet

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Progress is how far a stage is.
type Progress struct {
	Stage     string  `json:"stage"`
	Result    string  `json:"result,omitempty"`   // where its result is, once that is whole
	Tasks     int     `json:"tasks"`              // number of shards, and the merge
	Done      int     `json:"done"`               // number of tasks
	Running   int     `json:"running"`            // number of tasks
	Failed    int     `json:"failed"`             // number of tasks that are not done and whose last attempt failed or was lost
	Attempts  int     `json:"attempts"`           // number of attempts at all tasks
	CoreHours float64 `json:"core_hours"`         // hours; 3600 seconds of one core each, of all attempts
	Frames    int     `json:"frames,omitempty"`   // number in what is done
	FramesPer float64 `json:"frames_s,omitempty"` // frames/s, of all that run at the same time
	Left      float64 `json:"left_s,omitempty"`   // s, at the pace so far; 0 where it is not known
	Accused   []Case  `json:"accused,omitempty"`  // some of those that failed
	Seconds   float64 `json:"shard_s,omitempty"`  // s, the mean time of a shard
	Bytes     int64   `json:"bytes,omitempty"`    // number that the shards wrote
}

// Case is a task that failed.
type Case struct {
	Task  string `json:"task"`
	Tries int    `json:"tries"` // number of attempts
	Error string `json:"error"`
	Log   string `json:"log"`
}

// Report is how far a fleet is, stage by stage.
type Report struct {
	Stages []Progress `json:"stages"`
	Queue  []Queued   `json:"queue,omitempty"` // of Slurm
}

// mostCases is how many failed tasks a report names for a stage.
const mostCases = 20

// Report reads how far the stages are.
func (p *Plan) Report(ctx context.Context) (*Report, error) {
	report := &Report{}
	for _, s := range p.Steps {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		progress, err := p.progress(s)
		if err != nil {
			return nil, err
		}
		report.Stages = append(report.Stages, *progress)
	}
	return report, nil
}

// progress reads how far a step is.
func (p *Plan) progress(s *Step) (*Progress, error) {
	g := &Progress{Stage: s.Name, Tasks: len(s.Tasks())}
	whole, err := p.resultIsWhole(s)
	if err != nil {
		return nil, err
	}
	if whole {
		g.Result = p.at(p.Result(s))
	}
	records, err := p.Records(s)
	if err != nil {
		return nil, err
	}
	last := map[string]*Record{}
	var first, latest time.Time
	shards, seconds := 0, 0.0
	for _, r := range records {
		g.Attempts++
		g.CoreHours += r.Seconds * float64(r.Cores) / 3600
		if had := last[r.Task]; had == nil || r.Attempt > had.Attempt {
			last[r.Task] = r
		}
		if first.IsZero() || r.Began.Before(first) {
			first = r.Began
		}
		if end := r.Began.Add(time.Duration(r.Seconds * float64(time.Second))); r.Condition == Done && end.After(latest) {
			latest = end
		}
		if r.Condition == Done && r.Task != TaskName(Merge) {
			shards, seconds = shards+1, seconds+r.Seconds
			g.Frames, g.Bytes = g.Frames+r.Frames, g.Bytes+r.Bytes
		}
	}
	if shards > 0 {
		g.Seconds = seconds / float64(shards)
	}
	var cases []*Record
	for _, r := range last {
		switch r.Condition {
		case Running:
			g.Running++
		case Failed, Lost:
			if !whole {
				cases = append(cases, r)
			}
		case Done:
			g.Done++
		}
	}
	if whole {
		g.Done = g.Tasks
	}
	g.Failed = len(cases)
	slices.SortFunc(cases, func(a, b *Record) int { return strings.Compare(a.Task, b.Task) })
	for _, r := range cases[:min(len(cases), mostCases)] {
		g.Accused = append(g.Accused, Case{r.Task, r.Attempt, r.Error, p.LogPath(s, r)})
	}
	if wall := latest.Sub(first).Seconds(); wall > 0 {
		g.FramesPer = float64(g.Frames) / wall
		if !whole && g.Running > 0 && g.Done > 0 {
			g.Left = wall / float64(g.Done) * float64(g.Tasks-g.Done)
		}
	}
	return g, nil
}

// fraction returns the share of the tasks that are done.
func (r *Report) fraction() float64 {
	done, tasks := 0, 0
	for _, g := range r.Stages {
		done, tasks = done+g.Done, tasks+g.Tasks
	}
	return float64(done) / float64(max(1, tasks))
}

// remark says in few words how far a fleet is.
func (r *Report) remark() string {
	done, tasks, running, failed := 0, 0, 0, 0
	for _, g := range r.Stages {
		done, tasks, running, failed = done+g.Done, tasks+g.Tasks, running+g.Running, failed+g.Failed
	}
	text := fmt.Sprintf("%d/%d tasks, %d at work", done, tasks, running)
	if failed > 0 {
		text += fmt.Sprintf(", %d failed", failed)
	}
	return text
}

// missing returns an error that names what failed unless everything is done.
func (r *Report) missing() error {
	var parts []string
	for _, g := range r.Stages {
		if g.Result != "" {
			continue
		}
		for _, c := range g.Accused {
			parts = append(parts, fmt.Sprintf("%s %s: %s (log %s), tried %s", g.Stage, c.Task, orLost(c.Error), c.Log, times(c.Tries)))
		}
		if len(g.Accused) == 0 {
			parts = append(parts, fmt.Sprintf("%s: %d of %d tasks are done", g.Stage, g.Done, g.Tasks))
		}
	}
	if len(parts) == 0 {
		return nil
	}
	return errors.New(strings.Join(parts, "; "))
}

func orLost(text string) string {
	if text == "" {
		return string(Lost)
	}
	return text
}
