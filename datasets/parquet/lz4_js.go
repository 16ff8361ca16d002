package parquet

import "errors"

// unpackLZ4 refuses: the page has to be small, and no file of ours is packed with LZ4.
func unpackLZ4([]byte, int) ([]byte, error) {
	return nil, errors.New("the page does not read what is packed with LZ4")
}
