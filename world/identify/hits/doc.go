// Package hits finds numbers of a scene from motion that was seen with noise: gravity and drag from
// flights; elasticity, friction, masses, moments and radii from impacts.
//
//	found, err := hits.Find(ctx, trajectories, &identify.Options{}) // with Trajectory.Seen
//	found.Parameters
//
// # How
//
// Package observe says which bodies were hit when, by what. What pulls bodies is fitted to all
// flights together, each with a start and a velocity of its own (flight.go). Then each impact has a
// window: the sights of those that met since their last impacts, and until their next. The states
// of a window and the constants of all are fitted by Levenberg and Marquardt (1963): the states
// before lead to the time at which the bodies touch, Newton's and Coulomb's laws to those after
// (window.go). Where impacts keep the beat of an engine's steps they are at its steps, and what meets overlaps by any part of a
// step's way. States are eliminated window by window (solve.go). A window is fitted without a law
// first. What it costs more with a law is bounded, so that what was no such impact does no harm.
//
// Where discs turn with nothing near, walls are put (walls.go), and radii that do not agree with where
// discs turn are replaced (sizes.go). Spins that nobody saw are handed on from impact to impact
// (chain.go).
//
// How many constants there are, one for all contacts or one for each pair, is decided by evidence
// (groups.go): each must explain more than its share of the logarithm of the number of windows.
//
// Intervals are of two kinds (spread.go): what the noise of each sight does to each constant, and
// how constants scatter when episodes are drawn again. They agree where the law holds.
//
// # Limits
//
// Bodies with joints, fields, grip or actuators are left out. Impacts of which fewer than two sights
// before or after are there tell nothing. Two bodies that meet with flat sides are taken to meet in
// the middle of those. Only ratios of masses are known: the mass of one body of those that hit each
// other is taken from the scene.
//
// Units are m, s, rad and kg. Results depend on the arguments alone, for any number of workers.
package hits
