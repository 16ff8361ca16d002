// Package source finds out how the source of some motion, an engine or the world, steps and
// lets things touch. A scene does not say this, engines differ in it, and a model that has it
// wrong is no good outside the engine it was made for.
//
//	found, err := source.Measure(ctx, trajectories)
//	found.Sources[0].Flight.Order // "force solve move correct"
//	found.Sources[0].Touch.Skin   // m, by how much shapes reach beyond their outlines
//	found.Doubts                  // discs that do not touch where the scene says
//
// Free flights show gravity, drag, and whether forces act before bodies move (see package
// flight). The rest is seen where two bodies, with nothing else near, are about to meet: they
// hit when the gap at the start of a frame is at most that of their skins, if the source
// solves contacts before it moves, or when the gap that free flight would lead to is.
//
// Some sources foresee contacts: what is far apart when a frame begins does not meet in it, and what
// would meet soon after it bounces in it (foresight.go). That is believed where it explains which
// pairs hit much better than gaps alone do.
//
// What the data do not tell apart, Measure returns as several Sources. To train a model of
// each for a short while tells which is right.
//
// States of motion that was observed are estimates, through whose noise an order does not show. The times of impacts tell then: those of
// an engine are on the beat of its steps (beat.go), those of the world at any time. Where they are too few or too vague the world
// is the first of the Sources, and the known engines follow.
//
// Lengths are metres, speeds m/s. Results depend on the trajectories alone.
package source
