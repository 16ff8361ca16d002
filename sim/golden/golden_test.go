package golden

import (
	"runtime"
	"testing"
)

// TestTheFirstDifferenceIsTold with its title and its line, also where only the number of lines differs.
func TestTheFirstDifferenceIsTold(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ got, want, told string }{
		{"# a\n1\n2\n", "# a\n1\n2\n", ""},
		{"# a\n1\n# b\n2\n", "# a\n1\n# b\n3\n", "# b: line 4:\n2\nwant\n3"},
		{"1\n2\n", "1\n3\n", "line 2:\n2\nwant\n3"},
		{"# a\n", "# b\n", "line 1:\n# a\nwant\n# b"},
		{"1", "1\n2", "1 lines, want 2"},
		{"1\n2", "1", "2 lines, want 1"},
	} {
		told := ""
		if err := differ(c.got, c.want, func(a, b string) bool { return a == b }); err != nil {
			told = err.Error()
		}
		if told != c.told {
			t.Errorf("%q beside %q: %q, want %q", c.got, c.want, told, c.told)
		}
	}
}

// TestComparisonFailsATest whose text is another one, and none whose text is the file's.
func TestComparisonFailsATest(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		got  string
		ends bool
	}{{"one\ntwo\n", false}, {"one\nthree\n", true}} {
		r := &recorder{TB: t}
		done := make(chan struct{})
		go func() { // Fatal and Skip end the goroutine
			defer close(done)
			Compare(r, "testdata/lines.txt", c.got)
		}()
		<-done
		if r.ended != c.ends {
			t.Errorf("%q: ended %t, want %t", c.got, r.ended, c.ends)
		}
	}
}

// recorder is a test that is told that it fails or is skipped.
type recorder struct {
	testing.TB
	ended bool
}

func (r *recorder) end() {
	r.ended = true
	runtime.Goexit()
}

func (r *recorder) Fatalf(string, ...any) { r.end() }
func (r *recorder) Fatal(...any)          { r.end() }
func (r *recorder) Skip(...any)           { r.end() }

// TestNumbersMayDifferByAShare, of a hundredth where they are smaller; words, numbers that are none and how many there are may not.
func TestNumbersMayDifferByAShare(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"loss 100, of [1 2]", "loss 100.1, of [1 2]", true},
		{"loss 100, of [1 2]", "loss 100.2, of [1 2]", false},
		{"loss 100, of [1 2]", "cost 100, of [1 2]", false},
		{"loss -100", "loss 100", false},
		{"loss 0.001", "loss 0.001009", true},
		{"loss 0.001", "loss 0.001011", false},
		{"0 0", "0 0 0", false},
		{"NaN", "NaN", true},
		{"NaN", "1", false},
		{"1", "NaN", false},
		{"+Inf", "1e300", false},
		{"5 bodies", "5 bodies", true},
		{"body5", "body5.001", false},
	} {
		if got := near(c.a, c.b, 1e-3); got != c.want {
			t.Errorf("%q and %q: %v", c.a, c.b, got)
		}
	}
}
