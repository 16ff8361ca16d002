// Package surprise says how unlikely motion is to a model, for each body at each frame, and what may
// have happened.
//
//	result, err := surprise.Find(ctx, model, trajectories, 2, nil)
//	result.Scores[e][k][i] // of body i at frame k of episode e
//	result.Events          // what is too unlikely, with a cause
//
// # Scores
//
// A frame is judged by what was seen in the six frames before it and in the six from it on. On each side
// one motion by the model's law is fitted to the sights (window.go, descend.go): that of the bodies that have to do
// with each other, from a start that nothing is known of. The model then leads the motion before the
// frame to the frame. The score says how far that is from the motion after it, in what both may be off
// by: -log10 of the chance that the law and the noise alone do it. A score of 3 is a chance in a thousand.
//
// What states may be off by comes from the noise of the sights and from what the model is wrong by where
// it pushes, carried along with the motion. Whether a body was hit just before a frame or just after it
// may be a matter of tenths of a millimetre. So where both sides differ, one motion is fitted to both,
// from several starts, and the better explanation counts. Estimates of states are a first guess and no
// more: who estimates may have taken a jump for an impact.
//
// Where states are known, each frame is compared with what the model makes of the one before.
//
// # Scales
//
// How noisy sights are, and by how much the model is off where it pushes, is measured first, on frames
// of all episodes (calibrate.go). Half of these may be odd. A model that is always wrong is thus never
// surprised; the Result tells both scales.
//
// # Events
//
// From Alarm on, a score is an event. Motion is then explained anew (cause.go): two tracks exchanged, a
// pair or a wall passed through, another mass. The first answer by which the frames are likely is taken;
// else motion begins anew where both sides fit best, and what differs names the cause. From there on the
// answer holds: tracks stay exchanged, a mass may be the new one, and two bodies overlap until they have
// parted.
//
// # Limits
//
// The first and the last two frames of an episode and those beside an event are hardly judged. Grip,
// fields and joints count as the model has them. Bodies in piles of more than six are fitted one by one.
// A fault that moves nothing by more than the noise is not seen, like a faint impact that is missed.
//
// Units are m, s and rad. Results do not depend on the number of workers.
package surprise
