package episodes

import (
	"strings"
	"testing"

	"orrery/datasets"
)

func TestShardsAreReadFromTheCommandLineOrTheJob(t *testing.T) {
	slurm := map[string]string{
		"SLURM_ARRAY_TASK_ID": "9", "SLURM_ARRAY_TASK_MIN": "5", "SLURM_ARRAY_TASK_STEP": "2", "SLURM_ARRAY_TASK_COUNT": "4",
	}
	for _, c := range []struct {
		text        string
		environment map[string]string
		want        datasets.Shard
		err         string
	}{
		{"", slurm, datasets.Shard{}, ""},
		{"0/1", nil, datasets.Shard{Of: 1}, ""},
		{"3/4", slurm, datasets.Shard{Index: 3, Of: 4}, ""},
		{"auto", slurm, datasets.Shard{Index: 2, Of: 4}, ""},
		{"/8", slurm, datasets.Shard{Index: 2, Of: 8}, ""},
		{"/8", map[string]string{"JOB_COMPLETION_INDEX": "7"}, datasets.Shard{Index: 7, Of: 8}, ""},
		{"auto", map[string]string{"SLURM_ARRAY_TASK_ID": "1", "SLURM_ARRAY_TASK_COUNT": "2"}, datasets.Shard{Index: 1, Of: 2}, ""},
		{"auto", map[string]string{"JOB_COMPLETION_INDEX": "7"}, datasets.Shard{}, "must be i/n, /n, or auto in an array of Slurm"},
		{"/8", nil, datasets.Shard{}, "the environment has neither"},
		{"/8", map[string]string{"JOB_COMPLETION_INDEX": "8"}, datasets.Shard{}, "index 8 must be from 0 to 7"},
		{"/8", map[string]string{"JOB_COMPLETION_INDEX": "x"}, datasets.Shard{}, `JOB_COMPLETION_INDEX "x" must be a whole number`},
		{"4/4", nil, datasets.Shard{}, "index 4 must be from 0 to 3"},
		{"-1/4", nil, datasets.Shard{}, "index -1 must be"},
		{"1", nil, datasets.Shard{}, "must be i/n"},
		{"a/b", nil, datasets.Shard{}, "must be i/n"},
		{"1/2/3", nil, datasets.Shard{}, "must be i/n"},
	} {
		got, err := ParseShard(c.text, func(name string) (string, bool) {
			value, ok := c.environment[name]
			return value, ok
		})
		if c.err == "" && (err != nil || got != c.want) || c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)) {
			t.Errorf("%q in %v: %+v and %v, want %+v and %q", c.text, c.environment, got, err, c.want, c.err)
		}
	}
}
