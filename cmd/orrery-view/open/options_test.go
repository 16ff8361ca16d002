package open

import (
	"errors"
	"flag"
	"io"
	"reflect"
	"strings"
	"testing"
)

// TestAddressAndCommandLineMeanTheSame: every flag can stand in an address.
func TestAddressAndCommandLineMeanTheSame(t *testing.T) {
	line, err := ParseArguments([]string{"--scene", "pile", "--seed=3", "--mode", "duel", "--theme=light", "--paused", "data/pile"}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if len(line.Paths) != 1 || line.Paths[0] != "data/pile" {
		t.Errorf("paths %v", line.Paths)
	}
	line.Paths = nil
	address, err := ParseQuery("?scene=pile&seed=3&mode=duel&theme=light&paused=true")
	if err != nil || !reflect.DeepEqual(line, address) {
		t.Errorf("%+v and %+v, %v", line, address, err)
	}
	if empty, err := ParseQuery(""); err != nil || empty.Scene != usualScene || empty.Seed != 7 {
		t.Errorf("%+v, %v", empty, err)
	}
}

// FuzzParseQuery: whatever an address says is options that are in order, or an error.
func FuzzParseQuery(f *testing.F) {
	f.Add("?scene=mixed&seed=7&mode=duel&theme=light&model=x&width=800")
	f.Add("?seed=-1;%zz&&==&paused=maybe")
	f.Fuzz(func(t *testing.T, query string) {
		if o, err := ParseQuery(query); err == nil && o.validate() != nil {
			t.Errorf("%q gave %+v", query, o)
		}
	})
}

func TestWrongOptionsSayWhy(t *testing.T) {
	for query, want := range map[string]string{
		"?mode=war":   `mode "war" must be sandbox, duel or replay`,
		"?seed=-1":    "seed",
		"?theme=pink": `theme "pink" must be dark or light`,
		"?colour=red": "colour",
		"?set=size":   "must be name=number",
		"?width=9":    "size 9×800 must be",
		"?%zz":        "invalid URL escape",
	} {
		if _, err := ParseQuery(query); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", query, err, want)
		}
	}
	var help strings.Builder
	if _, err := ParseArguments([]string{"--help"}, &help); !errors.Is(err, flag.ErrHelp) || !strings.Contains(help.String(), "-scene") || !strings.Contains(help.String(), "--mode duel") {
		t.Errorf("%v, help %q", err, help.String())
	}
}
