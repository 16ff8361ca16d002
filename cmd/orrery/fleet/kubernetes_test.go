package fleet

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"orrery/sim/golden"
)

const pods = `format: 1
out: results
retries: 4
resources: {memory: 1GB}
kubernetes: {image: registry.example/orrery:1, namespace: physics, claim: shared, secret: store, at_once: 5}
stages:
  - {name: data, run: gen mixed --episodes 400, shards: 12, resources: {cores: 2, time: 1h}}
  - {name: model, run: "train {data} --steps 100"}
`

func written(t *testing.T, p *Plan) map[string]string {
	t.Helper()
	files := map[string]string{}
	if err := p.WriteObjects(func(name string, content []byte) error {
		files[name] = string(content)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return files
}

// TestManifestsAreThoseThatWereChecked: the module in testdata/kubernetes holds these files against the types of
// Kubernetes.
func TestManifestsAreThoseThatWereChecked(t *testing.T) {
	t.Parallel()
	files := written(t, planned(t, pods))
	var names []string
	for name, text := range files {
		names = append(names, name)
		golden.Compare(t, filepath.Join("testdata", "kubernetes", name), text)
	}
	slices.Sort(names)
	if want := []string{"00-config.yaml", "01-data.yaml", "02-data-merge.yaml", "03-model.yaml"}; !slices.Equal(names, want) {
		t.Errorf("files %v, want %v", names, want)
	}
}

// TestPodsMustShareTheirResults, by a claim with their folder.
func TestPodsMustShareTheirResults(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		strings.Replace(pods, "claim: shared, ", "", 1):           "kubernetes.claim must name a PersistentVolumeClaim",
		strings.Replace(pods, "out: results", "out: /results", 1): `out: "/results" must be below the folder of the file`,
	} {
		if err := planned(t, text).Apply(t.Context(), io.Discard); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, must contain %s", err, want)
		}
	}
}

// fakeKubectl puts a program in kubectl's place, and returns the folder of what it was told and is to say.
func fakeKubectl(t *testing.T) string {
	t.Helper()
	programs, err := filepath.Abs("testdata/kubectl")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	t.Setenv("FAKES", dir)
	t.Setenv("PATH", programs+":"+os.Getenv("PATH"))
	return dir
}

// TestJobsFollowOneAnother: a stage begins when those before have succeeded, and what failed is named.
func TestJobsFollowOneAnother(t *testing.T) {
	dir := fakeKubectl(t)
	p := planned(t, pods)
	var said strings.Builder
	if err := p.Apply(t.Context(), &said); err != nil {
		t.Fatal(err)
	}
	data, model := p.jobName(p.Steps[0], false), p.jobName(p.Steps[1], false)
	if want := "job " + data + ": data\njob " + data + "-merge: data\njob " + model + ": model\n"; said.String() != want {
		t.Errorf("said %q, want %q", said.String(), want)
	}
	files := written(t, p)
	for i, name := range []string{"00-config.yaml", "01-data.yaml", "02-data-merge.yaml", "03-model.yaml"} {
		if got := get(t, filepath.Join(dir, "applied-"+string(rune('0'+i))+".yaml")); got != files[name] {
			t.Errorf("applied %q, want %q", got, files[name])
		}
	}
	if calls := get(t, filepath.Join(dir, "calls")); strings.Contains(calls, "delete") || !strings.Contains(calls, "--namespace physics get job "+data+" --ignore-not-found ") {
		t.Errorf("calls %s", calls)
	}
	put(t, filepath.Join(dir, data), "FailureTarget Failed/3,7-8\n")
	if err := p.Apply(t.Context(), io.Discard); err == nil || !strings.Contains(err.Error(), "data: shards 3,7-8 failed; model: needs data; logs are in results/.fleet") {
		t.Error(err)
	}
}

// TestJobsAtWorkAreWaitedFor: a second run takes none away and hands none over again. Those that have ended are replaced, and
// looks that fail now and then are passed over.
func TestJobsAtWorkAreWaitedFor(t *testing.T) {
	dir := fakeKubectl(t)
	defer func(usual time.Duration) { look = usual }(look)
	look = 10 * time.Microsecond
	p := planned(t, pods)
	data := p.jobName(p.Steps[0], false)
	put(t, filepath.Join(dir, "there-"+data), "")
	put(t, filepath.Join(dir, data+".looks"), "3")
	var said strings.Builder
	if err := p.Apply(t.Context(), &said); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(said.String(), "job "+data+": data, which is at work already\n") {
		t.Errorf("said %q", said.String())
	}
	calls := get(t, filepath.Join(dir, "calls"))
	if strings.Contains(calls, "delete") || strings.Count(calls, "apply") != 3 { // of the file, the merge and the model
		t.Errorf("calls %s", calls)
	}
	put(t, filepath.Join(dir, "blind"), "0")
	if err := p.Apply(t.Context(), io.Discard); err != nil {
		t.Fatal(err)
	}
	if calls := get(t, filepath.Join(dir, "calls")); !strings.Contains(calls, "--namespace physics delete job "+data+" --ignore-not-found\n") {
		t.Errorf("calls %s", calls)
	}
	put(t, filepath.Join(dir, data+".looks"), "2") // the first is before it is waited for
	j := podJob{name: data, step: p.Steps[0]}
	blind := func(format string, _ ...any) { put(t, filepath.Join(dir, "blind"), "9") }
	if err := p.applyJob(t.Context(), j, blind); err != nil {
		t.Error(err)
	}
	put(t, filepath.Join(dir, data+".looks"), "2")
	blind = func(format string, _ ...any) { put(t, filepath.Join(dir, "blind"), "10") }
	if err := p.applyJob(t.Context(), j, blind); err == nil || !strings.Contains(err.Error(), "kubectl: exit status 1: Unable to connect to the server") {
		t.Error(err)
	}
}

// TestPodsNeedNoClaimForAnObjectStore.
func TestPodsNeedNoClaimForAnObjectStore(t *testing.T) {
	t.Parallel()
	files := written(t, planned(t, strings.NewReplacer("claim: shared, ", "", "out: results", "out: s3://bucket/results").Replace(pods)))
	if text := files["01-data.yaml"]; strings.Contains(text, "persistentVolumeClaim") || strings.Count(text, "emptyDir: {}") != 2 {
		t.Errorf("the job is\n%s", text)
	}
}
