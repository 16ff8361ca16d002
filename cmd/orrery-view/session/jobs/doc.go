// Package jobs does long work in short steps, on a goroutine or, where there is only
// one thread as in a browser, inside the ticks of a clock.
//
//	lane := jobs.New(jobs.Threads)
//	lane.Do(job) // any value with a method Step
//	lane.Tick()  // sixty times a second
//
// What a job has found out is read from the job itself, which must be safe for that: a
// Lane only calls Step, never from two goroutines at once. A step that blocks holds up
// its lane, and without threads its caller.
package jobs
