package open

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"

	"orrery/cmd/orrery-view/session/jobs"
	"orrery/cmd/orrery/planning"
	"orrery/world/fit"
)

const linkedBall = `{ "format": 2, "gravity": [0, -9.81], "arena": [2, 2], // a ball
  "bodies": [{ "name": "ball", "circle": 0.1, "at": [0, 0.8] }] }`

// packed returns letters that hold a text.
func packed(t testing.TB, text string) string {
	t.Helper()
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, 9)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(out.Bytes())
}

// TestLinksHoldScenarios that the page then shows under their names, with the options of the address.
func TestLinksHoldScenarios(t *testing.T) {
	t.Parallel()
	fragment, err := Fragment("dröp it", []byte(linkedBall))
	if err != nil || len(fragment) > 200 || strings.ContainsAny(fragment[1:], " #\"<>{}") {
		t.Fatalf("%q: %v", fragment, err)
	}
	l, err := ParseFragment(fragment)
	if err != nil || l.Name != "dröp it" || string(l.Text) != linkedBall {
		t.Fatalf("%+v, %v", l, err)
	}
	o := DefaultOptions()
	o.Linked, o.Seed = l, 3
	v, err := New(o, jobs.InTick, planning.Engine{}, nil, fit.Decode)
	if err != nil || v.Session.Scene().Name != "dröp it" || v.Session.Seed() != 3 || len(v.Session.Scene().Bodies) != 1 {
		t.Fatalf("shows %s: %v", v.Session.Scene().Name, err)
	}
	again, err := v.Fragment()
	if err != nil || again != fragment || strings.Contains(v.Query("dark"), "scene=") {
		t.Errorf("the link becomes %s and %s: %v", v.Query("dark"), again, err)
	}
	pile := opened(t, "--scene=pile")
	if fragment, err := pile.Fragment(); err != nil || fragment != "" || !strings.Contains(pile.Query("dark"), "scene=pile") {
		t.Errorf("of the library: %q, %v", fragment, err)
	}
	if err := pile.Session.OpenScene(pile.Session.Scene()); err != nil {
		t.Fatal(err)
	}
	if _, err := pile.Fragment(); err == nil || !strings.Contains(err.Error(), "send the file instead") {
		t.Errorf("of no scenario: %v", err)
	}
}

// TestBadLinksAreToldInASentence and a scene is shown all the same.
func TestBadLinksAreToldInASentence(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	noise := make([]byte, 80<<10)
	for i := range noise {
		noise[i] = byte(random.Uint32())
	}
	whole := packed(t, linkedBall)
	for fragment, want := range map[string]string{
		"#scenario=" + whole[:len(whole)/2]: "garbled: it may have been cut off",
		"#scenario=%":                       "garbled: it may have been cut off",
		"#scenario=":                        "garbled: it may have been cut off",
		"#scenario=*":                       "garbled",
		"#scenario=" + strings.Repeat("A", maxLink+1):              "must have at most 65536",
		"#scenario=" + packed(t, strings.Repeat(" ", maxLinked+1)): "must have at most 524288 bytes",
	} {
		if l, err := ParseFragment(fragment); err == nil || !strings.Contains(err.Error(), want) || l.Text != nil {
			t.Errorf("%.40s: %v, want %s", fragment, err, want)
		}
	}
	for _, fragment := range []string{"", "#", "#top", "#a=b&c", "#%zz"} {
		if l, err := ParseFragment(fragment); err != nil || l.Text != nil {
			t.Errorf("%q: %v", fragment, err)
		}
	}
	if l, err := ParseFragment("#scenario=" + whole + "&name=" + url.QueryEscape("../x")); err != nil || l.Name != "linked" {
		t.Errorf("%+v, %v", l, err)
	}
	if _, err := Fragment("x", noise); err == nil || !strings.Contains(err.Error(), "too long for a link") {
		t.Errorf("got %v", err)
	}
	for text, want := range map[string]string{
		`{ "format": 2, "bodies": [{ "circel": 1 }] }`: `the link's scenario: line 1, column 29: /bodies/0/circel:`,
		`hello`: "the link's scenario: ",
	} {
		o := DefaultOptions()
		o.Linked = Linked{"x", []byte(text)}
		v, err := New(o, jobs.InTick, planning.Engine{}, nil, fit.Decode)
		if err == nil || !strings.Contains(err.Error(), want) || v == nil || v.Session.Scene().Name != usualScene {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func FuzzParseFragment(f *testing.F) {
	f.Add("#scenario=" + packed(f, linkedBall) + "&name=x")
	f.Add("#scenario=AAAA")
	f.Fuzz(func(t *testing.T, fragment string) {
		l, err := ParseFragment(fragment)
		if err == nil && len(l.Text) > maxLinked {
			t.Errorf("%d bytes", len(l.Text))
		}
	})
}
