// Package statistics summarises the values of datasets: extremes, mean, standard
// deviation and quantiles of each element of a feature, as LeRobot stores them.
//
//	s := statistics.Describe(values, 2) // values [t, 2]
//	total.Merge(s)                      // all but the quantiles
//
// Describe is exact. Quantiles of many parts together come from a Sample, which is exact
// up to a million values. Values are taken in the unit they have, and must not be NaN.
package statistics
