package report_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"orrery/world/eval/report"
)

func TestTableFitsAHundredColumns(t *testing.T) {
	t.Parallel()
	var text bytes.Buffer
	if err := report.WriteTable(&text, madeUp()); err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(text.String(), "\n") {
		if n := len([]rune(line)); n > 100 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
	if *update {
		if err := os.WriteFile(golden, text.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if text.String() != string(want) {
		t.Errorf("table\n%s\nwant\n%s", text.String(), want)
	}
}

var golden = filepath.Join("testdata", "table.golden")
