// Package engine runs scenes on Chipmunk (github.com/jakecoffman/cp) and is the
// only package that knows it.
//
//	e := engine.New()
//	if err := e.Load(scene); err != nil { … }
//	trajectory, err := e.Run(nil, 121, nil) // the start and 120 frames after it
//
// or, frame by frame, Reset, Frame, State and Contacts. Units are those of sim.
//
// # What one step does
//
// A frame is Substeps steps of dt = Scene.StepTime, and a step has this order:
//
//  1. Actuators of velocity, servo and steer set velocities v, as sim.ActuatorKind says.
//  2. x ← x + (v + b)·dt for positions and angles, b being the correction velocity
//     left by the step before, which no state shows.
//  3. Contacts are found at the new positions. Shapes closer than 0 touch. Bodies of
//     one Group do not.
//  4. Springs push by their stiffness.
//  5. v ← v·damping^dt + (gravity + F/m)·dt, F being the forces at the new positions
//     of fields and of actuators of force, thrust and torque. Then a body's Grip
//     takes the velocity it takes.
//  6. Joints and contacts exchange impulses, Iterations times in turn, beginning
//     with those of the step before; here springs are damped, by the factor that a
//     damper alone would leave of the velocity between their ends. Contacts that reach
//     deeper than Slop also build up b, which leaves the share Bias of the excess after a
//     second, or takes away a tenth in 1/60 s where the scene has none; joints take away
//     that tenth of what they are out of place through v.
//
// The first step after a Load or a Reset knows no contact and has no b. Where a scene is
// Primed a step at rest comes before it, which moves nothing: contacts are found, and b is that
// of the overlaps there.
//
// Two shapes that touch have the friction and the elasticity of sim.Scene.Contact.
// Elasticity acts on the velocity before springs and gravity. A damping of 0 forgets
// the push of springs too. A contact that lapses and comes back within three steps is
// given its old impulse as a first guess. Kinematic bodies feel no force.
//
// # Determinism
//
// A scene and a state fix everything that follows, bit for bit on one
// architecture, whatever an Engine ran before: Load and Reset forget every cached
// contact. The library finds shapes through a hash table, and the order of that
// table reaches the results, so a space that is used again is first brought back
// to the order of a new one (see space.go). Scene.ChipmunkOrder numbers shapes as the C library
// does; with it and the same numbers everywhere, a step is pymunk's but for the last digits of
// sine and cosine: TestGymPushTIsTheBenchmark in sim/scenario/library.
//
// # Cost
//
// A new cp.Space costs 0.4–0.9 ms and 0.5 MB. Using one again makes Load and Reset
// of six bodies between four walls 40 times faster; BenchmarkReset measures it. An
// Engine keeps up to six, for scenes of up to 4, 12, 22, 46, 96 and 192 moving shapes.
// Fields, actuators and grips make no garbage. go run ./sim/peers compares the engine with C Chipmunk: cp as it is published does about
// four fifths of the steps for 16 discs in a box, two thirds for a disc that pushes a T and half
// for a pile of 100 bodies. The folder cp has a copy with three changes, some sixty lines, which leave every golden hash of
// sim/scenario as it is. It takes four fifths of the processor time of that in billiards, two
// thirds in pile and seven tenths in Push-T:
//
//   - math.Max and math.Min are calls where min and max are instructions: a tenth of
//     the time of the pile and a sixth of that of the others;
//   - every pair of shapes whose boxes meet had its cp.CollisionInfo on the heap, since a
//     table holds the collision functions, and every touching pair a cp.CollisionHandler
//     to look up one of its type, though there are none: 400 objects and 33 kB in a step
//     of the pile, a seventh of its time;
//   - a step took two powers of numbers that never change: a tenth of the T's.
//
// What is left of the difference lies within cp, too: shapes are called through interfaces, overlapping polygons allocate their
// hulls, and (*cp.Arbiter).ApplyImpulse is a third of a pile, as it must be.
//
// The garbage of those hulls lies beside little that lives. Go by default collects it every 4 MB and
// marks the spaces of every Engine each time. It takes less time where the collector
// waits for 16 MB, as in cmd/orrery; debug.SetGCPercent makes it wait too.
//
// # Limits
//
// An Engine belongs to one goroutine; any number may run at once. Bodies that many
// others lie on top of cost time and memory with the square of their number. A
// circle against a polygon with rounding is reported, and pushed apart, as if it
// were two roundings less deep, as in Chipmunk itself.
package engine
