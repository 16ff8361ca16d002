package storage

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
)

// Sum returns the SHA-256 in hexadecimal of what r reads to its end. It ends with ctx, and tells
// read, unless that is nil, how many bytes it has read each time.
func Sum(ctx context.Context, r io.Reader, read func(bytes int)) (string, error) {
	sum := sha256.New()
	_, err := io.Copy(sum, heeding{ctx, r, read})
	return hex.EncodeToString(sum.Sum(nil)), err
}

// heeding is a reader that ends with its context and tells what it has read.
type heeding struct {
	ctx context.Context
	io.Reader
	read func(bytes int)
}

// Read implements io.Reader.
func (h heeding) Read(b []byte) (int, error) {
	if err := h.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := h.Reader.Read(b)
	if h.read != nil {
		h.read(n)
	}
	return n, err
}
