// Package lesson lets a model learn a scene while someone watches: it makes episodes of the scene, trains on
// them, and hands out a better model about once a second.
//
//	l := lesson.New(fit, flight.Ballistic())
//	l.Begin(subject)
//	for _, r := range l.Take() { … } // sixty times a second
//	l.Pause()
//
// A lesson begins with a few episodes and goes on making more. Each round trains the model of the round
// before on all there are, and judges it on episodes that are never trained on. What trains is handed in, so
// that this package needs none of it.
//
// Others shall not notice a lesson: it works on one goroutine, in short stretches, and rests as long as it
// worked. It ends within a stretch. Of its episodes it keeps the last hundred thousand body states, about 5 MB.
//
// A lesson may be given by another program, as a page has it given by a worker: Serve gives it there, and
// Far is its other end here. Both speak in lines of JSON.
//
// Errors are mean distances in metres between the centres of dynamic bodies. Episodes depend on the subject
// and their number alone; how many there are, and weights, depend on the clock.
package lesson
