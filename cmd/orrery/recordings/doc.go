// Package recordings reads motion that was seen from a file of any format, and estimates what moved how.
//
//	file, err := recordings.Open(ctx, recordings.CSV, path, nil, table, bags)
//	set, err := recordings.Read(ctx, file, options)
//	err = set.Measure(ctx)
//	trajectory, err := set.Episode(ctx, 0)
//
// It joins datasets/csv, which reads tables, datasets/recording, which knows what trackers do to motion, and
// world/observe, which infers states. Results do not depend on the number of goroutines that call Episode.
package recordings
