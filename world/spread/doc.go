// Package spread predicts how wrong a model's prediction is likely to be.
//
// It works with any world.Model, from outside. It watches what happens to the bodies
// of a rollout, and computes for each state how far off it is likely to be.
//
//	law, err := spread.Measure(model, training, holdout, lbfgs.Minimise)
//	model = law.Wrap(model)
//	predictor, err := model.Predictor(scenes)
//	err = predictor.Step(state, nil)
//	metres = predictor.(world.Uncertain).Spread(metres) // σ of each body
//
// Each body has a variance of its position, one of its velocity and a covariance of
// the two, the same along every axis. In flight they follow from each other, as in
// the prediction of a Kalman filter. Where a body is pushed, a law of a few dozen
// numbers says from what can be seen there (how hard, how deep, what shapes, how
// crowded, friction, elasticity: observe.go) what becomes of them:
//
//   - keep: the share of the velocity's variance that survives, less than all where
//     contacts damp;
//   - mix: the share of the other body's that comes over, beside what the ratio of
//     masses says;
//   - steer: how much being elsewhere turns the velocity after the push; this is
//     what makes collisions chaotic;
//   - kick: what the model adds by being wrong itself.
//
// No variance exceeds that of not knowing at all, which is twice that of the training
// data.
//
// Measure finds the numbers by maximum likelihood of the errors of rollouts on
// training episodes. Errors have heavy tails, as a collision a frame earlier or
// later than predicted moves a body by a thousand times what it was off before. So
// the likelihood is that of Student's t with 6 degrees of freedom, and all
// variances are then scaled so that the discs which ought to hold 50, 68, 90 and 95
// % of the truth do so on average, over episodes the model was not trained on.
//
// # Regions
//
// Such a σ orders predictions by how sure they are, but says little about the share of
// the truth within a distance. Regions do: region.Of returns them. Their shape comes from
// the law, as what a push makes of an error of position is across the push (tilt.go).
// Their size is measured: for each of nine shares, rollouts tell how many σ hold it, as a
// sum of a line over ln σ and one over ln time (regions.go). Nothing about the
// distribution is assumed but that it depends on these two. A measurement at a horizon
// therefore holds on average there, and for sure and unsure predictions apart. It takes
// episodes that were held out first, and fills up with those of training; models of a few
// thousand parameters err alike on both. True positions are rounded; they are taken to be
// anywhere in what is rounded to them, or else the errors of bodies that have not met yet
// would be 0 or steps of the rounding.
//
// Units are metres, m/s and seconds. Everything is deterministic and, but for the
// bounds, independent of where a scene lies and how it is turned. A Step costs
// one search for touching points more than that of the model; regions cost something
// only when they are asked for.
//
// # Limits
//
// An ellipse cannot say that a body is either here or there: after collisions that for 90
// % is many times as large as that for 50 %. Rollouts in the middle of episodes count less
// than those from their start, so regions of bodies that came to rest before are on the
// wide side. Scenes unlike those of training have other shares. Errors of joints and
// fields spread to what they tie as at a contact. Near misses and contacts that come and
// go within a frame are not seen. Angles have no spread of their own.
package spread
