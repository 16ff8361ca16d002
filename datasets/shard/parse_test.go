package shard

import (
	"strings"
	"testing"
)

func TestShardsAreReadFromTheCommandLineOrTheJob(t *testing.T) {
	slurm := map[string]string{
		"SLURM_ARRAY_TASK_ID": "9", "SLURM_ARRAY_TASK_MIN": "5", "SLURM_ARRAY_TASK_STEP": "2", "SLURM_ARRAY_TASK_COUNT": "4",
	}
	for _, c := range []struct {
		text        string
		environment map[string]string
		want        Shard
		err         string
	}{
		{"", slurm, Shard{}, ""},
		{"0/1", nil, Shard{Of: 1}, ""},
		{"3/4", slurm, Shard{Index: 3, Of: 4}, ""},
		{"auto", slurm, Shard{Index: 2, Of: 4}, ""},
		{"/8", slurm, Shard{Index: 2, Of: 8}, ""},
		{"/8", map[string]string{"JOB_COMPLETION_INDEX": "7"}, Shard{Index: 7, Of: 8}, ""},
		{"auto", map[string]string{"SLURM_ARRAY_TASK_ID": "1", "SLURM_ARRAY_TASK_COUNT": "2"}, Shard{Index: 1, Of: 2}, ""},
		{"auto", map[string]string{"JOB_COMPLETION_INDEX": "7"}, Shard{}, "must be i/n, /n, or auto in an array of Slurm"},
		{"/8", nil, Shard{}, "the environment has neither"},
		{"/8", map[string]string{"JOB_COMPLETION_INDEX": "8"}, Shard{}, "index 8 must be from 0 to 7"},
		{"/8", map[string]string{"JOB_COMPLETION_INDEX": "x"}, Shard{}, `JOB_COMPLETION_INDEX "x" must be a whole number`},
		{"4/4", nil, Shard{}, "index 4 must be from 0 to 3"},
		{"-1/4", nil, Shard{}, "index -1 must be"},
		{"1", nil, Shard{}, "must be i/n"},
		{"a/b", nil, Shard{}, "must be i/n"},
		{"1/2/3", nil, Shard{}, "must be i/n"},
	} {
		got, err := Parse(c.text, func(name string) (string, bool) {
			value, ok := c.environment[name]
			return value, ok
		})
		if c.err == "" && (err != nil || got != c.want) || c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)) {
			t.Errorf("%q in %v: %+v and %v, want %+v and %q", c.text, c.environment, got, err, c.want, c.err)
		}
	}
}
