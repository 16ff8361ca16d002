package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// page makes a directory with the files of the page.
func page(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name := range pageFiles {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("content of "+name), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "secret"), []byte("secret"), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestThePageAndNothingElseIsServed(t *testing.T) {
	handler, err := pageHandler(page(t))
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]int{
		"/": 200, "/?scene=mixed": 200, "/wasm_exec.js": 200, "/orrery-view.wasm.gz": 200,
		"/secret": 404, "/index.html/..": 404, "/../view.go": 404, "/%2e%2e/view.go": 404, "//secret": 404,
	} {
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "http://localhost"+path, nil))
		// The multiplexer redirects paths it has cleaned; what they lead to is not served.
		if got := answer.Code; got != want && !(want == 404 && got >= 300 && got < 400) {
			t.Errorf("%s: status %d, want %d", path, got, want)
		}
		if strings.Contains(answer.Body.String(), "secret") && strings.Contains(answer.Body.String(), "content") {
			t.Errorf("%s leaks", path)
		}
	}
	if _, err := pageHandler(t.TempDir()); err == nil || !strings.Contains(err.Error(), "make web") {
		t.Errorf("without a page: %v", err)
	}
}

// TestThePageIsServedUntilInterrupted serves to this machine alone and ends with its
// context.
func TestThePageIsServedUntilInterrupted(t *testing.T) {
	t.Setenv("PATH", t.TempDir()) // no browser and no desktop viewer
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	reader, writer := io.Pipe()
	ended := make(chan error)
	opts := viewOptions{Scene: "pile", Seed: 3, Mode: "duel", Theme: "light", Dir: page(t)}
	go func() { ended <- runView(ctx, writer, io.Discard, opts) }()
	line := make([]byte, 200)
	n, err := reader.Read(line)
	if err != nil {
		t.Fatal(err)
	}
	go io.Copy(io.Discard, reader)
	address, _, _ := bytes.Cut(line[:n], []byte("\n"))
	if !strings.HasPrefix(string(address), "http://127.0.0.1:") || !strings.HasSuffix(string(address), "/?mode=duel&scene=pile&seed=3&theme=light") {
		t.Fatalf("address %s", address)
	}
	answer, err := http.Get(string(address))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if body, err := io.ReadAll(answer.Body); err != nil || string(body) != "content of index.html" {
		t.Errorf("got %q, %v", body, err)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("ended with %v", err)
	}
}

func TestViewRefusesPathsInTheBrowser(t *testing.T) {
	err := runView(t.Context(), io.Discard, io.Discard, viewOptions{Web: true, Paths: []string{"a"}})
	if err == nil || !strings.Contains(err.Error(), "drop the file") {
		t.Errorf("got %v", err)
	}
}

// TestTheDesktopViewerGetsTheState runs a stand-in from the path.
func TestTheDesktopViewerGetsTheState(t *testing.T) {
	dir := t.TempDir()
	script := "#!/bin/sh\nfor a in \"$@\"; do echo \"$a\"; done | sort\n"
	if err := os.WriteFile(filepath.Join(dir, "orrery-view"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat("/bin/sh"); err != nil {
		t.Skip("no shell to stand in for the viewer")
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
	t.Setenv("DISPLAY", ":0")
	var out bytes.Buffer
	opts := viewOptions{Scene: "pile", Set: settings{"size": 0.5, "gravity": 3}, Seed: 3, Mode: "duel", Theme: "light", Plan: true, Paths: []string{"data"}}
	if err := runView(t.Context(), &out, io.Discard, opts); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"--scene=pile", "--seed=3", "--mode=duel", "--theme=light", "--plan=true", "--set=gravity=3", "--set=size=0.5", "data"} {
		if !strings.Contains(out.String(), want+"\n") {
			t.Errorf("%q lacks %s", out.String(), want)
		}
	}
	if runtime.GOOS != "linux" {
		return
	}
	t.Setenv("DISPLAY", "")
	opts.Paths, opts.Dir = nil, t.TempDir()
	if err := runView(t.Context(), &out, io.Discard, opts); err == nil || !strings.Contains(err.Error(), "make web") {
		t.Errorf("without a display: %v, must look for the page", err)
	}
}
