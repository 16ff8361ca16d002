package arrays

import (
	"bytes"
	"encoding/json"
	"errors"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"orrery/datasets"
	"orrery/sim"
)

func TestChecksumIsLookup3(t *testing.T) {
	t.Parallel()
	// From driver5 and the comments of lookup3.c.
	for text, want := range map[string]uint32{"": 0xdeadbeef, "Four score and seven years ago": 0x17770551} {
		if got := checksum([]byte(text)); got != want {
			t.Errorf("checksum of %q is %#x, want %#x", text, got, want)
		}
	}
}

// array is what an independent reader says about an array.
type array struct {
	Type   string
	Shape  []int
	Values []float64
}

// example returns episodes of unequal length and scenes of unequal size, and all
// their arrays written out by hand.
func example(outcomes bool) (Size, []Episode, map[string]array) {
	alone, pair := sim.DefaultScene(), sim.DefaultScene()
	disc := sim.NewDisc(0.1, 1, sim.Surface{})
	alone.Bodies, pair.Bodies = []sim.Body{disc}, []sim.Body{disc, disc}
	for _, axis := range []sim.Vec{{X: 1}, {Y: 1}} {
		pair.Actuators = append(pair.Actuators, sim.Actuator{Kind: sim.Force, Against: sim.World, Low: -20, High: 20, Axis: axis})
	}
	at := func(x float64) sim.BodyState {
		return sim.BodyState{X: x, Y: -x, Angle: 0.5, VX: 1e-9, VY: 2, Omega: 3}
	}
	episodes := []Episode{
		{Trajectory: &sim.Trajectory{Scene: &alone, States: []sim.State{{at(1)}}}},
		{Trajectory: &sim.Trajectory{Scene: &pair, States: []sim.State{{at(2), at(3)}, {at(4), at(5)}, {at(6), at(7)}},
			Actions: []sim.Action{{10, 11}, {-12, 13}}}},
		{Trajectory: &sim.Trajectory{Scene: &alone, States: []sim.State{{at(8)}, {at(9)}}}},
	}
	var state []float64
	for _, x := range []float64{1, 0, 2, 3, 4, 5, 6, 7, 8, 0, 9, 0} {
		if x == 0 {
			state = append(state, 0, 0, 0, 0, 0, 0)
		} else {
			state = append(state, x, -x, 0.5, float64(float32(1e-9)), 2, 3)
		}
	}
	want := map[string]array{
		"action":      {"float32", []int{6, 2}, []float64{0, 0, 10, 11, -12, 13, 0, 0, 0, 0, 0, 0}},
		"state":       {"float32", []int{6, 12}, state},
		"proprio":     {"float32", []int{6, 12}, state},
		"episode_idx": {"int32", []int{6}, []float64{0, 1, 1, 1, 2, 2}},
		"step_idx":    {"int32", []int{6}, []float64{0, 0, 1, 2, 0, 1}},
		"scene_idx":   {"int32", []int{6}, []float64{0, 1, 1, 1, 0, 0}},
		"ep_len":      {"int32", []int{3}, []float64{1, 3, 2}},
		"ep_offset":   {"int64", []int{3}, []float64{0, 1, 4}},
	}
	if outcomes { // and splits
		for i, name := range []string{"val", "", "test"} {
			episodes[i].Split = name
		}
		want["split"] = array{"int8", []int{6}, []float64{1, -1, -1, -1, 2, 2}}
		episodes[0].Outcomes = []datasets.Outcome{}
		episodes[1].Outcomes = []datasets.Outcome{{Reward: 0.25}, {Reward: -1, Done: true, Success: true}}
		episodes[2].Outcomes = []datasets.Outcome{{Reward: 2, Done: true, Truncated: true}}
		want["reward"] = array{"float32", []int{6}, []float64{0, 0.25, -1, 0, 2, 0}}
		want["terminated"] = array{"int8", []int{6}, []float64{0, 0, 1, 1, 0, 0}}
		want["truncated"] = array{"int8", []int{6}, []float64{0, 0, 0, 0, 1, 1}}
	}
	about := About{FPS: 60, Actions: []string{"körper0.force_x", "body0.force_y"}, Scenario: "some", Task: "Push."}
	if outcomes {
		about.View = []string{"left"}
		for i, view := range [][][]float64{{{0.5}}, {{1.5}, {2.5}, {3.5}}, {{4.5}, {5.5}}} {
			episodes[i].View = view
		}
		// Of frame k of all, body b is seen at k + b/10, in every second frame, turned in every third, with a deviation of 1 + k/8.
		var measured, seen, turned, after, std []float64
		frame := 0
		for i := range episodes {
			o := &sim.Observation{}
			for _, state := range episodes[i].States {
				k := float64(frame)
				var sights []sim.Sight
				var row sim.State
				for b := range 2 {
					s := sim.Sight{X: k + float64(b)/8, Y: -k, Angle: 2 * k, Seen: frame%2 == 1, Turned: frame%3 == 1, After: k / 64}
					d := sim.BodyState{X: 1 + k/8, VY: k, Omega: 0.5}
					if b >= len(state) {
						s, d = sim.Sight{}, sim.BodyState{}
					} else {
						sights, row = append(sights, s), append(row, d)
					}
					flag := map[bool]float64{true: 1}
					measured, after = append(measured, s.X, s.Y, s.Angle), append(after, s.After)
					seen, turned = append(seen, flag[s.Seen]), append(turned, flag[s.Turned])
					values := d.Values()
					std = append(std, values[:]...)
				}
				o.Sights, o.Std = append(o.Sights, sights), append(o.Std, row)
				frame++
			}
			episodes[i].Seen = o
		}
		want["measured"] = array{"float32", []int{6, 6}, measured}
		want["seen"], want["turned"] = array{"int8", []int{6, 2}, seen}, array{"int8", []int{6, 2}, turned}
		want["after"], want["state_std"] = array{"float32", []int{6, 2}, after}, array{"float32", []int{6, 12}, std}
		want["environment_state"] = array{"float32", []int{6, 1}, []float64{0.5, 1.5, 2.5, 3.5, 4.5, 5.5}}
	}
	return Size{Episodes: 3, Frames: 6, Bodies: 2, Actions: 2, Outcomes: outcomes, Splits: outcomes, Observed: outcomes, About: about}, episodes, want
}

func each(episodes []Episode) iter.Seq2[Episode, error] {
	return func(yield func(Episode, error) bool) {
		for _, e := range episodes {
			if !yield(e, nil) {
				return
			}
		}
	}
}

// writers are the two ways to write, each to a new path.
var writers = map[string]func(path string, size Size, episodes iter.Seq2[Episode, error]) error{
	"HDF5": func(path string, size Size, episodes iter.Seq2[Episode, error]) error {
		file, err := os.Create(path)
		if err != nil {
			return err
		}
		return errors.Join(WriteHDF5(file, size, episodes), file.Close())
	},
	"NPZ": func(path string, size Size, episodes iter.Seq2[Episode, error]) error {
		return errors.Join(os.Mkdir(path, 0o755), WriteNPZ(path, size, episodes))
	},
}

// TestPythonReadsWhatIsWritten uses Debian's own Python, the one that its packages
// of h5py and numpy are for.
func TestPythonReadsWhatIsWritten(t *testing.T) {
	t.Parallel()
	const python = "/usr/bin/python3"
	if text, err := exec.Command(python, "-c", "import h5py, numpy").CombinedOutput(); err != nil {
		t.Skipf("python3-h5py and python3-numpy are needed: %v %s", err, text)
	}
	for name, write := range writers {
		for _, outcomes := range []bool{false, true} {
			size, episodes, want := example(outcomes)
			path := filepath.Join(t.TempDir(), "out")
			if err := write(path, size, each(episodes)); err != nil {
				t.Fatal(err)
			}
			var errs bytes.Buffer
			read := exec.Command(python, "testdata/read.py", path)
			read.Stderr = &errs
			text, err := read.Output()
			if err != nil {
				t.Fatalf("%s: %v: %s", name, err, &errs)
			}
			var got map[string]array
			if err := json.Unmarshal(text, &got); err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%s: got  %v\nwant %v", name, got, want)
			}
		}
	}
}

// TestActionsAreNeverMissing demands the one zero of a dataset in which nothing is
// driven.
func TestActionsAreNeverMissing(t *testing.T) {
	t.Parallel()
	for _, c := range (Size{Episodes: 1, Frames: 5, Bodies: 1}).columns() {
		if c.names[0] == "action" && !reflect.DeepEqual(c.shape, []int{5, 1}) {
			t.Errorf("action has shape %v", c.shape)
		}
	}
}

func TestEpisodesThatDoNotFitAreErrors(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	for want, change := range map[string]func(*Size, []Episode) iter.Seq2[Episode, error]{
		"2 bodies must be at most 1": func(s *Size, all []Episode) iter.Seq2[Episode, error] {
			s.Bodies = 1
			return each(all)
		},
		"2 actuators must be at most 0": func(s *Size, all []Episode) iter.Seq2[Episode, error] {
			s.Actions = 0
			return each(all)
		},
		"1 outcomes must be one less than the 3 frames": func(_ *Size, all []Episode) iter.Seq2[Episode, error] {
			all[1].Outcomes = all[1].Outcomes[:1]
			return each(all)
		},
		"2 episodes of 4 frames must be 3 of 6": func(_ *Size, all []Episode) iter.Seq2[Episode, error] { return each(all[:2]) },
		"there must be 3 episodes of 5 frames": func(s *Size, all []Episode) iter.Seq2[Episode, error] {
			s.Frames = 5
			return each(all)
		},
		"broken": func(*Size, []Episode) iter.Seq2[Episode, error] {
			return func(yield func(Episode, error) bool) { yield(Episode{}, broken) }
		},
	} {
		for name, write := range writers {
			size, episodes, _ := example(true)
			changed := change(&size, episodes)
			err := write(filepath.Join(t.TempDir(), "out"), size, changed)
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: error %v, want %q", name, err, want)
			}
		}
	}
}

// TestBrokenHDF5IsNotReadable demands that the superblock comes last.
func TestBrokenHDF5IsNotReadable(t *testing.T) {
	t.Parallel()
	size, episodes, _ := example(false)
	path := filepath.Join(t.TempDir(), "out.h5")
	if err := writers["HDF5"](path, size, each(episodes[:2])); err == nil {
		t.Fatal("no error for a missing episode")
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.HasPrefix(content, []byte("\x89HDF")) {
		t.Error("the file looks whole")
	}
}
