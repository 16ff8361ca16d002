package contact

// Load says how much work a frame is for a model: numbers of rows, for an average of
// several frames.
type Load struct {
	Bodies int `json:"bodies"` // number of bodies that move
	Parted int `json:"parted"` // number of touching points whose overlaps are corrected
	Edges  int `json:"edges"`  // number of touching points that take impulses
}

// Work returns what the networks are given for a number of average training frames,
// so that other programs can be measured on as much.
func (t *Objective) Work(frames int) Load {
	w := newBatch(t, &t.training)
	w.course.run.bind(t.net.params.Data(), nil)
	bodies, parted, edges := 0, 0, 0
	for i := range t.training.examples {
		w.clear()
		w.add(int32(i))
		w.course.run.start()
		w.course.begin(w.scenes, w.start)
		parted += len(w.course.here.edges)
		w.course.frame(w.actions)
		edges += len(w.course.here.edges)
		bodies += len(w.start)
	}
	share := func(n int) int { return (n*frames + len(t.training.examples)/2) / len(t.training.examples) }
	return Load{share(bodies), share(parted), share(edges)}
}
