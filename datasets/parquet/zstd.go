//go:build !js

package parquet

import (
	"fmt"
	"sync"

	"github.com/klauspost/compress/zstd"
)

func checkZstd() error { return nil }

// zstdDecoder is shared: DecodeAll is safe for concurrent use.
var zstdDecoder = sync.OnceValues(func() (*zstd.Decoder, error) {
	return zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxPage))
})

func unpackZstd(b []byte, size int) ([]byte, error) {
	var header zstd.Header
	if err := header.Decode(b); err != nil {
		return nil, errPacked
	}
	if header.HasFCS && header.FrameContentSize != uint64(size) {
		return nil, fmt.Errorf("page of %d bytes claims %d in its header and %d in its data", len(b), size, header.FrameContentSize)
	}
	d, err := zstdDecoder()
	if err != nil {
		return nil, err
	}
	unpacked, err := d.DecodeAll(b, nil)
	if err != nil {
		return nil, errPacked
	}
	return unpacked, nil
}
