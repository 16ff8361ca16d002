package recording

import "context"

// Table is a table of motion in a file of another format than text, such as Parquet. The package
// datasets/csv reads it as it reads a table in a text, with the same names of columns.
type Table interface {
	// Name returns how errors call the file: the last part of its path.
	Name() string
	// Columns returns the names of the columns in their order.
	Columns() []string
	// Rows calls visit with each row in its order, and ends with the first error of visit or that of
	// ctx. A row has a field for each column: a number in decimal digits with a point, a text as it is,
	// or nothing where the file has no value or none that is finite. A time is in seconds. The fields
	// belong to the table again when visit returns.
	Rows(ctx context.Context, visit func(fields []string) error) error
	// Place returns how errors call row number i from 0 on, such as "row 13" or "message 7 of /tf".
	Place(i int) string
	// Sum returns the SHA-256 of the file in hexadecimal.
	Sum() string
}
