// Package faked has object stores for tests, none of which are of this project: gofakes3, in the process of the test, and
// the server of the Python package moto, where that is installed. Their answers can be made to go wrong.
//
//	store := faked.Serve(t, faked.InProcess)
//	store.Fail(func(w http.ResponseWriter, r *http.Request, answer http.Handler) bool { ... })
//
// The environment of the test points to the store, so tests that use it are not parallel.
package faked

import (
	"cmp"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
)

// What a store has and asks for.
const (
	Bucket = "my-bucket"
	ID     = "AKIATESTTESTTESTTEST"
	Secret = "verySecretVerySecretVerySecretVerySecret"
)

// The programs that Serve knows.
const (
	InProcess = "gofakes3"
	Moto      = "moto"
)

// Fault makes the answer to a request go wrong, or returns false to leave it alone.
type Fault func(w http.ResponseWriter, r *http.Request, answer http.Handler) bool

// Store is an object store with one bucket.
type Store struct {
	*httptest.Server
	Requests atomic.Int64 // so far
	fault    atomic.Pointer[Fault]
}

// Fail makes answers go wrong from now on.
func (s *Store) Fail(f Fault) { s.fault.Store(&f) }

// Heal makes all answers right again.
func (s *Store) Heal() { s.fault.Store(nil) }

// Serve starts a store, which lasts as long as the test, and lets the environment point to it. A test that needs a
// program that is not installed is skipped.
func Serve(t testing.TB, program string) *Store {
	t.Helper()
	answer := gofakes3.New(s3mem.New(), gofakes3.WithLogger(gofakes3.DiscardLog())).Server()
	if program == Moto {
		answer = startMoto(t)
	}
	s := &Store{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.Requests.Add(1)
		if f := s.fault.Load(); f == nil || !(*f)(w, r, answer) {
			answer.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(s.Close)
	none := filepath.Join(t.TempDir(), "none")
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": s.URL, "AWS_ACCESS_KEY_ID": ID, "AWS_SECRET_ACCESS_KEY": Secret, "AWS_REGION": "us-east-1", "AWS_CONFIG_FILE": none,
		"AWS_SHARED_CREDENTIALS_FILE": none, "AWS_ENDPOINT_URL_S3": "", "AWS_SESSION_TOKEN": "", "AWS_PROFILE": "", "XDG_CACHE_HOME": t.TempDir(),
	} {
		t.Setenv(name, value)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPut, s.URL+"/"+Bucket, nil)
	if err != nil {
		t.Fatal(err)
	}
	made, err := http.DefaultClient.Do(request)
	if err != nil || made.StatusCode != http.StatusOK {
		t.Fatalf("no bucket: %v, %v", made, err)
	}
	made.Body.Close()
	return s
}

// moto is the server of that name, once a test has started it.
var moto exec.Cmd

// Stop ends the server of moto, if a test has started it. TestMain calls it.
func Stop() {
	if moto.Process != nil {
		_ = moto.Process.Kill()
		_ = moto.Wait()
	}
}

// startMoto returns what asks moto_server, or skips the test where there is none.
func startMoto(t testing.TB) http.Handler {
	t.Helper()
	if moto.Process == nil {
		program, err := exec.LookPath(cmp.Or(os.Getenv("ORRERY_MOTO"), "moto_server"))
		if err != nil {
			t.Skip("needs moto_server of the Python package moto")
		}
		free, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		_, port, _ := net.SplitHostPort(free.Addr().String())
		free.Close()
		moto = *exec.Command(program, "-H", "127.0.0.1", "-p", port)
		if err := moto.Start(); err != nil {
			t.Fatal(err)
		}
	}
	at := &url.URL{Scheme: "http", Host: "127.0.0.1:" + moto.Args[4]}
	for range 600 {
		if answer, err := http.Post(at.String()+"/moto-api/reset", "", nil); err == nil {
			answer.Body.Close()
			return &httputil.ReverseProxy{
				Rewrite:  func(r *httputil.ProxyRequest) { r.SetURL(at); r.Out.Host = r.In.Host },
				ErrorLog: log.New(io.Discard, "", 0),
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatal("moto_server does not answer")
	return nil
}
