// Package planted makes motion in which something impossible happens, at a frame that is known.
//
//	t, faults := planted.DefaultSettings().Episode(1, 0, planted.Teleport)
//
// Discs fly straight in a square box of 2 m and bounce off each other and off its walls, by the law of
// Newton and Coulomb, at times that have nothing to do with frames. Faults are planted in the truth:
// after them motion goes on by the law. Measurements have normal noise. Law is that law as a model, so
// that what finds faults can be judged apart from what learns laws.
//
// Units are m, s, rad and kg. Everything follows from the seed and the number of the episode.
package planted
