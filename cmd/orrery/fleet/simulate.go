package fleet

import (
	"container/heap"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"orrery/sim/input"
)

// Cluster is what a fleet is simulated on.
type Cluster struct {
	Cores     int     // number of processors, in machines that hold each task
	Failing   float64 // share of the attempts that fail, at any moment of theirs; what they made is lost
	Latency   float64 // s, of a request to the store
	Bandwidth float64 // bytes/s, of a worker to the store
	Requests  float64 // number of requests that the store answers per second; 0 for no limit
	Starts    float64 // number of tasks that the scheduler starts per second; 0 for no limit
	Startup   float64 // s, from the start of a task to its work
	Seed      uint64  // of what fails and of what is drawn of the measured times
}

// DefaultCluster is one core without failures, at the disk that was measured.
func DefaultCluster() Cluster { return Cluster{Cores: 1, Seed: 1} }

// Validate returns the first field without a usable value.
func (c *Cluster) Validate() error {
	for _, f := range []struct {
		name         string
		value, least float64
	}{{"cores", float64(c.Cores), 1}, {"failing", c.Failing, 0}, {"latency", c.Latency, 0}, {"bandwidth", c.Bandwidth, 0}, {"requests", c.Requests, 0}, {"starts", c.Starts, 0}, {"startup", c.Startup, 0}} {
		if !(f.value >= f.least && f.value <= math.MaxFloat64) {
			return fmt.Errorf("%s %v must be finite and ≥ %v", f.name, f.value, f.least)
		}
	}
	if !(c.Failing < 1) {
		return fmt.Errorf("failing %v must be < 1", c.Failing)
	}
	return nil
}

// Load says how much of one resource of a cluster a fleet uses.
type Load struct {
	Name  string  `json:"name"`
	Busy  float64 `json:"busy"`            // share of the time
	Cores float64 `json:"cores,omitempty"` // number of cores that would use all of it; 0 where that says nothing
}

// Outcome is what a simulation shows of a stage.
type Outcome struct {
	Stage     string  `json:"stage"`
	Seconds   float64 `json:"seconds"`    // s, from its start to the end of its merge
	Ideal     float64 `json:"ideal_s"`    // s, of the measured work alone, spread evenly over all cores
	MergeTime float64 `json:"merge_s"`    // s, after the last shard
	CoreHours float64 `json:"core_hours"` // hours; 3600 seconds of one core each, with what fails
	Attempts  int     `json:"attempts"`   // number of attempts at shards
	Frames    float64 `json:"frames"`     // number of frames
	Bytes     float64 `json:"bytes"`      // number of bytes
	Requests  int     `json:"requests"`   // number of requests to the store
	Peak      float64 `json:"peak"`       // number of requests in the busiest second
	Loads     []Load  `json:"loads"`      // the busiest first
}

// partBytes is the size of the parts in which a file goes to an object store, and shardRequests is the number
// of requests of a shard besides: looking whether it is there, its small files, its log and its records.
const (
	partBytes     = 16 << 20
	shardRequests = 16
	listRequests  = 64 // at the same time, by whoever lists the shards
)

// Simulate returns how the stages of a plan would run on a cluster, one event after the other, with the
// times that shards were measured to take. Stages follow one another as they need each other.
func (p *Plan) Simulate(c Cluster) ([]Outcome, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	var outcomes []Outcome
	for _, s := range p.Steps {
		measured, err := p.measured(s)
		if err != nil {
			return nil, err
		}
		if s.Resources.Cores > c.Cores {
			return nil, fmt.Errorf("stage %s: resources.cores: %d are more than the %d of the cluster", s.Name, s.Resources.Cores, c.Cores)
		}
		if len(measured.shards) == 0 {
			outcomes = append(outcomes, Outcome{Stage: s.Name})
			continue
		}
		outcomes = append(outcomes, simulate(c, s, measured))
	}
	return outcomes, nil
}

// timing is what is known of the tasks of a step.
type timing struct {
	shards        []float64 // s, of those that were measured
	merge         float64   // s, or 0 when none was measured
	frames, bytes float64   // of a shard, the mean
}

// measured reads the times of what was done.
func (p *Plan) measured(s *Step) (m timing, err error) {
	records, err := p.Records(s)
	if err != nil {
		return m, err
	}
	slices.SortFunc(records, func(a, b *Record) int { return a.Began.Compare(b.Began) })
	for _, r := range records {
		switch {
		case r.Condition != Done:
		case r.Task == TaskName(Merge):
			m.merge = r.Seconds
		default:
			m.shards = append(m.shards, r.Seconds)
			m.frames, m.bytes = m.frames+float64(r.Frames), m.bytes+float64(r.Bytes)
		}
	}
	m.frames, m.bytes = m.frames/float64(max(1, len(m.shards))), m.bytes/float64(max(1, len(m.shards)))
	return m, nil
}

// event is a moment at which a shard moves on.
type event struct {
	at    float64 // s
	shard int
	what  moment
}

// moment is what happens to a shard: a core of it is free again, or its work is done and is to be stored.
type moment int

const (
	stored moment = iota
	worked
	failed
)

type events []event

func (e events) Len() int           { return len(e) }
func (e events) Less(i, j int) bool { return e[i].at < e[j].at }
func (e events) Swap(i, j int)      { e[i], e[j] = e[j], e[i] }
func (e *events) Push(x any)        { *e = append(*e, x.(event)) }
func (e *events) Pop() any {
	last := (*e)[len(*e)-1]
	*e = (*e)[:len(*e)-1]
	return last
}

// simulation is a stage on its way.
type simulation struct {
	Cluster
	outcome   Outcome
	random    *rand.Rand
	events    events
	waiting   []int // shards
	free      int   // tasks that could begin
	scheduler float64
	store     float64 // s, when it has answered all requests so far
	busy      float64 // s, of all tasks
	queued    float64 // s of it, in which tasks waited for the store
	puts      float64 // requests of shards
	perSecond map[int]float64
}

// simulate runs the shards of a step, and what puts them together.
func simulate(c Cluster, s *Step, m timing) Outcome {
	r := &simulation{Cluster: c, random: rand.New(rand.NewPCG(c.Seed, 0)), free: c.Cores / s.Resources.Cores, perSecond: map[int]float64{}}
	r.outcome = Outcome{Stage: s.Name, Frames: m.frames * float64(s.Of), Bytes: m.bytes * float64(s.Of)}
	for i := range s.Of {
		r.waiting = append(r.waiting, i)
	}
	last := 0.0
	r.start(0, m)
	for len(r.events) > 0 {
		e := heap.Pop(&r.events).(event)
		last = max(last, e.at)
		if e.what == worked {
			heap.Push(&r.events, event{r.put(e.at, m.bytes), e.shard, stored})
			continue
		}
		if r.free++; e.what == failed {
			r.waiting = append(r.waiting, e.shard)
		}
		r.start(e.at, m)
	}
	end := last
	if s.merges() {
		end = r.join(last, s, m)
	}
	r.conclude(s, m, last, end)
	return r.outcome
}

// start starts shards as long as there are some and cores are free.
func (r *simulation) start(now float64, m timing) {
	for r.free > 0 && len(r.waiting) > 0 {
		shard := r.waiting[0]
		r.waiting = r.waiting[1:]
		r.free--
		r.outcome.Attempts++
		at := now
		if r.Starts > 0 {
			r.scheduler = max(r.scheduler, now) + 1/r.Starts
			at = r.scheduler
		}
		work := r.Startup + m.shards[r.random.IntN(len(m.shards))]
		e := event{at + work, shard, worked}
		if r.random.Float64() < r.Failing {
			e = event{at + work*r.random.Float64(), shard, failed}
		}
		r.busy += e.at - at
		heap.Push(&r.events, e)
	}
}

// put returns when so many bytes of a worker are in the store.
func (r *simulation) put(now, bytes float64) float64 {
	if r.Bandwidth == 0 && r.Latency == 0 {
		return now // the disk, whose time is in what was measured
	}
	requests := shardRequests + math.Ceil(bytes/partBytes)
	took := requests * r.Latency
	if r.Bandwidth > 0 {
		took += bytes / r.Bandwidth
	}
	end := r.request(now, took, requests)
	r.busy, r.queued, r.puts = r.busy+end-now, r.queued+end-now-took, r.puts+requests
	return end
}

// request notes requests that a task makes within a time, and returns when the store has answered them.
func (r *simulation) request(now, within, requests float64) float64 {
	r.outcome.Requests += int(requests)
	from, to := now, now+within
	if r.Requests > 0 {
		from = max(r.store, now)
		r.store = from + requests/r.Requests
		to = max(to, r.store)
	}
	for second := int(from); second <= int(to); second++ { // evenly
		share := 1.0
		if to > from {
			share = (min(to, float64(second+1)) - max(from, float64(second))) / (to - from)
		}
		r.perSecond[second] += share * requests
	}
	return to
}

// join returns when the shards are listed or merged by one task.
func (r *simulation) join(now float64, s *Step, m timing) float64 {
	if r.Starts > 0 {
		now = max(r.scheduler, now) + 1/r.Starts
	}
	end := now + r.Startup
	if s.listed() {
		reads := float64(s.Of)
		end = r.request(end, reads*r.Latency/listRequests, reads+1)
	} else {
		// As long as it was measured, and as the store takes to read all and write all.
		end += m.merge
		if r.Bandwidth > 0 || r.Latency > 0 {
			requests := 2 * float64(s.Of) * (shardRequests + math.Ceil(m.bytes/partBytes))
			took := requests * r.Latency / listRequests
			if r.Bandwidth > 0 {
				took = max(took, 2*r.outcome.Bytes/r.Bandwidth)
			}
			end = r.request(end, took, requests)
		}
	}
	return end
}

// conclude sums up.
func (r *simulation) conclude(s *Step, m timing, last, end float64) {
	o := &r.outcome
	mean := 0.0
	for _, v := range m.shards {
		mean += v / float64(len(m.shards))
	}
	cores := float64(s.Resources.Cores)
	each := (r.busy - r.queued) / float64(o.Attempts) // s, of an attempt that need not wait
	r.busy += end - last
	o.Seconds, o.MergeTime, o.CoreHours = end, end-last, r.busy*cores/3600
	o.Ideal = mean * float64(s.Of) * cores / float64(r.Cores)
	for _, n := range r.perSecond {
		o.Peak = max(o.Peak, n)
	}
	o.Loads = []Load{{"cores", r.busy * cores / (end * float64(r.Cores)), 0}}
	if r.Starts > 0 {
		o.Loads = append(o.Loads, Load{"starts of the scheduler", float64(o.Attempts) / r.Starts / end, r.Starts * each * cores})
	}
	if r.Requests > 0 {
		perAttempt := r.puts / float64(o.Attempts)
		o.Loads = append(o.Loads, Load{"requests to the store", float64(o.Requests) / r.Requests / end, r.Requests / perAttempt * each * cores})
	}
	if s.merges() {
		o.Loads = append(o.Loads, Load{"the one task that merges", (end - last) / end, 0})
	}
	slices.SortStableFunc(o.Loads, func(a, b Load) int {
		switch {
		case a.Busy > b.Busy:
			return -1
		case a.Busy < b.Busy:
			return 1
		}
		return 0
	})
}

// Saturated returns in words what a fleet has too little of first.
func (o *Outcome) Saturated() string {
	if len(o.Loads) == 0 {
		return ""
	}
	text := fmt.Sprintf("%s, %.0f %% of the time", o.Loads[0].Name, 100*o.Loads[0].Busy)
	for _, l := range o.Loads[1:] {
		if l.Cores > 0 {
			text += fmt.Sprintf("; %s from %s on", l.Name, input.Count(int(l.Cores), "core"))
		}
	}
	return text
}
