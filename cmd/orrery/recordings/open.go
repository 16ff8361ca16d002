package recordings

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"orrery/cmd/orrery/console"
	"orrery/datasets/bags"
	"orrery/datasets/csv"
	"orrery/datasets/npz"
	"orrery/datasets/parquet"
	"orrery/datasets/recording"
)

// Open finds the episodes of a file, or of in where the path is -. Warnings of the file are told to warn.
func Open(ctx context.Context, format Format, path string, in io.Reader, table csv.Options, bag bags.Options, warn func(string)) (*csv.File, error) {
	if format != MCAP && (len(bag.Topics) > 0 || len(bag.Frames) > 0 || bag.Plane != "") {
		return nil, console.Usagef("--topic, --frame and --plane say what is taken of a bag (mcap), and this is %s", format)
	}
	switch format {
	case CSV:
		if path == "-" {
			return csv.Read(ctx, "stdin", in, table)
		}
		return csv.Open(ctx, path, table)
	case Parquet, NPZ, MCAP:
	case LeRobot:
		return nil, console.Usagef("%s is a folder, which is mapped before it is opened", format)
	default:
		return nil, console.Usagef("unknown format %q", format)
	}
	if path == "-" {
		return nil, console.Usagef("import: %s must be a file, and not standard input, as it is not read from its beginning to its end", format)
	}
	opened, err := openOther(ctx, format, path, table.Columns, bag)
	if err != nil {
		return nil, err
	}
	defer opened.Close()
	if skips, ok := opened.(interface{ Skipped() []string }); ok && len(skips.Skipped()) > 0 {
		warn(fmt.Sprintf("%s: not read as columns: %s", filepath.Base(path), strings.Join(skips.Skipped(), ", ")))
	}
	if format == MCAP {
		table.Recording = true
	}
	file, err := csv.OpenTable(ctx, opened, table)
	if err != nil {
		return nil, err
	}
	if warns, ok := opened.(interface{ Warnings() []string }); ok {
		for _, text := range warns.Warnings() {
			warn(filepath.Base(path) + ": " + text)
		}
	}
	return file, nil
}

// otherTable is a table that is not a text.
type otherTable interface {
	recording.Table
	io.Closer
}

// openOther opens a table that is not a text.
func openOther(ctx context.Context, format Format, path string, called map[string]string, bag bags.Options) (otherTable, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() && (format != MCAP || !info.IsDir()) { // ros2 bag record writes folders
		return nil, fmt.Errorf("%s: must be a plain file", path)
	}
	switch format {
	case Parquet:
		return parquet.OpenRows(ctx, path)
	case NPZ:
		return npz.OpenRows(ctx, path, called)
	case MCAP:
		return bags.OpenRows(ctx, path, bag)
	case CSV, LeRobot:
	}
	return nil, fmt.Errorf("%s: %s is not read", path, format)
}
