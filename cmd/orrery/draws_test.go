package main

import (
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"orrery/datasets"
)

// TestRangesVaryEpisodesAndAreRecorded, with the same bytes from the recorded command
// and from shards.
func TestRangesVaryEpisodesAndAreRecorded(t *testing.T) {
	skipShort(t)
	dir := t.TempDir()
	line := func(name string, more ...string) (out string) {
		out = filepath.Join(dir, name)
		mustRun(t, append([]string{
			"gen", "mixed", "--episodes", "9", "--frames", "5", "--set", "bodies=2:4", "--set", "gravity=1:2", "--set", "size=0.8", "--out", out,
		}, more...)...)
		return out
	}
	whole := line("whole")
	data := openWhole(t, whole)
	bodies, gravities := map[int]bool{}, map[float64]bool{}
	for i := range data.Episodes() {
		trajectory, _ := episodeOf(t, data, i)
		scene := trajectory.Scene
		bodies[len(scene.Bodies)], gravities[-scene.Gravity.Y] = true, true
		if n, g := len(scene.Bodies), -scene.Gravity.Y; n < 2 || n > 4 || !(g >= 1) || !(g <= 2) {
			t.Errorf("episode %d: %d bodies, gravity %v", i, n, g)
		}
	}
	if len(bodies) != 3 || len(gravities) != 9 {
		t.Errorf("bodies %v, gravities %v", bodies, gravities)
	}
	p := data.Provenance()
	want := map[string]datasets.Range{"bodies": {Min: 2, Max: 4}, "gravity": {Min: 1, Max: 2}}
	if _, fixed := p.Params["bodies"]; fixed || !reflect.DeepEqual(p.Ranges, want) {
		t.Errorf("parameters %v, ranges %v", p.Params, p.Ranges)
	}
	if text := mustRun(t, "inspect", whole); !strings.Contains(text, "bodies=2:4 ") || !strings.Contains(text, "gravity=1:2 ") {
		t.Errorf("inspect says %s", text)
	}
	mustRun(t, append(strings.Fields(strings.TrimPrefix(p.Command, "orrery ")), "--out", filepath.Join(dir, "again"), "--workers", "1")...)
	sameTree(t, filepath.Join(dir, "again"), whole)
	mustRun(t, "merge", line("0", "--shard", "0/2"), line("1", "--shard", "1/2"), "--out", filepath.Join(dir, "merged"))
	sameTree(t, filepath.Join(dir, "merged"), whole)
}
