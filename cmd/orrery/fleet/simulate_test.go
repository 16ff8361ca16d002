package fleet

import (
	"math"
	"testing"
)

func simulated(t *testing.T, shards int, more func(c *Cluster, s *Step, m *timing)) Outcome {
	t.Helper()
	c := DefaultCluster()
	s := &Step{Stage: &Stage{Name: "data"}, Of: shards, Resources: Resources{Cores: 1}, work: works["gen"], words: []string{"gen"}}
	m := timing{shards: []float64{10}, frames: 100, bytes: 1e6}
	more(&c, s, &m)
	if err := c.Validate(); err != nil {
		t.Fatal(err)
	}
	return simulate(c, s, m)
}

func near(t *testing.T, what string, got, want, tol float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tol) {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

// TestSimulationsOfSimpleFleetsAreKnown in closed form.
func TestSimulationsOfSimpleFleetsAreKnown(t *testing.T) {
	t.Parallel()
	o := simulated(t, 7, func(c *Cluster, _ *Step, m *timing) { c.Cores, m.merge = 3, 5 })
	near(t, "three rounds of ten seconds and a merge", o.Seconds, 35, 1e-9)
	near(t, "the ideal", o.Ideal, 70./3, 1e-9)
	near(t, "the cost", o.CoreHours, 75./3600, 1e-9)
	near(t, "frames", o.Frames, 700, 0)
	o = simulated(t, 10, func(c *Cluster, _ *Step, _ *timing) { c.Cores, c.Starts = 100, 0.5 })
	near(t, "a start every two seconds, then the merge's", o.Seconds, 32, 1e-9)
	if o.Loads[0].Name != "starts of the scheduler" {
		t.Errorf("%v is saturated first", o.Loads)
	}
	near(t, "cores that the scheduler keeps busy", o.Loads[0].Cores, 5, 1e-9)
	o = simulated(t, 1, func(c *Cluster, _ *Step, m *timing) { c.Latency, c.Bandwidth, m.bytes = 0.005, 100e6, 1e9 })
	near(t, "a gigabyte in 60 parts", o.Seconds, 10+10+(16+60)*0.005, 1e-9)
	near(t, "requests", float64(o.Requests), 76, 0)
	yes := false
	o = simulated(t, 6400, func(c *Cluster, s *Step, m *timing) { c.Cores, c.Latency, s.Merge, m.bytes = 6400, 0.005, &yes, 1 })
	near(t, "a list of 6400 shards", o.MergeTime, 6400*0.005/64, 1e-9)
	o = simulated(t, 100, func(c *Cluster, _ *Step, m *timing) {
		c.Cores, c.Latency, c.Bandwidth, m.bytes = 100, 0.005, 100e6, 1e9
	})
	near(t, "a merge that reads and writes everything", o.MergeTime, 2*100*10, 1e-9)
	o = simulated(t, 1000, func(c *Cluster, _ *Step, m *timing) { c.Cores, c.Latency, c.Requests, m.bytes = 1000, 1e-9, 170, 1 })
	near(t, "17 requests each, at 170 a second, and as much for the merge's double", o.Seconds, 10+100+200, 0.1)
	if o.Loads[0].Name != "requests to the store" {
		t.Errorf("%v is saturated first", o.Loads)
	}
	near(t, "requests' share of the time", o.Loads[0].Busy, 300./310, 0.01)
	near(t, "cores whose requests the store answers", o.Loads[0].Cores, 100, 1)
}

// TestSimulatedFailuresCostWhatTheyMust: a share p that fails in the middle costs p/(1-p)/2 more.
func TestSimulatedFailuresCostWhatTheyMust(t *testing.T) {
	t.Parallel()
	o := simulated(t, 20000, func(c *Cluster, _ *Step, _ *timing) { c.Cores, c.Failing = 100, 0.2 })
	near(t, "attempts", float64(o.Attempts), 25000, 250)
	near(t, "the cost", o.CoreHours*3600/(20000*10), 1+0.25/2, 0.01)
	again := simulated(t, 20000, func(c *Cluster, _ *Step, _ *timing) { c.Cores, c.Failing = 100, 0.2 })
	near(t, "the same again", again.Seconds, o.Seconds, 0)
	for _, c := range []Cluster{{Cores: 0}, {Cores: 1, Failing: 1}, {Cores: 1, Latency: math.NaN()}, {Cores: 1, Bandwidth: -1}, {Cores: 1, Starts: math.Inf(1)}} {
		if c.Validate() == nil {
			t.Errorf("%+v is taken", c)
		}
	}
}
