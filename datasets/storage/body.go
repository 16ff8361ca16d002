//go:build !js

package storage

import (
	"io"
	"slices"
	"sync"

	"github.com/minio/minio-go/v7"
)

// body is content on its way to a server. When an attempt fails, the connection may still read for a moment while the next attempt
// has begun at the start: the server then finds another sum than was told, and bring begins anew.
type body struct {
	mu   sync.Mutex
	part *io.SectionReader
}

// Read implements io.Reader.
func (b *body) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.part.Read(p)
}

// Seek implements io.Seeker.
func (b *body) Seek(offset int64, whence int) (int64, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.part.Seek(offset, whence)
}

// mixed are the codes of servers that got other bytes than they were told.
var mixed = []string{"XAmzContentSHA256Mismatch", "XAmzContentChecksumMismatch", "BadDigest", "IncompleteBody"}

// bring puts size bytes of content from one on. Where attempts got into each other's way it tries again, a few times.
func bring(content io.ReaderAt, from, size int64, put func(content io.Reader) error) error {
	const tries = 3
	for try := 1; ; try++ {
		err := put(&body{part: io.NewSectionReader(content, from, size)})
		if err == nil || try == tries || !slices.Contains(mixed, minio.ToErrorResponse(err).Code) {
			return err
		}
	}
}
