package storage

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestUnfinishedWorkHasOnePlace: beside what it is to become, or, where that is in an object store, in a folder
// on disk that two names do not share.
func TestUnfinishedWorkHasOnePlace(t *testing.T) {
	t.Parallel()
	if got, want := Unfinished("a/b/../model/"), filepath.Join("a", "model.partial"); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	one, other := Unfinished("s3://bucket/a/model"), Unfinished("s3://bucket/b/model")
	if one == other || Remote(one) || !filepath.IsAbs(one) || one != Staging("s3://bucket/a//model/")+".partial" || !strings.HasPrefix(filepath.Base(one), "model-") {
		t.Errorf("%s and %s", one, other)
	}
}
