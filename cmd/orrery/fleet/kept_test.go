package fleet

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// TestALogIsKeptOrSaidNotToBe: what it has is on the disk when keep returns, and what cannot be brought there is an error.
func TestALogIsKeptOrSaidNotToBe(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "logs", "0.1.log")
	log, err := openLog(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := log.WriteString("it began\n"); err != nil {
		t.Fatal(err)
	}
	if err := log.keep(); err != nil {
		t.Error(err)
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != "it began\n" {
		t.Errorf("%q, %v", text, err)
	}
	if err := log.Close(); err != nil {
		t.Error(err)
	}
	if log.keep() == nil || log.Close() == nil {
		t.Error("a log that is closed is kept")
	}
	if _, err := openLog(filepath.Join(path, "below")); err == nil {
		t.Error("a log is made below a file")
	}
}

// TestJobsGetWhatStoresNeed of the environment in which they are submitted, and nothing else.
func TestJobsGetWhatStoresNeed(t *testing.T) {
	wanted := []string{"AWS_ENDPOINT_URL", "AWS_REGION", "HOME", "MINIO_ROOT_USER", "PATH"}
	others := []string{"AWS", "MINIO", "PATHS", "HOMES", "MY_AWS_KEY", "SECRET", "SLURM_JOB_ID"}
	for _, name := range slices.Concat(wanted, others) {
		t.Setenv(name, os.Getenv(name)+"x")
	}
	got := passed()
	for _, name := range wanted {
		if !slices.Contains(got, name) {
			t.Errorf("%s is not passed on", name)
		}
	}
	for _, name := range others {
		if slices.Contains(got, name) {
			t.Errorf("%s is passed on", name)
		}
	}
	if !slices.IsSorted(got) {
		t.Errorf("%v are in no order", got)
	}
}
