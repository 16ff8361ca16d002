package main

import (
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"

	"orrery/cmd/orrery/console"
	"orrery/cmd/orrery/episodes"
	"orrery/cmd/orrery/evaluation"
	"orrery/sim/input"
)

// setHorizons takes the horizons of the command line.
func (o *evalOptions) setHorizons() error {
	if o.Horizons == nil {
		return nil
	}
	o.Settings.HorizonsS = nil
	for _, text := range o.Horizons {
		seconds, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
		if err != nil {
			return fmt.Errorf("eval: --horizons: %q must be a number of seconds", text)
		}
		o.Settings.HorizonsS = append(o.Settings.HorizonsS, seconds)
	}
	return nil
}

// validateOthers returns an error unless there is one set whose predictions are read or asked for.
func (o *evalOptions) validateOthers() error {
	flag := "--predictions"
	if o.Questions != "" {
		flag = "--questions"
		if strings.ToLower(filepath.Ext(o.Questions)) != ".npz" {
			return fmt.Errorf("eval: --questions %s: the name must end in .npz", o.Questions)
		}
	} else if len(o.Predicted) == 0 {
		return nil
	}
	sets := len(o.Data)
	if o.Sets != "" {
		sets += len(episodes.TestSets(o.of.Name, o.Only))
	}
	if sets > 1 {
		return fmt.Errorf("eval: %s is for a single set of episodes, and there are %d; one --data, or --only with a single name, leaves one", flag, sets)
	}
	return nil
}

// writeQuestions writes what has to be predicted for a set.
func (o *evalOptions) writeQuestions(log io.Writer, set *evaluation.Set) error {
	questions, err := set.Questions(o.Settings)
	if err != nil {
		return err
	}
	if err := console.WriteFile(o.Questions, questions.Write); err != nil {
		return err
	}
	fmt.Fprintf(log, "wrote %s: %s of %s to predict, up to %.3g s\n", o.Questions,
		input.Count(len(questions.Episodes), "rollout"), input.Count(questions.Frames-1, "frame"), questions.Seconds(questions.Frames-1))
	return nil
}
