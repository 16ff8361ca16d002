package policy

import (
	"math/rand/v2"
	"slices"

	"orrery/sim"
)

// Recordings have what was done in recorded episodes: of each the actions [t][a]. They are
// empty until someone who can read the dataset has set Actions, before anyone acts.
type Recordings struct {
	Path    string // of the dataset, as whoever asks for them says it
	Actions [][]sim.Action
}

// Fit reports whether something was done in the episodes, all of it by so many actuators.
func (r *Recordings) Fit(actuators int) bool {
	some := false
	for _, episode := range r.Actions {
		for _, action := range episode {
			if len(action) != actuators {
				return false
			}
			some = some || actuators > 0
		}
	}
	return some
}

// Which of the recorded episodes Replay repeats, where it is none of a number.
const (
	AnyEpisode  = -1 // one by chance
	SameEpisode = -2 // that with the number of the episode it acts in, from the first again after the last
)

// Replay returns a policy that repeats the actions of a recorded episode, which is a number or
// AnyEpisode or SameEpisode, and rests after them. It rests, too, in scenes with another number
// of actuators, and where there are no recordings.
func Replay(name, doc string, from *Recordings, which int) Policy {
	return Policy{name, doc, func(episode int, rng *rand.Rand, scene *sim.Scene) sim.Policy {
		number := which
		switch n := len(from.Actions); {
		case n == 0:
			return startNone(rng, scene)
		case which == AnyEpisode:
			number = rng.IntN(n)
		case which == SameEpisode:
			number = episode % n
		}
		actions := from.Actions[number]
		return func(frame int, _ sim.State) sim.Action {
			if frame < len(actions) && scene.CheckAction(actions[frame]) == nil {
				return slices.Clone(actions[frame])
			}
			return scene.Rest()
		}
	}}
}
