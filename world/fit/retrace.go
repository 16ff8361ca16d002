package fit

import (
	"context"
	"fmt"
	"sync"

	"orrery/learn/train"
	"orrery/sim"
	"orrery/world/contact"
	"orrery/world/retrace"
)

// retrace finds the states of observed episodes anew along the plain laws of contact, if their source steps as an engine does and plain laws
// explain most hits that were seen. Otherwise they stay as they are. It returns which states are learned from, in words, or
// nothing where that is no question.
func (j *Job) retrace(ctx context.Context, model *trainable, lists ...[]*sim.Trajectory) (states string, err error) {
	m, ok := model.learner.(*contact.Model)
	if !ok || j.chosen.part {
		return "", nil
	}
	config := m.Config()
	if config.Impacts || config.Late || config.Hold || config.Hits != (contact.Hits{}) {
		return "", nil
	}
	plain, err := contact.Plain(config)
	if err != nil {
		return "", err
	}
	var all []**sim.Trajectory
	for _, list := range lists {
		for i := range list {
			if list[i].Seen != nil {
				all = append(all, &list[i])
			}
		}
	}
	if len(all) == 0 {
		return "", nil
	}
	found := make([]*retrace.Traced, len(all))
	errs := make([]error, len(all))
	next := make(chan int)
	var group sync.WaitGroup
	for range max(1, min(j.Config.Train.Workers, len(all))) {
		group.Go(func() {
			for i := range next {
				errs[i] = train.Guard("finding states anew", func() (err error) {
					found[i], err = retrace.Along(ctx, plain, *all[i])
					return err
				})
			}
		})
	}
	for i := range all {
		j.report(Progress{Stage: Retracing, Fraction: float64(i) / float64(len(all))})
		next <- i
	}
	close(next)
	group.Wait()
	if err := ctx.Err(); err != nil {
		return "", fmt.Errorf("finding states anew: %w", err)
	}
	var sum retrace.Traced
	for i, t := range found {
		if errs[i] != nil { // a law that breaks down on what was seen does not explain it
			t = &retrace.Traced{Trajectory: *all[i], Odd: 1}
			found[i] = t
		}
		sum.Count(t)
	}
	switch {
	case !sum.Holds() && sum.Hits == 0:
		return "as estimated: plain laws do not explain them", nil
	case !sum.Holds():
		return fmt.Sprintf("as estimated: plain laws do not explain them, nor %d of %d hits", sum.Odd, sum.Hits), nil
	}
	for i, t := range found { // also where they do not hold: then something is wrong with that scene, and what is odd in it is open
		*all[i] = t.Trajectory
	}
	return fmt.Sprintf("along plain laws, which explain %d of %d hits", sum.Hits-sum.Odd, sum.Hits), nil
}
