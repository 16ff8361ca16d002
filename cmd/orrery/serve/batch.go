package serve

import (
	"context"

	"golang.org/x/sync/errgroup"
)

// Several environments at once: each is asked as by a request of its own, and one that refuses does not touch the
// others.

type stepsRequest struct {
	Steps []oneStep `json:"steps"`
}

type oneStep struct {
	Environment string `json:"environment"`
	stepRequest
}

type stepsAnswer struct {
	Steps []stepped `json:"steps"` // in the order of the request
}

// stepped has one of the two.
type stepped struct {
	Step  *stepAnswer `json:"step,omitempty"`
	Error *errorText  `json:"error,omitempty"`
}

type resetsRequest struct {
	Resets []oneReset `json:"resets"`
}

type oneReset struct {
	Environment string `json:"environment"`
	resetRequest
}

type resetsAnswer struct {
	Resets []begun `json:"resets"` // in the order of the request
}

// begun has one of the two.
type begun struct {
	Reset *resetAnswer `json:"reset,omitempty"`
	Error *errorText   `json:"error,omitempty"`
}

func (s *Server) stepAll(ctx context.Context, _ string, q *stepsRequest) (a stepsAnswer, err error) {
	a.Steps = make([]stepped, len(q.Steps))
	err = s.each(ctx, "steps", len(q.Steps), func(i int) string { return q.Steps[i].Environment }, func(i int) *errorText {
		answer, err := s.step(ctx, q.Steps[i].Environment, &q.Steps[i].stepRequest)
		if err != nil {
			return s.text(err)
		}
		a.Steps[i].Step = &answer
		return nil
	}, func(i int, text *errorText) { a.Steps[i].Error = text })
	return a, err
}

func (s *Server) resetAll(ctx context.Context, _ string, q *resetsRequest) (a resetsAnswer, err error) {
	a.Resets = make([]begun, len(q.Resets))
	err = s.each(ctx, "resets", len(q.Resets), func(i int) string { return q.Resets[i].Environment }, func(i int) *errorText {
		answer, err := s.reset(ctx, q.Resets[i].Environment, &q.Resets[i].resetRequest)
		if err != nil {
			return s.text(err)
		}
		a.Resets[i].Reset = &answer
		return nil
	}, func(i int, text *errorText) { a.Resets[i].Error = text })
	return a, err
}

// each asks n environments, Workers at a time. A list in which one is twice is refused, as nothing says in which order.
func (s *Server) each(ctx context.Context, field string, n int, id func(i int) string, ask func(i int) *errorText, fail func(i int, text *errorText)) error {
	if n == 0 {
		return invalid(field, "must name an environment or more")
	}
	if err := checkMost(field, "number of environments", n, s.config.Limits.Batch); err != nil {
		return err
	}
	first := map[string]int{}
	for i := range n {
		if before, twice := first[id(i)]; twice {
			return invalid(field, "environment %.40q is there twice, as number %d and as number %d", id(i), before, i)
		}
		first[id(i)] = i
	}
	var group errgroup.Group
	group.SetLimit(s.config.Limits.Workers)
	for i := range n {
		group.Go(func() error {
			defer func() {
				if cause := recover(); cause != nil {
					s.log.Printf("%s[%d] failed: %v", field, i, cause)
					fail(i, s.text(broken(cause)))
				}
			}()
			if text := ask(i); text != nil {
				fail(i, text)
			}
			return nil
		})
	}
	_ = group.Wait() // each has its own error
	return ctx.Err()
}

// text returns an error as an answer has it.
func (s *Server) text(err error) *errorText {
	f := classify(err, &s.config.Limits)
	return &errorText{f.code, f.field, f.Error()}
}
