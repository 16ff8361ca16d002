package open

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"orrery/world/fit"
)

// TestTwoScenesAreOneTooMany: neither is shown in silence.
func TestTwoScenesAreOneTooMany(t *testing.T) {
	t.Parallel()
	if _, err := ParseArguments([]string{"mixed", "--paused", "pile"}); err == nil || err.Error() != "mixed and pile are two scenes, and one is shown" || !errors.As(err, new(Usage)) {
		t.Error(err)
	}
	if o, err := ParseArguments([]string{"pile", "pile"}); err != nil || o.Scene != "pile" {
		t.Errorf("%+v, %v", o, err)
	}
}

// TestAddressAndCommandLineMeanTheSame: every option can stand in an address.
func TestAddressAndCommandLineMeanTheSame(t *testing.T) {
	line, err := ParseArguments([]string{
		"--scene", "pile", "--seed=3", "-mode", "duel", "data/pile", "--theme=light", "--paused", "--panel=false", "--set", "gravity=3", "--set=size=2",
		"--model", "mixed", "--plan=true", "--width=900", "--height=700", "--report", "--", "--odd",
	})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(line.Paths, []string{"data/pile", "--odd"}) {
		t.Errorf("paths %v", line.Paths)
	}
	line.Paths = nil
	address, err := ParseQuery("?scene=pile&seed=3&mode=duel&theme=light&paused=true&panel=false&set=gravity%3D3&set=size=2&model=mixed&plan=1&width=900&height=700&report=true")
	if err != nil || !reflect.DeepEqual(line, address) {
		t.Errorf("%+v and %+v, %v", line, address, err)
	}
	want := Options{
		Scene: "pile", Set: map[string]float64{"gravity": 3, "size": 2}, Seed: 3, Mode: "duel", Model: "mixed", Theme: "light",
		Width: 900, Height: 700, Paused: true, Plan: true, Report: true,
	}
	if !reflect.DeepEqual(line, want) {
		t.Errorf("%+v, want %+v", line, want)
	}
	if empty, err := ParseQuery(""); err != nil || !reflect.DeepEqual(empty, DefaultOptions()) {
		t.Errorf("%+v, %v", empty, err)
	}
}

// TestLinksMayCarryWhatIsNotOurs: what mail programs and search engines add is passed over
// in silence, and does not keep the rest from being followed.
func TestLinksMayCarryWhatIsNotOurs(t *testing.T) {
	for _, query := range []string{
		"?scene=pile&utm_source=mail", "?fbclid=IwAR0abc&scene=pile", "?scene=pile&gclid=1&ref=a&id=3&page=2&q=&lang=de", "?&&scene=pile&=&x", "?scene=pile&%zz=1&a=%zz",
	} {
		if o, err := ParseQuery(query); err != nil || o.Scene != "pile" {
			t.Errorf("%s: scene %s, %v", query, o.Scene, err)
		}
	}
	o, err := ParseQuery("?sceen=pile&seed=4&Theme=light&modell=x")
	if err == nil || o.Seed != 4 || o.Scene != usualScene {
		t.Fatalf("%+v, %v", o, err)
	}
	for _, want := range []string{`"sceen", perhaps "scene"`, `"Theme", perhaps "theme"`, `"modell", perhaps "model"`} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q lacks %s", err, want)
		}
	}
}

// FuzzParseQuery: whatever an address says, the options are in order.
func FuzzParseQuery(f *testing.F) {
	f.Add("?scene=mixed&seed=7&mode=duel&theme=light&model=x&width=800")
	f.Add("?seed=-1;%zz&&==&paused=maybe&set=a=NaN")
	f.Fuzz(func(t *testing.T, query string) {
		o, err := ParseQuery(query)
		if o.Theme != "dark" && o.Theme != "light" || o.Width < 320 || o.Width > 7680 || o.Height < 240 || o.Height > 4320 {
			t.Errorf("%q gave %+v, %v", query, o, err)
		}
		for name, value := range o.Set {
			if name == "" || value-value != 0 {
				t.Errorf("%q gave %q = %v", query, name, value)
			}
		}
	})
}

// TestWrongOptionsSayWhy: on a command line they are wrong usage, and in a link they leave
// what is usual. No words of Go are among the reasons.
func TestWrongOptionsSayWhy(t *testing.T) {
	for query, want := range map[string]string{
		"mode=war":                  `mode "war" must be sandbox, duel or replay`,
		"mode=Duel":                 `perhaps "duel" is meant`,
		"seed=-1":                   `seed "-1" must be a whole number from 0`,
		"seed=18446744073709551616": "must be a whole number from 0 to 18446744073709551615",
		"seed=":                     `seed "" must be a whole number`,
		"theme=pink":                `theme "pink" must be dark or light`,
		"set=size":                  "must be NAME=NUMBER",
		"set=size=x":                "must be NAME=NUMBER",
		"set=size=NaN":              "must be NAME=NUMBER",
		"set==3":                    "must be NAME=NUMBER",
		"history=-1":                `history "-1" must be a whole number from 0 to 1000000`,
		"history=1000001":           "must be a whole number from 0",
		"history=ten":               "must be a whole number from 0",
		"paused=maybe":              "must be true or false",
		"width=319":                 `width "319" must be a whole number from 320 to 7680`,
		"width=7681":                "must be a whole number",
		"height=239":                "must be a whole number",
		"height=4321":               "must be a whole number",
		"height=1e3":                "must be a whole number",
	} {
		o, err := ParseQuery("?" + query)
		if err == nil || !strings.Contains(err.Error(), want) || !reflect.DeepEqual(o, DefaultOptions()) {
			t.Errorf("?%s: %+v, %v, want %s", query, o, err, want)
		}
		if _, err := ParseArguments([]string{"--" + query}); !errors.As(err, new(Usage)) || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "strconv") {
			t.Errorf("--%s: %v, want %s", query, err, want)
		}
	}
	if _, err := ParseQuery("?scene=%zz"); err == nil || !strings.Contains(err.Error(), "scene in the link is garbled") {
		t.Errorf("got %v", err)
	}
	for arguments, want := range map[string]string{
		"--colour red": "there is no option --colour; --help", "--sceen=pile": "perhaps --scene is meant", "--seed": "--seed needs NUMBER", "-x": "no option -x",
	} {
		if _, err := ParseArguments(strings.Fields(arguments)); !errors.As(err, new(Usage)) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", arguments, err, want)
		}
	}
}

// TestHelpNamesEveryOption, and what asks for it is found.
func TestHelpNamesEveryOption(t *testing.T) {
	var help strings.Builder
	if err := WriteHelp(&help); err != nil {
		t.Fatal(err)
	}
	for _, o := range options {
		if !strings.Contains(help.String(), "--"+o.name) {
			t.Errorf("the help lacks --%s", o.name)
		}
	}
	for _, argument := range []string{"--help", "-help", "-h"} {
		if o, err := ParseArguments([]string{argument}); err != nil || !o.Help {
			t.Errorf("%s: %+v, %v", argument, o, err)
		}
	}
	if o, err := ParseArguments([]string{"--version"}); err != nil || !o.Version || o.Help {
		t.Errorf("--version: %+v, %v", o, err)
	}
}

// TestTwoModelsAreCompared where two are named, in an address, too; a third one, and the same twice, are mistakes.
func TestTwoModelsAreCompared(t *testing.T) {
	t.Parallel()
	v := opened(t, "--model=mixed", "--model", "ballistic")
	models, chosen := v.Session.Models()
	if name, c := v.Session.Rival(); models[chosen].Name != "mixed" || name != "ballistic" || c == nil {
		t.Errorf("%s competes with %q", models[chosen].Name, name)
	}
	if query := v.Query("dark"); !strings.Contains(query, "model=mixed&model=ballistic") {
		t.Errorf("the address is %s", query)
	}
	address, err := ParseQuery("?model=mixed&model=engine")
	if err != nil || address.Model != "mixed" || address.Rival != "engine" {
		t.Errorf("%+v: %v", address, err)
	}
	if _, err := ParseArguments([]string{"--model=a", "--model=b", "--model=c"}); !errors.As(err, new(Usage)) || !strings.Contains(err.Error(), "third model") {
		t.Errorf("three models: %v", err)
	}
	for _, second := range []string{"mixed", "mixd"} {
		o := DefaultOptions()
		o.Model, o.Rival = "mixed", second
		if _, err := New(o, true, nil, nil, fit.Decode); !errors.As(err, new(Usage)) {
			t.Errorf("%s: %v", second, err)
		}
	}
}
