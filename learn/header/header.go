// Package header reads the JSON texts in the learner's files: the header of a file of
// weights, the settings and the position of a checkpoint, the lines of a log. It uses
// encoding/json and rewrites the errors for users. An error names the place and the rule,
// and no Go type:
//
//	byte 17: 'N' must not stand here
//	learning_rate: a text must be a number
package header

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
)

// Decode reads the one JSON value of a text into *v, which must be a pointer that
// encoding/json can fill. Keys that v does not have are skipped; keys that are missing
// leave their part of v as it is. The error gives the byte, counted from 1, or the keys
// that lead to the wrong value.
func Decode(text []byte, v any) error {
	err := json.Unmarshal(text, v)
	if errors.As(err, new(*json.SyntaxError)) {
		return syntax(text)
	}
	if wrong := (*json.UnmarshalTypeError)(nil); errors.As(err, &wrong) {
		rule := fmt.Sprintf("%s must be %s", valueName(wrong.Value), typeName(wrong.Type))
		if reflect.Zero(wrong.Type).CanFloat() && strings.HasPrefix(wrong.Value, "number ") {
			rule = wrong.Value + " is out of range"
		}
		if wrong.Field == "" {
			return errors.New(rule)
		}
		return fmt.Errorf("%s: %s", wrong.Field, rule)
	}
	return err
}

// syntax says where a text that is no JSON goes wrong.
func syntax(text []byte) error {
	// No JSON goes on with a zero byte, so the first wrong byte is that one where the
	// text itself is right as far as it goes.
	var probe any
	var broken *json.SyntaxError
	if !errors.As(json.Unmarshal(append(bytes.Clone(text), 0), &probe), &broken) || int(broken.Offset) > len(text) {
		return fmt.Errorf("byte %d: the text ends too early", len(text)+1)
	}
	return fmt.Errorf("byte %d: %q must not stand here", broken.Offset, text[broken.Offset-1])
}

// valueName says what stands in the text. Encoding/json calls it string, number 2.5 and
// the like.
func valueName(value string) string {
	switch value {
	case "string":
		return "a text"
	case "array":
		return "a list"
	case "object":
		return "an object"
	case "bool":
		return "true or false"
	case "number":
		return "a number"
	}
	return value
}

// typeName says what must stand there instead.
func typeName(t reflect.Type) string {
	switch zero := reflect.Zero(t); {
	case zero.CanFloat():
		return "a number"
	case zero.CanInt():
		return "a whole number"
	case zero.CanUint():
		return "a whole number ≥ 0"
	}
	switch t.Kind() {
	case reflect.String:
		return "a text in double quotes"
	case reflect.Bool:
		return "true or false"
	case reflect.Slice, reflect.Array:
		return "a list [ … ]"
	}
	return "an object { … }"
}
