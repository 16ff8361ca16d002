package serve

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"orrery/cmd/orrery/takes"
	"orrery/datasets/generate"
	"orrery/sim"
	"orrery/sim/scenario"
)

// recordings are the datasets to which environments save their episodes. They lie in one
// directory, under names that the server makes.
type recordings struct {
	dir  string // or empty, when nothing is saved
	log  func(format string, args ...any)
	time time.Duration // that completing datasets may take when the server ends

	mu    sync.Mutex
	open  map[string]*recording
	saved int // episodes, by this server
}

// recording is a dataset with the environments that save to it.
type recording struct {
	*generate.Collector
	name  string
	users int
}

// recordedPolicy is what a dataset calls the policy of those who act over HTTP.
const recordedPolicy = "client"

// closeTime is the usual time that completing datasets may take when the server ends. What is not
// done by then is done when the next server opens them.
const closeTime = 250 * time.Millisecond

// acquire returns the dataset of a scenario with some values.
func (r *recordings) acquire(ctx context.Context, found *scenario.Scenario, values scenario.Values, scene *sim.Scene, seed uint64) (*recording, error) {
	if r.dir == "" {
		return nil, invalid("record", "this server saves no episodes: it was started without --record DIR")
	}
	name := recordingName(found, values)
	r.mu.Lock()
	defer r.mu.Unlock()
	if rec := r.open[name]; rec != nil {
		rec.users++
		return rec, nil
	}
	spec := takes.Origin(found, values, scene.FPS)
	spec.Seed, spec.Frames, spec.Policy, spec.Command = seed, found.Task.TimeLimit+1, recordedPolicy, "orrery serve --record DIR"
	collector, err := generate.Collect(ctx, filepath.Join(r.dir, name), spec)
	if errors.Is(err, generate.ErrInUse) {
		r.log("%v", err)
		return nil, busy("record: another program records to %s", name)
	}
	if err != nil {
		return nil, failure{500, "internal", "record", err}
	}
	rec := &recording{collector, name, 1}
	r.open[name] = rec
	return rec, nil
}

// release lets go of a dataset. Whoever is the last to do so completes it, when enough has
// come together.
func (r *recordings) release(rec *recording) {
	if rec == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if rec.users--; rec.users > 0 || !rec.Due() {
		return
	}
	if err := rec.Complete(context.Background()); err != nil {
		r.log("%s: %v", rec.name, err)
	}
}

// check refuses to begin more episodes than the server may save.
func (r *recordings) check(limits *Limits) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.saved >= limits.Episodes {
		return busy("record: this server has saved %d episodes, and saves no more", r.saved)
	}
	return nil
}

// save adds an episode that has ended.
func (r *recordings) save(rec *recording, d generate.Demonstration) error {
	if err := rec.Add(d); err != nil {
		r.log("%s: %v", rec.name, err)
		return failure{500, "internal", "record", fmt.Errorf("the episode is over, but could not be saved: %w", err)}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.saved++
	return nil
}

// close completes all datasets when the server ends.
func (r *recordings) close() {
	ctx, cancel := context.WithTimeout(context.Background(), r.time)
	defer cancel()
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, name := range slices.Sorted(maps.Keys(r.open)) {
		if err := r.open[name].Close(ctx); err != nil {
			r.log("%s is not complete yet: %v; its episodes are in %s.partial, which the next --record or orrery import demonstrations takes over", name, err, filepath.Join(r.dir, name))
		}
	}
	clear(r.open)
}

// recordingName returns the name of a dataset, which has nothing from a request in it but
// letters and digits: the scenario's, with a hash of what else it depends on.
func recordingName(found *scenario.Scenario, values scenario.Values) string {
	usual, err := found.Values(nil)
	if err == nil && !found.Own && maps.Equal(usual, values) {
		return found.Name
	}
	text, err := json.Marshal(values) // in the order of the names
	if err != nil {
		panic(err) // values are finite
	}
	sum := sha256.Sum256(append(text, found.Text...))
	plain := strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' {
			return c
		}
		return '-'
	}, found.Name)
	return fmt.Sprintf("%s-%x", plain[:min(len(plain), 40)], sum[:6])
}
