package schema

import (
	"reflect"
	"strings"
	"testing"
)

// Twin is one of two types of a name.
type Twin struct {
	X int `json:"x"`
}

// TestTwoTypesOfANameAreAnError, as one definition would stand for both; the same one twice is none.
func TestTwoTypesOfANameAreAnError(t *testing.T) {
	t.Parallel()
	type first = Twin
	type twice struct {
		A first `json:"a"`
		B first `json:"b"`
	}
	if _, err := Of(reflect.TypeFor[twice](), "pair", 1); err != nil {
		t.Error(err)
	}
	type Twin struct {
		Y string `json:"y"`
	}
	type both struct {
		A first `json:"a"`
		B Twin  `json:"b"`
	}
	if _, err := Of(reflect.TypeFor[both](), "pair", 1); err == nil || !strings.Contains(err.Error(), "two types are called Twin") {
		t.Errorf("error %v", err)
	}
}
