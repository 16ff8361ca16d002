package storage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"orrery/datasets/storage/faked"
)

// servers are what the tests run against: two that nobody of this project wrote.
var servers = []string{faked.InProcess, faked.Moto}

func eachServer(t *testing.T, test func(t *testing.T, s *faked.Store)) {
	for _, which := range servers {
		t.Run(which, func(t *testing.T) {
			if which == faked.Moto && testing.Short() {
				t.Skip("starts a program in Python")
			}
			test(t, faked.Serve(t, which))
		})
	}
}

// TestMain makes the pauses between attempts short.
func TestMain(m *testing.M) {
	patience.first, patience.most = time.Millisecond, 4*time.Millisecond
	partBytes = 5 << 20
	code := m.Run()
	faked.Stop()
	os.Exit(code)
}

func remoteName(elements ...string) string { return Join("s3://"+faked.Bucket, elements...) }

// files writes a folder of some files on disk, one of them in several parts.
func someFiles(t testing.TB) (folder string, files map[string][]byte) {
	t.Helper()
	folder, files = t.TempDir(), map[string][]byte{}
	random := rand.NewChaCha8([32]byte{1})
	for name, size := range map[string]int{"data/a": 1<<20 + 3, "data/b": 6<<20 + 5, "data/empty": 0, "meta/info.json": 200, "README.md": 1000} {
		content := make([]byte, size)
		_, _ = random.Read(content)
		files[name] = content
		if err := WriteFile(filepath.Join(folder, name), content); err != nil {
			t.Fatal(err)
		}
	}
	return folder, files
}

// checkFiles compares what is at a remote name with files.
func checkFiles(t testing.TB, name string, files map[string][]byte) {
	t.Helper()
	system, err := DirFS(name)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	err = fs.WalkDir(system, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		found++
		content, err := fs.ReadFile(system, path)
		if err == nil && !bytes.Equal(content, files[path]) {
			t.Errorf("%s: %d bytes differ from the %d sent", path, len(content), len(files[path]))
		}
		return err
	})
	if err != nil || found != len(files) {
		t.Errorf("%d files of %d: %v", found, len(files), err)
	}
}

func TestFoldersComeBackAsTheyWereSent(t *testing.T) {
	eachServer(t, func(t *testing.T, s *faked.Store) {
		folder, files := someFiles(t)
		name := remoteName("a", "set")
		if err := Send(t.Context(), folder, name, Sending{Last: "meta/info.json"}); err != nil {
			t.Fatal(err)
		}
		checkFiles(t, name, files)
		back := filepath.Join(t.TempDir(), "back")
		if err := Fetch(t.Context(), name, back, []string{"data", "meta"}); err != nil {
			t.Fatal(err)
		}
		for path, want := range files {
			content, err := os.ReadFile(filepath.Join(back, path))
			if path == "README.md" {
				if !errors.Is(err, fs.ErrNotExist) {
					t.Errorf("%s was not asked for: %v", path, err)
				}
			} else if err != nil || !bytes.Equal(content, want) {
				t.Errorf("%s: %d bytes, %v", path, len(content), err)
			}
		}
		system, err := DirFS(name)
		if err != nil {
			t.Fatal(err)
		}
		small, err := fs.Sub(system, "meta")
		if err != nil {
			t.Fatal(err)
		}
		if err := fstest.TestFS(small, "info.json"); err != nil {
			t.Error(err)
		}
	})
}

// TestRangesAreRead reads pieces of an object in any order, by several readers at once.
func TestRangesAreRead(t *testing.T) {
	eachServer(t, func(t *testing.T, s *faked.Store) {
		folder, files := someFiles(t)
		if err := Send(t.Context(), folder, remoteName("x"), Sending{}); err != nil {
			t.Fatal(err)
		}
		want := files["data/b"]
		file, err := Open(remoteName("x", "data", "b"))
		if err != nil {
			t.Fatal(err)
		}
		before := s.Requests.Load()
		if _, err := file.(io.ReaderAt).ReadAt(make([]byte, 8), int64(len(want))-8); err != nil || s.Requests.Load() > before+2 {
			t.Errorf("the end of a file took %d requests: %v", s.Requests.Load()-before, err)
		}
		var group sync.WaitGroup
		for reader := range 4 {
			group.Go(func() {
				random := rand.New(rand.NewPCG(uint64(reader), 0))
				for range 30 {
					at, n := random.IntN(len(want)), 1+random.IntN(3<<20)
					b := make([]byte, n)
					got, err := file.(io.ReaderAt).ReadAt(b, int64(at))
					end := min(at+n, len(want))
					if !bytes.Equal(b[:got], want[at:end]) || (err == io.EOF) != (at+n > len(want)) || err != nil && err != io.EOF {
						t.Errorf("%d bytes from %d: %d bytes, %v", n, at, got, err)
						return
					}
				}
			})
		}
		group.Wait()
		blocks := file.(*objectFile).files.cache
		if blocks.used > cachedBytes {
			t.Errorf("%d bytes are kept, at most %d may be", blocks.used, cachedBytes)
		}
	})
}

// TestTroubleIsSurvived sends and reads while a third of all answers go wrong, each in its way.
func TestTroubleIsSurvived(t *testing.T) {
	for name, trouble := range map[string]faked.Fault{
		"errors": func(w http.ResponseWriter, _ *http.Request, _ http.Handler) bool {
			w.WriteHeader(http.StatusInternalServerError)
			return true
		},
		"slow down": func(w http.ResponseWriter, _ *http.Request, _ http.Handler) bool {
			w.WriteHeader(http.StatusServiceUnavailable)
			_, _ = io.WriteString(w, "<Error><Code>SlowDown</Code><Message>again</Message></Error>")
			return true
		},
		"cut": func(w http.ResponseWriter, r *http.Request, answer http.Handler) bool {
			record := httptest.NewRecorder()
			answer.ServeHTTP(record, r) // it is done, but nobody learns of it
			for key, values := range record.Header() {
				w.Header()[key] = values
			}
			if r.Method == http.MethodGet && record.Body.Len() > 1 {
				w.Header().Set("Content-Length", fmt.Sprint(record.Body.Len()))
				w.WriteHeader(record.Code)
				_, _ = w.Write(record.Body.Bytes()[:record.Body.Len()/2])
			}
			panic(http.ErrAbortHandler)
		},
		"slow": func(w http.ResponseWriter, r *http.Request, answer http.Handler) bool {
			time.Sleep(20 * time.Millisecond)
			return false
		},
	} {
		t.Run(name, func(t *testing.T) {
			eachServer(t, func(t *testing.T, s *faked.Store) {
				var count atomic.Int64
				s.Fail(func(w http.ResponseWriter, r *http.Request, answer http.Handler) bool {
					return count.Add(1)%3 == 0 && trouble(w, r, answer)
				})
				folder, files := someFiles(t)
				name := remoteName("t")
				if err := Send(t.Context(), folder, name, Sending{Last: "meta/info.json", New: true}); err != nil {
					t.Fatal(err)
				}
				checkFiles(t, name, files)
				for i := range 6 {
					if err := CreateFile(remoteName("claim", fmt.Sprint(i)), []byte("mine")); err != nil {
						t.Errorf("an attempt loses against itself: %v", err)
					}
				}
			})
		})
	}
}

// TestNothingIsSeenBeforeTheEnd stops at each request in turn, as a kill would, and then goes on.
func TestNothingIsSeenBeforeTheEnd(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and other tests send as much at once")
	}
	eachServer(t, func(t *testing.T, s *faked.Store) {
		folder, files := someFiles(t)
		for stop := int64(1); ; stop += 2 {
			name := remoteName("k", fmt.Sprint(stop))
			ctx, cancel := context.WithCancel(t.Context())
			var count atomic.Int64
			s.Fail(func(w http.ResponseWriter, r *http.Request, answer http.Handler) bool {
				if count.Add(1) < stop {
					return false
				}
				cancel()
				panic(http.ErrAbortHandler)
			})
			err := Send(ctx, folder, name, Sending{Last: "meta/info.json", New: true})
			cancel()
			s.Heal()
			if err == nil {
				checkFiles(t, name, files)
				break
			}
			if _, seen := Stat(Join(name, "meta/info.json")); !errors.Is(seen, fs.ErrNotExist) {
				t.Fatalf("stopped at request %d, and the last file is there: %v", stop, seen)
			}
			if err := Send(t.Context(), folder, name, Sending{Last: "meta/info.json", New: true}); err != nil {
				t.Fatalf("going on after request %d: %v", stop, err)
			}
			checkFiles(t, name, files)
		}
	})
}

func TestWhatIsReplacedGoesFirst(t *testing.T) {
	eachServer(t, func(t *testing.T, s *faked.Store) {
		folder, files := someFiles(t)
		name := remoteName("r")
		if err := Send(t.Context(), folder, name, Sending{Last: "meta/info.json"}); err != nil {
			t.Fatal(err)
		}
		if err := WriteFile(Join(name, "data/stale"), []byte("old")); err != nil {
			t.Fatal(err)
		}
		if err := WriteFile(Join(name, "notes"), []byte("mine")); err != nil {
			t.Fatal(err)
		}
		var puts []string
		var mu sync.Mutex
		s.Fail(func(_ http.ResponseWriter, r *http.Request, _ http.Handler) bool {
			mu.Lock()
			defer mu.Unlock()
			if r.Method == http.MethodPut || r.Method == http.MethodDelete {
				puts = append(puts, r.Method+" "+strings.TrimPrefix(r.URL.Path, "/"+faked.Bucket+"/r/"))
			}
			return false
		})
		content := []byte("other")
		if err := WriteFile(filepath.Join(folder, "data/a"), content); err != nil {
			t.Fatal(err)
		}
		files["data/a"], files["notes"] = content, []byte("mine")
		if err := Send(t.Context(), folder, name, Sending{Last: "meta/info.json", Within: []string{"data", "meta"}}); err != nil {
			t.Fatal(err)
		}
		want := []string{"DELETE meta/info.json", "PUT data/a", "DELETE data/stale", "PUT meta/info.json"}
		if !slices.Equal(puts, want) {
			t.Errorf("requests %q must be %q", puts, want)
		}
		checkFiles(t, name, files)
		if err := WriteFile(filepath.Join(folder, "data/a"), []byte("third")); err != nil {
			t.Fatal(err)
		}
		if err := Send(t.Context(), folder, name, Sending{Last: "meta/info.json", New: true}); !errors.Is(err, fs.ErrExist) {
			t.Errorf("a new one replaces another: %v", err)
		}
		if err := Remove(name); err != nil {
			t.Fatal(err)
		}
		if _, err := Stat(name); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("what was removed is there: %v", err)
		}
	})
}

// TestOneOfManyClaims lets many claim one name at once.
func TestOneOfManyClaims(t *testing.T) {
	check := func(t *testing.T, name string) {
		var won atomic.Int64
		var group sync.WaitGroup
		for i := range 16 {
			group.Go(func() {
				switch err := CreateFile(name, fmt.Append(nil, i)); {
				case err == nil:
					won.Add(1)
				case !errors.Is(err, fs.ErrExist):
					t.Error(err)
				}
			})
		}
		group.Wait()
		content, err := ReadFile(name)
		if won.Load() != 1 || err != nil {
			t.Errorf("%d have it: %q, %v", won.Load(), content, err)
		}
		if err := CreateFile(name, content); err != nil {
			t.Errorf("the same again: %v", err)
		}
	}
	t.Run("disk", func(t *testing.T) { check(t, filepath.Join(t.TempDir(), "a", "claim")) })
	t.Run("store", func(t *testing.T) { // not moto, which looks and writes in two steps, so that two may have it
		faked.Serve(t, faked.InProcess)
		check(t, remoteName("claims", "one"))
	})
}

func TestAChangeWhileReadingIsNoticed(t *testing.T) {
	eachServer(t, func(t *testing.T, _ *faked.Store) {
		name := remoteName("c")
		if err := WriteFile(name, bytes.Repeat([]byte("a"), 2*blockBytes)); err != nil {
			t.Fatal(err)
		}
		file, err := Open(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := WriteFile(name, bytes.Repeat([]byte("b"), 2*blockBytes)); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadAll(file); err == nil || !strings.Contains(err.Error(), "was changed while it was read") {
			t.Error(err)
		}
	})
}

// TestBadNamesAndKeysAreNamed, in sentences that hold no secret and no host.
func TestBadNamesAndKeysAreNamed(t *testing.T) {
	s := faked.Serve(t, faked.InProcess)
	host, _ := url.Parse(s.URL)
	refuse := func(code string, status int) faked.Fault {
		return func(w http.ResponseWriter, r *http.Request, _ http.Handler) bool {
			w.WriteHeader(status)
			fmt.Fprintf(w, "<Error><Code>%s</Code><Message>%s %s</Message><AWSAccessKeyId>%s</AWSAccessKeyId></Error>", code, faked.ID, r.Header.Get("Authorization"), faked.ID)
			return true
		}
	}
	for _, c := range []struct {
		name, want string
		prepare    func(t *testing.T)
	}{
		{"s3://", "the bucket is missing; a name in an object store is s3://bucket/prefix", nil},
		{"s3://Big_Bucket/a", "must be of small letters", nil},
		{"s3://ab/x", "must have from 3 to 63 letters", nil},
		{"s3://no-such-bucket/a/b", "there is no bucket no-such-bucket", nil},
		{"s3://" + faked.Bucket + "/none", "file does not exist", nil},
		{"s3://" + faked.Bucket + "/a", "refuses the credentials (InvalidAccessKeyId); they come from AWS_ACCESS_KEY_ID", func(*testing.T) { s.Fail(refuse("InvalidAccessKeyId", 403)) }},
		{"s3://" + faked.Bucket + "/a", "refuses the credentials (SignatureDoesNotMatch)", func(*testing.T) { s.Fail(refuse("SignatureDoesNotMatch", 403)) }},
		{"s3://" + faked.Bucket + "/a", "access to bucket my-bucket is denied", func(*testing.T) { s.Fail(refuse("AccessDenied", 403)) }},
		{"s3://" + faked.Bucket + "/a", "there are no credentials", func(t *testing.T) {
			s.Fail(refuse("AccessDenied", 403))
			t.Setenv("AWS_ACCESS_KEY_ID", "")
			t.Setenv("AWS_SECRET_ACCESS_KEY", "")
		}},
		{"s3://" + faked.Bucket + "/a", "the object store answers Odd (418)", func(*testing.T) { s.Fail(refuse("Odd", 418)) }},
		{"s3://" + faked.Bucket + "/a", "must be http://HOST or https://HOST", func(t *testing.T) { t.Setenv("AWS_ENDPOINT_URL", "localhost:9000/x") }},
		{"s3://" + faked.Bucket + "/a", "is not reached: dial: ", func(t *testing.T) {
			dead := httptest.NewServer(http.NotFoundHandler())
			dead.Close()
			t.Setenv("AWS_ENDPOINT_URL", dead.URL)
		}},
		{"s3://" + faked.Bucket + "/a", "speaks http, not https", func(t *testing.T) { t.Setenv("AWS_ENDPOINT_URL", "https://"+host.Host) }},
	} {
		t.Run(c.want, func(t *testing.T) {
			s.Heal()
			if c.prepare != nil {
				c.prepare(t)
			}
			_, read := ReadDir(c.name)
			write := WriteFile(c.name, []byte("x"))
			if c.want == "file does not exist" {
				write = read
			}
			for _, err := range []error{read, write} {
				if err == nil || !strings.Contains(err.Error(), c.want) {
					t.Errorf("%s: %v, must say %q", c.name, err, c.want)
					continue
				}
				for _, secret := range []string{faked.ID, faked.Secret, host.Host, "127.0.0.1", "Signature="} {
					if strings.Contains(err.Error(), secret) {
						t.Errorf("%q names %s", err, secret)
					}
				}
			}
		})
	}
}

func TestSettingsComeFromTheUsualFiles(t *testing.T) {
	s := faked.Serve(t, faked.InProcess)
	var who string
	s.Fail(func(_ http.ResponseWriter, r *http.Request, _ http.Handler) bool {
		who = r.Header.Get("Authorization")
		return false
	})
	dir := t.TempDir()
	for name, text := range map[string]string{
		"config":      "[default]\nregion = nowhere-1\n[profile mine]\nregion = there-2\nendpoint_url = " + s.URL + "\n",
		"credentials": "[mine]\naws_access_key_id = MYID\naws_secret_access_key = mine\n",
	} {
		if err := WriteFile(filepath.Join(dir, name), []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	for name, value := range map[string]string{
		"AWS_CONFIG_FILE": filepath.Join(dir, "config"), "AWS_SHARED_CREDENTIALS_FILE": filepath.Join(dir, "credentials"), "AWS_PROFILE": "mine",
		"AWS_ENDPOINT_URL": "", "AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_REGION": "", "AWS_DEFAULT_REGION": "",
	} {
		t.Setenv(name, value)
	}
	if _, err := ReadDir("s3://" + faked.Bucket); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(who, "Credential=MYID/") || !strings.Contains(who, "/there-2/s3/") {
		t.Errorf("asked by %q", who)
	}
}

func TestNamesSurvivePaths(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"s3://abc/d/e", "s3:/abc/d/e", "s3:///abc//d/./e/", "s3://abc/d/x/../e", `s3:\abc\d\e`} {
		if !Remote(name) || Clean(name) != "s3://abc/d/e" || Join(name, "f/g", "h") != "s3://abc/d/e/f/g/h" || Parent(name) != "s3://abc/d" {
			t.Errorf("%s: %v %s %s %s", name, Remote(name), Clean(name), Join(name, "f/g", "h"), Parent(name))
		}
		bucket, key, err := split(filepath.Join(name, "f"))
		if bucket != "abc" || key != "d/e/f" || err != nil {
			t.Errorf("%s: %s %s %v", name, bucket, key, err)
		}
	}
	for _, name := range []string{"a/b", "/s3/x", "s3", "./s3:/x", ""} {
		if Remote(name) || Join(name, "c") != filepath.Join(name, "c") || Clean(name) != filepath.Clean(name) || Parent(name) != filepath.Dir(name) {
			t.Errorf("%q is on disk", name)
		}
	}
	if Staging("s3://abc/d") != Staging("s3:/abc/d/") || Staging("s3://abc/d") == Staging("s3://abc/e/d") {
		t.Error("one folder for one name")
	}
}

// TestALostAnswerToTheLastPartIsNoFailure: the client asks again and is told that there are no parts, or that something is there.
func TestALostAnswerToTheLastPartIsNoFailure(t *testing.T) {
	eachServer(t, func(t *testing.T, s *faked.Store) {
		content := make([]byte, 6<<20)
		_, _ = rand.NewChaCha8([32]byte{2}).Read(content)
		put := func(name string, alone bool) error {
			f, err := openObjects(name)
			if err != nil {
				return err
			}
			sum, err := Sum(t.Context(), bytes.NewReader(content), nil)
			if err != nil {
				return err
			}
			return f.store.put(t.Context(), f.key, bytes.NewReader(content), int64(len(content)), sum, alone)
		}
		completes := func(r *http.Request) bool { return r.Method == http.MethodPost && r.URL.Query().Has("uploadId") }
		for _, alone := range []bool{false, true} {
			name, lost := remoteName("lost", fmt.Sprint(alone)), atomic.Int64{}
			s.Fail(func(_ http.ResponseWriter, r *http.Request, answer http.Handler) bool {
				if completes(r) && lost.Add(1) == 1 {
					answer.ServeHTTP(httptest.NewRecorder(), r)
					panic(http.ErrAbortHandler)
				}
				return false
			})
			if err := put(name, alone); err != nil {
				t.Errorf("alone %v: %v", alone, err)
			}
			if lost.Load() < 2 {
				t.Errorf("alone %v: the client asked %d times", alone, lost.Load())
			}
			s.Heal()
			if got, err := ReadFile(name); err != nil || !bytes.Equal(got, content) {
				t.Errorf("alone %v: %d bytes, %v", alone, len(got), err)
			}
		}
		// Where nothing has landed it is one, whatever of the same size is there.
		if err := WriteFile(remoteName("lost", "none"), make([]byte, len(content))); err != nil {
			t.Fatal(err)
		}
		var given atomic.Int64 // uploads that are given up, as their parts would cost their owner for ever
		s.Fail(func(w http.ResponseWriter, r *http.Request, _ http.Handler) bool {
			if r.Method == http.MethodDelete && r.URL.Query().Has("uploadId") {
				given.Add(1)
			}
			if !completes(r) {
				return false
			}
			w.WriteHeader(http.StatusNotFound)
			_, _ = io.WriteString(w, "<Error><Code>NoSuchUpload</Code></Error>")
			return true
		})
		if err := put(remoteName("lost", "none"), false); err == nil || !strings.Contains(err.Error(), "NoSuchUpload") {
			t.Errorf("nothing is there, and nobody says so: %v", err)
		}
		if given.Load() != 1 {
			t.Errorf("an upload that failed is given up %d times", given.Load())
		}
	})
}

// TestWhatMakesAFolderGoesFirst when it is removed.
func TestWhatMakesAFolderGoesFirst(t *testing.T) {
	s := faked.Serve(t, faked.InProcess)
	folder, _ := someFiles(t)
	name := remoteName("gone")
	if err := Send(t.Context(), folder, name, Sending{}); err != nil {
		t.Fatal(err)
	}
	var gone []string
	var mu sync.Mutex
	s.Fail(func(_ http.ResponseWriter, r *http.Request, _ http.Handler) bool {
		mu.Lock()
		defer mu.Unlock()
		if r.Method == http.MethodDelete {
			gone = append(gone, strings.TrimPrefix(r.URL.Path, "/"+faked.Bucket+"/gone/"))
		}
		return false
	})
	if err := Remove(name, "none", "meta/info.json"); err != nil {
		t.Fatal(err)
	}
	if len(gone) != 6 || gone[0] != "meta/info.json" || slices.Contains(gone[1:], gone[0]) { // five files, and what has the name itself
		t.Errorf("removed %q", gone)
	}
}
