package serve

import (
	"errors"
	"fmt"
	"runtime"
	"runtime/metrics"
	"time"
)

// Limits says how much clients may ask for.
type Limits struct {
	Bytes        int64         // of a request's body
	Bodies       int           // of a scene that a request brings
	Frames       int           // of a rollout or a plan
	Batch        int           // starts or sequences of actions of a rollout
	States       int           // number of states of single bodies in an answer
	Samples      int           // of a plan, in one iteration
	Environments int           // number that exist at once
	Episodes     int           // that environments save to datasets
	Connections  int           // number that are open at once
	Memory       uint64        // bytes in use above which nothing is begun that needs more
	Workers      int           // goroutines for models, and requests they work on at once
	Time         time.Duration // of a request
	Idle         time.Duration // after which an environment that nobody uses is removed
}

// DefaultLimits returns limits that suit a machine of which the server is one user
// among others.
func DefaultLimits() Limits {
	return Limits{
		Bytes: 1 << 20, Bodies: 200, Frames: 1000, Batch: 1000, States: 100_000, Samples: 2000,
		Environments: 64, Episodes: 100_000, Connections: 64, Memory: 2 << 30, Workers: runtime.NumCPU(),
		Time: 30 * time.Second, Idle: 10 * time.Minute,
	}
}

// Validate returns an error that names the first limit that would let nothing pass.
func (l *Limits) Validate() error {
	for _, n := range []struct {
		name  string
		value int64
	}{
		{"bytes", l.Bytes}, {"bodies", int64(l.Bodies)}, {"frames", int64(l.Frames)}, {"batch", int64(l.Batch)}, {"states", int64(l.States)},
		{"samples", int64(l.Samples)}, {"environments", int64(l.Environments)}, {"episodes", int64(l.Episodes)}, {"connections", int64(l.Connections)},
		{"workers", int64(l.Workers)},
	} {
		if n.value < 1 {
			return fmt.Errorf("serve: limit of %s %d must be ≥ 1", n.name, n.value)
		}
	}
	switch {
	case l.Memory == 0:
		return errors.New("serve: limit of memory 0 must be > 0")
	case l.Time <= 0:
		return fmt.Errorf("serve: limit of time %v must be > 0", l.Time)
	case l.Idle <= 0:
		return fmt.Errorf("serve: limit of idle time %v must be > 0", l.Idle)
	}
	return nil
}

// checkMemory refuses to begin what needs memory while too much is in use. It
// measures instead of adding up estimates, because each model takes what it likes.
func (l *Limits) checkMemory() error {
	if used := heap(); used <= l.Memory {
		return nil
	}
	runtime.GC() // what is in use may be garbage
	if used := heap(); used > l.Memory {
		return busy("memory: %d MiB in use must be at most %d; environments can be deleted", used>>20, l.Memory>>20)
	}
	return nil
}

// heap returns the bytes that objects take, without stopping the program.
func heap() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// checkMost refuses what is more than a limit.
func checkMost(field, what string, n, most int) error {
	if n > most {
		return tooLarge(field, "%s %d must be at most %d", what, n, most)
	}
	return nil
}
