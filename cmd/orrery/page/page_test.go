package page

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

// made returns a page and a file that is none of it.
func made() fstest.MapFS {
	files := fstest.MapFS{"secret": {Data: []byte("content of secret")}}
	for name := range Types {
		files[name] = &fstest.MapFile{Data: []byte("content of " + name)}
	}
	return files
}

func TestThePageAndNothingElseIsServed(t *testing.T) {
	t.Parallel()
	handler, err := Handler(made())
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"/": "text/html; charset=utf-8", "/?scene=mixed": "text/html; charset=utf-8", "/wasm_exec.js": "text/javascript; charset=utf-8", "/orrery-view.wasm.gz": "application/gzip",
		"/secret": "", "/index.html/..": "", "/../view.go": "", "/%2e%2e/view.go": "", "//secret": "",
	} {
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "http://localhost"+path, nil))
		// The multiplexer redirects paths it has cleaned; what they lead to is not served.
		if got := answer.Code; (got == 200) != (want != "") {
			t.Errorf("%s: status %d", path, got)
		}
		if got := answer.Header().Get("Content-Type"); want != "" && got != want {
			t.Errorf("%s: type %s, want %s", path, got, want)
		}
		if strings.Contains(answer.Body.String(), "content of secret") {
			t.Errorf("%s leaks", path)
		}
	}
	for name := range Types {
		files := made()
		delete(files, name)
		if _, err := Handler(files); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("without %s: %v", name, err)
		}
		if _, err := whole(files); !errors.Is(err, ErrMissing) {
			t.Errorf("without %s: %v", name, err)
		}
	}
	if _, err := whole(made()); err != nil {
		t.Error(err)
	}
}

// TestBrowsersAreToldWhatTheProgramIs: who unpacks by itself gets a program, all others a packed file, and nobody the same again.
func TestBrowsersAreToldWhatTheProgramIs(t *testing.T) {
	t.Parallel()
	handler, err := Handler(made())
	if err != nil {
		t.Fatal(err)
	}
	ask := func(header, value string) *http.Response {
		request := httptest.NewRequest(http.MethodGet, "http://localhost/"+packed, nil)
		request.Header.Set(header, value)
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, request)
		return answer.Result()
	}
	if got := ask("Accept-Encoding", "br, gzip").Header; got.Get("Content-Type") != "application/wasm" || got.Get("Content-Encoding") != "gzip" {
		t.Errorf("a browser is told %v", got)
	}
	plain := ask("Accept-Encoding", "br")
	if got := plain.Header; got.Get("Content-Type") != "application/gzip" || got.Get("Content-Encoding") != "" {
		t.Errorf("who cannot unpack is told %v", got)
	}
	tag := plain.Header.Get("ETag")
	if got := ask("If-None-Match", tag).StatusCode; tag == "" || got != http.StatusNotModified {
		t.Errorf("who has %s gets status %d", tag, got)
	}
	if got := ask("If-None-Match", `"another"`).StatusCode; got != http.StatusOK {
		t.Errorf("who has another one gets status %d", got)
	}
}

// TestTheProgramHasThePageOrSaysThatItHasNot, whichever way it was built.
func TestTheProgramHasThePageOrSaysThatItHasNot(t *testing.T) {
	t.Parallel()
	files, err := BuiltIn()
	if err == nil {
		_, err = Handler(files)
	} else if errors.Is(err, ErrMissing) {
		err = nil
	}
	if err != nil {
		t.Error(err)
	}
}
