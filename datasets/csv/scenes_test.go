package csv

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"orrery/sim"
)

// crowd returns a table of so many episodes, each with a scene of its own name and as many bodies as its
// number says, and the options that give them.
func crowd(t *testing.T, episodes int) (table string, options Options, want []*sim.Trajectory, asked *atomic.Int64) {
	t.Helper()
	rng := rand.New(rand.NewPCG(5, 5))
	bodies := func(episode int) int { return 1 + episode%4 }
	for i := range episodes {
		want = append(want, act(stage(bodies(i), 0), 2, rng))
	}
	var text bytes.Buffer
	if err := Write(&text, 0, false, nil, each(want)); err != nil {
		t.Fatal(err)
	}
	asked = new(atomic.Int64)
	options = at50()
	options.SceneOf = func(name string) (*sim.Scene, error) {
		asked.Add(1)
		var episode int
		if _, err := fmt.Sscanf(name, "%d.json", &episode); err != nil {
			return nil, err
		}
		return stage(bodies(episode), 0), nil
	}
	return withColumn(text.String(), "scene", func(episode string) string { return episode + ".json" }), options, want, asked
}

// TestScenesAreReadAtTheSameTime: more scenes than are kept, from many goroutines, each as if it were alone.
func TestScenesAreReadAtTheSameTime(t *testing.T) {
	t.Parallel()
	const episodes = 3*64 + 5
	table, options, want, asked := crowd(t, episodes)
	f, err := openText(t, "tracks.csv", table, options)
	if err != nil {
		t.Fatal(err)
	}
	if asked.Load() != episodes {
		t.Errorf("%d scenes are looked at before the work, not %d", asked.Load(), episodes)
	}
	got := make([]*sim.Trajectory, episodes)
	var readers sync.WaitGroup
	for worker := range 4 {
		readers.Go(func() {
			for i := worker; i < episodes; i += 4 {
				var err error
				if got[i], err = f.Episode(t.Context(), i); err != nil {
					t.Error(err)
				}
			}
		})
	}
	readers.Wait()
	if t.Failed() {
		return
	}
	if !reflect.DeepEqual(rounded(got), rounded(want)) || len(f.casts) > 64 {
		t.Errorf("%d scenes are kept, or an episode is another", len(f.casts))
	}

	// What is read twice in a row is asked for once.
	before := asked.Load()
	for range 3 {
		if _, err := f.Episode(t.Context(), 7); err != nil {
			t.Fatal(err)
		}
	}
	if n := asked.Load() - before; n > 1 {
		t.Errorf("a scene is asked for %d times", n)
	}
}

// TestScenesThatChangeAreFaults: what is sound at the beginning and is not later is named with its line, and
// of several faults it is the first, whatever the splits.
func TestScenesThatChangeAreFaults(t *testing.T) {
	t.Parallel()
	gone := errors.New("is gone")
	table, options, _, _ := crowd(t, 2*64)
	table = withColumn(table, "split", func(episode string) string {
		if len(episode) == 1 {
			return "test"
		}
		return "train"
	})
	sound, closed := options.SceneOf, atomic.Bool{}
	options.Splits = true
	options.SceneOf = func(name string) (*sim.Scene, error) {
		if closed.Load() {
			return nil, gone
		}
		return sound(name)
	}
	f, err := openText(t, "tracks.csv", table, options)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Fault(t.Context()); err != nil {
		t.Fatal(err)
	}
	closed.Store(true)
	line := 1 + strings.Count(table[:strings.Index(table, "\n10,0,")+1], "\n")
	want := fmt.Sprintf(`tracks.csv: line %d, column 11: scene "10.json": is gone`, line)
	f.casts = nil
	if err := f.Fault(t.Context()); !errors.Is(err, gone) || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

// TestEdgesAreBetweenTheBodiesOfTheScene: names and numbers are those of the episode's own scene.
func TestEdgesAreBetweenTheBodiesOfTheScene(t *testing.T) {
	t.Parallel()
	const head = "episode,frame,body,x,y,scene\n"
	wide := stage(3, 0)
	options := at50()
	options.SceneOf = func(name string) (*sim.Scene, error) {
		if name == "wide.json" {
			return wide, nil
		}
		return stage(2, 0), nil
	}
	table := head + "0,0,robot,1,1,a.json\n0,0,block,2,1,a.json\n5,0,robot,1,1,wide.json\n5,0,extra2,3,1,wide.json\n5,0,1,2,1,wide.json\n"
	got := tracks(t, options, table, "episode,a,b,type,strength\n5,extra2,robot,linear,2\n0,block,0,inverse_square,3\n5,0,1,none,1\n")
	if len(got) != 2 || got[0].States[0][1].X != 2 || got[1].States[0][2].X != 3 {
		t.Fatalf("episodes %+v", got)
	}
	for i, want := range []sim.Field{{Kind: sim.InverseSquare, A: 1, B: 0, Strength: 3}, {Kind: sim.Linear, A: 2, B: 0, Strength: 2}} {
		if fields := got[i].Scene.Fields; !reflect.DeepEqual(fields, []sim.Field{want}) {
			t.Errorf("episode %d has the fields %+v, want %+v", i, fields, want)
		}
	}
	if wide.Fields != nil {
		t.Error("the scene that was handed in has fields")
	}
	_, err := tryTracks(options, table, "episode,a,b,type\n0,extra2,robot,linear\n")
	if err == nil || !strings.Contains(err.Error(), `edges.csv: line 2, column 2: a "extra2" must be a whole number from 0 or the name of a body of the scene`) {
		t.Errorf("a body of another scene: %v", err)
	}
	_, err = tryTracks(options, table, "a,b,type\n0,2,linear\n")
	if err == nil || !strings.Contains(err.Error(), "b 2 must be below the number of bodies, 2") {
		t.Errorf("a body that one of the scenes has not: %v", err)
	}
}

// TestWordsAreBounded: names of scenes fill no memory.
func TestWordsAreBounded(t *testing.T) {
	t.Parallel()
	in, err := text("motion.csv", "frame,x,y,scene\n0,1,1,a.json\n")
	if err != nil {
		t.Fatal(err)
	}
	f := &File{}
	options := at50()
	options.SceneOf = stageOf
	if err := f.read(t.Context(), options, in); err != nil {
		t.Fatal(err)
	}
	if n := f.motion.words.bytes; n != len("a.json") {
		t.Errorf("%d bytes of words", n)
	}
	f.motion.words.bytes = 64<<20 - 4
	c := f.motion.column(sceneColumn)
	if _, err := f.motion.tag([]string{"0", "1", "1", "bcde"}, 3, c, 0); err != nil {
		t.Error(err)
	}
	if _, err := f.motion.tag([]string{"0", "1", "1", "x"}, 3, c, 0); err == nil || !strings.Contains(err.Error(), "too many different names") {
		t.Errorf("one byte more: %v", err)
	}
	if at, err := f.motion.tag([]string{"0", "1", "1", " bcde "}, 3, c, 0); err != nil || f.motion.words.all[at] != "bcde" {
		t.Errorf("one that is known: %v", err)
	}
}

// TestSumsAreThoseOfTheFiles: of the motion and of the edges, as sha256sum has them.
func TestSumsAreThoseOfTheFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	motion, edges := filepath.Join(dir, "motion.csv"), filepath.Join(dir, "edges.csv")
	for path, content := range map[string]string{motion: "frame,x,y\n0,1,1\n", edges: "a,b,type\n"} {
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	options := at50()
	options.Edges = edges
	f, err := Open(t.Context(), motion, options)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	want := map[string]string{
		"motion.csv": "425fdc2853ecd472a8da921ad51c44cf33cf94fc64e1fb6a2976d6b72a4ca6a1",
		"edges.csv":  "3a1fa41ec162e3f8e1411c9c53efff756adc9892a12b42cfee3415eb6b0b03b4",
	}
	if sums := f.Sums(); !maps.Equal(sums, want) || f.FPS() != 50 {
		t.Errorf("sums %v at %d, want %v", sums, f.FPS(), want)
	}
	options.Edges = dir
	if _, err := Open(t.Context(), motion, options); err == nil || !strings.Contains(err.Error(), "must be a plain file") {
		t.Errorf("edges in a folder: %v", err)
	}
}
