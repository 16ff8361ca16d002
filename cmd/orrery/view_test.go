package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"orrery/cmd/orrery-view/open"
	"orrery/cmd/orrery/page"
)

// pageDir makes a directory with the files of the page.
func pageDir(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name := range page.Types {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("content of "+name), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "secret"), []byte("secret"), 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestThePageIsServedUntilInterrupted serves to this machine alone and ends with its
// context.
func TestThePageIsServedUntilInterrupted(t *testing.T) {
	t.Setenv("PATH", t.TempDir()) // no browser and no desktop viewer
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	reader, writer := io.Pipe()
	ended := make(chan error, 1)
	opts := viewing(t, "--scene=pile", "--seed=3", "--mode=duel", "--theme=light", "--width=900", "--set=gravity=3")
	opts.Dir = pageDir(t)
	go func() {
		err := runView(ctx, writer, io.Discard, opts)
		writer.CloseWithError(err)
		ended <- err
	}()
	line := make([]byte, 200)
	n, err := reader.Read(line)
	if err != nil {
		t.Fatal(err)
	}
	go io.Copy(io.Discard, reader)
	address, _, _ := bytes.Cut(line[:n], []byte("\n"))
	if !strings.HasPrefix(string(address), "http://127.0.0.1:") || !strings.HasSuffix(string(address), "/?mode=duel&scene=pile&seed=3&set=gravity%3D3&theme=light") {
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

// viewing returns the options of a command line without paths.
func viewing(t *testing.T, arguments ...string) viewOptions {
	t.Helper()
	opts := viewOptions{Options: open.DefaultOptions(), Given: url.Values{}}
	for _, argument := range arguments {
		name, value, _ := strings.Cut(strings.TrimPrefix(argument, "--"), "=")
		for _, f := range opts.Flags() {
			if f.Name == name {
				if err := (viewFlag{f, opts.Given}).Set(value); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	return opts
}

// TestViewRefusesWhatItCannotShow says so before a window or a page opens: what is wrong in
// the command line itself with another exit code than what is wrong with a file.
func TestViewRefusesWhatItCannotShow(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	broken := filepath.Join(t.TempDir(), "broken.json")
	if err := os.WriteFile(broken, []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	window := t.TempDir()
	if err := os.WriteFile(filepath.Join(window, "orrery-view"), []byte("#!/bin/sh\necho opened\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		arguments, path, says string
		code                  int
	}{
		{"--scene=mixd", "", `perhaps "mixed"`, exitUsage},
		{"--set=gravty=3", "", `perhaps "gravity"`, exitUsage},
		{"--set=gravity=-3", "", "must be 0 to", exitUsage},
		{"--seed=x", "", "must be a whole number", exitUsage},
		{"--mode=war", "", "must be sandbox, duel or replay", exitUsage},
		{"--mode=replay", "", "needs a dataset or a rollout", exitUsage},
		{"--theme=pink", "", `--theme "pink" must be dark or light`, exitUsage},
		{"--plan", "", "has no task", exitUsage},
		{"--model=mixde", "", `perhaps "mixed"`, exitUsage},
		{"--model=" + window, "", "no config.json", exitFailed},
		{"--scene=nowhere/table.scenario.json", "", "no such file", exitUsage},
		{"--model=nowhere/model", "", "unknown model", exitUsage},
		{"--port=70000", "", "must be from 0 to 65535", exitUsage},
		{"--paused", "nothing.json", "no such file", exitFailed},
		{"--paused", broken, "ends too early", exitFailed},
		{"--web", broken, "drop the file", exitUsage},
		{"--web", "mixd", `unknown scenario "mixd", perhaps "mixed"`, exitUsage},
		{"--web", "a/b.gif", "a/b.gif: there is no such file", exitUsage},
		{"--web --model=" + window, "", "drop the folder", exitUsage},
		{"--web", "", "make web", exitUsage},
	} {
		if c.path != "" || strings.Contains(c.arguments, window) {
			if runtime.GOOS != "linux" {
				continue // the stand-in for the window is a script
			}
			t.Setenv("PATH", window)
			t.Setenv("DISPLAY", ":0")
		}
		arguments := append([]string{"view", "--dir", t.TempDir()}, strings.Fields(c.arguments)...)
		if c.path != "" {
			arguments = append(arguments, c.path)
		}
		var out, log bytes.Buffer
		if code := run(t.Context(), arguments, &out, &log); code != c.code || !strings.Contains(log.String(), c.says) || out.Len() > 0 {
			t.Errorf("%v: code %d, %q, %q", arguments, code, log.String(), out.String())
		}
	}
}

// TestTheWindowGetsTheOptions runs a stand-in from the path.
func TestTheWindowGetsTheOptions(t *testing.T) {
	dir := t.TempDir()
	script := "#!/bin/sh\nfor a in \"$@\"; do echo \"$a\"; done\n"
	if err := os.WriteFile(filepath.Join(dir, "orrery-view"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat("/bin/sh"); err != nil {
		t.Skip("no shell to stand in for the viewer")
	}
	t.Setenv("PATH", dir)
	t.Setenv("DISPLAY", ":0")
	scene := filepath.Join(t.TempDir(), "scene.json")
	if err := os.WriteFile(scene, []byte(mustRun(t, "scenes", "pile", "--scene")), 0o644); err != nil {
		t.Fatal(err)
	}
	got := mustRun(t, "view", "--scene=pile", "--set", "bodies=3", "--set=gravity=3", "--seed", "3", "--mode=duel", "--width=900", "--paused", scene)
	want := "--mode=duel\n--paused=true\n--scene=pile\n--seed=3\n--set=bodies=3\n--set=gravity=3\n--width=900\n--\n" + scene + "\n"
	if got != want {
		t.Errorf("got %s want %s", got, want)
	}
	if runtime.GOOS != "linux" {
		return
	}
	t.Setenv("DISPLAY", "")
	opts := viewing(t)
	opts.Dir = t.TempDir()
	if err := runView(t.Context(), io.Discard, io.Discard, opts); err == nil || !strings.Contains(err.Error(), "make web") {
		t.Errorf("without a display: %v, must look for the page", err)
	}
}

// TestPageIsGivenAScenarioFileInItsAddress as it has no disk; and nothing else of the disk.
func TestPageIsGivenAScenarioFileInItsAddress(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "drop.scenario.json")
	text := `{ "format": 2, "arena": [2, 2], "bodies": [{ "name": "ball", "circle": 0.1, "at": [0, 0.8] }] }`
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, opts := range []viewOptions{{Options: open.Options{Paths: []string{path}}}, {Options: open.Options{Scene: path}}} {
		opts.Given = url.Values{"scene": {path}}
		if err := opts.link(); err != nil {
			t.Fatal(err)
		}
		linked, err := open.ParseFragment(opts.Fragment)
		if err != nil || string(linked.Text) != text || linked.Name != "drop" || opts.Given.Has("scene") || opts.Paths != nil {
			t.Errorf("%+v: %v", linked, err)
		}
	}
	onlyOne := "the page opens no paths but one scenario file"
	for _, c := range []struct {
		paths []string
		want  string
	}{
		{[]string{t.TempDir()}, onlyOne}, {[]string{path, path}, onlyOne}, {[]string{path + "x"}, "dropx: there is no such file"}, {[]string{"mixd"}, `unknown scenario "mixd", perhaps "mixed"`},
	} {
		opts := viewOptions{Options: open.Options{Paths: c.paths}}
		if err := opts.link(); err == nil || !strings.Contains(strings.ReplaceAll(err.Error(), ".scenario.json", ""), c.want) {
			t.Errorf("%v: %v; want %s", c.paths, err, c.want)
		}
	}
}
