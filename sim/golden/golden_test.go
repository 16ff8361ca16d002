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
		if err := differ(c.got, c.want); err != nil {
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
