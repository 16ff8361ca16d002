package evaluation

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"orrery/cmd/orrery/console"
	"orrery/datasets/predictions"
	"orrery/sim/input"
	"orrery/world"
	"orrery/world/eval"
)

// Questions returns what has to be predicted for an evaluation on the set.
func (s *Set) Questions(settings eval.Config) (*predictions.Questions, error) {
	frames, err := eval.Frames(s.Trajectories, settings)
	if err != nil {
		return nil, fmt.Errorf("%w%s", err, inSet(s.Name))
	}
	q := predictions.Ask(s.Trajectories, frames)
	q.Episodes, q.First, q.Stride = s.Episodes, s.first, s.stride
	q.Known = max(s.Source.Episodes, slices.Max(s.Episodes)+1)
	return q, nil
}

// ReadPredictions reads files of what other programs predicted for the set, each given as FILE or NAME=FILE. Without
// a name one is named after its file.
func (s *Set) ReadPredictions(ctx context.Context, log io.Writer, args []string, settings eval.Config) ([]Entrant, error) {
	questions, err := s.Questions(settings)
	if err != nil {
		return nil, err
	}
	var entrants []Entrant
	for _, arg := range args {
		name, path, err := SplitName(arg)
		if err != nil {
			return nil, console.Usagef("eval: --predictions %q must be FILE or NAME=FILE", arg)
		}
		if name == "" {
			name = strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
		}
		told, skipped, err := questions.Read(ctx, path)
		if err != nil {
			return nil, err
		}
		if skipped > 0 {
			fmt.Fprintf(log, "%s: left out %s of episodes or frames that are not compared\n", path, input.Count(skipped, "row"))
		}
		entrants = append(entrants, Entrant{Dir: path, Name: name, Predicted: Predicted(told), Description: &world.Description{}})
	}
	return entrants, nil
}

// Predicted returns what was told in the form in which it is judged.
func Predicted(told *predictions.Told) *eval.Predicted {
	return &eval.Predicted{Rollouts: told.Rollouts, Steps: told.Steps, Poses: told.Poses}
}
