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
// Measured on a contact model after a minute on mixed, over 200 fresh episodes:
//
//	horizon                    0.5 s                    1 s                      2 s
//	discs of 50 68 90 95 %     0.54 0.66 0.82 0.84      0.63 0.71 0.79 0.82      0.62 0.66 0.71 0.73
//	error is off from σ by     2.2 (10.7) times         3.4 (7.5) times          6.7 (8.8) times
//
// The last line is the mean of |ln(error/median)| as a factor, which is 1.6 for an
// error that is truly normal; in brackets that of the best σ that depends on time
// alone. What has happened to a body tells most in the first second; later chaos
// levels the differences.
//
// Units are metres, m/s and seconds. Everything is deterministic and, but for the
// bounds, independent of where a scene lies and how it is turned. A Step costs
// one search for touching points more than that of the model.
//
// # Limits
//
// One number cannot say that a body is either here or there: while most errors
// are small and a few are large, the discs of 50 and 68 % hold more than they
// should and those of 90 and 95 % less. Errors of joints and fields spread to
// what they tie as at a contact. Near misses and contacts that come and go within
// a frame are not seen. Angles have no spread of their own.
package spread
