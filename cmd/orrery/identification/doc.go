// Package identification is what orrery identify does: it looks whether episodes can tell
// anything, asks the methods that suit them for the numbers of their scene, and says what was found
// in words, as JSON, and in a picture.
//
//	data, err := identification.NewData("data/film", numbers, trajectories)
//	found, err := data.Identify(ctx, log, settings)
//	err = found.Write(os.Stdout)
//	err = found.Save("report")
//
// Methods are those of world/identify and of the rooms below it. The engine is handed to those that fit it.
//
// Units are m, s, rad and kg. Results depend on data and settings alone, for any number of workers.
package identification
