//go:build !js

package parquet

import (
	"fmt"

	"github.com/pierrec/lz4/v4"
)

// unpackLZ4 undoes LZ4, whose byte stands for 255 at most.
func unpackLZ4(b []byte, size int) ([]byte, error) {
	if size > 255*len(b) {
		return nil, fmt.Errorf("page of %d bytes claims %d in its header", len(b), size)
	}
	unpacked := make([]byte, size)
	n, err := lz4.UncompressBlock(b, unpacked)
	if err != nil {
		return nil, fmt.Errorf("page is packed with LZ4 and damaged, or has more than the %d bytes of its header", size)
	}
	return unpacked[:n], nil
}
