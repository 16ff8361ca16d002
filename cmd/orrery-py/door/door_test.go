package door

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// done returns the answer of a call, which is awaited.
func done(t *testing.T, j *Job) map[string]any {
	t.Helper()
	for !j.Wait(time.Hour) {
	}
	var a map[string]any
	if err := json.Unmarshal(j.Answer().Text, &a); err != nil {
		t.Fatalf("%s: %v", j.Answer().Text, err)
	}
	return a
}

var doubling = Methods{"double": func(_ context.Context, c *Call) (any, error) {
	x, err := c.Floats("x", -1)
	if err != nil {
		return nil, err
	}
	twice, err := c.NewFloats("twice", len(x))
	for i, v := range x {
		twice[i] = 2 * v
	}
	return len(x), err
}}

func TestCallsAnswerWithJSONAndArrays(t *testing.T) {
	t.Parallel()
	claimed := 0
	c := &Call{
		Method: "double", Request: []byte("{}"), Arrays: []Array{{"x", []int{3}, []float64{1, 2, 3}}},
		Allocate: func(kind any, n int) any {
			claimed += n
			if _, ok := kind.([]float64); !ok {
				t.Errorf("%T is claimed", kind)
			}
			return make([]float64, n)
		},
	}
	job := doubling.Start(c)
	if a := done(t, job); a["answer"] != 3.0 {
		t.Errorf("answer %v", a)
	}
	arrays := job.Answer().Arrays
	if len(arrays) != 1 || arrays[0].Name != "twice" || !slices.Equal(arrays[0].Shape, []int{3}) || !slices.Equal(arrays[0].Values.([]float64), []float64{2, 4, 6}) || claimed != 3 {
		t.Errorf("arrays %v, %d claimed", arrays, claimed)
	}
}

func TestMistakesInArraysNameThem(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		array Array
		words string
	}{
		{Array{"y", []int{1}, []float64{1}}, "x must be given"},
		{Array{"x", []int{1, 2}, []float64{1, 2}}, "x has the shape (1, 2), must have (any,)"},
		{Array{"x", nil, []float64{1}}, "x has the shape (), must have (any,)"},
		{Array{"x", []int{2}, []int64{1, 2}}, "x must have numbers of another type than []int64"},
		{Array{"x", []int{2}, []float64{1, math.NaN()}}, "x[1]: NaN must be finite"},
		{Array{"x", []int{2}, []float64{math.Inf(-1), 1}}, "x[0]: -Inf must be finite"},
	} {
		a := done(t, doubling.Start(&Call{Method: "double", Arrays: []Array{test.array}}))
		if a["error"] != test.words || a["fault"] != string(Mistake) {
			t.Errorf("%v: %v, want %s", test.array, a, test.words)
		}
	}
}

func TestPlacesOfNumbersAreThoseOfRows(t *testing.T) {
	t.Parallel()
	values := make([]float64, 24)
	values[23-5] = math.NaN()
	c := &Call{Arrays: []Array{{"s", []int{2, 3, 4}, values}, {"w", []int{2}, []int64{1, 2}}, {"b", []int{1}, []uint8{1}}}}
	if _, err := c.Floats("s", 2, -1, 4); err == nil || !strings.HasPrefix(err.Error(), "s[1, 1, 2]: NaN") {
		t.Errorf("error %v", err)
	}
	if w, err := c.Wholes("w", 2); err != nil || w[1] != 2 {
		t.Errorf("%v, %v", w, err)
	}
	if b, err := c.Bytes("b", -1); err != nil || b[0] != 1 {
		t.Errorf("%v, %v", b, err)
	}
	if !c.Has("s") || c.Has("t") || c.Shape("t") != nil || c.Shape("s")[2] != 4 {
		t.Error("what is given is not known")
	}
}

func TestAnswersAreNotTooLarge(t *testing.T) {
	t.Parallel()
	c := &Call{Allocate: func(any, int) any { return []float64(nil) }}
	for _, shape := range [][]int{{most + 1}, {1 << 20, 1 << 20}, {1 << 62, 4}, {-1}, {math.MaxInt, math.MaxInt}} {
		if _, err := c.NewFloats("x", shape...); err == nil || FaultOf(err) != Mistake {
			t.Errorf("%v: %v", shape, err)
		}
	}
	if _, err := c.NewFloats("x", 3); err == nil || FaultOf(err) != Failure || !strings.Contains(err.Error(), "no memory") {
		t.Errorf("without memory: %v", err)
	}
	if v, err := c.NewFloats("x", 0, most, most); err != nil || v == nil || len(v) != 0 {
		t.Errorf("nothing: %v, %v", v, err)
	}
	whole, err := (&Call{}).NewWholes("n", 2)
	if err != nil || len(whole) != 2 {
		t.Errorf("%v, %v", whole, err)
	}
	flags, err := (&Call{}).NewBytes("n", 2)
	if err != nil || len(flags) != 2 {
		t.Errorf("%v, %v", flags, err)
	}
}

func TestJobsNeverPanic(t *testing.T) {
	t.Parallel()
	methods := Methods{
		"panic": func(context.Context, *Call) (any, error) { panic("ouch") },
		"nil":   func(context.Context, *Call) (any, error) { return nil, nil },
		"nan":   func(context.Context, *Call) (any, error) { return math.NaN(), nil },
	}
	for method, words := range map[string]string{"panic": "internal error in panic: ouch", "nan": "answer of nan", "nil ": "unknown method"} {
		a := done(t, methods.Start(&Call{Method: method}))
		if text, _ := a["error"].(string); !strings.HasPrefix(text, words) {
			t.Errorf("%s: %v", method, a)
		}
	}
	if a := done(t, methods.Start(&Call{Method: "nil"})); a["answer"] != nil || len(a) != 1 {
		t.Errorf("nil: %v", a)
	}
	if a := done(t, methods.Start(&Call{Method: "pani"})); a["fault"] != string(Mistake) || !strings.Contains(a["error"].(string), "panic") {
		t.Errorf("a name that is nearly right: %v", a)
	}
}

func TestRequestsAreRead(t *testing.T) {
	t.Parallel()
	type request struct {
		Seed uint64 `json:"seed"`
	}
	if q, err := Read[request](&Call{Request: []byte(`{"seed": 18446744073709551615}`)}); err != nil || q.Seed != math.MaxUint64 {
		t.Errorf("%v, %v", q, err)
	}
	for _, text := range []string{`{"sed": 1}`, `{"seed": -1}`, `{`, ``, `{"seed": 1.5}`} {
		if _, err := Read[request](&Call{Request: []byte(text)}); err == nil || FaultOf(err) != Mistake {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestJobsAreCancelledAndTellHowFarTheyAre(t *testing.T) {
	t.Parallel()
	begun := make(chan struct{})
	job := Methods{"long": func(ctx context.Context, c *Call) (any, error) {
		c.Tell([]int{1, 2})
		c.Tell([]int{2, 2})
		close(begun)
		<-ctx.Done()
		return nil, fmt.Errorf("interrupted: %w", ctx.Err())
	}}.Start(&Call{Method: "long"})
	<-begun
	if job.Wait(0) {
		t.Error("done before its end")
	}
	if text := string(job.Progress()); text != "[2,2]" {
		t.Errorf("told %s, want what was told last", text)
	}
	if text := job.Progress(); text != nil {
		t.Errorf("told %s again", text)
	}
	job.Cancel()
	if a := done(t, job); a["fault"] != string(Interrupted) {
		t.Errorf("%v", a)
	}
	(&Call{}).Tell(1) // nobody waits
}

func TestFaultsSayWhoseDoingItIs(t *testing.T) {
	t.Parallel()
	_, missing := os.Open(t.TempDir() + "/nothing")
	for _, test := range []struct {
		err  error
		want Fault
	}{
		{errors.New("x"), Failure}, {Mistaken(errors.New("x")), Mistake}, {fmt.Errorf("y: %w", Mistaken(errors.New("x"))), Mistake},
		{missing, Missing}, {Mistaken(missing), Missing}, {fs.ErrExist, Exists}, {fs.ErrPermission, Denied},
		{Blame(errors.New("x"), Exists), Exists}, {Blame(Mistaken(errors.New("x")), Exists), Mistake},
		{Mistaken(context.Canceled), Interrupted}, {context.Canceled, Interrupted},
	} {
		if got := FaultOf(test.err); got != test.want {
			t.Errorf("%v: %s, want %s", test.err, got, test.want)
		}
	}
	if Mistaken(nil) != nil {
		t.Error("no error is a mistake")
	}
	if got := Words(fmt.Errorf("y: %w", &fs.PathError{Op: "open", Path: "a/b", Err: fs.ErrNotExist})); got != "y: a/b: file does not exist" {
		t.Errorf("words %q", got)
	}
	if got := index(7, []int{2, 2, 3}); got != "[1, 0, 1]" {
		t.Errorf("index %s", got)
	}
	if got := Words(errors.New("engine: no frames")); got != "no frames" {
		t.Errorf("words %q", got)
	}
}

func TestMethodsHaveOneNameEach(t *testing.T) {
	t.Parallel()
	if got := len(Join(doubling, Methods{"other": doubling["double"]})); got != 2 {
		t.Errorf("%d methods", got)
	}
	defer func() {
		if recover() == nil {
			t.Error("two of a name")
		}
	}()
	Join(doubling, doubling)
}

// held counts how often it is let go.
type held struct{ gone int }

func (h *held) LetGo() { h.gone++ }

func TestShelvesKeepThingsUntilTheyAreDropped(t *testing.T) {
	t.Parallel()
	var s Shelf
	it := &held{}
	number := s.Put(it)
	if other := s.Put("text"); other == number || s.Len() != 2 {
		t.Errorf("%d and %d of %d", number, other, s.Len())
	}
	if err := Use(&s, number, func(h *held) error {
		if h != it {
			t.Error("another thing")
		}
		return errors.New("mine")
	}); err == nil || err.Error() != "mine" {
		t.Errorf("error %v", err)
	}
	if err := Use(&s, number, func(string) error { return nil }); FaultOf(err) != Mistake {
		t.Errorf("a thing of another kind: %v", err)
	}
	s.Drop(number)
	s.Drop(number)
	s.Drop(-3)
	for _, n := range []int64{number, 0, -1, 99} {
		if err := Use(&s, n, func(*held) error { return nil }); err == nil || err.Error() != "it is closed" {
			t.Errorf("%d: %v", n, err)
		}
	}
	s.things[7] = &thing{gone: true} // as whoever waited for it finds it
	if err := Use(&s, 7, func(*held) error { return nil }); err == nil || err.Error() != "it is closed" {
		t.Errorf("what was closed meanwhile: %v", err)
	}
	delete(s.things, 7)
	if it.gone != 1 || s.Len() != 1 {
		t.Errorf("let go %d times, %d left", it.gone, s.Len())
	}
}

// TestThingsAreUsedByOneAtATime lets many use a thing without a lock of its own; the race detector sees what goes wrong.
func TestThingsAreUsedByOneAtATime(t *testing.T) {
	t.Parallel()
	var s Shelf
	count := 0
	number := s.Put(&count)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 100 {
				_ = Use(&s, number, func(n *int) error { *n++; return nil })
			}
		})
	}
	group.Wait()
	if count != 800 {
		t.Errorf("used %d times", count)
	}
	inside, waiting := make(chan struct{}), make(chan struct{})
	go func() {
		_ = Use(&s, number, func(*int) error {
			close(inside)
			<-waiting
			return nil
		})
	}()
	<-inside
	dropped := make(chan struct{})
	go func() {
		s.Drop(number)
		close(dropped)
	}()
	for s.Len() > 0 {
		time.Sleep(time.Millisecond)
	}
	select {
	case <-dropped:
		t.Error("dropped while it was used")
	default:
	}
	close(waiting)
	<-dropped
}
