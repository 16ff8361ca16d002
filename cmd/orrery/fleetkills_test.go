package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"orrery/datasets/storage/faked"
)

var rayPython = flag.String("ray", "", "a Python with ray, numpy and gymnasium, by which fleets are run on a cluster of Ray; with -cluster")

// TestFleetsAreKilledOnEveryBackend kills what fleets run -kills times in all, at random moments: processes of this machine, with
// results on disk and in an object store, tasks of Slurm, containers of Kubernetes and tasks of Ray. What comes of each run has the bytes of
// one command. A backend that is not there leaves its share to the processes.
func TestFleetsAreKilledOnEveryBackend(t *testing.T) {
	if !*withCluster {
		t.Skip("make fleets runs it: go test ./cmd/orrery -run EveryBackend -cluster -kills 200")
	}
	whole := filepath.Join(t.TempDir(), "whole")
	mustRun(t, append(strings.Fields(fleetGen), "--out", whole)...)
	disk := func(t *testing.T, times int) int {
		return killRuns(t, whole, filepath.Join(t.TempDir(), "results"), times, "--cores", "2")
	}
	total, counts := 0, ""
	for _, backend := range []struct {
		name  string
		share float64 // of the kills
		kill  func(t *testing.T, times int) int
	}{
		{"Slurm", 0.1, func(t *testing.T, times int) int { return killOnSlurm(t, whole, times) }},
		{"Kubernetes' image", 0.1, killPods},
		{"Ray", 0.025, func(t *testing.T, times int) int { return killOnRay(t, whole, times) }},
		{"an object store", 0.15, func(t *testing.T, times int) int {
			faked.Serve(t, faked.InProcess)
			return killRuns(t, whole, "s3://"+faked.Bucket+"/results", times, "--cores", "2")
		}},
		{"processes", 1, disk},
	} {
		killed, times := 0, int(backend.share*float64(*kills))
		if backend.share == 1 {
			times = *kills - total
		}
		t.Run(backend.name, func(t *testing.T) {
			killed = backend.kill(t, times)
			t.Logf("%d kills", killed)
		})
		total += killed
		counts += fmt.Sprintf(", %d on %s", killed, backend.name)
	}
	if !t.Failed() {
		t.Logf("%d kills%s: the bytes of one run each time", total, counts)
	}
	if total < *kills {
		t.Errorf("%d kills, want %d", total, *kills)
	}
}

// killOnRay kills runs on a cluster of Ray that each starts for itself, or one of its processes.
func killOnRay(t *testing.T, whole string, times int) int {
	if *rayPython == "" {
		t.Skip("-ray names no Python with ray")
	}
	python, err := filepath.Abs(filepath.Join("..", "orrery-py"))
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("PYTHONPATH", python)
	t.Setenv("PATH", filepath.Dir(*rayPython)+":"+os.Getenv("PATH"))
	t.Setenv(asProgram, "1")                // for the tasks, whose program is this one
	sockets, err := os.MkdirTemp("", "ray") // whose names may not be long
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(sockets) })
	t.Setenv("RAY_TMPDIR", sockets)
	if said, err := exec.Command(*rayPython, "-c", "import ray, orrery.ray").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	return killRuns(t, whole, filepath.Join(t.TempDir(), "results"), times, "--on", "ray")
}
