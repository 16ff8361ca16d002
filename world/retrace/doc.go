// Package retrace finds the states of observed motion anew once a law is known.
//
//	traced, err := retrace.Along(ctx, model, trajectory) // model: the law, such as contact.Plain
//	if traced.Holds() {
//		trajectory = traced.Trajectory
//	}
//
// Package observe knows flights and that things touch where they hit, and no law of contact: what is
// hit every few pictures or lies on something has vague velocities there. A law says what a frame
// makes of the one before, whatever touches. So all states of an episode are sought that are near what was
// seen, in deviations of the sights, and each of which is near what the law makes of the one before.
// That is a problem of least squares with a matrix of three diagonals of blocks, one for each frame, solved by
// Levenberg and Marquardt (1963); it starts at the states of package observe. At first states may be off the law
// by as much as sights are, in the end by a hundredth of that. What is far off the law or was seen wrongly counts less the
// farther off it is, as under a Student distribution: a hit that the law has a frame earlier or later stays where it was
// seen, and the frame is open. Where the law explains neither how a body came to a frame nor how it goes on, its state stays as it was.
//
// The deviations of the states of the result are those by which a frame may be off the law from the one before it, where the law holds. They are those
// of the states themselves beside frames where it does not. So who learns from pairs of frames learns from a frame what it shows,
// however uncertain both of its ends are together.
//
// # Limits
//
// The law must be that of the source, numbers and all: Holds is false where what hits or touches is off it
// too often, or sights are off the states. A law that begins each frame without the impulses of the one before, as models do of
// states that are given, does not hold high stacks. Walls and outlines are taken as they are. Bodies that are moved from outside
// keep their states.
//
// Units are m, s, rad. Results depend on the arguments alone.
package retrace
