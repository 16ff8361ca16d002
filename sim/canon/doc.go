// Package canon writes and reads scenes as canonical JSON, the form in which datasets keep
// them and people write them.
//
//	text, err := canon.Encode(&scene) // the same scene gives the same bytes
//	scene, err := canon.Decode(file)
//
// Decoding is strict: unknown, repeated and missing keys, sizes beyond the limits of package
// sim and numbers beyond sim.MaxMagnitude are errors that name the place, the value and the
// rule.
package canon
