package bags

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"
)

// TestBagsOfAnotherProgramAreRead lets PyPI's mcap-ros2-support write bags with every compression, and
// reads what it says is in them.
func TestBagsOfAnotherProgramAreRead(t *testing.T) {
	if testing.Short() {
		t.Skip("another program has to be installed")
	}
	t.Parallel()
	var folder, truth, errs bytes.Buffer
	install := exec.Command("../../.ci/peers", "mcap-ros2-support==0.5.7")
	install.Stdout, install.Stderr = &folder, &errs
	if err := install.Run(); err != nil {
		t.Skipf("no independent writer: %v: %s", err, &errs)
	}
	dir := t.TempDir()
	python := exec.Command("python3", "testdata/write.py", dir)
	python.Env = append(os.Environ(), "PYTHONPATH="+strings.TrimSpace(folder.String()), "PYTHONDONTWRITEBYTECODE=1")
	python.Stdout, python.Stderr = &truth, &errs
	if err := python.Run(); err != nil {
		t.Fatalf("%v: %s", err, &errs)
	}
	var want [][]any
	if err := json.Unmarshal(truth.Bytes(), &want); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"NONE", "LZ4", "ZSTD"} {
		text, err := os.ReadFile(filepath.Join(dir, name+".mcap"))
		if err != nil {
			t.Fatal(err)
		}
		compareWithTruth(t, name, mustRead(t, text, Options{}), want)
		// A channel is described in the first chunk alone, but once more in the summary.
		text[chunkOf(t, text)+100] ^= 0x40
		got := mustRead(t, text, Options{})
		if lost := len(want) - len(got.rows); lost < 1 || lost > len(want)/3 {
			t.Errorf("%s: %d rows of %d are lost with a chunk: %s", name, lost, len(want), got.warnings)
		}
	}
}

func compareWithTruth(t *testing.T, name string, got table, want [][]any) {
	t.Helper()
	if len(got.rows) != len(want) {
		t.Fatalf("%s: %d rows, want %d", name, len(got.rows), len(want))
	}
	if !strings.Contains(got.warnings, "tell of no body: /said (std_msgs/msg/String)") {
		t.Errorf("%s: warnings %q", name, got.warnings)
	}
	for i, row := range got.rows {
		for k, w := range want[i] {
			switch w := w.(type) {
			case string:
				if row[k] != w {
					t.Fatalf("%s: row %d is %q, want %v", name, i, row, want[i])
				}
			case float64:
				v, err := strconv.ParseFloat(row[k], 64)
				if k == 4 {
					v = w + math.Remainder(v-w, 2*math.Pi)
				}
				if err != nil || !scalar.EqualWithinAbs(v, w, 1e-9) {
					t.Fatalf("%s: row %d is %q, want %v", name, i, row, want[i])
				}
			case nil:
				if row[k] != "" {
					t.Fatalf("%s: row %d is %q, want %v", name, i, row, want[i])
				}
			}
		}
		if row[1] == "robot" {
			angle := want[i][4].(float64)
			sin, cos := math.Sincos(angle)
			for k, w := range []float64{cos, sin, 6, 0.02, 0.03, 0.1} {
				if v, err := strconv.ParseFloat(row[5+k], 64); err != nil || !scalar.EqualWithinAbs(v, w, 1e-9) {
					t.Fatalf("%s: row %d is %q, want %v", name, i, row, w)
				}
			}
		}
	}
}
