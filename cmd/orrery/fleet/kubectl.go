package fleet

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"time"

	"orrery/cmd/orrery/console"
	"orrery/datasets/storage"
)

// look is the time between two looks at a job; tests shorten it.
var look = 5 * time.Second

// Apply hands the jobs of a fleet to Kubernetes by kubectl, each when what it needs has succeeded, and waits for
// their end. When ctx ends, jobs that were handed over go on.
func (p *Plan) Apply(ctx context.Context, log io.Writer) error {
	if err := p.checkKubernetes(); err != nil {
		return err
	}
	config, jobs, err := p.objects()
	if err != nil {
		return err
	}
	if _, err := p.kubectl(ctx, config, "apply", "-f", "-"); err != nil {
		return err
	}
	stages := map[string]*applied{}
	for _, s := range p.Steps {
		stages[s.Name] = &applied{ended: make(chan struct{})}
	}
	var said sync.Mutex
	say := func(format string, args ...any) {
		said.Lock()
		defer said.Unlock()
		fmt.Fprintf(log, format, args...)
	}
	for _, s := range p.Steps {
		go func() {
			a := stages[s.Name]
			defer close(a.ended)
			for _, name := range s.Needs {
				if <-stages[name].ended; stages[name].err != nil {
					a.err = fmt.Errorf("needs %s", name)
					return
				}
			}
			for _, j := range jobs {
				if j.step != s {
					continue
				}
				if a.err = p.applyJob(ctx, j, say); a.err != nil {
					say("orrery: %s: %v\n", s.Name, a.err)
					return
				}
			}
		}()
	}
	var failed []string
	for _, s := range p.Steps {
		if <-stages[s.Name].ended; stages[s.Name].err != nil {
			failed = append(failed, fmt.Sprintf("%s: %v", s.Name, stages[s.Name].err))
		}
	}
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("%w: the jobs go on; kubectl get jobs --selector orrery/fleet=%s shows them", console.ErrInterrupted, p.configName())
	case len(failed) > 0:
		return fmt.Errorf("%s; logs are in %s", strings.Join(failed, "; "), storage.Join(p.Out, stateFolder))
	}
	return nil
}

// applied is a stage on its way.
type applied struct {
	ended chan struct{} // closed when err is known
	err   error
}

// jobState is what Kubernetes says of a job.
type jobState struct {
	there, complete, failed bool
	indexes                 string // of pods that failed for good
}

// ask returns what Kubernetes says of a job.
func (p *Plan) ask(ctx context.Context, j podJob) (state jobState, err error) {
	const path = `jsonpath={.metadata.name}/{.status.conditions[?(@.status=="True")].type}/{.status.failedIndexes}`
	said, err := p.kubectl(ctx, nil, "get", "job", j.name, "--ignore-not-found", "-o", path)
	if parts := strings.Split(strings.TrimSpace(said), "/"); err == nil && len(parts) == 3 {
		words := strings.Fields(parts[1])
		state = jobState{true, slices.Contains(words, "Complete"), slices.Contains(words, "Failed"), parts[2]}
	}
	return state, err
}

// applyJob hands a job over and waits for its end. One that is at work already is waited for; one that has ended
// is replaced, for what it made may be gone since.
func (p *Plan) applyJob(ctx context.Context, j podJob, say func(format string, args ...any)) error {
	state, err := p.ask(ctx, j)
	if err != nil {
		return err
	}
	if state.there && !state.complete && !state.failed {
		say("job %s: %s, which is at work already\n", j.name, j.step.Name)
	} else {
		if state.there {
			if _, err := p.kubectl(ctx, nil, "delete", "job", j.name, "--ignore-not-found"); err != nil {
				return err
			}
		}
		say("job %s: %s\n", j.name, j.step.Name)
		if _, err := p.kubectl(ctx, j.manifest, "apply", "-f", "-"); err != nil {
			return err
		}
	}
	for looks := (looking{every: look}); ; {
		state, err := p.ask(ctx, j)
		switch {
		case err != nil:
		case state.failed && state.indexes != "" && !j.merges:
			return fmt.Errorf("shards %s failed", state.indexes)
		case state.failed:
			return fmt.Errorf("job %s failed", j.name)
		case state.complete:
			return nil
		case !state.there:
			return fmt.Errorf("job %s is gone", j.name)
		}
		if err := looks.wait(ctx, err); err != nil {
			return err
		}
	}
}

// kubectl runs the program with an input, and returns its output.
func (p *Plan) kubectl(ctx context.Context, in []byte, args ...string) (string, error) {
	if p.Kubernetes.Namespace != "" {
		args = append([]string{"--namespace", p.Kubernetes.Namespace}, args...)
	}
	cmd := exec.CommandContext(ctx, "kubectl", args...)
	cmd.Stdin = bytes.NewReader(in)
	return output(cmd)
}
