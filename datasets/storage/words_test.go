//go:build !js

package storage

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"

	"orrery/datasets/storage/faked"
	"orrery/sim/golden"
)

// TestErrorsOfServersMean what programs ask of an error, in words that a user can act upon.
func TestErrorsOfServersMean(t *testing.T) {
	t.Parallel()
	unreached := &net.OpError{Op: "read", Err: errors.New("connection reset")}
	const refused = "the object store refuses the credentials (%s); they come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or from ~/.aws/credentials"
	for _, c := range []struct {
		err  error
		anon bool
		want string
		like error
	}{
		{minio.ErrorResponse{Code: minio.NoSuchKey}, false, "file does not exist", fs.ErrNotExist},
		{minio.ErrorResponse{Code: minio.NoSuchBucket}, false, "there is no bucket jar", nil},
		{minio.ErrorResponse{Code: "InvalidAccessKeyId"}, false, fmt.Sprintf(refused, "InvalidAccessKeyId"), fs.ErrPermission},
		{minio.ErrorResponse{Code: "SignatureDoesNotMatch"}, false, fmt.Sprintf(refused, "SignatureDoesNotMatch"), fs.ErrPermission},
		{minio.ErrorResponse{Code: "InvalidToken"}, false, fmt.Sprintf(refused, "InvalidToken"), fs.ErrPermission},
		{minio.ErrorResponse{Code: "ExpiredToken"}, true, fmt.Sprintf(refused, "ExpiredToken"), fs.ErrPermission},
		{minio.ErrorResponse{Code: minio.AccessDenied}, false, "access to bucket jar is denied", fs.ErrPermission},
		{minio.ErrorResponse{Code: "AllAccessDisabled"}, false, "access to bucket jar is denied", fs.ErrPermission},
		{minio.ErrorResponse{Code: "Forbidden"}, true, "bucket jar is not public, and there are no credentials: neither AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY nor ~/.aws/credentials", fs.ErrPermission},
		{minio.ErrorResponse{Code: "InvalidBucketName"}, false, "the object store takes no bucket with the name jar", fs.ErrInvalid},
		{fmt.Errorf("in a wrapping: %w", minio.ErrorResponse{Code: "SlowDown", StatusCode: 503, Message: "a secret"}), false, "the object store answers SlowDown (503)", nil},
		{&url.Error{Op: "Get", URL: "http://me:secret@host", Err: &net.DNSError{Name: "host"}}, false, "the object store is not found: its host is unknown; AWS_ENDPOINT_URL or --endpoint-url says where it is", nil},
		{&url.Error{Op: "Get", URL: "http://me:secret@host", Err: unreached}, false, "the object store is not reached: read: connection reset", nil},
		{&url.Error{Op: "Get", URL: "http://me:secret@host", Err: errors.New("http: server gave HTTP response to HTTPS client")}, false, "the object store speaks http, not https: its endpoint must begin with http://", nil},
		{&url.Error{Op: "Get", URL: "http://me:secret@host", Err: context.DeadlineExceeded}, false, "the object store is too slow: an answer took longer than a minute", nil},
		{&url.Error{Op: "Get", URL: "http://me:secret@host", Err: errors.New("odd")}, false, "odd", nil},
		{minio.ErrorResponse{Message: "without a code"}, false, "without a code", nil},
	} {
		b := &bucket{name: "jar", anon: c.anon}
		err := b.explain(c.err)
		if err == nil || !strings.HasPrefix(err.Error(), c.want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%v means %v, want %s", c.err, err, c.want)
		}
		for _, like := range []error{fs.ErrNotExist, fs.ErrPermission, fs.ErrInvalid, fs.ErrExist} {
			if errors.Is(err, like) != (like == c.like) {
				t.Errorf("%v is %v: %t", err, like, errors.Is(err, like))
			}
		}
	}
	stopped := &url.Error{Op: "Get", URL: "http://host", Err: context.Canceled}
	if err := (&bucket{}).explain(stopped); !errors.Is(err, context.Canceled) {
		t.Errorf("who stopped is told %v", err)
	}
}

// TestObjectsHaveTheTypesOfTheirNames, and those of no name that is known are bytes.
func TestObjectsHaveTheTypesOfTheirNames(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]string{"a/b.json": "application/json", "b.html": "text/html; charset=utf-8", "x.png": "image/png", "data/file.none-such": "application/octet-stream", "a.png/b": "application/octet-stream"} {
		if got := contentType(key); got != want {
			t.Errorf("%s is %s, want %s", key, got, want)
		}
	}
}

// TestTheEnvironmentSaysWhereBucketsAre: what is nearer to the request goes before what is farther.
func TestTheEnvironmentSaysWhereBucketsAre(t *testing.T) {
	config := filepath.Join(t.TempDir(), "config")
	if err := WriteFile(config, []byte("[default]\nregion = home-1\n[profile mine]\nregion = mine-2\nendpoint_url = https://mine:9\n")); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		set  string // names and values, one after the other
		want surroundings
	}{
		{"", surroundings{host: "s3.amazonaws.com", region: "home-1", secure: true, profile: "default"}},
		{"AWS_CONFIG_FILE /none", surroundings{host: "s3.amazonaws.com", secure: true, profile: "default"}},
		{"AWS_REGION a-1 AWS_DEFAULT_REGION b-2", surroundings{host: "s3.amazonaws.com", region: "a-1", secure: true, profile: "default"}},
		{"AWS_DEFAULT_REGION b-2", surroundings{host: "s3.amazonaws.com", region: "b-2", secure: true, profile: "default"}},
		{"AWS_PROFILE mine", surroundings{host: "mine:9", region: "mine-2", secure: true, profile: "mine"}},
		{"AWS_PROFILE none", surroundings{host: "s3.amazonaws.com", secure: true, profile: "none"}},
		{"AWS_PROFILE mine AWS_ENDPOINT_URL http://other", surroundings{host: "other", region: "mine-2", profile: "mine"}},
		{"AWS_ENDPOINT_URL http://other AWS_ENDPOINT_URL_S3 http://nearer:1 AWS_CONFIG_FILE /none", surroundings{host: "nearer:1", region: "us-east-1", profile: "default"}},
		{"AWS_ENDPOINT_URL https://s3.eu-1.amazonaws.com AWS_CONFIG_FILE /none", surroundings{host: "s3.eu-1.amazonaws.com", secure: true, profile: "default"}},
		{"AWS_ACCESS_KEY_ID i AWS_SECRET_ACCESS_KEY s AWS_SESSION_TOKEN t AWS_SHARED_CREDENTIALS_FILE f", surroundings{host: "s3.amazonaws.com", region: "home-1", secure: true, id: "i", secret: "s", token: "t", profile: "default", file: "f"}},
	} {
		for _, name := range strings.Fields("AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_PROFILE AWS_SHARED_CREDENTIALS_FILE AWS_ENDPOINT_URL_S3 AWS_ENDPOINT_URL AWS_REGION AWS_DEFAULT_REGION") {
			t.Setenv(name, "")
		}
		t.Setenv("AWS_CONFIG_FILE", config)
		set := strings.Fields(c.set)
		for i := 0; i < len(set); i += 2 {
			t.Setenv(set[i], set[i+1])
		}
		if got, err := look(); err != nil || got != c.want {
			t.Errorf("%s: %+v, %v, want %+v", c.set, got, err, c.want)
		}
	}
	t.Setenv("AWS_ENDPOINT_URL", "ftp://x")
	if _, err := look(); err == nil || err.Error() != "AWS_ENDPOINT_URL: the address of an object store must be http://HOST or https://HOST, with a port if need be and nothing after it" {
		t.Error(err)
	}
}

// TestAddressesOfStoresAreThatAndNothingElse.
func TestAddressesOfStoresAreThatAndNothingElse(t *testing.T) {
	t.Parallel()
	for address, fine := range map[string]bool{
		"http://a": true, "https://a:1/": true, "ftp://a": false, "http://": false, "http://a/b": false, "http://u@a": false, "http://a?b": false, "a": false, ":": false, "": false,
	} {
		if err := CheckEndpoint(address); (err == nil) != fine {
			t.Errorf("%q: %v", address, err)
		}
	}
	for name, fine := range map[string]bool{
		strings.Repeat("a", 3): true, strings.Repeat("z", 63): true, strings.Repeat("a", 2): false, strings.Repeat("a", 64): false,
		"a-0.9": true, "a_b": false, "aB0": false, "a/b": false, "a:b": false, "": false, "a{b": false, "a`b": false,
	} {
		if err := checkBucket(name); (err == nil) != fine {
			t.Errorf("%q: %v", name, err)
		}
	}
}

// TestPausesEndWithTheirContext, and grow from one to the next no further than they may.
func TestPausesEndWithTheirContext(t *testing.T) {
	t.Parallel()
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for attempt := range attempts {
		if err := pause(t.Context(), attempt+1); err != nil {
			t.Error(err)
		}
	}
	for range 20 { // either may be ready first
		if err := pause(ended, attempts); err != nil && !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	}
}

// TestConnectionsThatHangAreGivenUp, and answers come as they were sent.
func TestConnectionsThatHangAreGivenUp(t *testing.T) {
	t.Parallel()
	made := transport().(*http.Transport)
	if made.ResponseHeaderTimeout != time.Minute || made.MaxConnsPerHost != 64 || made.MaxIdleConnsPerHost != 16 || !made.DisableCompression {
		t.Errorf("%+v", made)
	}
}

// TestFilesOnTheirWayLeaveNoDraft in the folder for temporary files, or beside their place, whether they come there or not.
func TestFilesOnTheirWayLeaveNoDraft(t *testing.T) {
	temporary, home, here := t.TempDir(), t.TempDir(), t.TempDir()
	t.Setenv("TMPDIR", temporary)
	t.Setenv("XDG_CACHE_HOME", home)
	faked.Serve(t, faked.InProcess)
	fails := errors.New("fails")
	for _, fill := range []error{nil, fails} {
		err := ReplaceFile(remoteName("one", "file"), func(file *os.File) error { _, err := file.WriteString("x"); return errors.Join(err, fill) })
		if !errors.Is(err, fill) {
			t.Errorf("%v, want %v", err, fill)
		}
		err = ReplaceFolder(remoteName("one", "folder"), "last", func(draft string) error {
			return errors.Join(os.WriteFile(filepath.Join(draft, "last"), []byte("x"), 0o644), fill)
		})
		if !errors.Is(err, fill) {
			t.Errorf("%v, want %v", err, fill)
		}
	}
	if err := ReplaceFolder(remoteName("one", "folder"), "last", func(string) error { return nil }); err == nil || !strings.HasSuffix(err.Error(), ": last is missing") {
		t.Errorf("without its last file: %v", err)
	}
	for _, content := range []string{"first", "first", "second"} {
		if err := CreateFile(filepath.Join(here, "sub", "file"), []byte(content)); (err == nil) != (content == "first") || err != nil && !errors.Is(err, fs.ErrExist) {
			t.Errorf("%s: %v", content, err)
		}
	}
	moved := filepath.Join(here, "moved")
	if err := os.WriteFile(moved, []byte("moved"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := Move(moved, remoteName("one", "moved")); err != nil {
		t.Fatal(err)
	}
	golden.Closed(t, moved)
	if text, err := ReadFile(remoteName("one", "moved")); err != nil || string(text) != "moved" {
		t.Errorf("%q, %v", text, err)
	}
	if err := Move(filepath.Join(here, "sub", "file"), filepath.Join(here, "sub", "other")); err != nil {
		t.Fatal(err)
	}
	for folder, want := range map[string]string{temporary: "", home: "", here: "sub", filepath.Join(here, "sub"): "other"} {
		entries, err := os.ReadDir(folder)
		var names []string
		for _, e := range entries {
			names = append(names, e.Name())
		}
		if got := strings.Join(names, " "); err != nil || got != want {
			t.Errorf("%s has %q, want %q; %v", folder, got, want, err)
		}
	}
	for _, err := range []error{WriteFile("s3://"+faked.Bucket, nil), CreateFile("s3://"+faked.Bucket, nil)} {
		if err == nil {
			t.Error("a bucket was written as if it were a file")
		}
	}
}

// TestFoldersAreNotThoseThatBeginAlike: what is fetched, replaced and kept is of the names that are meant.
func TestFoldersAreNotThoseThatBeginAlike(t *testing.T) {
	s := faked.Serve(t, faked.InProcess)
	name := remoteName("alike")
	for _, file := range []string{"data/a", "data/b/c", "data2/a", "database", "meta", "metal"} {
		if err := WriteFile(Join(name, file), []byte(file)); err != nil {
			t.Fatal(err)
		}
	}
	there := func(dir string) string {
		t.Helper()
		system, err := DirFS(dir)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		err = fs.WalkDir(system, ".", func(path string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.IsDir() {
				names = append(names, path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(names, " ")
	}
	folder := filepath.Join(t.TempDir(), "fetched")
	if err := Fetch(t.Context(), name, folder, []string{"data", "meta"}); err != nil {
		t.Fatal(err)
	}
	if got := there(folder); got != "data/a data/b/c meta" {
		t.Errorf("fetched %s", got)
	}
	if err := os.RemoveAll(filepath.Join(folder, "data", "b")); err != nil {
		t.Fatal(err)
	}
	var done []int64
	if err := Send(t.Context(), folder, name, Sending{Within: []string{"data", "meta"}, Progress: func(now, total int64) {
		if done = append(done, now); total != int64(len("data/a")+len("meta")) {
			t.Errorf("%d bytes in all", total)
		}
	}}); err != nil {
		t.Fatal(err)
	}
	if got := there(name); got != "data/a data2/a database meta metal" || len(done) != 2 {
		t.Errorf("after the replacement there are %s; told %v", got, done)
	}
	if err := Remove(Join(name, "data")); err != nil {
		t.Fatal(err)
	}
	if got := there(name); got != "data2/a database meta metal" {
		t.Errorf("after data was removed there are %s", got)
	}
	s.Heal()
}
