package a

import (
	"fmt"
	"math"
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
