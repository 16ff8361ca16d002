package parquet

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/snappy"
	"github.com/parquet-go/parquet-go/format"
)

// maxPage bounds the bytes of a page that is unpacked or decoded: a few bytes may stand
// for any number of equal values. DuckDB's largest pages have 100 MB.
const maxPage = 256 << 20

// errPacked says that a page does not unpack, in place of what a library says of it.
var errPacked = errors.New("page is packed and damaged")

// checkCodec returns an error that names a compression this package does not undo.
func checkCodec(codec format.CompressionCodec) error {
	switch codec {
	case format.Uncompressed, format.Snappy, format.Gzip, format.Lz4Raw:
		return nil
	case format.Zstd:
		return checkZstd()
	}
	return fmt.Errorf("compression %v must be UNCOMPRESSED, SNAPPY, GZIP, LZ4_RAW or ZSTD", codec)
}

// unpack undoes the compression of a page, which must have size bytes then.
func unpack(codec format.CompressionCodec, b []byte, size int) (unpacked []byte, err error) {
	if size < 0 || size > maxPage {
		return nil, fmt.Errorf("page of %d bytes unpacked must have from 0 to %d", size, maxPage)
	}
	switch codec {
	case format.Snappy:
		unpacked, err = unpackSnappy(b, size)
	case format.Gzip:
		unpacked, err = unpackGzip(b, size)
	case format.Lz4Raw:
		unpacked, err = unpackLZ4(b, size)
	case format.Zstd:
		unpacked, err = unpackZstd(b, size)
	default:
		err = checkCodec(codec)
	}
	if err == nil && len(unpacked) != size {
		err = fmt.Errorf("page of %d bytes claims %d in its header and has %d", len(b), size, len(unpacked))
	}
	return unpacked, err
}

// unpackSnappy undoes snappy, which turns 3 bytes into 64 at most.
func unpackSnappy(b []byte, size int) ([]byte, error) {
	n, err := snappy.DecodedLen(b)
	if err != nil {
		return nil, errPacked
	}
	if n != size || n > 22*len(b) {
		return nil, fmt.Errorf("page of %d bytes claims %d in its header and %d in its data", len(b), size, n)
	}
	unpacked, err := snappy.Decode(nil, b)
	if err != nil {
		return nil, errPacked
	}
	return unpacked, nil
}

func unpackGzip(b []byte, size int) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, errPacked
	}
	var unpacked bytes.Buffer // grows with what comes, not with what is claimed
	if _, err = io.Copy(&unpacked, io.LimitReader(r, int64(size)+1)); err != nil {
		return nil, errPacked
	}
	return unpacked.Bytes(), nil
}
