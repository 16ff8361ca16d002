package console

import (
	"errors"
	"math"
	"testing"
	"time"

	"github.com/spf13/pflag"
)

func TestNumbersOnTheCommandLineHaveBounds(t *testing.T) {
	t.Parallel()
	whole, share, span := 7, 0.25, time.Minute
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	WholeVar(flags, &whole, "whole", Between(1, 65535), "")
	NumberVar(flags, &share, "share", Inside(0, 1), "")
	TimeVar(flags, &span, "span", "")
	for _, test := range []struct{ flag, text, rule string }{
		{"whole", "0", "must be from 1 to 65535"}, {"whole", "65536", "must be from 1 to 65535"},
		{"whole", "99999999999999999999", "must be from 1 to 65535"},
		{"share", "0", "must be above 0 and below 1"}, {"share", "1", "must be above 0 and below 1"}, {"share", "-1e300", "must be above 0 and below 1"},
		{"span", "0", "must be above 0, such as 90s, 4m or 1h30m"}, {"span", "-5s", "must be above 0, such as 90s, 4m or 1h30m"},
	} {
		err := flags.Set(test.flag, test.text)
		var bounds *OutOfBounds
		if !errors.As(err, &bounds) || bounds.Rule != test.rule {
			t.Errorf("--%s %s: %v, want %q", test.flag, test.text, err, test.rule)
		}
	}
	for _, test := range []struct{ flag, text string }{
		{"whole", "1.5"}, {"whole", "1_0"}, {"whole", "many"}, {"share", "NaN"}, {"share", "0x1p-2"}, {"share", "half"}, {"span", "5"}, {"span", ""},
	} {
		if err := flags.Set(test.flag, test.text); err == nil || errors.As(err, new(*OutOfBounds)) {
			t.Errorf("--%s %s: %v, want that it is none", test.flag, test.text, err)
		}
	}
	if whole != 7 || share != 0.25 || span != time.Minute {
		t.Errorf("what is refused changed the values to %v, %v and %v", whole, share, span)
	}
	for flag, texts := range map[string][]string{"whole": {"1", "65535"}, "share": {"0.001", "0.999"}, "span": {"1ns", "2h"}} {
		for _, text := range texts {
			if err := flags.Set(flag, text); err != nil {
				t.Errorf("--%s %s: %v", flag, text, err)
			}
		}
	}
	if whole != 65535 || share != 0.999 || span != 2*time.Hour {
		t.Errorf("the last values are %v, %v and %v", whole, share, span)
	}
	for bounds, want := range map[Bounds]string{
		From(1): "≥ 1", {Least: 0, Most: 1, NotLeast: true}: "above 0 and ≤ 1", {Least: math.Inf(-1), Most: 1e9}: "≤ 1000000000",
		{Least: 0, Most: math.Inf(1), NotLeast: true}: "above 0",
	} {
		if bounds.String() != want {
			t.Errorf("%+v is %q, want %q", bounds, bounds, want)
		}
	}
}
