// Package parquet writes and reads the tables of a dataset as Parquet files, within bounds
// that hold for hostile files too.
//
// A Writer takes the values of Columns row group by row group. A Table knows where the
// values of a file are, and Rows reads those of a column:
//
//	table, err := parquet.Open(path, open, parquet.NewCache(64<<20))
//	r, err := table.Reader()
//	defer r.Close()
//	states, err := parquet.Rows[float32](r, "observation.state", 12, 100, 200) // [100, 12]
//
// # What is read
//
// Tables that others wrote are read too: pages of either version, plain, with a
// dictionary, in runs, with deltas or with split bytes; uncompressed or packed with
// Snappy, gzip, LZ4 or Zstandard. Columns must be flat or lists, and have a value everywhere.
// Columns that nobody asks for may be anything and cost nothing: none of their bytes is
// read.
//
// OpenRows reads tables of which nothing is known beforehand, as rows of text: columns of
// single values of every type, with or without values that are missing.
//
//	rows, err := parquet.OpenRows(ctx, "tracks.parquet")
//	defer rows.Close()
//	err = rows.Rows(ctx, func(fields []string) error { … }) // as many as rows.Columns()
//
// Only the pages that hold the wanted rows are read. A page that is not used up waits in
// the Cache, so that reading in order decodes each page once, and reading in any order
// takes no more memory than the cache and the last page of each column.
//
// # Why pages are taken apart here
//
// parquet-go decodes runs, of which levels and dictionaries consist, to as many values as
// the runs claim, not to as many as the page has: five bytes make it take 16 MB, five
// others 2 GB. Nobody can tell from outside without walking the runs, which is to decode
// them. Its decoders of Zstandard and gzip take what comes, too. Its decoder of Thrift
// trusts the lengths of lists. TestWhyRunsAreDecodedByHand fails when the first of these
// has changed. So this package walks Thrift before the library decodes it, and takes
// pages apart itself. What can be bounded beforehand goes through parquet-go: the
// structures of the format, deltas and split bytes.
//
// A damaged or hostile file costs memory in proportion to its size, or 256 MB for a page
// in which few bytes stand for many values, and never a panic.
//
// Writing is by hand because columns are known when the program is compiled: libraries
// that learn them at run time, value by value, took longer than making the values.
//
// The format is https://parquet.apache.org/docs/file-format/.
package parquet
