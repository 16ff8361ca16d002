package generate

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"orrery/datasets"
	"orrery/datasets/flights"
	"orrery/datasets/shard"
	"orrery/datasets/splits"
	"orrery/datasets/storage"
	"orrery/datasets/storage/faked"
	"orrery/sim"
)

// remote returns a name in the bucket of the tests.
func remote(name string) string { return "s3://" + faked.Bucket + "/" + name }

// remoteTree returns the files below a remote name.
func remoteTree(t testing.TB, name string) map[string]string {
	t.Helper()
	files, err := storage.DirFS(name)
	if err != nil {
		t.Fatal(err)
	}
	tree := map[string]string{}
	err = fs.WalkDir(files, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(files, path)
		tree[filepath.FromSlash(path)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// TestObjectStoresGetTheSameBytes, from Run, Options.Append and Merge, and what they say of bad attempts.
func TestObjectStoresGetTheSameBytes(t *testing.T) {
	faked.Serve(t, faked.InProcess)
	spec := testSpec()
	want := flights.Tree(t, generate(t, spec, 1))
	run := func(name string, spec datasets.Spec, opt Options) error {
		opt.Workers = 2
		return Run(t.Context(), remote(name), spec, flyers(spec), opt)
	}
	if err := run("whole", spec, Options{}); err != nil {
		t.Fatal(err)
	}
	sameTree(t, remoteTree(t, remote("whole")), want)
	if err := run("whole", spec, Options{}); err == nil || !strings.Contains(err.Error(), "s3://my-bucket/whole: is not empty") {
		t.Errorf("a second one: %v", err)
	}
	if err := run("whole", spec, Options{Resume: true}); err != nil {
		t.Errorf("resuming what is complete: %v", err)
	}
	other := spec
	other.Seed++
	if err := run("whole", other, Options{Resume: true}); err == nil || !strings.Contains(err.Error(), "cannot resume") {
		t.Errorf("resuming another one: %v", err)
	}
	if err := run("whole", other, Options{Force: true}); err != nil {
		t.Fatal(err)
	}
	sameTree(t, remoteTree(t, remote("whole")), flights.Tree(t, generate(t, other, 1)))

	fewer := spec
	fewer.Episodes = 20
	if err := run("grown", fewer, Options{}); err != nil {
		t.Fatal(err)
	}
	if err := run("grown", spec, Options{Append: true}); err != nil {
		t.Fatal(err)
	}
	sameTree(t, remoteTree(t, remote("grown")), want)

	var shards []string
	for i := range 3 {
		part := spec
		part.Shard = shard.Shard{Index: i, Of: 3}
		name := fmt.Sprint("shards/", i)
		if err := run(name, part, Options{}); err != nil {
			t.Fatal(err)
		}
		shards = append(shards, remote(name))
	}
	for _, dir := range []string{remote("merged"), filepath.Join(t.TempDir(), "merged")} {
		if err := Merge(t.Context(), dir, shards, splits.Division{}, Options{}); err != nil {
			t.Fatal(err)
		}
	}
	sameTree(t, remoteTree(t, remote("merged")), want)
	data, err := datasets.Open(t.Context(), remote("merged"))
	if err != nil {
		t.Fatal(err)
	}
	if err := data.Check(t.Context(), nil); err != nil {
		t.Error(err)
	}
	for _, name := range []string{"whole", "grown", "merged"} {
		if _, err := os.Stat(storage.Staging(remote(name))); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s is left on disk: %v", name, err)
		}
	}
}

// TestAKillLosesNothingInAnObjectStore stops a generation, which is told by its context, at each of its requests in turn.
func TestAKillLosesNothingInAnObjectStore(t *testing.T) {
	store := faked.Serve(t, faked.InProcess)
	spec := testSpec()
	spec.Episodes = 7
	want := flights.Tree(t, generate(t, spec, 1))
	for stop := int64(1); ; stop++ {
		dir := remote(fmt.Sprint("kill/", stop))
		ctx, cancel := context.WithCancel(t.Context())
		var count atomic.Int64
		store.Fail(func(w http.ResponseWriter, r *http.Request, answer http.Handler) bool {
			if count.Add(1) < stop {
				return false
			}
			cancel()
			w.WriteHeader(http.StatusForbidden) // nothing is heard of it again
			return true
		})
		saved := 0
		err := Run(ctx, dir, spec, flyers(spec), Options{Workers: 1, Progress: func(done, _ int) { saved = done }})
		cancel()
		store.Heal()
		if err == nil {
			if count.Load() >= stop {
				t.Errorf("request %d failed, and nobody says so", stop)
			}
			break
		}
		if _, err := datasets.Open(t.Context(), dir); err == nil {
			sameTree(t, withoutClaim(remoteTree(t, dir)), want) // only the claim is still there
		} else if !errors.Is(err, datasets.ErrUnfinished) && !errors.Is(err, fs.ErrNotExist) {
			t.Fatalf("stopped at request %d: %v", stop, err)
		}
		first := spec.Episodes
		progress := func(done, _ int) { first = min(first, done) }
		if err := Run(t.Context(), dir, spec, flyers(spec), Options{Workers: 1, Resume: true, Progress: progress}); err != nil {
			t.Fatalf("resumed after request %d: %v", stop, err)
		}
		if first < saved {
			t.Errorf("stopped at request %d with %d episodes, and resumed with %d", stop, saved, first)
		}
		sameTree(t, remoteTree(t, dir), want)
	}
}

func withoutClaim(tree map[string]string) map[string]string {
	delete(tree, filepath.Join(datasets.PartialName, "plan.json"))
	return tree
}

// TestMachinesMayMakeTheSame at once, and one that makes another dataset there is refused. Each machine has a folder of its own
// for what is made.
func TestMachinesMayMakeTheSame(t *testing.T) {
	faked.Serve(t, faked.InProcess)
	spec := testSpec()
	want := flights.Tree(t, generate(t, spec, 1))
	var group sync.WaitGroup
	goOn := make(chan struct{})
	for range 3 {
		t.Setenv("XDG_CACHE_HOME", t.TempDir())
		begun := make(chan struct{})
		var once sync.Once
		group.Go(func() {
			slow := func() Maker {
				return func(_ context.Context, episode int) (*sim.Trajectory, []datasets.Outcome, error) {
					once.Do(func() { close(begun) })
					<-goOn
					return flight(spec, episode), nil, nil
				}
			}
			if err := Run(t.Context(), remote("same"), spec, slow, Options{Workers: 1, Resume: true}); err != nil {
				t.Error(err)
			}
		})
		<-begun
	}
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	other := spec
	other.Seed++
	for _, opt := range []Options{{Workers: 1}, {Workers: 1, Resume: true}} {
		if err := Run(t.Context(), remote("same"), other, flyers(other), opt); err == nil || !strings.Contains(err.Error(), "is being made there") && !strings.Contains(err.Error(), "is not empty") {
			t.Errorf("another dataset at the same place: %v", err)
		}
	}
	close(goOn)
	group.Wait()
	sameTree(t, remoteTree(t, remote("same")), want)
}

// stopAt lets an object store fail for good from the first request on that puts an object whose key ends in a suffix, and
// returns a context that ends then, as a killed process does.
func stopAt(t testing.TB, store *faked.Store, method, suffix string) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	var stopped atomic.Bool
	store.Fail(func(w http.ResponseWriter, r *http.Request, _ http.Handler) bool {
		if r.Method == method && strings.HasSuffix(r.URL.Path, suffix) {
			stopped.Store(true)
			cancel()
		}
		if stopped.Load() {
			w.WriteHeader(http.StatusForbidden)
		}
		return stopped.Load()
	})
	return ctx
}

// TestInterruptedReplacementsGoOn: by force or by an extension, on the machine that began them or on another one, before the old
// dataset begins to make way and after.
func TestInterruptedReplacementsGoOn(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	store := faked.Serve(t, faked.InProcess)
	old, grown := testSpec(), testSpec()
	old.Episodes, grown.Episodes = 5, 9
	forced := grown
	forced.Seed++
	for _, c := range []struct {
		name   string
		spec   datasets.Spec
		opt    Options
		method string
		suffix string
	}{
		{"force", forced, Options{Force: true}, http.MethodDelete, "info.json"},
		{"force-late", forced, Options{Force: true}, http.MethodPut, "info.json"},
		{"append", grown, Options{Append: true}, http.MethodDelete, "info.json"},
		{"append-late", grown, Options{Append: true}, http.MethodPut, "info.json"},
	} {
		for _, elsewhere := range []bool{false, true} {
			t.Run(fmt.Sprint(c.name, " elsewhere ", elsewhere), func(t *testing.T) {
				t.Setenv("XDG_CACHE_HOME", t.TempDir())
				dir := remote(fmt.Sprint(c.name, elsewhere))
				if err := Run(t.Context(), dir, old, flyers(old), Options{Workers: 1}); err != nil {
					t.Fatal(err)
				}
				c.opt.Workers = 1
				if err := Run(stopAt(t, store, c.method, c.suffix), dir, c.spec, flyers(c.spec), c.opt); err == nil {
					t.Fatal("it was not stopped")
				}
				store.Heal()
				if elsewhere {
					t.Setenv("XDG_CACHE_HOME", t.TempDir())
				}
				if err := Run(t.Context(), dir, c.spec, flyers(c.spec), Options{Workers: 1, Resume: true, Append: c.opt.Append}); err != nil {
					t.Fatal(err)
				}
				sameTree(t, remoteTree(t, dir), flights.Tree(t, generate(t, c.spec, 1)))
			})
		}
	}
	other := forced
	other.Seed++
	if err := Run(t.Context(), remote("forcetrue"), other, flyers(other), Options{Workers: 1, Resume: true}); err == nil || !strings.Contains(err.Error(), "cannot resume") {
		t.Errorf("what nobody has begun is resumed: %v", err)
	}
	// What this machine has left of another dataset is in nobody's way.
	stale := remote("stale")
	if err := Run(stopAt(t, store, http.MethodPut, ".parquet"), stale, old, flyers(old), Options{Workers: 1}); err == nil {
		t.Fatal("it was not stopped")
	}
	store.Heal()
	if err := storage.Remove(stale); err != nil { // as whoever begins anew does elsewhere
		t.Fatal(err)
	}
	if err := Run(t.Context(), stale, other, flyers(other), Options{Workers: 1, Resume: true}); err != nil {
		t.Error(err)
	}
	sameTree(t, remoteTree(t, stale), flights.Tree(t, generate(t, other, 1)))
}
