package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"orrery/datasets"
	"orrery/datasets/splits"
	"orrery/sim"
)

// askNode runs a script of testdata with Node's packages and decodes what it
// prints, or skips the test where they cannot be had.
func askNode(t *testing.T, answer any, script, path string) {
	t.Helper()
	skipShort(t)
	var dir, out, errs bytes.Buffer
	install := exec.Command("../../.ci/peers")
	install.Stdout, install.Stderr = &dir, &errs
	if err := install.Run(); err != nil {
		t.Skipf("no independent reader: %v: %s", err, &errs)
	}
	source, err := os.Open(filepath.Join("testdata", script))
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	path, err = filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	// Modules are looked for where Node runs when the script comes from stdin.
	node := exec.Command("node", "--input-type=module", "-", path)
	node.Dir, node.Stdin, node.Stdout, node.Stderr = strings.TrimSpace(dir.String()), source, &out, &errs
	if err := node.Run(); err != nil {
		t.Fatalf("%s: %v: %s", script, err, &errs)
	}
	if err := json.Unmarshal(out.Bytes(), answer); err != nil {
		t.Fatal(err)
	}
}

func TestOthersReadTheDataset(t *testing.T) {
	skipShort(t)
	dir := filepath.Join(t.TempDir(), "pusht")
	mustRun(t, "gen", "pusht", "--episodes", "3", "--frames", "20", "--out", dir)
	for _, dir := range []string{tinyDataset(t), dir} {
		var answer map[string][]map[string][]float64
		askNode(t, &answer, "read_parquet.mjs", dir)
		for reader, rows := range answer {
			checkRows(t, reader, rows, dir)
		}
	}
}

// checkRows demands the frames of a dataset.
func checkRows(t *testing.T, reader string, rows []map[string][]float64, dir string) {
	t.Helper()
	data := openWhole(t, dir)
	if len(rows) != data.Frames() {
		t.Fatalf("%s: %d rows, want %d", reader, len(rows), data.Frames())
	}
	of, err := data.Split(splits.All)
	if err != nil {
		t.Fatal(err)
	}
	size := exportSize(data, of)
	next := 0
	for i := range data.Episodes() {
		trajectory, outcomes := episodeOf(t, data, i)
		for k, state := range trajectory.States {
			want := map[string][]float64{
				"observation.state": wide(state.AppendFloat32(nil, data.MaxBodies())),
				"action":            make([]float64, max(1, size.Actions)),
				"timestamp":         {float64(float32(float64(k) / float64(data.FPS())))},
				"frame_index":       {float64(k)}, "episode_index": {float64(i)}, "index": {float64(next)}, "task_index": {0},
			}
			for j, v := range trajectory.Action(k) {
				want["action"][j] = float64(float32(v))
			}
			if k < len(outcomes) {
				want["next.reward"] = []float64{float64(float32(outcomes[k].Reward))}
			}
			for column, values := range want {
				if !slices.Equal(rows[next][column], values) {
					t.Fatalf("%s: episode %d: frame %d: %s is %v, want %v", reader, i, k, column, rows[next][column], values)
				}
			}
			next++
		}
	}
}

func episodeOf(t *testing.T, data *datasets.Dataset, i int) (*sim.Trajectory, []datasets.Outcome) {
	t.Helper()
	trajectory, err := data.Episode(t.Context(), i)
	if err != nil {
		t.Fatal(err)
	}
	outcomes, err := data.Outcomes(t.Context(), i)
	if err != nil {
		t.Fatal(err)
	}
	return trajectory, outcomes
}

func wide(values []float32) []float64 {
	out := make([]float64, len(values))
	for i, v := range values {
		out[i] = float64(v)
	}
	return out
}

func TestOthersReadTheRolloutFile(t *testing.T) {
	skipShort(t)
	path := filepath.Join(t.TempDir(), "out.mcap")
	mustRun(t, "export", tinyDataset(t), "--to", "mcap", "--model", tinyModel(t), "--out", path)
	var messages []struct {
		Topic   string
		Time    float64
		Clears  bool
		Discs   [][2]float32
		Numbers map[string]float32
	}
	askNode(t, &messages, "read_mcap.mjs", path)

	data := openWhole(t, tinyDataset(t))
	next := map[string]int{}
	byTopic := map[string][][][2]float32{}
	numbers := map[string][]float32{} // of x and of the position, by topic
	for _, m := range messages {
		if m.Numbers != nil {
			numbers[m.Topic] = append(numbers[m.Topic], m.Numbers["x"]+m.Numbers["position"])
			continue
		}
		byTopic[m.Topic] = append(byTopic[m.Topic], m.Discs)
	}
	for i := range data.Episodes() {
		trajectory, _ := episodeOf(t, data, i)
		for k, state := range trajectory.States {
			var want [][2]float32
			for _, b := range state {
				want = append(want, [2]float32{float32(b.X), float32(b.Y)})
			}
			at := next["/true"]
			if at >= len(byTopic["/true"]) || !slices.Equal(byTopic["/true"][at], want) {
				t.Fatalf("episode %d: frame %d is not what the rollout file has", i, k)
			}
			// The model starts from the truth and is not perfect.
			if same := slices.Equal(byTopic["/predicted"][at], want); k == 0 && !same || k == len(trajectory.States)-1 && same {
				t.Errorf("episode %d: frame %d: the prediction is the truth: %t", i, k, same)
			}
			if plotted := numbers["/true/body1"]; at >= len(plotted) || plotted[at] != float32(state[1].X) {
				t.Fatalf("episode %d: frame %d: the plotted x of body 1 is not what it is", i, k)
			}
			if off := numbers["/error"]; k == 0 && off[at] != 0 || k == len(trajectory.States)-1 && !(off[at] > 0) {
				t.Errorf("episode %d: frame %d: the plotted error is %v", i, k, off[at])
			}
			next["/true"]++
		}
	}
	for topic, want := range map[string]int{"/walls": data.Episodes(), "/true": data.Frames(), "/predicted": data.Frames()} {
		if got := len(byTopic[topic]); got != want {
			t.Errorf("%s has %d messages, want %d", topic, got, want)
		}
	}
}
