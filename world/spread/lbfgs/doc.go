// Package lbfgs finds where a smooth function is least.
//
//	law, err := spread.Measure(model, training, holdout, lbfgs.Minimise)
//
// It stands apart from world/spread, which it serves, because gonum's optimisation
// brings LAPACK along: 0.75 MB packed for the viewer's page, which only predicts.
package lbfgs
