// Package fit brings datasets, models and the training loop together: it splits a
// dataset, fits a model of the wanted kind and stores it with all that is needed
// to know where it came from.
//
//	ds, err := datasets.Open(ctx, "mixed")
//	fitted, err := fit.Train(ctx, ds, fit.DefaultConfig(), "model.partial", nil)
//	err = fitted.Save("model", false)
//	model, description, err := fit.Load("model")
//
// The kinds of model share everything but their settings, which are completed by
// what is measured on the data; see Config. Their gradients are computed by our own
// backend or, for models made of layers alone, by Gorgonia: from the same examples,
// for the same weights, with the same loss, optimiser and validation.
//
// The working directory keeps checkpoints and logs while training runs (see
// learn/train), so that Train called again with the same arguments goes on where
// a killed run stopped. With a budget of steps, the weights depend on data, Config
// and build alone, whatever the number of workers; with a budget of time, also on
// the clock.
package fit
