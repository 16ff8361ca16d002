// Package arguments reads what the arguments and flags of a command line stand for: a scenario by
// its name, its file or a dataset made of it; the splits of a dataset, and parameters that each episode draws.
package arguments
