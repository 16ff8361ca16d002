// Package links finds which bodies act on each other without touching, from their motion alone: springs, charges and
// rods, how many there are, how sure each of them is, how strong, how long and how damped they are.
//
//	found, err := links.Identify(ctx, trajectories, &identify.Options{})
//	scene, err := found.SceneOf(trajectories[0].Scene, 0) // with the forces that were found
//
// The force between two bodies is c₀·r + c₁ + c₂·ṙ + c₃/r² along their line. First all pairs have all values that a
// family of forces has, and every path is fitted with them: a state at every frame, from which the law must lead to the
// next (multiple shooting; Bock and Plitt 1984), solved by Levenberg and Marquardt with the states eliminated from the
// block-tridiagonal system. That gives the likelihood as a quadratic in the values. On it graphs are compared: all of
// them where there are at most 65536, else by changes of one or two edges; with one value for all edges or one for
// each, with charges of bodies or signs of pairs, with one graph for all episodes or one for each. The best is fitted
// again and compared again until it stays. What a further value or edge must gain is Schwarz's criterion.
//
// Known states are asked for the next frame only, and show in which order their source moves positions and
// velocities. Where no law explains the next frame a path may break, at a cost; charges may have a distance within
// which their force does not grow.
//
// Masses, gravity, drag and walls are those of the scene. Scenes with actuators, friction with the ground, or joints
// other than springs are left alone, and so are bodies where they touch each other. Noisy motion of more than 12
// bodies, and any of more than 30, is not looked at. Units are m, s, kg and N.
package links
