package scenario

import (
	"fmt"
	"path/filepath"

	"orrery/sim"
	"orrery/sim/policy"
	"orrery/sim/scenario/file"
)

// replayed is a policy of the file that repeats recorded episodes.
type replayed struct {
	at      string // JSON pointer to the policy
	from    *policy.Recordings
	episode int // or policy.AnyEpisode
}

// replay compiles a policy that repeats recorded episodes.
func (c *compiler) replay(at string, w *file.Way) (policy.Policy, bool) {
	if w.Actuators != nil || w.Body != "" {
		c.fail(at, "a replay has neither body nor actuators: it does what was recorded")
	}
	r := replayed{at, &policy.Recordings{Path: *w.Replay}, int(c.constant(at+"/episode", w.Episode, rule{least: 0, most: 1e6, whole: true}, policy.AnyEpisode))}
	if *w.Replay == "" {
		c.fail(at+"/replay", "there must be the directory of a dataset, relative to this file")
	}
	c.replays = append(c.replays, r)
	doc := w.Doc
	if doc == "" {
		doc = fmt.Sprintf("repeats episode %d of %s", r.episode, clip(*w.Replay))
		if r.episode == policy.AnyEpisode {
			doc = "repeats an episode of " + clip(*w.Replay)
		}
	}
	return policy.Replay(w.Name, doc, r.from, r.episode), true
}

// ReadRecordings reads the datasets that policies of the file replay. Read returns the actions
// [episodes][t-1][a] of the dataset in a directory, which is relative to the working directory
// if the file's is. Without recordings such policies rest, as where a file comes from the
// network. The error is *file.Mistakes.
func (s *Scenario) ReadRecordings(read func(dir string) ([][]sim.Action, error)) error {
	if len(s.replays) == 0 {
		return nil
	}
	values, err := s.Values(nil)
	if err != nil {
		return err
	}
	scene, err := s.Sample(0, 0, values)
	if err != nil {
		return err
	}
	var mistakes []file.Mistake
	for _, r := range s.replays {
		fail := func(key, format string, args ...any) {
			mistakes = append(mistakes, file.Mistake{Pointer: r.at + key, Rule: fmt.Sprintf(format, args...)})
		}
		dir := r.from.Path
		if !filepath.IsAbs(dir) {
			dir = filepath.Join(filepath.Dir(s.source.Name), dir)
		}
		actions, err := read(dir)
		switch {
		case err != nil:
			fail("/replay", "%v", err)
		case len(actions) == 0:
			fail("/replay", "%s has no episodes", dir)
		case r.episode >= len(actions):
			fail("/episode", "episode %d must be 0 to %d, which %s has", r.episode, len(actions)-1, dir)
		case !(&policy.Recordings{Actions: actions}).Fit(len(scene.Actuators)):
			fail("/replay", "%s was not recorded with the %d actuators of this scenario", dir, len(scene.Actuators))
		default:
			r.from.Actions = actions
		}
	}
	if mistakes == nil {
		return nil
	}
	return s.source.Join(nil, mistakes)
}
