//go:build !js

package storage

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"net"
	"net/url"
	"path"
	"strings"

	"github.com/minio/minio-go/v7"
)

// refusal is an error of a server in words of ours, with the error of io/fs that fits. What the server says itself
// is left out: it may repeat who asked.
type refusal struct {
	text string
	like error
}

func (r *refusal) Error() string { return r.text }
func (r *refusal) Unwrap() error { return r.like }

// explain returns what an error of the client means.
func (b *bucket) explain(err error) error {
	answer := minio.ErrorResponse{}
	if !errors.As(err, &answer) || answer.Code == "" {
		return plain(err)
	}
	switch answer.Code {
	case minio.NoSuchKey:
		return fs.ErrNotExist
	case minio.NoSuchBucket:
		return &refusal{fmt.Sprintf("there is no bucket %s", b.name), nil}
	case "InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "ExpiredToken":
		return &refusal{fmt.Sprintf("the object store refuses the credentials (%s); they come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or from ~/.aws/credentials", answer.Code), fs.ErrPermission}
	case minio.AccessDenied, "AllAccessDisabled", "Forbidden":
		if b.anon {
			return &refusal{fmt.Sprintf("bucket %s is not public, and there are no credentials: neither AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY nor ~/.aws/credentials", b.name), fs.ErrPermission}
		}
		return &refusal{fmt.Sprintf("access to bucket %s is denied", b.name), fs.ErrPermission}
	case "InvalidBucketName":
		return &refusal{fmt.Sprintf("the object store takes no bucket with the name %s", b.name), fs.ErrInvalid}
	}
	return &refusal{fmt.Sprintf("the object store answers %s (%d)", answer.Code, answer.StatusCode), nil}
}

// plain returns an error of the network without the places that it names, which may have names of hosts and of those
// who ask in them.
func plain(err error) error {
	if err == nil || errors.Is(err, context.Canceled) {
		return err
	}
	var inURL *url.Error
	if errors.As(err, &inURL) {
		err = inURL.Err
	}
	var unknown *net.DNSError
	var inNet *net.OpError
	switch {
	case errors.As(err, &unknown):
		return errors.New("the object store is not found: its host is unknown; AWS_ENDPOINT_URL or --endpoint-url says where it is")
	case errors.As(err, &inNet):
		return fmt.Errorf("the object store is not reached: %s: %w", inNet.Op, inNet.Err)
	case strings.Contains(err.Error(), "server gave HTTP response to HTTPS client"):
		return errors.New("the object store speaks http, not https: its endpoint must begin with http://")
	case errors.Is(err, context.DeadlineExceeded):
		return errors.New("the object store is too slow: an answer took longer than a minute")
	}
	return err
}

// contentType returns how a browser is told what an object is.
func contentType(key string) string {
	if kind := mime.TypeByExtension(path.Ext(key)); kind != "" {
		return kind
	}
	return "application/octet-stream"
}
