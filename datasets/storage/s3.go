//go:build !js

package storage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/minio/minio-go/v7"
)

const (
	attempts = 10        // at a request, the first one included
	slowest  = 100 << 10 // bytes in a second below which an attempt is given up
)

// bucket is a store that speaks the protocol of Amazon S3.
type bucket struct {
	name   string
	client *minio.Core
	anon   bool // without credentials
}

// clients are those of all endpoints and credentials so far: each holds connections.
var clients = struct {
	sync.Mutex
	of map[surroundings]*minio.Core
}{of: map[surroundings]*minio.Core{}}

// patience is how long to wait before the second attempt, and at most before a later one: from one to the next it doubles.
var patience = struct{ first, most time.Duration }{200 * time.Millisecond, 5 * time.Second}

// setPatience tells the client of it.
var setPatience = sync.OnceFunc(func() { minio.DefaultRetryUnit, minio.DefaultRetryCap = patience.first, patience.most })

var errChanged = errors.New("was changed while it was read")

// dial returns a bucket as the environment says where it is and who asks. Nothing is asked of the server.
func dial(name string) (store, error) {
	setPatience()
	around, err := look()
	if err != nil {
		return nil, err
	}
	clients.Lock()
	defer clients.Unlock()
	client := clients.of[around]
	if client == nil {
		options := minio.Options{
			Creds: around.credentials(), Secure: around.secure, Region: around.region, Transport: transport(), MaxRetries: attempts,
		}
		if client, err = minio.NewCore(around.host, &options); err != nil {
			return nil, fmt.Errorf("endpoint of the object store: %w", plain(err))
		}
		clients.of[around] = client
	}
	b := &bucket{name: name, client: client}
	if value, err := client.GetCreds(); err == nil {
		b.anon = value.AccessKeyID == ""
	}
	return b, nil
}

// transport gives up connections on which nothing happens.
func transport() http.RoundTripper {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.DialContext = (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 15 * time.Second}).DialContext
	t.MaxIdleConnsPerHost, t.MaxConnsPerHost = 16, 64
	t.ResponseHeaderTimeout = time.Minute
	t.DisableCompression = true
	return t
}

func (b *bucket) stat(ctx context.Context, key string) (object, error) {
	info, err := b.client.StatObject(ctx, b.name, key, minio.StatObjectOptions{})
	if err != nil {
		return object{}, b.explain(err)
	}
	return object{key, info.Size, info.ETag, info.UserMetadata[sumHeader], info.LastModified}, nil
}

func (b *bucket) read(ctx context.Context, key, tag string, dst []byte, at int64) error {
	if len(dst) == 0 {
		return nil
	}
	var err error
	for attempt := range attempts {
		if attempt > 0 {
			if err := pause(ctx, attempt); err != nil {
				return err
			}
		}
		var again bool
		if again, err = b.readOnce(ctx, key, tag, dst, at); !again {
			return err
		}
	}
	return fmt.Errorf("after %d attempts: %w", attempts, plain(err))
}

// readOnce reads a range, and says whether it is worth trying again. The client tries requests again itself, but not
// the body of an answer that was cut.
func (b *bucket) readOnce(ctx context.Context, key, tag string, dst []byte, at int64) (again bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute+time.Duration(len(dst)/slowest)*time.Second)
	defer cancel()
	options := minio.GetObjectOptions{}
	err = errors.Join(options.SetRange(at, at+int64(len(dst))-1), options.SetMatchETag(tag))
	if err != nil {
		return false, err
	}
	body, info, _, err := b.client.GetObject(ctx, b.name, key, options)
	if err != nil {
		if minio.ToErrorResponse(err).StatusCode == http.StatusPreconditionFailed {
			return false, errChanged
		}
		return false, b.explain(err)
	}
	defer body.Close()
	if info.ETag != tag { // some servers do not heed If-Match
		return false, errChanged
	}
	if info.Size != int64(len(dst)) {
		return true, fmt.Errorf("an answer of %d bytes must have %d", info.Size, len(dst))
	}
	_, err = io.ReadFull(body, dst)
	return err != nil, err
}

// pause waits before another attempt, longer from one to the next, and each for a time of its own, so that many who
// failed at once do not come back at once.
func pause(ctx context.Context, attempt int) error {
	most := min(patience.first<<(attempt-1), patience.most)
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(time.Duration(rand.Int64N(int64(most)) + 1)):
		return nil
	}
}

func (b *bucket) list(ctx context.Context, prefix string, deep bool, yield func(object) bool) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for info := range b.client.Client.ListObjects(ctx, b.name, minio.ListObjectsOptions{Prefix: prefix, Recursive: deep}) {
		if info.Err != nil {
			return b.explain(info.Err)
		}
		// Lists tell times more exactly than stat does.
		if !yield(object{info.Key, info.Size, info.ETag, "", info.LastModified.Truncate(time.Second)}) {
			return nil
		}
	}
	return ctx.Err()
}

func (b *bucket) remove(ctx context.Context, key string) error {
	err := b.client.RemoveObject(ctx, b.name, key, minio.RemoveObjectOptions{})
	if err != nil && minio.ToErrorResponse(err).StatusCode != http.StatusNotFound {
		return b.explain(err)
	}
	return nil
}
