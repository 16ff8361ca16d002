//go:build !js

package storage

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/minio/minio-go/v7"
)

// Content that got mixed up on its way is brought anew from its start; other errors are told at once.
func TestMixedContentIsBroughtAgain(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		code  string
		fails int // first attempts
		want  int // attempts
		ok    bool
	}{
		{"BadDigest", 0, 1, true}, {"BadDigest", 2, 3, true}, {"XAmzContentSHA256Mismatch", 1, 2, true}, {"BadDigest", 9, 3, false}, {"AccessDenied", 9, 1, false},
	} {
		attempts := 0
		err := bring(strings.NewReader("0123456789"), 2, 5, func(content io.Reader) error {
			attempts++
			if text, err := io.ReadAll(content); string(text) != "23456" || err != nil {
				t.Errorf("attempt %d brings %q, %v", attempts, text, err)
			}
			if attempts <= c.fails {
				return minio.ErrorResponse{Code: c.code}
			}
			return nil
		})
		if attempts != c.want || (err == nil) != c.ok || err != nil && !errors.As(err, new(minio.ErrorResponse)) {
			t.Errorf("%s, %d failures: %d attempts, %v", c.code, c.fails, attempts, err)
		}
	}
}
