package input

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// kindName says what a value must be, to a person who knows JSON and not Go.
func kindName(v reflect.Value) string {
	if forms, ok := reflect.New(v.Type()).Interface().(Forms); ok {
		return forms.Words()
	}
	switch {
	case isNumbers(v.Type()):
		return fmt.Sprintf("a list of %d numbers", v.NumField())
	case v.CanFloat():
		return "a number"
	case v.CanInt():
		return fmt.Sprintf("a whole number%s", bounds(v.Type().Bits(), true))
	case v.CanUint():
		return fmt.Sprintf("a whole number%s", bounds(v.Type().Bits(), false))
	}
	switch v.Kind() {
	case reflect.String:
		return "a text in double quotes"
	case reflect.Bool:
		return "true or false"
	case reflect.Array:
		return fmt.Sprintf("a list of %d, [ …, … ]", v.Len())
	case reflect.Slice:
		if _, ok := v.Interface().(orderedEntries); ok {
			return "an object { … }"
		}
		return "a list [ … ]"
	case reflect.Struct, reflect.Map:
		return "an object { … }"
	case reflect.Pointer:
		return kindName(reflect.Zero(v.Type().Elem()))
	}
	return "another value"
}

// bounds says which whole numbers can be held.
func bounds(bits int, signed bool) string {
	switch {
	case !signed && bits == 64:
		return " from 0 to 18446744073709551615"
	case !signed:
		return fmt.Sprintf(" from 0 to %d", uint64(1)<<bits-1)
	case bits < 64:
		return fmt.Sprintf(" from %d to %d", -(int64(1) << (bits - 1)), int64(1)<<(bits-1)-1)
	}
	return ""
}

// within returns the place of a key in the object at a place.
func within(place, key string) string {
	if strings.ContainsFunc(key, func(r rune) bool {
		return r != '_' && r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	}) || key == "" {
		return fmt.Sprintf("%s[%q]", place, clip(key))
	}
	return strings.TrimPrefix(place+"."+clip(key), ".")
}

// show returns a token as it stands in the text.
func show(token jsontext.Token) string {
	switch token.Kind() {
	case '"':
		return strconv.Quote(clip(token.String()))
	case '{':
		return "an object { … }"
	case '[':
		return "a list [ … ]"
	}
	return clip(token.String())
}

// clip keeps a hostile key or value from filling the terminal.
func clip(s string) string {
	if len(s) <= 40 {
		return s
	}
	n := 40
	for !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}
