package fit

import (
	"context"

	"orrery/learn/train"
	"orrery/sim"
	"orrery/world"
	"orrery/world/identify"
)

// lesson is what a model is trained on.
type lesson struct {
	objective train.Objective
	frames    int        // on which it trains, each counted once
	seen      world.Seen // in all episodes to train on
	pages     *pages     // nil where all is in memory
}

// close ends reading. It may be called twice.
func (l *lesson) close() {
	if l.pages != nil {
		l.pages.close()
	}
}

// lesson returns what the model is trained on: what its objective is on, which is that of the training trajectories, or,
// where there are none, all episodes. Quantities that were identified are filled into those.
func (j *Job) lesson(ctx context.Context, model *trainable, values *identify.Values, objective train.Objective, training []*sim.Trajectory) (*lesson, error) {
	if training == nil {
		return j.openPages(ctx, model, values, objective)
	}
	seen, err := see(ctx, training)
	l := &lesson{frames: framesOf(objective), seen: seen}
	l.objective = j.weigh(j.delegate(model, objective), objective.(interface{ Trajectory(example int) int }))
	return l, err
}

// delegate gives the objective another backend, if the job has one.
func (j *Job) delegate(model *trainable, objective train.Objective) train.Objective {
	if j.Config.Backend == Gorgonia {
		return delegated{objective.(readable), j.Gorgonia, *model.layers}
	}
	return objective
}

// framesOf returns on how many frames an objective trains, which it may show several times.
func framesOf(objective train.Objective) int {
	if t, ok := objective.(interface{ Frames() int }); ok {
		return t.Frames()
	}
	return objective.Examples()
}

// weighing is an objective of which some examples are taken more often.
type weighing struct {
	train.Objective
	weight func(example int) float64
}

// Weight returns how often an example is taken.
func (w weighing) Weight(example int) float64 { return w.weight(example) }

// weigh returns the objective with the weights of the episodes, where those differ. The source
// tells which of the training episodes an example is of.
func (j *Job) weigh(objective train.Objective, source interface{ Trajectory(example int) int }) train.Objective {
	training, _ := j.split()
	weights := make([]float64, len(training))
	usual := true
	for i, episode := range training {
		weights[i] = j.Episodes.Weight(episode)
		usual = usual && weights[i] == 1
	}
	if usual {
		return objective
	}
	return weighing{objective, func(example int) float64 { return weights[source.Trajectory(example)] }}
}
