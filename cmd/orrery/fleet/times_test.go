package fleet

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"orrery/datasets/storage"
)

// TestOthersAreAskedNowAndThen, and have time to end: these are times for people, of which no test waits for one.
func TestOthersAreAskedNowAndThen(t *testing.T) {
	if got := fmt.Sprint(pause, look, longest, mostFailed, dying, rayDying); got != "2s 5s 1m0s 10 2s 10s" {
		t.Error(got)
	}
}

// TestFiveMissingShardsAreNamed, and others counted.
func TestFiveMissingShardsAreNamed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		shards int
		want   string
	}{
		{5, "stage data: shards are missing: data 0/5: was not begun; data 1/5: was not begun; data 2/5: was not begun; data 3/5: was not begun; data 4/5: was not begun"},
		{7, "stage data: shards are missing: data 0/7: was not begun; data 1/7: was not begun; data 2/7: was not begun; data 3/7: was not begun; data 4/7: was not begun; and 2 more"},
	} {
		p := planned(t, fmt.Sprintf("format: 1\nout: o\nstages:\n  - {name: data, run: gen fine, shards: %d}\n", c.shards))
		if err := p.complete(p.Steps[0]); err == nil || err.Error() != c.want {
			t.Errorf("%d shards: %v", c.shards, err)
		}
	}
	line := strings.Fields(strings.Repeat("w ", 41))
	if got := shown(line); len(got) != 41 || got[40] != "… 1 more" {
		t.Errorf("%d words, the last is %q", len(got), got[len(got)-1])
	}
	if got := shown(line[1:]); len(got) != 40 || got[39] != "w" {
		t.Errorf("%d words, the last is %q", len(got), got[len(got)-1])
	}
}

// TestShardsOfAWholeResultAreTakenAway unless somebody merges them, who is not kept waiting afterwards.
func TestShardsOfAWholeResultAreTakenAway(t *testing.T) {
	t.Parallel()
	p := planned(t, "format: 1\nout: o\nstages:\n  - {name: data, run: gen fine, shards: 2}\n")
	s := p.Steps[0]
	dir := p.at(p.state(s))
	shards, merge := storage.Join(dir, shardFolder), storage.Join(dir, taskLock+TaskName(Merge))
	put(t, filepath.Join(shards, "shard-0", "a"), "")
	held, err := storage.TryLock(merge)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.tidy(s); err != nil {
		t.Fatal(err)
	}
	if there, err := exists(shards); !there || err != nil {
		t.Errorf("taken from whoever merges them: %v", err)
	}
	if err := held.Unlock(); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time nothing is left
		if err := p.tidy(s); err != nil {
			t.Fatal(err)
		}
		if there, err := exists(shards); there || err != nil {
			t.Errorf("the shards are there: %v", err)
		}
		if held, err = storage.TryLock(merge); err != nil {
			t.Fatalf("nobody can merge any more: %v", err)
		}
		if err := held.Unlock(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestProcessesThatDoNotEndAreKilled: one that heeds no signal ends two seconds after it is told to.
func TestProcessesThatDoNotEndAreKilled(t *testing.T) {
	t.Parallel()
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip(err)
	}
	p := planned(t, "format: 1\nout: o\nstages:\n  - {name: data, run: gen fine}\n")
	ready := filepath.Join(t.TempDir(), "ready")
	r := &local{Local: Local{Program: []string{shell, "-c", "trap '' INT; : >" + ready + "; exec sleep 600"}}, plan: p}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() {
		for {
			if _, err := os.Stat(ready); err == nil {
				cancel()
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
	}()
	began := time.Now()
	if err, hopeless := r.process(ctx, &job{step: p.Steps[0]}, "mark"); err == nil || hopeless || time.Since(began) > 5*time.Minute {
		t.Errorf("ends after %v with %v, hopeless: %t", time.Since(began), err, hopeless)
	}
}
