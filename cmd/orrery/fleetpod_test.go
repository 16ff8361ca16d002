package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"orrery/sim"
)

// imageOf does the steps of the first stage of the Dockerfile, and returns a folder with what the second copies.
func imageOf(t *testing.T) (root string) {
	t.Helper()
	root = filepath.Join(t.TempDir(), "image")
	text, err := os.ReadFile(filepath.Join("fleet", "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	build, last, found := strings.Cut(string(text), "\nFROM scratch\n")
	if want := "COPY --from=build /image /\nUSER 65532:65532\nWORKDIR /fleet\nENTRYPOINT [\"/orrery\"]\n"; !found || last != want {
		t.Fatalf("the image is %q, want %q", last, want)
	}
	steps := regexp.MustCompile(`(?m)^RUN (.*)$`).FindAllStringSubmatch(build, -1)
	if len(steps) != 4 {
		t.Fatalf("the Dockerfile has %d steps, want 4", len(steps))
	}
	for _, step := range steps {
		cmd := exec.Command("sh", "-ec", strings.ReplaceAll(step[1], " /image", " "+root))
		cmd.Dir = filepath.Join("..", "..")
		cmd.Env = append(os.Environ(), "GOFLAGS=-pgo=off") // the same program, sooner
		if said, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v: %s", step[1], err, said)
		}
	}
	return root
}

// pods are the containers of a fleet, as its manifests ask for them, on this machine.
type pods struct {
	unshare   string // program that makes containers
	root      string // of the image
	folder    string // of the fleet
	manifests string
}

// newPods makes the image of the Dockerfile and the manifests of a fleet, or skips the test where no container can be made.
func newPods(t *testing.T, path string) *pods {
	t.Helper()
	if !*withCluster {
		t.Skip("make check runs it: go test ./cmd/orrery -run PodsWork -cluster")
	}
	unshare, err := exec.LookPath("unshare")
	if err != nil {
		t.Skip("without unshare no container can be made")
	}
	if said, err := exec.Command(unshare, "--mount", "--net", "--pid", "--fork", "true").CombinedOutput(); err != nil {
		t.Skipf("no container can be made here: %s", said)
	}
	p := &pods{unshare, imageOf(t), filepath.Dir(path), filepath.Join(t.TempDir(), "manifests")}
	mustRun(t, "fleet", "run", path, "--on", "kubernetes", "--write", p.manifests)
	if err := os.Chown(p.folder, 65532, 65532); err != nil {
		t.Skip("a container of another user can be made by root alone")
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	return p
}

// command returns what runs the command of a manifest for a pod with an index as Kubernetes would: in the image of the Dockerfile as
// its root, which cannot be written, without root's rights, without the network of this machine, with the folder of the fleet and /tmp mounted.
func (p *pods) command(t *testing.T, file, index string) *exec.Cmd {
	t.Helper()
	const inside = `set -e
mount --bind "$1" "$1"; mount --bind "$2" "$1/fleet"; mount -t tmpfs tmpfs "$1/tmp"; mount -o remount,bind,ro "$1"
root=$1; shift 2
exec env -i HOME=/tmp JOB_COMPLETION_INDEX="$INDEX" "$UNSHARE" --root="$root" --wd=/fleet --setgid=65532 --setuid=65532 -- "$@"`
	var job struct {
		Spec struct {
			Template struct {
				Spec struct {
					Containers []struct {
						Command, Args []string
						WorkingDir    string `yaml:"workingDir"`
					}
				}
			}
		}
	}
	if err := yaml.Unmarshal([]byte(read(t, filepath.Join(p.manifests, file))), &job); err != nil {
		t.Fatal(err)
	}
	c := job.Spec.Template.Spec.Containers[0]
	args := append([]string{"--mount", "--net", "--pid", "--fork", "--kill-child", "sh", "-c", inside, "sh", p.root, p.folder}, append(c.Command, c.Args...)...)
	cmd := exec.Command(p.unshare, args...)
	cmd.Env = append(os.Environ(), "INDEX="+index, "UNSHARE="+p.unshare)
	return cmd
}

// TestPodsWorkInTheirImage runs the command of each manifest in a container.
func TestPodsWorkInTheirImage(t *testing.T) {
	const line = "gen billiards --episodes 8 --frames 20"
	path := fleetFile(t, "  - {name: data, run: "+line+", shards: 3}\nkubernetes: {claim: shared}\n")
	p := newPods(t, path)
	for _, index := range []string{"2", "0", "0", "1"} { // one of them twice
		if said, err := p.command(t, "01-data.yaml", index).CombinedOutput(); err != nil {
			t.Fatalf("pod %s: %v: %s", index, err, said)
		}
	}
	if said, err := p.command(t, "02-data-merge.yaml", "0").CombinedOutput(); err != nil {
		t.Fatalf("the merge: %v: %s", err, said)
	}
	whole := filepath.Join(t.TempDir(), "whole")
	if said, err := exec.Command(filepath.Join(p.root, "orrery"), append(strings.Fields(line), "--out", whole)...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	sameTree(t, filepath.Join(filepath.Dir(path), "results", "data"), whole)
	if info, err := os.Stat(filepath.Join(filepath.Dir(path), "results", "data")); err != nil || info.Sys().(*syscall.Stat_t).Uid != 65532 {
		t.Errorf("the results are not of the container's user: %v", err)
	}
}

// killPods kills containers, or what runs in them, at random moments, so many times in all, and starts each again until it succeeds, as Kubernetes does.
func killPods(t *testing.T, times int) (killed int) {
	path := fleetFile(t, "  - {name: data, run: "+fleetGen+", shards: 5}\nkubernetes: {claim: shared}\n")
	p := newPods(t, path)
	whole := filepath.Join(t.TempDir(), "whole") // by the program of the image, which notes another version
	if said, err := exec.Command(filepath.Join(p.root, "orrery"), append(strings.Fields(fleetGen), "--out", whole)...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	results, random := filepath.Join(p.folder, "results"), sim.NewRand(1, "pods", 0)
	untilDone := func(file, index string) {
		for {
			cmd := p.command(t, file, index)
			var said bytes.Buffer
			cmd.Stdout, cmd.Stderr = &said, &said
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Duration(random.Float64() * float64(500*time.Millisecond)))
			all := append(descendantsOf(t, cmd.Process.Pid), cmd.Process.Pid)
			hit := strike(all[random.IntN(len(all))])
			err := cmd.Wait()
			if hit {
				killed++
			}
			if err == nil {
				return
			}
			if !hit {
				t.Fatalf("%s %s failed though nothing was killed: %v: %s", file, index, err, said.String())
			}
		}
	}
	for killed < times && !t.Failed() {
		if err := os.RemoveAll(results); err != nil {
			t.Fatal(err)
		}
		for shard := range 5 {
			untilDone("01-data.yaml", fmt.Sprint(shard))
		}
		untilDone("02-data-merge.yaml", "0")
		sameTree(t, filepath.Join(results, "data"), whole)
	}
	return killed
}
