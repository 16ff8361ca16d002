// Package observe turns what was seen of motion into what moved how: poses, velocities and
// their uncertainty at every frame, and the impacts in between.
//
//	law, err := observe.Measure(ctx, watches)             // what all episodes share
//	found, err := observe.Smooth(ctx, watch, &law, times) // of one of them
//	found.States[k][i], found.Covariance[k][i]            // of body i at times[k]
//	found.Impacts                                         // who hit whom, when and how hard
//
// Between events a body flies under gravity and drag. Where it was hit its velocity jumps, and
// where it rests, rolls, is pushed or driven it changes all the time. Which of these happened in
// which interval is decided by evidence, for every body by itself; then all flights and impacts
// of an episode are fitted together, tied by geometry: things that hit each other touch.
//
// Units are m, s, rad and kg. Results depend on the arguments alone.
package observe
