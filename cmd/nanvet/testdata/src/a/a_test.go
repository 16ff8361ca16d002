package a

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

func TestFound(t *testing.T) {
	got, want, worst := 1.0, 1.0, 0.0
	if math.Abs(got-want) > 1e-9 { // want `write !scalar.EqualWithinAbs\(got, want, 1e-9\)`
		t.Error("too far off")
	}
	if got <= 0 || float32(got) > 2 { // want `write !\(got > 0\)` `write !\(float32\(got\) <= 2\)`
		t.Fatalf("%g is out of range", got)
	}
	if len(t.Name()) > 100 && (got < want) { // want `write !\(got >= want\)`
		t.Log("both")
		t.Fail()
	}
	if got > worst { // want `use max or min`
		worst = got
	}
	at := 0
	if worst < got { // want `use max or min`
		worst, at = got, 1
	}
	_ = at
}

func TestLeftAlone(t *testing.T) {
	got, want, worst := 1.0, 1.0, 0.0
	if !(math.Abs(got-want) <= 1e-9) {
		t.Error("too far off")
	}
	if math.IsNaN(got) || got > 2 {
		t.Error("out of range")
	}
	if got != want {
		t.Error("differs")
	}
	if len(t.Name()) > 100 {
		t.Error("no floating-point numbers")
	}
	if got > 2 {
		t.Log("does not fail")
	}
	worst = max(worst, got)
	_ = worst
}

func TestFoundInOtherForms(t *testing.T) {
	got := math.Sqrt(float64(len(t.Name())))
	switch {
	case len(t.Name()) == 0:
		t.Log("no numbers")
	case got > 1e9: // want `write !\(got <= 1e9\)`
		t.Error("too far off")
	}
	bad := got < 0.5 // want `write !\(got >= 0.5\)`
	if bad {
		t.Error("too little")
	}
	if err := near(got); err != nil {
		t.Error(err)
	}
	switch got {
	case 1:
		t.Error("is no comparison")
	}
}

func near(got float64) error {
	if got > 7 { // want `write !\(got <= 7\)`
		return fmt.Errorf("%v is too far", got)
	}
	if got < -7 { // want `write !\(got >= -7\)`
		panic("too far")
	}
	if got > 3 {
		return nil
	}
	return nil
}

type weak float64

func (w weak) Step(force float64) error {
	if force > float64(w) {
		panic("a model that breaks down")
	}
	return nil
}

func TestFoundWhereOthersFail(t *testing.T) {
	list := []float64{1, 2, 3}
	off, few, bad, good := 0, 0, false, true
	fail := func(v float64) { t.Errorf("%v is wrong", v) }
	for _, v := range list {
		if v > 3 { // want `write !\(v <= 3\)`
			off++
		}
		if v < 3 {
			few++
		}
		bad = bad || v > 4 // want `write !\(v <= 4\)`
		if v > 5 {         // want `write !\(v <= 5\)`
			good = false
		}
		if v > 6 { // want `write !\(v <= 6\)`
			fail(v)
		}
	}
	if off > 1 || few < 1 || bad || !good {
		t.Errorf("%d are wrong", off)
	}
	if slices.ContainsFunc(list, func(v float64) bool { return v > 7 }) { // want `write !\(v <= 7\)`
		t.Error("one is wrong")
	}
	if !slices.ContainsFunc(list, func(v float64) bool { return v > 2 }) {
		t.Error("none is large")
	}
	if !inside(1) || outside(1) || !close(1) {
		t.Error("lies beside")
	}
}

func inside(v float64) bool {
	if v > 8 { // want `write !\(v <= 8\)`
		return false
	}
	return true
}

func outside(v float64) bool {
	if v < -9 { // want `write !\(v >= -9\)`
		return true
	}
	return v > 9 // want `write !\(v <= 9\)`
}

func close(v float64) bool { return v < 10 }
