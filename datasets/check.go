package datasets

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"math"
	"path/filepath"
	"slices"
)

// Check returns the first error in the files of the dataset: one that is
// missing, not of the dataset, or that does not match its hash; a task table or
// statistics of the wrong shape. With deep it is that of Survey.
func (d *Dataset) Check(deep bool) error {
	if deep {
		_, err := d.Survey(context.Background())
		return err
	}
	if err := d.checkFiles(); err != nil {
		return err
	}
	if err := d.checkTasks(); err != nil {
		return err
	}
	_, err := d.Stats()
	return err
}

// checkFiles holds the files against the hashes of the provenance.
func (d *Dataset) checkFiles() error {
	for _, path := range []string{infoPath, statsPath, tasksPath, scenesPath} {
		if d.provenance.Files[path] == "" {
			return fmt.Errorf("%s: no hash of %s", d.in.where(provenancePath), path)
		}
	}
	for _, path := range slices.Sorted(maps.Keys(d.provenance.Files)) {
		if !filepath.IsLocal(path) {
			return fmt.Errorf("%s: path %q must be within the dataset", d.in.where(provenancePath), path)
		}
		sum, err := d.in.hash(path)
		if err != nil {
			return err
		}
		if want := d.provenance.Files[path]; sum != want {
			return fmt.Errorf("%s: SHA-256 %.12s… must be %.12s…: the file was changed or is damaged", d.in.where(path), sum, want)
		}
	}
	return nil
}

func (f folder) hash(path string) (string, error) {
	file, err := f.open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	sum := sha256.New()
	_, err = io.Copy(sum, file)
	return hex.EncodeToString(sum.Sum(nil)), err
}

// checkTasks demands the one task that every frame refers to.
func (d *Dataset) checkTasks() error {
	t, err := openTable(d.in, tasksPath)
	if err != nil {
		return err
	}
	if t.rows() != 1 || d.info.TotalTasks != 1 {
		return fmt.Errorf("%s: %d tasks, and total_tasks %d, must be 1", t.name(), t.rows(), d.info.TotalTasks)
	}
	file, err := t.in.open(t.path)
	if err != nil {
		return err
	}
	defer file.Close()
	index, err := readColumn[int64](t, file, 0, "task_index", 0)
	if err != nil {
		return err
	}
	tasks, err := readColumn[[]byte](t, file, 0, "__index_level_0__", 0)
	if err != nil {
		return err
	}
	if index[0] != 0 || string(tasks[0]) != d.provenance.Task {
		return fmt.Errorf("%s: task %d %q must be task 0 %q", t.name(), index[0], tasks[0], d.provenance.Task)
	}
	return nil
}

// checkStats demands the shape of a feature and the order of quantiles.
func (d *Dataset) checkStats(s Stats, width int) error {
	for i, column := range s.columns() {
		if len(*column) != width {
			return fmt.Errorf("%s has %d values, must have %d", statNames[i], len(*column), width)
		}
	}
	if len(s.Count) != 1 || s.Count[0] != d.Frames() {
		return fmt.Errorf("count %v must be [%d]", s.Count, d.Frames())
	}
	for j := range width {
		if !slices.IsSorted([]float64{s.Min[j], s.Q01[j], s.Q10[j], s.Q50[j], s.Q90[j], s.Q99[j], s.Max[j]}) {
			return fmt.Errorf("value %d: min, quantiles and max must ascend", j)
		}
	}
	return nil
}

// readStats reads the statistics of the episodes in a row group of meta/episodes
// [rows], by feature.
func (d *Dataset) readStats(t *table, group int) ([][]Stats, error) {
	file, err := t.in.open(t.path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	rows := t.groups[group].rows
	stats := make([][]Stats, len(d.features))
	for f, feature := range d.features {
		counts, err := readColumn[int64](t, file, group, statColumn(feature.name, "count"), 1)
		if err != nil {
			return nil, err
		}
		stats[f] = make([]Stats, rows)
		for row := range rows {
			stats[f][row].Count = []int{int(counts[row])}
		}
		for i, name := range statNames {
			values, err := readColumn[float64](t, file, group, statColumn(feature.name, name), feature.width)
			if err != nil {
				return nil, err
			}
			for row := range rows {
				*stats[f][row].columns()[i] = values[row*feature.width : (row+1)*feature.width]
			}
		}
	}
	return stats, nil
}

// sameStats returns an error that names the first statistic of got that is not
// what is stored. Another architecture may sum with other rounding.
func sameStats(stored, got Stats, quantiles bool) error {
	if stored.Count[0] != got.Count[0] {
		return fmt.Errorf("count %d must be %d", stored.Count[0], got.Count[0])
	}
	for i, column := range stored.columns() {
		if i >= 4 && !quantiles {
			break
		}
		want := *got.columns()[i]
		for j, v := range *column {
			if scale := max(1, math.Abs(got.Min[j]), math.Abs(got.Max[j])); !(math.Abs(v-want[j]) <= 1e-6*scale) {
				return fmt.Errorf("%s[%d] %v must be %v", statNames[i], j, v, want[j])
			}
		}
	}
	return nil
}
