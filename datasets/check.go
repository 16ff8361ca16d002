package datasets

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"

	"orrery/datasets/camera"
	"orrery/datasets/parquet"
	"orrery/datasets/statistics"
	"orrery/datasets/storage"
)

// Check returns the first error in the files of the dataset: one that is
// missing, not of the dataset, or that does not match its hash; a task table or
// statistics of the wrong shape. It is that of ctx when it ends before. When progress is
// not nil, it is told which share of the bytes is read, from 0 to 1.
func (d *Dataset) Check(ctx context.Context, progress func(fraction float64)) error {
	if err := d.checkFiles(ctx, progress); err != nil {
		return err
	}
	if err := d.checkTasks(); err != nil {
		return err
	}
	_, err := d.Stats()
	return err
}

// checkFiles holds the files against the hashes of the provenance.
func (d *Dataset) checkFiles(ctx context.Context, progress func(fraction float64)) error {
	needed := []string{infoPath, statsPath, tasksPath, scenesPath}
	for number := range d.described {
		needed = append(needed, filePath(episodesPath, number/d.info.ChunksSize, number%d.info.ChunksSize))
	}
	for i, e := range d.episodes {
		if before := d.episodes[max(i-1, 0)]; i == 0 || e.chunk != before.chunk || e.file != before.file {
			needed = append(needed, filePath(dataPath, e.chunk, e.file))
		}
	}
	if d.room.Observed {
		needed = append(needed, observedPath, recordingPath)
	}
	if d.room.Film.Kind != "" {
		needed = append(needed, filmPath)
	}
	if d.room.Film.Kind == camera.Video {
		for i := range d.episodes {
			needed = append(needed, videoOf(i))
		}
	}
	for _, path := range needed {
		if d.provenance.Files[path] == "" {
			return fmt.Errorf("%s: no hash of %s", d.in.where(ProvenancePath), path)
		}
	}
	var done, total int64 // bytes
	for path := range d.provenance.Files {
		total += d.in.size(path)
	}
	read := func(bytes int) {
		if done += int64(bytes); progress != nil && total > 0 {
			progress(float64(done) / float64(total))
		}
	}
	for _, path := range slices.Sorted(maps.Keys(d.provenance.Files)) {
		if !filepath.IsLocal(path) {
			return fmt.Errorf("%s: path %q must be within the dataset", d.in.where(ProvenancePath), path)
		}
		sum, err := d.in.hash(ctx, path, read)
		if err != nil {
			return err
		}
		if want := d.provenance.Files[path]; sum != want {
			return fmt.Errorf("%s: SHA-256 %.12s… must be %.12s…: the file was changed or is damaged", d.in.where(path), sum, want)
		}
	}
	return nil
}

// hash returns the SHA-256 of a file in hexadecimal, and tells read how many bytes it has
// read each time.
func (f folder) hash(ctx context.Context, path string, read func(bytes int)) (string, error) {
	file, err := f.open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	return storage.Sum(ctx, file, read)
}

// readStats reads the statistics of the episodes in some rows of a file of meta/episodes
// [to-from], by feature.
func (d *Dataset) readStats(t *parquet.Table, from, to int) ([][]statistics.Stats, error) {
	r, err := t.Reader()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	stats := make([][]statistics.Stats, len(d.features))
	for f, feature := range d.features {
		counts, err := parquet.Rows[int64](r, statColumn(feature.name, "count"), 1, from, to)
		if err != nil {
			return nil, err
		}
		stats[f] = make([]statistics.Stats, to-from)
		for row := range stats[f] {
			stats[f][row].Count = []int{int(counts[row])}
		}
		for i, name := range statistics.Names {
			values, err := parquet.Rows[float64](r, statColumn(feature.name, name), feature.width, from, to)
			if err != nil {
				return nil, err
			}
			for row := range stats[f] {
				*stats[f][row].Columns()[i] = values[row*feature.width : (row+1)*feature.width]
			}
		}
	}
	return stats, nil
}
