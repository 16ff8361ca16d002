package train

import (
	"context"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// killDir names the environment variable that turns the test binary into a run to
// be killed.
const killDir = "TRAIN_KILL_DIR"

func killConfig() Config {
	c := Tiny()
	c.Steps, c.CheckpointEvery = 400, 7
	return c
}

func TestMain(m *testing.M) {
	if dir := os.Getenv(killDir); dir != "" {
		_, err := Run(context.Background(), newSineObjective(), killConfig(), dir, func(Progress) {
			os.Stdout.WriteString("report\n")
		})
		if err != nil {
			panic(err)
		}
		return
	}
	os.Exit(m.Run())
}

func TestKilledRunResumesToTheSameBits(t *testing.T) {
	want := mustRun(t, killConfig(), "")
	dir := t.TempDir()
	killed := 0
	for reports := 1; reports < 40; reports += 13 { // reports to wait for before the kill
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), killDir+"="+dir)
		cmd.Stderr = os.Stderr
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(out, make([]byte, reports*len("report\n"))); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Wait(); err != nil && strings.Contains(err.Error(), "killed") {
			killed++
		}
	}
	if killed == 0 {
		t.Skip("every process ended before it could be killed")
	}
	got := mustRun(t, killConfig(), dir)
	if !slices.Equal(got.Weights, want.Weights) || !slices.Equal(got.Best, want.Best) {
		t.Error("weights differ from those of an uninterrupted run")
	}
	for i := range got.Curve {
		if got.Curve[i].Step != want.Curve[i].Step || got.Curve[i].Loss != want.Curve[i].Loss {
			t.Fatalf("report %d: %+v, want %+v", i, got.Curve[i], want.Curve[i])
		}
	}
	if len(got.Curve) != len(want.Curve) {
		t.Errorf("%d reports, want %d", len(got.Curve), len(want.Curve))
	}
}
