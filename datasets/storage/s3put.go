//go:build !js

package storage

import (
	"context"
	"io"
	"io/fs"
	"net/http"
	"time"

	"github.com/minio/minio-go/v7"
	"golang.org/x/sync/errgroup"
)

// partBytes are those of the parts that a larger object is put in. 5 MiB is the least that Amazon takes.
var partBytes int64 = 16 << 20

const (
	mostParts = 10_000 // of an object
	partsSent = 4      // at the same time
	sumHeader = "Orrery-Sha256"
)

// put sends with each request the SHA-256 of what it brings, which is signed and which the server holds against what
// has arrived.
func (b *bucket) put(ctx context.Context, key string, content io.ReaderAt, size int64, sum string, alone bool) error {
	options := minio.PutObjectOptions{
		UserMetadata: map[string]string{sumHeader: sum}, ContentType: contentType(key), DisableContentSha256: true,
	}
	if alone {
		options.SetMatchETagExcept("*")
	}
	var err error
	if size <= partBytes {
		err = bring(content, 0, size, func(content io.Reader) error {
			_, err := b.client.PutObject(ctx, b.name, key, content, size, "", sum, options)
			return err
		})
	} else {
		err = b.putParts(ctx, key, content, size, options)
	}
	if err == nil {
		return nil
	}
	answer := minio.ToErrorResponse(err)
	taken := answer.StatusCode == http.StatusPreconditionFailed || answer.StatusCode == http.StatusConflict
	if taken || answer.Code == minio.NoSuchUpload {
		// Perhaps it is there by an attempt whose answer was lost: the client tries again, and meets what it has made, or
		// finds its parts gone.
		if o, unknown := b.stat(ctx, key); unknown == nil && o.size == size && o.sum == sum {
			return nil
		}
	}
	if taken && alone {
		return fs.ErrExist
	}
	return b.explain(err)
}

// putParts makes an object of several parts, which appears when the last is there. Parts of an object that is given up
// are taken away, but not after a kill; see the guide.
func (b *bucket) putParts(ctx context.Context, key string, content io.ReaderAt, size int64, options minio.PutObjectOptions) error {
	upload, err := b.client.NewMultipartUpload(ctx, b.name, key, minio.PutObjectOptions{UserMetadata: options.UserMetadata, ContentType: options.ContentType})
	if err != nil {
		return err
	}
	long := max(partBytes, (size+mostParts-1)/mostParts)
	parts := make([]minio.CompletePart, (size+long-1)/long)
	group, inGroup := errgroup.WithContext(ctx)
	group.SetLimit(partsSent)
	for i := range parts {
		group.Go(func() error {
			from := int64(i) * long
			part := io.NewSectionReader(content, from, min(long, size-from))
			sum, err := Sum(inGroup, part, nil)
			if err != nil {
				return err
			}
			return bring(content, from, part.Size(), func(content io.Reader) error {
				o, err := b.client.PutObjectPart(inGroup, b.name, key, upload, i+1, content, part.Size(), minio.PutObjectPartOptions{Sha256Hex: sum, DisableContentSha256: true})
				parts[i] = minio.CompletePart{PartNumber: i + 1, ETag: o.ETag}
				return err
			})
		})
	}
	if err = group.Wait(); err == nil {
		_, err = b.client.CompleteMultipartUpload(ctx, b.name, key, upload, parts, options)
	}
	if err != nil {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		_ = b.client.AbortMultipartUpload(ctx, b.name, key, upload) // there is an error already
	}
	return err
}
