package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestDrawingsBecomeScenarios draws a ball and a floor, and checks, generates and reports what
// was left out.
func TestDrawingsBecomeScenarios(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	svg, out := filepath.Join(dir, "table.svg"), filepath.Join(dir, "mine.scenario.json")
	const drawn = `<svg xmlns="http://www.w3.org/2000/svg" width="1000px" height="500px" viewBox="0 0 1000 500">
<circle id="ball" cx="750" cy="125" r="50" data-mass="2"/>
<line id="floor" x1="0" y1="500" x2="1000" y2="500"/>
<text>hello</text>
</svg>`
	if err := os.WriteFile(svg, []byte(drawn), 0o666); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := runLine(t.Context(), "import", "svg", svg, "--scale", "500px/m", "--out", out)
	if code != exitDone || !strings.Contains(stdout, "1 body and 1 wall on a page of 2 × 1 m") || !strings.Contains(stderr, svg+": line 4: ") {
		t.Fatalf("code %d, %q, %q", code, stdout, stderr)
	}
	checked := mustRun(t, "check", out)
	for _, want := range []string{"mine: ", "ball  dynamic  2 ", " 0.5    0.25"} {
		if !strings.Contains(checked, want) {
			t.Errorf("check says not %q: %s", want, checked)
		}
	}
	for _, test := range []struct {
		line, want string
		code       int
	}{
		{"import svg " + svg + " --scale 500px/m --out " + out, "exists", exitFailed},
		{"import svg " + svg + " --scale 500 --out -", "such as 500px/m", exitUsage},
		{"import svg " + svg + " --scale 0px/m --out -", "such as 500px/m", exitUsage},
		{"import svg " + svg + " --scale 5ly/m --out -", "such as 500px/m", exitUsage},
		{"import svg " + svg + " --out -", "--scale is missing", exitUsage},
		{"import svg " + svg + " --scale 500px/m", "--out FILE is missing", exitUsage},
		{"import svg " + svg + " --scale 500px/m --out mine", "must end in .json", exitUsage},
		{"import svg " + svg + " --scale 500px/m --tolerance 0 --out -", "--tolerance", exitUsage},
		{"import svg " + out + " --scale 500px/m --out -", out, exitFailed},
		{"import dxf " + svg + " --out " + dir + "/x", `"dxf" must be csv, `, exitUsage},
	} {
		if code, stdout, stderr := runLine(t.Context(), strings.Fields(test.line)...); code != test.code || !strings.Contains(stderr, test.want) || stdout != "" {
			t.Errorf("orrery %s: code %d, %q", test.line, code, stderr)
		}
	}
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	got := mustRun(t, "import", "svg", svg, "--scale", "132.291666666666666mm/m", "--out", "-") // 500 px
	if !strings.Contains(got, `"circle": 0.1,`) || !strings.Contains(string(text), `"circle": 0.1,`) {
		t.Errorf("%s\n%s", got, text)
	}
}
