// Package parquet writes and reads the tables of a dataset as Parquet files.
//
// A Writer takes the values of Columns row group by row group. A Table knows where the
// values of a file are, and Rows reads those of a column:
//
//	table, err := parquet.Open(path, open)
//	r, err := table.Reader()
//	defer r.Close()
//	index, err := parquet.Rows[int64](r, "index", 0, 0, table.Rows())
//
// The format is https://parquet.apache.org/docs/file-format/.
package parquet
