package main

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"orrery/cmd/orrery/fleet"
	"orrery/datasets"
	"orrery/datasets/storage"
	"orrery/datasets/storage/faked"
)

// TestCommandsTakeObjectStores runs the commands that read or write datasets and models with s3:// names. They do what they
// do on disk, and nothing that they write says who asked where.
func TestCommandsTakeObjectStores(t *testing.T) {
	skipShort(t)
	store := faked.Serve(t, faked.InProcess)
	const at = "s3://" + faked.Bucket
	disk := t.TempDir()
	var said strings.Builder
	do := func(line string) string {
		t.Helper()
		code, stdout, stderr := runLine(t.Context(), strings.Fields(strings.NewReplacer("{s3}", at, "{disk}", disk).Replace(line))...)
		said.WriteString(stdout + stderr)
		if code != exitDone {
			t.Fatalf("orrery %s: exit code %d: %s", line, code, stderr)
		}
		return stdout
	}
	for _, root := range []string{"{disk}", "{s3}"} {
		for _, line := range []string{
			"gen reach --out ROOT/d --episodes 8 --frames 31 --split train=0.75,test=0.25",
			"gen ROOT/d --out ROOT/again --episodes 8 --frames 31 --seed 2",
			"merge ROOT/d ROOT/again --out ROOT/both --split test=0.25",
			"export ROOT/d --to csv --out ROOT/d.csv",
			"export ROOT/d --to npz --out ROOT/d.npz",
			"train ROOT/d --out ROOT/models/m --steps 5 --workers 1",
			"rollout ROOT/models/m --data ROOT/d --episode 1 --out ROOT/r.json",
			"eval ROOT/models/m --data ROOT/d --report ROOT/report",
			"plan reach --model ROOT/models/m --episodes 1 --tune samples=4 --tune elites=2 --tune horizon=3 --out ROOT/plan.json",
			"inspect ROOT/d --deep",
			"surprise ROOT/models/m ROOT/d",
		} {
			do(strings.ReplaceAll(line, "ROOT", root))
		}
	}
	for _, name := range []string{"d", "both", "models/m"} {
		files, err := storage.DirFS(storage.Join(at, name))
		if err != nil {
			t.Fatal(err)
		}
		count := 0
		for path, text := range readTree(t, filepath.Join(disk, name)) {
			got, err := fs.ReadFile(files, strings.TrimPrefix(filepath.ToSlash(path), "/"))
			if err != nil {
				if !strings.Contains(path, "events.") { // whose name has the time
					t.Errorf("%s/%s: %v", name, path, err)
				}
				continue
			}
			count++
			if strings.HasSuffix(path, ".parquet") || strings.HasSuffix(path, ".safetensors") {
				if string(got) != text {
					t.Errorf("%s/%s: %d bytes differ from the %d on disk", name, path, len(got), len(text))
				}
			}
		}
		if count < 4 {
			t.Errorf("%s: compared %d files", name, count)
		}
	}
	everything, err := storage.DirFS(at)
	if err != nil {
		t.Fatal(err)
	}
	host := strings.TrimPrefix(store.URL, "http://")
	look := func(where, text string) {
		for _, secret := range []string{faked.ID, faked.Secret, host} {
			if strings.Contains(text, secret) {
				t.Errorf("%s has %q in it", where, secret)
			}
		}
	}
	look("what is said", said.String())
	err = fs.WalkDir(everything, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(everything, path)
		look(path, string(text))
		return err
	})
	if err != nil {
		t.Error(err)
	}
	for line, want := range map[string]string{
		"inspect s3://no-such-bucket/d":                              "s3://no-such-bucket/d: there is no bucket no-such-bucket",
		"gen reach --out s3://no-such-bucket/d":                      "there is no bucket no-such-bucket",
		"gen reach --out s3://":                                      "s3://: the bucket is missing; a name in an object store is s3://bucket/prefix",
		"gen reach --out " + at + "/d":                               at + "/d: is not empty: resume an interrupted generation, or force it to be replaced",
		"train " + at + "/none --out {disk}/x":                       at + "/none: is not a dataset",
		"train " + at + "/d --out " + at + "/models/m":               at + "/models/m exists; --force replaces it",
		"rollout " + at + "/none --data " + at + "/d --out {disk}/n": at + "/none: no such file or directory; a model is a folder with config.json and model.safetensors",
		"inspect " + at + "/d --endpoint-url localhost:12":           "the address of an object store must be http://HOST or https://HOST",
	} {
		code, _, stderr := runLine(t.Context(), strings.Fields(strings.ReplaceAll(line, "{disk}", disk))...)
		if code == exitDone || !strings.Contains(stderr, want) {
			t.Errorf("orrery %s: exit code %d, %q must say %q", line, code, stderr, want)
		}
	}
	t.Setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
	t.Setenv("AWS_ENDPOINT_URL_S3", "")
	do("inspect {s3}/d --endpoint-url " + store.URL)
}

// TestAKilledProgramLosesNothingInAnObjectStore kills the program while it sends, and goes on in another.
func TestAKilledProgramLosesNothingInAnObjectStore(t *testing.T) {
	skipShort(t)
	store := faked.Serve(t, faked.InProcess)
	const at = "s3://" + faked.Bucket
	program := func(args ...string) *exec.Cmd {
		cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
		cmd.Env = append(os.Environ(), asProgram+"=1")
		return cmd
	}
	for _, c := range []struct{ line, stop, seen string }{
		{"gen billiards --out " + at + "/gen --episodes 8 --frames 31", "/gen/data/", "/gen"},
		{"gen billiards --out " + at + "/late --episodes 8 --frames 31", "/late/meta/info.json", "/late"},
		{"train " + tinyDataset(t) + " --out " + at + "/model --steps 20", "/model/model.safetensors", "/model"},
	} {
		arrived := make(chan struct{}, 100)
		store.Fail(func(_ http.ResponseWriter, r *http.Request, _ http.Handler) bool {
			if r.Method != http.MethodPut || !strings.Contains(r.URL.Path, c.stop) {
				return false
			}
			_, _ = io.Copy(io.Discard, r.Body) // only then is it noticed that nobody is there any more
			arrived <- struct{}{}
			<-r.Context().Done() // the program is gone
			return true
		})
		cmd := program(strings.Fields(c.line)...)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		<-arrived
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait()
		store.Heal()
		if code, stdout, _ := runLine(t.Context(), "inspect", at+c.seen); code == exitDone {
			t.Errorf("%s: killed, and half of it is seen: %s", c.line, stdout)
		}
		if out, err := program(append(strings.Fields(c.line), "--resume")...).CombinedOutput(); err != nil {
			t.Fatalf("%s --resume: %v: %s", c.line, err, out)
		}
		mustRun(t, "inspect", at+c.seen)
	}
	data, err := datasets.Open(t.Context(), at+"/gen")
	if err != nil {
		t.Fatal(err)
	}
	if err := data.Check(t.Context(), nil); err != nil {
		t.Error(err)
	}
}

// TestFleetsKeepTheirResultsInAnObjectStore: data with the bytes of one command, figures and trials with those on disk, what a run says of
// itself, and nothing of who asked where.
func TestFleetsKeepTheirResultsInAnObjectStore(t *testing.T) {
	skipShort(t)
	store := faked.Serve(t, faked.InProcess)
	t.Setenv(asProgram, "1") // for the processes that the fleet starts
	const at = "s3://" + faked.Bucket + "/results"
	const stages = "  - {name: data, run: gen billiards --episodes 10 --frames 31, shards: 3}\n" +
		"  - {name: parts, run: gen billiards --episodes 4 --frames 9, shards: 2, merge: false}\n" +
		"  - {name: model, run: 'train {data} --steps 3'}\n" +
		"  - {name: score, run: 'eval true {model} --data {data} --horizons 0.1', shards: 2}\n" +
		"  - {name: tried, run: 'sweep {data} --steps 2 --grid width=4,8', shards: 2}\n" +
		"  - {name: acted, run: 'plan reach --model true --episodes 2 --tune samples=4 --tune elites=2 --tune horizon=3', shards: 2}\n"
	path := fleetFile(t, stages)
	said := mustRun(t, "fleet", "run", path, "--cores", "2")
	here := filepath.Join(filepath.Dir(path), "results")
	if err := os.WriteFile(path, []byte(strings.Replace(read(t, path), "out: results", "out: "+at, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	done := regexp.MustCompile(`(?m)^\w+ +\d+/\d+ +0 +0 `)
	for range 2 { // the second time there is nothing to do
		got := mustRun(t, "fleet", "run", path, "--cores", "2")
		if a, b := done.FindAllString(got, -1), done.FindAllString(said, -1); len(b) != 6 || !slices.Equal(a, b) || !strings.Contains(got, at+"/data\n") {
			t.Errorf("the run says\n%s, and on disk\n%s", got, said)
		}
	}
	sameTree(t, onDisk(t, at+"/data"), filepath.Join(here, "data"))
	there := onDisk(t, at)
	for _, name := range []string{"score/metrics.json", "tried/sweep.json", "acted/result.json"} {
		path := regexp.MustCompile(`s3://my-bucket/results|` + regexp.QuoteMeta(here) + `|results`) // where the model is
		if got, want := timelessFile(t, filepath.Join(there, name)), timelessFile(t, filepath.Join(here, name)); path.ReplaceAllString(got, "") != path.ReplaceAllString(want, "") {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	var report fleet.Report
	if err := json.Unmarshal([]byte(mustRun(t, "fleet", "status", path, "--json")), &report); err != nil {
		t.Fatal(err)
	}
	for _, g := range report.Stages {
		if g.Done != g.Tasks || g.Attempts != g.Tasks || g.Result != at+"/"+g.Stage {
			t.Errorf("%+v", g)
		}
	}
	if log, err := storage.ReadFile(at + "/.fleet/data/of-3/logs/1.1.log"); err != nil || !strings.HasPrefix(string(log), "orrery gen billiards ") {
		t.Errorf("a log says %q, %v", log, err)
	}
	if _, err := storage.Stat(at + "/.fleet/data/of-3/shards"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("shards of a merged dataset are left: %v", err)
	}
	noHostNames(t, there)
	for name, text := range readTree(t, there) {
		for _, secret := range []string{faked.ID, faked.Secret, strings.TrimPrefix(store.URL, "http://")} {
			if strings.Contains(text, secret) {
				t.Errorf("%s has %s in it", name, secret)
			}
		}
	}
}
