package shard

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Parse returns the shard that a text asks for: i/n, or /n with i
// from the environment of the job, or auto with both from Slurm's. No text asks
// for the whole.
func Parse(text string, lookUp func(name string) (string, bool)) (s Shard, err error) {
	if text == "" {
		return s, nil
	}
	index, of, found := strings.Cut(text, "/")
	if text == "auto" {
		index, found = "", true
		of, _ = lookUp("SLURM_ARRAY_TASK_COUNT")
	}
	if s.Of, err = strconv.Atoi(of); err != nil || !found {
		return s, fmt.Errorf("shard %q must be i/n, /n, or auto in an array of Slurm", text)
	}
	if index == "" {
		s.Index, err = jobIndex(lookUp)
	} else if s.Index, err = strconv.Atoi(index); err != nil {
		err = fmt.Errorf("index %q must be a whole number", index)
	}
	if err == nil && (s.Index < 0 || s.Index >= s.Of) {
		err = fmt.Errorf("index %d must be from 0 to %d", s.Index, s.Of-1)
	}
	if err != nil {
		err = fmt.Errorf("shard %q: %w", text, err)
	}
	return s, err
}

// jobIndex returns the place, from 0, of this process among those of its job: what
// Kubernetes says, or what follows from the numbers of Slurm's tasks, which may
// begin anywhere and leave gaps of one size.
func jobIndex(lookUp func(name string) (string, bool)) (int, error) {
	if text, ok := lookUp("JOB_COMPLETION_INDEX"); ok {
		return envNumber("JOB_COMPLETION_INDEX", text)
	}
	if _, ok := lookUp("SLURM_ARRAY_TASK_ID"); !ok {
		return 0, errors.New("the environment has neither JOB_COMPLETION_INDEX nor SLURM_ARRAY_TASK_ID")
	}
	id, first, step := 0, 0, 1 // arrays begin at 0 and have no gaps unless told otherwise
	for _, number := range []struct {
		name string
		to   *int
	}{{"SLURM_ARRAY_TASK_ID", &id}, {"SLURM_ARRAY_TASK_MIN", &first}, {"SLURM_ARRAY_TASK_STEP", &step}} {
		text, ok := lookUp(number.name)
		if !ok {
			continue
		}
		var err error
		if *number.to, err = envNumber(number.name, text); err != nil {
			return 0, err
		}
	}
	return (id - first) / max(1, step), nil
}

func envNumber(name, text string) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil {
		err = fmt.Errorf("%s %q must be a whole number", name, text)
	}
	return n, err
}
