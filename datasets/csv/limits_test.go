package csv

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"testing/iotest"

	"gonum.org/v1/gonum/floats/scalar"

	"orrery/sim"
)

// mustRead returns the file of a table.
func mustRead(t testing.TB, content string) *File {
	t.Helper()
	f := &File{}
	in, err := text("tracks.csv", content)
	if err == nil {
		err = f.read(t.Context(), at50(), in)
	}
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestNamesAreLookedForInAHundredLines(t *testing.T) {
	t.Parallel()
	for lines, want := range map[int]string{99: "", 100: `line 1: no column "x" among "note"; map x to the one it is in`} {
		_, err := tryTracks(at50(), strings.Repeat("note\n", lines)+plainTable)
		if got := errorText(err); got != withName(want) {
			t.Errorf("after %d lines: %q, want %q", lines, got, want)
		}
	}
	for lines, want := range map[int]string{99: "line 1: columns are separated by spaces, ", 100: "line 1: no column "} {
		_, err := tryTracks(at50(), strings.Repeat("note\n", lines)+"frame x y\n0 1 2\n")
		if got := errorText(err); !strings.HasPrefix(got, withName(want)) {
			t.Errorf("separated by spaces after %d lines: %q, want %q", lines, got, want)
		}
	}
	// They may come after 60 kB, but not where the text that is looked at ends within them.
	if _, err := tryTracks(at50(), strings.Repeat(strings.Repeat("-", 5999)+"\n", 10)+plainTable); err != nil {
		t.Error(err)
	}
	wide := "frame,x,y" + strings.Repeat(",note", 99) + "\n0,1,1" + strings.Repeat(",1", 99) + "\n"
	for dashes, want := range map[int]bool{6499: true, 6540: false, 6600: false} { // before the names, in 10 lines; 65536 bytes are looked at
		if _, err := tryTracks(at50(), strings.Repeat(strings.Repeat("-", dashes-1)+"\n", 10)+wide); (err == nil) != want {
			t.Errorf("names after %d bytes: %v", 10*dashes, err)
		}
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func withName(fault string) string {
	if fault == "" {
		return ""
	}
	return "motion.csv: " + fault
}

// TestCommasGoFirst reads a table that two separators could cut.
func TestCommasGoFirst(t *testing.T) {
	t.Parallel()
	for content, want := range map[string]float64{
		"frame;x;y;a,frame,x,y\n0;9;9;9,0,1,2\n":          1,
		"frame;x;y;a\tframe\tx\ty\n0;1;9;9\t0\t2\t2\n":    1,
		"frame|x|y|a\tframe\tx\ty\n0|9|9|9\t0\t1\t2\n":    1,
		"frame|x|y|a;frame;x;y\n0|9|9|9;0;1;2\n":          1,
		"sep=|\nframe|x|y|a;frame;x;y\n0|1|9|9;0;2;2\n":   1,
		"frame,x\nframe;x;y\n0;1;9\n":                     1,
		"frame|y|z\n,,\nframe,x,y\n0,1,2\n":               1,
		"frame\tx y\nnote: frame, x, y\nframe,x,y\n0,1,2": 1,
	} {
		all, err := tryTracks(at50(), content)
		if err != nil || all[0].States[0][0].X != want {
			t.Errorf("%q: %v, %v, want x to be %v", content, all, err, want)
		}
	}
}

func TestUnpackingIsBounded(t *testing.T) {
	t.Parallel()
	b := &boundedReader{ctx: t.Context(), r: strings.NewReader("ab"), done: 64 << 30}
	if n, err := b.Read(make([]byte, 1)); n != 1 || err != nil {
		t.Errorf("at the bound: %d bytes, %v", n, err)
	}
	if n, err := b.Read(make([]byte, 1)); n != 0 || err == nil || err.Error() != "must have at most 68719476736 bytes when it is unpacked" {
		t.Errorf("beyond the bound: %d bytes, %v", n, err)
	}
}

func TestEpisodesAndRunsAreBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	for rows, want := range map[int]string{
		1<<20 - 2: "",
		1<<20 - 1: "tracks.csv: line 9: episode 7 must have at most 1048576 rows: cut it into several",
	} {
		table := &table{input: input{name: "tracks.csv"}, index: index{extents: []extent{{label: 7, rows: rows}, {label: 6, rows: 1 << 20}, {label: 7, rows: 2, line: 9}}}}
		if got := errorText(table.groupExtents()); got != want {
			t.Errorf("%d rows and 2: %q, want %q", rows, got, want)
		}
	}
	content := head + "3,0,0,1,1\n"
	for runs, want := range map[int]string{
		1<<20 - 1: "",
		1 << 20:   "tracks.csv: line 2: the episode must change at most 1048576 times: sort the rows by episode",
	} {
		in, err := text("tracks.csv", content)
		if err != nil {
			t.Fatal(err)
		}
		table := &table{input: in, head: header{separator: ',', names: make([]string, 5)}, columns: map[string]int{"episode": 0, "frame": 1, "x": 3, "y": 4}}
		table.extents = make([]extent, runs)
		rows := table.rows(extent{from: int64(len(head)), to: in.size, line: 2}, nil)
		if got := errorText(table.readIndex(t.Context(), &Options{}, rows, func(float64) {})); got != want {
			t.Errorf("%d runs before: %q, want %q", runs, got, want)
		}
	}
}

// TestFramesOfTimesAreCounted holds tables without frames, whose rows are in no order,
// against what they have.
func TestFramesOfTimesAreCounted(t *testing.T) {
	t.Parallel()
	f := mustRead(t, "episode,t,x,y\n0,1.04,3,0\n0,1,1,0\n0,1.02,2,0\n")
	if all, err := allOf(f); err != nil || f.Frames() != 3 || f.Unsorted() != "line 3" || all[0].States[0][0].X != 1 || all[0].States[2][0].X != 3 {
		t.Errorf("%d frames, unsorted %s, %v, %v", f.Frames(), f.Unsorted(), all, err)
	}
	f = mustRead(t, "episode,t,x,y\n0,1.08,5,0\n1,0,0,0\n0,1.02,2,0\n1,0.02,0,0\n0,1.04,3,0\n0,1.06,4,0\n2,0,0,0\n0,1.0,1,0\n")
	if all, err := allOf(f); err != nil || f.Frames() != 5 || len(all) != 3 || len(all[0].States) != 5 || all[0].States[4][0].X != 5 {
		t.Errorf("%d frames, %v, %v", f.Frames(), all, err)
	}
	// Rows of an episode that stand apart count together, whichever of them come first.
	for _, rows := range []string{"0,1,1,0\n0,1.02,2,0\n1,0,0,0\n0,1.04,3,0\n0,1.06,4,0\n", "0,1.04,3,0\n0,1.06,4,0\n1,0,0,0\n0,1,1,0\n0,1.02,2,0\n"} {
		if f := mustRead(t, "episode,t,x,y\n"+rows); f.Frames() != 4 {
			t.Errorf("%d frames of\n%s", f.Frames(), rows)
		}
	}
	// A gap does not make memory for a million frames.
	if f := mustRead(t, head+"0,0,0,1,1\n0,1000000,0,1,1\n"); f.Frames() != 2 {
		t.Errorf("%d frames, want 2", f.Frames())
	}
}

func TestRangesOfOptions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		change func(*Options)
		want   string
	}{
		{func(o *Options) { o.FPS, o.Jitter = 1000, 0.5 }, ""},
		{func(o *Options) { o.FPS, o.Jitter = 1, 0 }, ""},
		{func(o *Options) { o.FPS = 1001 }, "fps 1001 must be from 1 to 1000"},
		{func(o *Options) { o.Jitter = 0.51 }, "jitter 0.51 must be from 0 to 0.5 of a frame"},
		{func(o *Options) { o.Jitter = -0.01 }, "jitter -0.01 must be from 0 to 0.5 of a frame"},
	} {
		options := at50()
		c.change(&options)
		if got := errorText(options.Validate()); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// TestDiscsHaveAKilogram holds the bodies without a scene against the closed form m r²/2.
func TestDiscsHaveAKilogram(t *testing.T) {
	t.Parallel()
	options := at50()
	options.Radius = 0.3
	all := tracks(t, options, head+"0,0,0,1,1\n")
	body := all[0].Scene.Bodies[0]
	if body.Mass != 1 || !scalar.EqualWithinAbs(body.Moment, 0.045, 1e-12) || len(body.Shapes) != 1 || body.Shapes[0].Radius != 0.3 ||
		body.Shapes[0].Elasticity != 1 || body.Shapes[0].Friction != 0 || body.Kind != sim.Dynamic {
		t.Errorf("%+v", body)
	}
}

func TestEpisodesAndCopiesEndWithTheirContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	f := mustRead(t, plainTable)
	if _, err := f.Episode(ctx, 0); !errors.Is(err, context.Canceled) {
		t.Errorf("episode: %v", err)
	}
	if err := f.Fault(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("fault: %v", err)
	}
	g := &File{}
	if _, err := copyPlain(ctx, "tracks.csv.gz", strings.NewReader(gzipped(plainTable)), &g.copies); !errors.Is(err, context.Canceled) {
		t.Errorf("copy: %v", err)
	}
	if err := g.Close(); err != nil {
		t.Error(err)
	}
}

func TestEdgesAreBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and the race detector sees all of it in quicker tests")
	}
	t.Parallel()
	edges := "a,b,type\n" + strings.Repeat("0,1,linear\n", sim.MaxFields)
	if _, err := tryTracks(at50(), head+"0,0,0,1,1\n0,0,1,2,1\n", edges+"0,1,none\n"); err != nil {
		t.Error(err)
	}
	_, err := tryTracks(at50(), head+"0,0,0,1,1\n0,0,1,2,1\n", edges+"0,1,linear\n")
	if err == nil || !strings.Contains(err.Error(), "an episode must have at most") {
		t.Errorf("error %v", err)
	}
}

// TestColumnsAreOfOneQuantity: one that is mapped to is not read under its own name too.
func TestColumnsAreOfOneQuantity(t *testing.T) {
	t.Parallel()
	options := at50()
	options.Columns = map[string]string{"angle": "vx", "x": "y", "y": "x"}
	all, err := tryTracks(options, "frame,x,y,vx\n0,1,2,3\n1,1,3,3.5\n")
	if err != nil {
		t.Fatal(err)
	}
	if b := all[0].States[0][0]; b.X != 2 || b.Y != 1 || b.Angle != 3 || b.VX != 0 {
		t.Errorf("state %+v", b)
	}
	options.Columns = map[string]string{"angle": "t"}
	_, err = tryTracks(options, "t,x,y\n0,1,2\n")
	if got := errorText(err); got == "" {
		t.Error("a column that is the angle is read as the time too")
	}
}

// broken is a text of which all from one byte on cannot be read.
type broken struct {
	text string
	from int64
}

var errBroken = errors.New("disk broken")

func (b broken) ReadAt(p []byte, at int64) (int, error) {
	n := 0
	if at < b.from {
		n = copy(p, b.text[at:b.from])
	}
	if n < len(p) {
		return n, errBroken
	}
	return n, nil
}

// TestBrokenDisksAreReported lets reading fail at the begin, on the way to the episodes
// and while one is read.
func TestBrokenDisksAreReported(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("slow, and other tests read as much beside each other")
	}
	long := head
	for i := range 20_000 {
		long += "0," + itoa(i) + ",0,1,1\n"
	}
	for from, want := range map[int64]string{0: "tracks.csv: disk broken", headBytes: "tracks.csv: line "} {
		in := input{name: "tracks.csv", content: broken{long, from}, size: int64(len(long))}
		err := new(File).read(t.Context(), at50(), in)
		if !errors.Is(err, errBroken) || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("from %d on: %v", from, err)
		}
	}
	f := mustRead(t, long)
	f.motion.content = broken{long, 100_000}
	if _, err := f.Episode(t.Context(), 0); !errors.Is(err, errBroken) {
		t.Errorf("episode: %v", err)
	}
	if err := f.Fault(t.Context()); !errors.Is(err, errBroken) {
		t.Errorf("fault: %v", err)
	}
	file, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	file.Close()
	if _, err := openPlain(t.Context(), "tracks.csv", file, 10, &f.copies); !errors.Is(err, os.ErrClosed) || !strings.HasPrefix(err.Error(), "tracks.csv: ") {
		t.Errorf("closed file: %v", err)
	}
	for name, f := range map[string]*File{"open": {open: []*os.File{file}}, "copies": {copies: []*os.File{file}}} {
		if err := f.Close(); !errors.Is(err, os.ErrClosed) {
			t.Errorf("%s: closed twice: %v", name, err)
		}
		if err := f.Close(); err != nil {
			t.Errorf("%s: closed again: %v", name, err)
		}
	}
	if _, err := copyPlain(t.Context(), "stdin", iotest.ErrReader(errBroken), new([]*os.File)); !errors.Is(err, errBroken) || !strings.HasPrefix(err.Error(), "stdin: ") {
		t.Errorf("a pipe: %v", err)
	}
	if _, err := Read(t.Context(), "stdin", iotest.ErrReader(errBroken), at50()); !errors.Is(err, errBroken) {
		t.Errorf("a broken pipe: %v", err)
	}
	g := &File{}
	if _, err := copyPlain(t.Context(), "stdin", io.MultiReader(strings.NewReader(long), iotest.ErrReader(errBroken)), &g.copies); !errors.Is(err, errBroken) {
		t.Errorf("a pipe that breaks: %v", err)
	}
	g.Close()
}
