package fit

// Read returns the named episodes of e, and reports how many are read.
var Read = read

// Limit makes a training hold less of its data in memory: all episodes up to so many bodies in frames, or so many for a
// choice, and bytes of a window and of a chapter.
func (j *Job) Limit(whole, chosen, window, chapter int) {
	j.limits = limits{whole: whole, chosen: chosen, window: window, chapter: chapter}
}
