package main

import (
	"encoding/json"
	"runtime"
	"strings"
	"testing"

	"orrery/cmd/orrery/build"
)

func TestEveryCommandExplainsItself(t *testing.T) {
	for _, cmd := range newRootCommand().Commands() {
		help := mustRun(t, cmd.Name(), "--help")
		for _, part := range []string{"Usage:\n  orrery " + cmd.Name(), "Examples:\n  orrery ", "Exit codes:\n  0  done\n  1  failed\n  2  wrong usage"} {
			if !strings.Contains(help, part) {
				t.Errorf("the help of %s lacks %q", cmd.Name(), part)
			}
		}
		if again := mustRun(t, "help", cmd.Name()); again != help {
			t.Errorf("help %s and %s --help differ", cmd.Name(), cmd.Name())
		}
	}
}

func TestProgramExplainsItself(t *testing.T) {
	help := mustRun(t)
	for _, cmd := range newRootCommand().Commands() {
		if !strings.Contains(help, "\n  "+cmd.Name()+" ") {
			t.Errorf("help does not list %s", cmd.Name())
		}
	}
}

func TestVersionNamesTheBuild(t *testing.T) {
	var b build.Info
	if err := json.Unmarshal([]byte(mustRun(t, "version", "--json")), &b); err != nil {
		t.Fatal(err)
	}
	if b.Go != runtime.Version() || b.Platform != runtime.GOOS+"/"+runtime.GOARCH || b.Version == "" || b.Revision == "" {
		t.Errorf("got %+v", b)
	}
	if text := mustRun(t, "version"); !strings.HasPrefix(text, "orrery ") || strings.Count(text, "\n") != 1 {
		t.Errorf("got %q", text)
	}
}
