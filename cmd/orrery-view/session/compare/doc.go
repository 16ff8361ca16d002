// Package compare says how wrong forecasts are: against the truth on a tape, and against
// the engine itself when it starts a little off.
//
//	judge := compare.New(player)
//	judge.Restart(compare.Duel, scene, t, player.Frame())
//	judge.Show(forecast)
//	judge.Update() // whenever there may be more of either side
//	judge.Reading().Error
//
// # Modes
//
// In the sandbox many short forecasts follow each other; each is judged when its horizon
// has come, unless a hand interfered. In a duel and a replay there is one forecast, whose
// error is followed frame by frame.
//
// Errors are mean distances in metres between the centres of dynamic bodies, as
// sim.Scene.Distance has them; leads and times are in frames or, where said, in seconds.
package compare
