package datasets

import (
	"fmt"
	"testing"

	"orrery/datasets/parquet"
)

// TestFewLayoutsAreKept, however many files a dataset has: those used last.
func TestFewLayoutsAreKept(t *testing.T) {
	t.Parallel()
	d := &Dataset{tables: map[string]*parquet.Table{}}
	use := func(file int) bool {
		path := filePath(dataPath, 0, file)
		kept := d.tables[path] != nil
		d.keep(path, &parquet.Table{})
		return kept
	}
	for file := range 3 * maxTables {
		if use(file) {
			t.Errorf("file %d was kept before it was used", file)
		}
		use(0)
		if len(d.tables) > maxTables || len(d.used) != len(d.tables) {
			t.Fatalf("after file %d: %d layouts of %d used files, at most %d", file, len(d.tables), len(d.used), maxTables)
		}
	}
	if !use(0) || !use(3*maxTables-1) || use(1) {
		t.Errorf("the ones used last are %v", fmt.Sprint(d.used))
	}
}
