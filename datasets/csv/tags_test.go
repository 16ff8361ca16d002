package csv

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"orrery/datasets/splits"
	"orrery/sim"
)

// stage returns a scene of so many bodies and actuators.
func stage(bodies, actuators int) *sim.Scene {
	scene := pusher()
	scene.Name = fmt.Sprint(bodies, " bodies")
	for len(scene.Bodies) < bodies {
		body := disc(0.1 * float64(len(scene.Bodies)))
		body.Name = fmt.Sprint("extra", len(scene.Bodies))
		scene.Bodies = append(scene.Bodies, body)
	}
	scene.Bodies, scene.Actuators = scene.Bodies[:bodies], scene.Actuators[:actuators]
	return scene
}

// stages are scenes that differ in all that a scene may differ in.
var stages = map[string]*sim.Scene{"a.json": stage(1, 0), "b.json": stage(2, 2), "c.JSON": stage(4, 1)}

func stageOf(name string) (*sim.Scene, error) {
	if scene := stages[name]; scene != nil {
		return scene, nil
	}
	return nil, errors.New("no such file")
}

// act returns a trajectory of a scene, whatever the number of its actuators.
func act(scene *sim.Scene, frames int, rng *rand.Rand) *sim.Trajectory {
	t := wander(scene, frames, rng)
	for k := range t.Actions {
		t.Actions[k] = t.Actions[k][:len(scene.Actuators)]
	}
	return t
}

// withColumn adds a column to a table whose first column is the episode.
func withColumn(table, name string, of func(episode string) string) string {
	lines := strings.Split(strings.TrimSuffix(table, "\n"), "\n")
	for i, line := range lines {
		word := name
		if i > 0 {
			word = of(line[:strings.IndexByte(line, ',')])
		}
		lines[i] = line + "," + word
	}
	return strings.Join(lines, "\n") + "\n"
}

// TestEveryEpisodeHasItsScene: bodies, actuators and shapes are those of the scene that a column names,
// or the number of the episode, and each episode is what it is when it is alone in a table with its scene.
func TestEveryEpisodeHasItsScene(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(3, 1))
	names := []string{"b.json", "a.json", "c.JSON", "a.json", "b.json"}
	var want []*sim.Trajectory
	for i, name := range names {
		want = append(want, act(stages[name], 3+i, rng))
	}
	var table bytes.Buffer
	if err := Write(&table, 2, false, nil, each(want)); err != nil {
		t.Fatal(err)
	}
	nameOf := func(episode string) string { return names[episode[0]-'0'] }
	for _, c := range []struct {
		name, table string
		change      func(*Options)
	}{
		{"by column", withColumn(table.String(), "scene", nameOf), func(*Options) {}},
		{"by column, rate too", withColumn(table.String(), "scene", nameOf), func(o *Options) { o.FPS = 0 }},
		{"by another column", withColumn(table.String(), "world", nameOf), func(o *Options) { o.Columns = map[string]string{"scene": "world"} }},
		{"by number", table.String(), func(o *Options) {
			o.Numbered = true
			o.SceneOf = func(number string) (*sim.Scene, error) { return stageOf(nameOf(number)) }
		}},
		{"by column before number", withColumn(table.String(), "scene", nameOf), func(o *Options) { o.Numbered = true }},
	} {
		options := at50()
		options.SceneOf = stageOf
		c.change(&options)
		got := tracks(t, options, c.table)
		if !reflect.DeepEqual(rounded(got), rounded(want)) {
			t.Errorf("%s: what is read is not what was written", c.name)
		}
		for i, trajectory := range got {
			if scene := stages[names[i]]; trajectory.Scene.Name != scene.Name || len(trajectory.Scene.Actuators) != len(scene.Actuators) {
				t.Errorf("%s: episode %d has the scene %s", c.name, i, trajectory.Scene.Name)
			}
			alone := at50()
			alone.Scene = stages[names[i]]
			var one bytes.Buffer
			if err := Write(&one, len(alone.Scene.Actuators), false, nil, each(want[i:i+1])); err != nil {
				t.Fatal(err)
			}
			if twin := tracks(t, alone, one.String()); !reflect.DeepEqual(twin[0], trajectory) {
				t.Errorf("%s: episode %d is another one when it is alone", c.name, i)
			}
		}
		if scene := stages["b.json"]; scene.Bodies[0].Start != (sim.BodyState{}) {
			t.Fatal("the scene that was handed in is changed")
		}
	}
}

// TestScenesAreLookedAtFirst: what is wrong with a scene is said at the beginning, with line and column.
func TestScenesAreLookedAtFirst(t *testing.T) {
	t.Parallel()
	const head = "episode,frame,body,x,y,action0,action1,scene\n"
	const good = "0,0,0,1,1,,,a.json\n"
	for _, c := range []struct{ name, table, want string }{
		{"no file", good + "1,0,0,1,1,,,d.json\n", `motion.csv: line 3, column 8: scene "d.json": no such file`},
		{"nothing", good + "1,0,0,1,1,,, \n", `line 3, column 8: scene must not be empty`},
		{"two", good + "0,1,0,1,1,,,b.json\n", `line 3, column 8: scene "b.json" must be "a.json", as in line 2 of the same episode`},
		{"two runs", good + "1,0,0,1,1,,,a.json\n0,1,0,1,1,,,c.JSON\n", `line 4, column 8: scene "c.JSON" must be "a.json", as in line 2`},
		{"long", good + "1,0,0,1,1,,," + strings.Repeat("n", 4096+1) + "\n", "must have at most 4096 bytes"},
		{"too few actions", "0,0,0,1,1,,,a.json\n1,0,0,1,1,,,c.JSON\n", "motion.csv: 2 columns action0, action1, … must be one for each of the 1 actuators"},
		{"an action of none", good + "1,0,0,1,1,1,2,b.json\n1,0,1,1,1,1,2,b.json\n2,0,0,1,1,0,,a.json\n", `line 5, column 6: action0 "0" must be empty, as the scene of the episode has 0 actuators`},
		{"too many bodies", good + "0,0,1,1,1,,,a.json\n1,0,0,1,1,,,b.json\n", "line 3, column 3: body 1 must be below the number of bodies, 1"},
		{"too few bodies", good + "1,0,0,1,1,,,b.json\n", "line 3: frame 0 is the last of its episode and must have body 1 too"},
	} {
		options := at50()
		options.SceneOf = stageOf
		_, err := tryTracks(options, head+c.table)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
	narrow := strings.ReplaceAll(head, ",action0,action1", "")
	options := at50()
	options.SceneOf, options.FPS = stageOf, 60
	for want, table := range map[string]string{
		`scene "a.json": the scene has 50 frames a second and must have 60`: narrow + "0,0,0,1,1,a.json\n",
	} {
		if _, err := tryTracks(options, table); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
	options.FPS = 50
	if _, err := tryTracks(options, narrow+"0,0,0,1,1,b.json\n"); err == nil || !strings.Contains(err.Error(), "has 2 actuators, but the table has 0 columns action0") {
		t.Error(err)
	}
	options.Numbered, options.FPS = true, 0
	if _, err := tryTracks(options, "frame,x,y\n0,1,1\n"); err == nil || err.Error() != "motion.csv: line 2: episode 0: no such file" {
		t.Error(err)
	}
	options.Numbered = false
	if _, err := tryTracks(options, "frame,x,y\n0,1,1\n"); !errors.Is(err, ErrNoRate) {
		t.Error(err)
	}
}

// TestColumnsOfWordsAreToldFromOthers: a column scene or split that holds something else is not used.
func TestColumnsOfWordsAreToldFromOthers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		table  string
		change func(*Options)
		unused []string
		want   string
	}{
		{"frame,x,y,scene,split\n0,1,1,kitchen,7\n1,1,1,,\n", func(*Options) {}, []string{"scene", "split"}, ""},
		{"frame,x,y,scene,split\n0,1,1,a.json,val\n", func(*Options) {}, nil, ""},
		{"frame,x,y,scene,split\n0,1,1,a.json,val\n", func(o *Options) { o.SceneOf, o.Splits = nil, false }, []string{"scene", "split"}, ""},
		{"frame,x,y,scene,scene\n0,1,1,kitchen,a.json\n", func(*Options) {}, []string{"scene"}, ""},
		{"frame,x,y,scene,scene\n0,1,1,a.json,a.json\n", func(*Options) {}, nil, "must be there once"},
		{"frame,x,y,scene\n0,1,1,kitchen\n", func(o *Options) { o.Numbered = true }, nil, `scene "kitchen": no such file`},
		{"frame,x,y,scene\n0,1,1,kitchen\n", func(o *Options) { o.Columns = map[string]string{"scene": "scene"} }, nil, `scene "kitchen": no such file`},
		{"frame,x,y,split\n0,1,1,trian\n", func(o *Options) { o.Columns = map[string]string{"split": "split"} }, nil, `column 4: split "trian" must be train, val, test, perhaps "train"`},
		{"frame,x,y,s\n0,1,1,test\n", func(o *Options) { o.Columns = map[string]string{"split": "s", "scene": "s"} }, nil, `scene "test": no such file`},
		{"frame,x,y,s\n0,1,1,a.json\n", func(o *Options) { o.Columns = map[string]string{"split": "s", "scene": "s"} }, nil, `split "a.json" must be train, val, test`},
		{"frame,scene,y\n0,1,1\n", func(o *Options) { o.Columns = map[string]string{"x": "scene"} }, nil, ""},
	} {
		options := at50()
		options.SceneOf, options.Splits = stageOf, true
		c.change(&options)
		in, err := text("motion.csv", c.table)
		if err != nil {
			t.Fatal(err)
		}
		f := &File{}
		err = f.read(t.Context(), options, in)
		if c.want != "" {
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%q: %v, want %s", c.table, err, c.want)
			}
			continue
		}
		if err != nil || !slices.Equal(f.Unused(), c.unused) {
			t.Errorf("%q: %v, unused are %q, want %q", c.table, err, f.Unused(), c.unused)
		}
	}
	for want, change := range map[string]func(*Options){
		"scene must not be mapped, as all episodes have one scene":       func(o *Options) { o.Columns["scene"] = "s" },
		"split must not be mapped, as the episodes are divided":          func(o *Options) { o.Columns["split"] = "s" },
		"one scene for all episodes, or one for each":                    func(o *Options) { o.Scene, o.SceneOf = pusher(), stageOf },
		"fps 1001 must be from 1 to 1000":                                func(o *Options) { o.SceneOf, o.FPS = stageOf, 1001 },
		"fps -1 must be from 1 to 1000":                                  func(o *Options) { o.SceneOf, o.FPS = stageOf, -1 },
		"jitter 2 must be":                                               func(o *Options) { o.SceneOf, o.FPS, o.Jitter = stageOf, 0, 2 },
		`"sene" must not be mapped, as it is none of [x y episode frame`: func(o *Options) { o.Columns["sene"] = "s" },
	} {
		options := at50()
		options.Columns = map[string]string{}
		change(&options)
		if err := options.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// TestSplitsComeTogether: the episodes of train come first, each split in the order of the numbers, and
// writing and reading keeps them.
func TestSplitsComeTogether(t *testing.T) {
	t.Parallel()
	of := map[int]string{3: "test", 4: "train", 7: "val", 8: "train", 9: "test"}
	table := "episode,frame,x,y,split\n"
	for episode := range 10 {
		if of[episode] != "" {
			table += fmt.Sprintf("%d,0,%d,1,%s\n%d,1,%d,1,%s\n", episode, episode, of[episode], episode, episode, of[episode])
		}
	}
	options := at50()
	options.Splits = true
	f, err := openText(t, "tracks.csv", table, options)
	if err != nil {
		t.Fatal(err)
	}
	all, err := allOf(f)
	if err != nil {
		t.Fatal(err)
	}
	var order []float64
	for _, trajectory := range all {
		order = append(order, trajectory.States[0][0].X)
	}
	if !slices.Equal(order, []float64{4, 8, 7, 3, 9}) || f.Splits().String() != "train 0 to 1, val 2, test 3 to 4" {
		t.Errorf("order %v, splits %v", order, f.Splits())
	}
	var back bytes.Buffer
	if err := Write(&back, 0, false, f.Splits(), each(all)); err != nil {
		t.Fatal(err)
	}
	again, err := openText(t, "tracks.csv", back.String(), options)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(again.Splits(), f.Splits()) {
		t.Errorf("%v comes back as %v", f.Splits(), again.Splits())
	}
	if read, err := allOf(again); err != nil || !reflect.DeepEqual(rounded(read), rounded(all)) {
		t.Errorf("what is read is not what was written: %v", err)
	}
	options.Splits = false
	plain, err := openText(t, "tracks.csv", table, options)
	if err != nil || plain.Splits() != nil {
		t.Errorf("%v, %v", plain.Splits(), err)
	}
}

// FuzzScenes: tables with scenes and splits of their own never panic, and are read alike twice.
func FuzzScenes(f *testing.F) {
	f.Add("episode,frame,body,x,y,action0,action1,scene,split\n0,0,0,1,1,,,a.json,val\n1,0,0,1,1,,,a.json,train\n", false)
	f.Add("episode,frame,body,x,y,action0,action1,scene\n0,0,0,1,1,,,b.json\n0,0,1,1,1,,,b.json\n1,0,0,1,1,,,a.json\n", true)
	f.Add("frame,x,y\n0,1,1\n", true)
	f.Add("frame,x,y,scene,scene\n0,1,1,a.json,\n", false)
	f.Fuzz(func(t *testing.T, table string, numbered bool) {
		options := at50()
		options.FPS, options.Splits, options.Numbered = 0, true, numbered
		options.SceneOf = func(name string) (*sim.Scene, error) {
			if name == "0" {
				return stages["a.json"], nil
			}
			return stageOf(name)
		}
		read := func() ([]*sim.Trajectory, splits.Splits, error) {
			in, err := text("motion.csv", table)
			if err != nil {
				return nil, nil, err
			}
			file := &File{}
			if err := file.read(t.Context(), options, in); err != nil {
				return nil, nil, err
			}
			all, err := allOf(file)
			return all, file.Splits(), err
		}
		all, divided, err := read()
		if err != nil {
			return
		}
		if divided != nil {
			if err := divided.Validate(len(all)); err != nil {
				t.Fatal(err)
			}
		}
		for _, trajectory := range all {
			if err := trajectory.Check(); err != nil {
				t.Fatal(err)
			}
		}
		if again, _, err := read(); err != nil || len(again) != len(all) {
			t.Fatalf("another reading finds %d episodes instead of %d: %v", len(again), len(all), err)
		}
	})
}
