// Package identify finds the numbers of a scene from motion alone, says how sure they are, and
// what the motion cannot tell.
//
//	found, err := identify.Join(scene, results...) // of several methods
//	found.Parameters // gravity of the scene, elasticity and friction of pairs, masses of bodies
//	found.Scene      // the scene with these values in it
//
// A Parameter is one number, with an interval that holds the truth in 95 of 100 cases. What motion
// does not tell has no value but a reason. Every method of this package and of those below it
// returns a Result; Merge puts several together and Fill writes the values into a scene.
//
// Units are m, s, rad and kg. Results depend on the arguments alone, for any number of workers.
package identify
