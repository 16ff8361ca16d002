// Command orrery-view shows what a model believes: a scene that runs live or is
// replayed, with the model's prediction over it. True bodies are solid, predicted
// ones outlined.
//
//	orrery-view                                  # a scene, and the model that fits it
//	orrery-view --scene billiards --mode duel
//	orrery-view --scene push --plan              # a planner acts, by what the model predicts
//	orrery-view --model models/mixed data/mixed  # another model; a dataset to replay
//
// F1 shows all keys. Paths may be models, datasets, rollouts and scenes, and each may
// be dropped on the window instead. In a browser the options stand in the address,
// as in ?scene=mixed&seed=7&mode=duel.
//
// This package is the window alone, and the only one that imports its library. What
// the viewer does is in session, what it opens in open, its picture and its controls
// in screen and widget, films in filming, and how display lists become triangles in mesh: all plain Go. In trial,
// tests use the program as people do. Who plans, and the engine as a model to plan with,
// are those of orrery plan: see cmd/orrery/planning.
//
// On Linux and macOS the window needs cgo; without it the program says so. The window's
// library cannot even start without a display. All the same --help, --version and what is
// wrong on a command line are answered there, for its start is told that there is none.
package main
