// Package fit brings episodes, models and the training loop together. It splits the
// episodes, fits a model of the wanted kind, and stores the model with a description
// of its training.
//
//	episodes := fit.InMemory(trajectories, origin)
//	fitted, err := fit.Train(ctx, fit.Job{Episodes: episodes, Config: fit.DefaultConfig(), Work: "model.partial"})
//	err = fitted.Save("model", false)
//	model, description, err := fit.Load("model")
//
// Join makes one of several sets of episodes, of which some are taken more often than others.
// Each set is held out by itself.
//
// The kinds of model differ only in their settings. Some settings are measured on the
// data; see Config. Our own backend computes the gradients. Gorgonia can do it for
// models that consist of layers alone, with the same examples, weights, loss, optimiser
// and validation.
//
// The working directory keeps checkpoints and logs while training runs (see
// learn/train). If a run is killed, Train called again with the same arguments goes
// on from there. With a budget of steps, the weights depend only on data, Config and
// build, not on the number of workers. With a budget of time they also depend on the
// clock.
package fit
