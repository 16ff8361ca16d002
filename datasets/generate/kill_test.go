package generate

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"orrery/datasets"
	"orrery/datasets/flights"
	"orrery/sim"
	"orrery/sim/golden"
)

// TestMain runs the tests, or, called with "generate DIR", "append DIR" or "merge DIR SHARD…",
// does so slowly that a test can kill it.
func TestMain(m *testing.M) {
	if len(os.Args) < 3 || os.Args[1] != "generate" && os.Args[1] != "append" && os.Args[1] != "merge" {
		os.Exit(m.Run())
	}
	pause := func() { time.Sleep(pace()) }
	options := Options{Workers: 2, Resume: true}
	var err error
	switch dir := os.Args[2]; os.Args[1] {
	case "generate", "append":
		spec := killSpec()
		options.Append = os.Args[1] == "append"
		source := func(_ context.Context, episode int) (*sim.Trajectory, []datasets.Outcome, error) {
			pause()
			return flight(spec, episode), nil, nil
		}
		err = Run(context.Background(), dir, spec, func() Maker { return source }, options)
	case "merge":
		options.Progress = func(int, int) { pause() }
		err = Merge(context.Background(), dir, os.Args[3:], nil, options)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// paceVariable is that of the environment which says how long a process takes for an episode.
const paceVariable = "ORRERY_TEST_PACE"

func pace() time.Duration {
	if d, err := time.ParseDuration(os.Getenv(paceVariable)); err == nil {
		return d
	}
	return 100 * time.Microsecond
}

func killSpec() datasets.Spec {
	spec := testSpec()
	spec.Episodes = 10*blockEpisodes + 3
	return spec
}

// TestKilledAtAnyMomentItResumesToTheSameBytes kills at random moments, again and
// again until a dataset is complete, and then begins with the next.
func TestKilledAtAnyMomentItResumesToTheSameBytes(t *testing.T) {
	t.Parallel()
	kills := 15
	if testing.Short() {
		kills = 2
	}
	spec := killSpec()
	want := flights.Tree(t, generate(t, spec, 1))
	shards := generateShards(t, spec, 3, flyers(spec))
	other := divided(t, spec, "val=0.2,test=0.2")
	other.Seed++
	wholes := []string{generate(t, spec, 1), generate(t, other, 1)}
	joined := filepath.Join(t.TempDir(), "joined")
	if err := Merge(t.Context(), joined, wholes, nil, Options{}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name    string
		command []string
		want    map[string]string
	}{
		{"generate", []string{"generate"}, want},
		{"merge", append([]string{"merge"}, shards...), want},
		{"join", append([]string{"merge"}, wholes...), flights.Tree(t, joined)},
	} {
		command, want := c.command, c.want
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			random := sim.NewRand(1, "kill", 0)
			dir := filepath.Join(t.TempDir(), "data")
			args := append([]string{command[0], dir}, command[1:]...)
			began := time.Now()
			runAndKill(t, args, never)
			whole := time.Since(began)
			for range kills {
				if _, err := datasets.Open(t.Context(), dir); err == nil {
					runAndKill(t, args, never) // clears away what a kill right after the end left
					sameTree(t, flights.Tree(t, dir), want)
					if err := os.RemoveAll(dir); err != nil {
						t.Fatal(err)
					}
				} else if exists(filepath.Join(dir, datasets.PartialName)) && !errors.Is(err, datasets.ErrUnfinished) {
					t.Fatalf("it opens with %v", err)
				}
				runAndKill(t, args, time.After(time.Duration(random.Float64()*float64(whole))))
			}
			runAndKill(t, args, never)
			sameTree(t, flights.Tree(t, dir), want)
		})
	}
}

// never is no moment to kill a process at.
var never <-chan time.Time

// TestKilledBetweenFilesItResumesToTheSameBytes makes the process slower where it is over
// before the test has looked three times.
func TestKilledBetweenFilesItResumesToTheSameBytes(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and other tests generate in parallel")
	}
	want := flights.Tree(t, generate(t, killSpec(), 1))
	kills, slowest := 0, 200*time.Millisecond
	for pace := pace(); kills < 3 && pace <= slowest; pace *= 10 { // the later moments are short
		t.Setenv(paceVariable, pace.String())
		kills = killBetweenFiles(t, want)
	}
	if kills < 3 {
		t.Errorf("only %d generations were killed", kills)
	}
}

// killBetweenFiles kills generations of one dataset, each at a moment of its own, and returns
// how many it met.
func killBetweenFiles(t *testing.T, want map[string]string) (kills int) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	for _, moment := range []string{
		".partial/plan.json", ".partial/out", ".partial/out/journal", ".partial/out/data", ".partial/before", ".partial/out/meta/episodes",
		".partial/out/meta/tasks.parquet", ".partial/out/meta/orrery/provenance.json",
		".partial/out/old", "data", "README.md",
	} {
		if runAndKill(t, []string{"generate", dir}, whenThereIs(t, filepath.Join(dir, moment))) {
			kills++
		}
		if _, err := datasets.Open(t.Context(), dir); err == nil {
			break // it was too fast for us; what it left is compared below
		} else if !errors.Is(err, datasets.ErrUnfinished) {
			t.Fatalf("killed at %s, it opens with %v", moment, err)
		}
	}
	if runAndKill(t, []string{"generate", dir}, never) {
		t.Fatal("the last run was killed")
	}
	sameTree(t, flights.Tree(t, dir), want)
	return kills
}

// whenThereIs returns a channel that tells when a path exists.
func whenThereIs(t *testing.T, path string) <-chan time.Time {
	there := make(chan time.Time, 1)
	go func() {
		for t.Context().Err() == nil && !exists(path) {
			time.Sleep(100 * time.Microsecond)
		}
		there <- time.Now()
	}()
	return there
}

// runAndKill runs a command of TestMain in a process of its own, and kills it at a
// moment. It reports whether the process was still running.
func runAndKill(t *testing.T, args []string, moment <-chan time.Time) bool {
	t.Helper()
	child := exec.Command(os.Args[0], args...)
	child.Stderr = os.Stderr
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- child.Wait() }()
	select {
	case err := <-ended:
		if err != nil {
			t.Fatalf("%s in a process: %v", args[0], err)
		}
		return false
	case <-moment:
		child.Process.Kill()
		return (<-ended) != nil
	}
}

// TestEveryStepOfPublishingCanBeTheLast stops between the renames that a kill
// hits only with luck.
func TestEveryStepOfPublishingCanBeTheLast(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("slow, and in one goroutine")
	}
	spec := testSpec()
	complete := generate(t, spec, 1)
	want := flights.Tree(t, complete)
	for _, c := range []struct {
		name  string
		moved []string // what is in place already
		lost  []string // what is gone from .partial
		opens bool
		again int // episodes that are made when it resumes
	}{
		{"written", nil, []string{"out/old"}, false, 0},
		{"nothing moved", nil, nil, false, 0},
		{"data moved", []string{"data"}, nil, false, 0},
		{"all but meta moved", []string{"data", "README.md"}, nil, false, 0},
		{"all moved", []string{"data", "README.md", "meta"}, nil, true, 0},
		{"half removed", []string{"data", "README.md", "meta"}, []string{"plan.json"}, true, 0},
		{"draft lost", nil, []string{"out"}, false, spec.Episodes},
		{"plan not yet written", nil, []string{"plan.json", "out"}, false, spec.Episodes},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "data")
			interrupt(t, dir, spec)
			p := newPartial(dir, datasets.NewProvenance(spec))
			if err := p.make(t.Context(), flyers(spec), Options{Workers: 1}); err != nil {
				t.Fatal(err)
			}
			if err := os.Mkdir(oldIn(p.out()), 0o755); err != nil {
				t.Fatal(err)
			}
			for _, name := range c.moved {
				if err := os.Rename(filepath.Join(p.out(), name), filepath.Join(dir, name)); err != nil {
					t.Fatal(err)
				}
			}
			for _, name := range c.lost {
				if err := os.RemoveAll(filepath.Join(p.dir, name)); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := datasets.Open(t.Context(), dir); (err == nil) != c.opens || err != nil && !errors.Is(err, datasets.ErrUnfinished) {
				t.Errorf("opening it: %v", err)
			}
			if again := resume(t, dir, spec); again != c.again {
				t.Errorf("resuming made %d episodes, want %d", again, c.again)
			}
			sameTree(t, flights.Tree(t, dir), want)
		})
	}
}

// resume completes a generation and returns how many episodes it made.
func resume(t *testing.T, dir string, spec datasets.Spec) int {
	t.Helper()
	made := 0
	err := Run(t.Context(), dir, spec, func() Maker {
		return func(_ context.Context, episode int) (*sim.Trajectory, []datasets.Outcome, error) {
			made++
			return flight(spec, episode), nil, nil
		}
	}, Options{Workers: 1, Resume: true})
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// TestWhatCannotBePublishedDoesNotOpen breaks off between the renames.
func TestWhatCannotBePublishedDoesNotOpen(t *testing.T) {
	t.Parallel()
	complete := generate(t, testSpec(), 1)
	dir := filepath.Join(t.TempDir(), "data")
	out := filepath.Join(dir, datasets.PartialName, "out")
	if err := copyTo(out, complete); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(out, "README.md")); err != nil {
		t.Fatal(err)
	}
	if err := copyTo(filepath.Join(dir, "meta"), filepath.Join(complete, "meta")); err != nil { // of an old dataset
		t.Fatal(err)
	}
	if err := publish(out, dir); err == nil {
		t.Error("published without a card")
	}
	if _, err := datasets.Open(t.Context(), dir); !errors.Is(err, datasets.ErrUnfinished) {
		t.Errorf("opening it: %v", err)
	}
}

// copyTo copies a file or a folder.
func copyTo(dst, src string) error {
	if stat, err := os.Stat(src); err != nil || stat.IsDir() {
		return errors.Join(err, os.CopyFS(dst, os.DirFS(src)))
	}
	text, err := os.ReadFile(src)
	return errors.Join(err, os.WriteFile(dst, text, 0o644))
}

// TestDamagedDraftIsMadeAgain changes what a power failure may leave other than it was
// written. What comes before it is kept.
func TestDamagedDraftIsMadeAgain(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("slow, and in one goroutine")
	}
	spec := testSpec()
	want := flights.Tree(t, generate(t, spec, 1))
	unfinished := filepath.Join(t.TempDir(), "data")
	interrupt(t, unfinished, spec)
	for _, name := range []string{journalName, "data/chunk-000/file-000.parquet"} {
		size := sizeOf(t, filepath.Join(unfinished, datasets.PartialName, "out", name))
		random := sim.NewRand(1, "damage", 0)
		for range 12 {
			dir := filepath.Join(t.TempDir(), "data")
			if err := copyTo(dir, unfinished); err != nil {
				t.Fatal(err)
			}
			place := random.Int64N(size)
			damage(t, filepath.Join(dir, datasets.PartialName, "out", name), place, random.IntN(2) == 0)
			again := resume(t, dir, spec)
			lost := again - (spec.Episodes - blockEpisodes)
			// A byte that says nothing costs nothing; then the bytes are right nevertheless.
			if most := int(blockEpisodes*(1-float64(place)/float64(size))) + 4; lost < 0 || lost > most {
				t.Errorf("%s: damage at %d of %d costs %d of %d episodes", name, place, size, lost, blockEpisodes)
			}
			sameTree(t, flights.Tree(t, dir), want)
		}
	}
}

// damage changes a byte of a file, or cuts it off there.
func damage(t *testing.T, path string, place int64, cut bool) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if text[place] ^= 1; cut {
		text = text[:place]
	}
	if err := os.WriteFile(path, text, 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestWiderEpisodesStartOver kills a generation again and again while every block needs
// more room than the ones before.
func TestWiderEpisodesStartOver(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	spec := testSpec()
	spec.Episodes = 6 * blockEpisodes
	wider := func() Maker {
		return func(_ context.Context, episode int) (*sim.Trajectory, []datasets.Outcome, error) {
			trajectory := flight(spec, episode)
			for range episode / blockEpisodes {
				body := trajectory.Scene.Bodies[0]
				trajectory.Scene.Bodies = append(trajectory.Scene.Bodies, body)
				for k, state := range trajectory.States {
					trajectory.States[k] = append(state, body.Start)
				}
			}
			return trajectory, nil, nil
		}
	}
	want := filepath.Join(t.TempDir(), "data")
	if err := Run(t.Context(), want, spec, wider, Options{Workers: 3}); err != nil {
		t.Fatal(err)
	}
	d, err := datasets.Open(t.Context(), want)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Survey(t.Context(), nil); err != nil {
		t.Error(err)
	}
	dir := filepath.Join(t.TempDir(), "data")
	for stop := range 6 {
		ctx, cancel := context.WithCancel(t.Context())
		err := Run(ctx, dir, spec, wider, Options{Workers: 1, Resume: stop > 0, Progress: func(done, _ int) {
			if done >= (stop+1)*blockEpisodes {
				cancel()
			}
		}})
		if (err == nil) != (stop == 5) {
			t.Fatalf("attempt %d: %v", stop, err)
		}
	}
	sameTree(t, flights.Tree(t, dir), flights.Tree(t, want))
}

func sizeOf(t *testing.T, path string) int64 {
	t.Helper()
	stat, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return stat.Size()
}

// TestBlocksAreBounded: what a kill costs, in episodes and in frames.
func TestBlocksAreBounded(t *testing.T) {
	t.Parallel()
	for frames, want := range map[int]int{1: 16, 512: 16, 1024: 8, 8192: 1, 1 << 20: 1} {
		if got := (&partial{plan: datasets.Provenance{Spec: datasets.Spec{Frames: frames}}}).perBlock(); got != want {
			t.Errorf("blocks of %d episodes of %d frames, want %d", got, frames, want)
		}
	}
}

// TestJournalErrorsAreReported writes to a journal that is closed.
func TestJournalErrorsAreReported(t *testing.T) {
	t.Parallel()
	spec := testSpec()
	d := &draft{partial: newPartial(t.TempDir(), datasets.NewProvenance(spec))}
	defer d.release()
	e, err := datasets.Prepare(&spec, flight(spec, 0), nil)
	if err != nil {
		t.Fatal(err)
	}
	b := &block{episodes: []*datasets.Prepared{e}}
	if err := d.addBlock(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	d.journal.file.Close()
	if err := d.addBlock(t.Context(), b); !errors.Is(err, os.ErrClosed) {
		t.Errorf("error %v", err)
	}
}

// TestRecordsAreChecked: a record that is cut, changed or too long ends the journal.
func TestRecordsAreChecked(t *testing.T) {
	var j journal
	j.append([]byte("first"))
	one := len(j.waiting)
	j.append([]byte("second"))
	text := bytes.Clone(j.waiting)
	read := func(text []byte) (records []string) {
		r := bufio.NewReader(bytes.NewReader(text))
		for {
			record, err := nextRecord(r)
			if err != nil {
				return records
			}
			records = append(records, string(record))
		}
	}
	if got := read(text); !slices.Equal(got, []string{"first", "second"}) {
		t.Errorf("records %q", got)
	}
	for i := range text {
		changed := bytes.Clone(text)
		changed[i] ^= 0x40
		want := i / one
		if got := read(changed); len(got) != min(want, 1) {
			t.Errorf("a change of byte %d leaves %q", i, got)
		}
		if got := read(text[:i]); len(got) != min(want, 1) {
			t.Errorf("the first %d bytes leave %q", i, got)
		}
	}
	var long [8]byte
	binary.LittleEndian.PutUint32(long[:], (64<<20)+1)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if got := read(long[:]); got != nil {
		t.Errorf("records %q", got)
	}
	if runtime.ReadMemStats(&after); after.TotalAlloc-before.TotalAlloc > 32<<20 {
		t.Errorf("a record that is too long took %d bytes", after.TotalAlloc-before.TotalAlloc)
	}
}

// TestNoFileStaysOpen looks for open files of a dataset after each way in which making it
// can end, on systems that list them.
func TestNoFileStaysOpen(t *testing.T) {
	t.Parallel()
	spec := testSpec()
	for _, end := range map[string]func(dir string){
		"complete":    func(dir string) { resume(t, dir, spec) },
		"interrupted": func(dir string) { interrupt(t, dir, spec) },
		"resumed":     func(dir string) { interrupt(t, dir, spec); resume(t, dir, spec) },
		"damaged": func(dir string) {
			interrupt(t, dir, spec)
			damage(t, filepath.Join(dir, datasets.PartialName, "out", journalName), 0, true)
			resume(t, dir, spec)
		},
	} {
		dir := filepath.Join(t.TempDir(), "data")
		end(dir)
		golden.Closed(t, dir)
	}
}

// TestAJournalThatCannotBeOpenedIsNoLoss: what is there is kept for when it can.
func TestAJournalThatCannotBeOpenedIsNoLoss(t *testing.T) {
	t.Parallel()
	spec := testSpec()
	dir := filepath.Join(t.TempDir(), "data")
	interrupt(t, dir, spec)
	journal := filepath.Join(dir, datasets.PartialName, "out", journalName)
	if err := errors.Join(os.Rename(journal, journal+".kept"), os.Symlink(journalName, journal)); err != nil {
		t.Fatal(err)
	}
	before := filepath.Join(dir, datasets.PartialName, "before")
	for range 2 {
		err := Run(t.Context(), dir, spec, flyers(spec), Options{Workers: 2, Resume: true})
		if err == nil || !strings.Contains(err.Error(), journalName) || !exists(filepath.Join(before, journalName+".kept")) {
			t.Fatalf("error %v", err)
		}
	}
	if err := os.Rename(filepath.Join(before, journalName+".kept"), filepath.Join(before, journalName)); err != nil {
		t.Fatal(err)
	}
	if made := resume(t, dir, spec); made != spec.Episodes-blockEpisodes {
		t.Errorf("%d episodes were made again", made)
	}
	sameTree(t, flights.Tree(t, dir), flights.Tree(t, generate(t, spec, 1)))
}
