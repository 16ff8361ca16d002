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
// # How it is found
//
// A body's story is the likeliest of many that are followed at once, sight by sight, as Kalman
// filters: it flies on, bounces off what is near, is hit by what is not known, rests, is pushed,
// was seen wrongly, or is elsewhere all at once (story.go). Hits of the stories are told of
// partners by gap, direction and time (label.go). Then all flights and hits of an episode are one
// problem of least squares, solved by Levenberg and Marquardt (1963) on a matrix whose envelope
// follows time (fit.go): sights are where flights say, flights meet where a hit parts them, things
// touch then, impulses act at the point of contact, and where friction stops all sliding the points
// that touched move alike. A search adds hits, leaves them out and tells them of others where that
// explains more than it costs (search.go). How exactly things touch is learned first, from hits
// fitted with loose ties (touch.go), so engines that let things overlap are taken as they are.
//
// Engines move in steps, at the ends of which things hit each other. Where the times of hits show that beat, Measure tells it, hits are put
// on it, and velocities are those of the step to come, as an engine shows them (beat.go).
//
// # Limits
//
// Bodies that are pushed or rest for more than a third of the time are told by themselves, if there
// are many of them, by a smoother with open velocity, and so is what flights and impacts do not explain; Doubts name the
// latter. More than three hits of a body between two of its sights are not told apart. Where
// no beat shows velocities are those of the motion itself: an engine that moves before it pulls has others, by half a step's
// worth of gravity. Friction with the ground, fields and joints count as pushes.
//
// Units are m, s, rad and kg. Results depend on the arguments alone.
package observe
