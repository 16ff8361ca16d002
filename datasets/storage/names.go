package storage

import (
	"errors"
	"fmt"
	"net/url"
	"path"
	"path/filepath"
	"strings"
)

// scheme begins the names of what is in an object store: s3://bucket/prefix.
const scheme = "s3:"

// Remote reports whether a name leads into an object store, as s3://bucket/prefix does. It still does when
// path/filepath has made one slash of two.
func Remote(name string) bool {
	return strings.HasPrefix(name, scheme+"/") || strings.HasPrefix(name, scheme+`\`)
}

// Join is filepath.Join for names of both sorts.
func Join(name string, elements ...string) string {
	if !Remote(name) {
		return filepath.Join(append([]string{name}, elements...)...)
	}
	return Clean(strings.Join(append([]string{name}, elements...), "/"))
}

// Clean is filepath.Clean for names of both sorts.
func Clean(name string) string {
	if !Remote(name) {
		return filepath.Clean(name)
	}
	key := path.Clean("/" + strings.ReplaceAll(name[len(scheme):], `\`, "/"))
	return scheme + "/" + key
}

// Parent is filepath.Dir for names of both sorts.
func Parent(name string) string {
	if !Remote(name) {
		return filepath.Dir(name)
	}
	return scheme + "/" + path.Dir(Clean(name)[len(scheme)+1:])
}

// CheckEndpoint returns an error for what is not the address of an object store.
func CheckEndpoint(address string) error {
	at, err := url.Parse(address)
	if err != nil || at.Host == "" || at.Scheme != "http" && at.Scheme != "https" || strings.Trim(at.Path, "/") != "" || at.User != nil || at.RawQuery != "" {
		return errors.New("the address of an object store must be http://HOST or https://HOST, with a port if need be and nothing after it")
	}
	return nil
}

// split returns the bucket and the key that a remote name leads to. The key of a whole bucket is empty.
func split(name string) (bucket, key string, err error) {
	clean := Clean(name)
	bucket, key, _ = strings.Cut(strings.TrimPrefix(clean, scheme+"//"), "/")
	if err := checkBucket(bucket); err != nil {
		return "", "", fmt.Errorf("%s: %w; a name in an object store is s3://bucket/prefix", clean, err)
	}
	return bucket, key, nil
}

// checkBucket returns an error for what no object store takes as the name of a bucket.
func checkBucket(bucket string) error {
	if bucket == "" {
		return errors.New("the bucket is missing")
	}
	if len(bucket) < 3 || len(bucket) > 63 {
		return fmt.Errorf("the name of bucket %.80q must have from 3 to 63 letters", bucket)
	}
	for _, c := range bucket {
		if !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '.') {
			return fmt.Errorf("the name of bucket %q must be of small letters, digits, hyphens and dots", bucket)
		}
	}
	return nil
}
