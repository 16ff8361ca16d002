package console

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"
)

// TestFlagsSayWhatTheyTake: what is no number, what is one too many, what is a fraction, and what is a time.
func TestFlagsSayWhatTheyTake(t *testing.T) {
	t.Parallel()
	var whole, any int64
	var real float64
	var at time.Duration
	var folder, picture string
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	WholeVar(flags, &whole, "whole", Between(-2, 1e6), "")
	WholeVar(flags, &any, "any", From(0), "")
	NumberVar(flags, &real, "real", Inside(0, 1), "")
	TimeVar(flags, &at, "time", "")
	FolderVar(flags, &folder, "folder", "")
	PictureVar(flags, &picture, "picture", "")
	const number, limits = "must be a whole number", "must be from -2 to 1000000"
	for _, c := range []struct {
		flag, text, want string
		bounds           bool
	}{
		{"whole", "7", "", false}, {"whole", "-2", "", false}, {"whole", "-3", limits, true}, {"whole", "1000001", limits, true},
		{"whole", "7.0", number, false}, {"whole", "7.5", number, false}, {"whole", "1e3", number, false}, {"whole", "x", number, false}, {"whole", "", number, false},
		{"whole", "9223372036854775808", limits, true}, {"whole", "99999999999999999999999999", limits, true}, {"whole", "9223372036854775808.5", number, false},
		{"any", "9223372036854775807", "", false}, {"any", "9223372036854775808", "must be from 0 to 9.223372036854776e+18", true},
		{"any", "5000000000000000000", "", false},
		{"real", "0.5", "", false}, {"real", "5e-1", "", false}, {"real", "1", "must be above 0 and below 1", true}, {"real", "half", "must be a number", false}, {"real", "NaN", "must be a number", false},
		{"time", "90s", "", false}, {"time", "0s", "must be above 0, such as 90s, 4m or 1h30m", true}, {"time", "90", "must be a time such as 90s, 4m or 1h30m", false},
		{"folder", "./-", "", false}, {"folder", "-", "must be a folder, which stdout cannot be; ./- is a folder of that name", false},
		{"picture", "a.png", "", false}, {"picture", "-", "must be a file whose extension says the format, and stdout has none", false},
	} {
		was := flags.Lookup(c.flag).Value.String()
		err := flags.Lookup(c.flag).Value.Set(c.text)
		var bounds *OutOfBounds
		if (err == nil) != (c.want == "") || err != nil && (!strings.HasPrefix(err.Error(), c.want) || errors.As(err, &bounds) != c.bounds) {
			t.Errorf("--%s %s: %v, want %q", c.flag, c.text, err, c.want)
		}
		if now := flags.Lookup(c.flag).Value.String(); err != nil && now != was {
			t.Errorf("--%s %s is refused, and %s is %s", c.flag, c.text, was, now)
		}
	}
	if whole != -2 || any != 5_000_000_000_000_000_000 || real != 0.5 || at != 90*time.Second || folder != "./-" || picture != "a.png" {
		t.Errorf("%v %v %v %v %v %v", whole, any, real, at, folder, picture)
	}
	if at = 0; flags.Lookup("time").Value.String() != "" {
		t.Error("a time that is not told has a default in the help")
	}
	if real = 1e-7; flags.Lookup("real").Value.String() != "1e-07" {
		t.Errorf("%s", flags.Lookup("real").Value)
	}
	for v, want := range map[float64]string{999999999999999: "999999999999999", -6e14: "-600000000000000", 1e15: "1e+15", 0.25: "0.25"} {
		if got := shown(v); got != want {
			t.Errorf("%v is shown as %s, want %s", v, got, want)
		}
	}
	s := Settings{}
	for text, want := range map[string]bool{"a=1": true, "a": false, "=1": false, "a=": false, "a=x": false} {
		if err := s.Set(text); (err == nil) != want || err != nil && err.Error() != "must be key=number" {
			t.Errorf("%q: %v", text, err)
		}
	}
	for word, want := range map[string]string{"ABC": "ABC", "a-Z_0.9/x,y:z@w=1+2": "a-Z_0.9/x,y:z@w=1+2", "ä": "ä", "a[b": "'a[b'", "A{B": "'A{B'", "a`b": "'a`b'", "": "''"} {
		if got := Quoted(word); got != want {
			t.Errorf("%s is quoted as %s, want %s", word, got, want)
		}
	}
}

// TestFoldersThatCannotBeWrittenInAreRefused: those that may be read and not written, or written and not entered.
func TestFoldersThatCannotBeWrittenInAreRefused(t *testing.T) {
	t.Parallel()
	if os.Getuid() == 0 {
		t.Skip("the superuser may write everywhere")
	}
	for mode, want := range map[os.FileMode]bool{0o700: true, 0o500: false, 0o600: false} {
		dir := t.TempDir()
		if err := os.Chmod(dir, mode); err != nil {
			t.Fatal(err)
		}
		if err := CheckOut(filepath.Join(dir, "new", "file"), false); (err == nil) != want {
			t.Errorf("in a folder of mode %v: %v", mode, err)
		}
		_ = os.Chmod(dir, 0o700)
	}
}
