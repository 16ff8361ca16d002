package main

import (
	"flag"
	"fmt"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
)

var largerFrames = flag.Int("frames", 0, "frames of the datasets larger than memory that are made and learned from; 0 leaves that out")

// mostResident is the memory that a training takes at most, however many frames it learns from.
const mostResident = 300 << 20 // bytes

// TestTrainingLargerThanMemory makes datasets of one body, of which few frames or most can be learned from, and trains on them.
func TestTrainingLargerThanMemory(t *testing.T) {
	if *largerFrames == 0 {
		t.Skip("takes minutes and a gigabyte of disk: -frames 20000000")
	}
	if runtime.GOOS != "linux" {
		t.Skip("memory is measured as Linux does it")
	}
	const long = 2000 // frames of an episode
	for name, gravity := range map[string]string{"few": "gravity=0", "most": "gravity=9.8"} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			data, model := filepath.Join(dir, "data"), filepath.Join(dir, "model")
			for _, args := range [][]string{
				{"gen", "billiards", "--set", "bodies=1", "--set", gravity, "--episodes", fmt.Sprint(*largerFrames / long), "--frames", fmt.Sprint(long), "--out", data},
				{"train", data, "--steps", "1500", "--out", model},
			} {
				cmd, stderr := start(t, args...)
				if err := cmd.Wait(); err != nil {
					t.Fatalf("%s: %v\n%s", args[0], err, stderr)
				}
				peak := cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss << 10
				t.Logf("%s: at most %d MB in memory, %v", args[0], peak>>20, cmd.ProcessState.UserTime())
				if peak > mostResident {
					t.Errorf("%s took %d MB of memory, want %d at most", args[0], peak>>20, mostResident>>20)
				}
			}
		})
	}
}
