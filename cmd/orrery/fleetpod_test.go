package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"go.yaml.in/yaml/v3"
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

// TestPodsWorkInTheirImage runs the command of each manifest as Kubernetes would: in the image of the Dockerfile as
// its root, which cannot be written, without root's rights, without the network of this machine, with the folder of the fleet and /tmp mounted.
func TestPodsWorkInTheirImage(t *testing.T) {
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
	root := imageOf(t)
	const line = "gen billiards --episodes 8 --frames 20"
	path := fleetFile(t, "  - {name: data, run: "+line+", shards: 3}\nkubernetes: {claim: shared}\n")
	manifests := filepath.Join(t.TempDir(), "manifests")
	mustRun(t, "fleet", "run", path, "--on", "kubernetes", "--write", manifests)
	if err := os.Chown(filepath.Dir(path), 65532, 65532); err != nil {
		t.Skip("a container of another user can be made by root alone")
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	const inside = `set -e
mount --bind "$1" "$1"; mount --bind "$2" "$1/fleet"; mount -t tmpfs tmpfs "$1/tmp"; mount -o remount,bind,ro "$1"
root=$1; shift 2
exec env -i HOME=/tmp JOB_COMPLETION_INDEX="$INDEX" "$UNSHARE" --root="$root" --wd=/fleet --setgid=65532 --setuid=65532 -- "$@"`
	pod := func(file, index string) (string, error) {
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
		if err := yaml.Unmarshal([]byte(read(t, filepath.Join(manifests, file))), &job); err != nil {
			t.Fatal(err)
		}
		c := job.Spec.Template.Spec.Containers[0]
		args := append([]string{"--mount", "--net", "--pid", "--fork", "sh", "-c", inside, "sh", root, filepath.Dir(path)}, append(c.Command, c.Args...)...)
		cmd := exec.Command(unshare, args...)
		cmd.Env = append(os.Environ(), "INDEX="+index, "UNSHARE="+unshare)
		said, err := cmd.CombinedOutput()
		return string(said), err
	}
	for _, index := range []string{"2", "0", "0", "1"} { // one of them twice
		if said, err := pod("01-data.yaml", index); err != nil {
			t.Fatalf("pod %s: %v: %s", index, err, said)
		}
	}
	if said, err := pod("02-data-merge.yaml", "0"); err != nil {
		t.Fatalf("the merge: %v: %s", err, said)
	}
	whole := filepath.Join(t.TempDir(), "whole")
	if said, err := exec.Command(filepath.Join(root, "orrery"), append(strings.Fields(line), "--out", whole)...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	sameTree(t, filepath.Join(filepath.Dir(path), "results", "data"), whole)
	if info, err := os.Stat(filepath.Join(filepath.Dir(path), "results", "data")); err != nil || info.Sys().(*syscall.Stat_t).Uid != 65532 {
		t.Errorf("the results are not of the container's user: %v", err)
	}
}
