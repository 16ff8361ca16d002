package input

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"orrery/sim/golden"
)

// TestHarmIsToldAsItWas: what each way of reading says of a text that is cut off anywhere or has another byte anywhere.
func TestHarmIsToldAsItWas(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("slow, and in one goroutine")
	}
	var told strings.Builder
	read := func(decode func(text []byte, v any) error) func(text []byte) string {
		return func(text []byte) string {
			var v sampleJSON
			if err := decode(text, &v); err != nil {
				return err.Error()
			}
			return fmt.Sprintf("%v %q %v %v %v %v %q %v", v.Share, v.Name, v.Count, v.On, v.Values, v.At, v.List, v.Inner != nil)
		}
	}
	const text = `{"share":0.5,"name":"ä","count":3,"on":true,"at":[1,-2e1],"list":["x"],"inner":{"share":1}}`
	fmt.Fprintf(&told, "# forgiving\n%s", golden.Harm([]byte(text), read(DecodeJSON)))
	fmt.Fprintf(&told, "# strict, of a part\n%s", golden.Harm([]byte(`{"values":{"a":1},"raw":[null]}`), read(DecodeJSONPart)))
	fmt.Fprintf(&told, "# whole\n%s", golden.Harm([]byte(`{"share":1,"name":"","Plain":"p"}`), read(func(text []byte, v any) error { return DecodeWholeJSON(text, v, nil) })))
	fmt.Fprintf(&told, "# every mistake\n%s", golden.Harm([]byte(`{"name":"a",/**/"size":[1,"b"],"pair":[1,2],"order":{"z":[1],},"list":[{}]}`), func(text []byte) string {
		var v everyJSON
		mistakes := DecodeEveryJSON(text, &v, map[string]int{"order": 2})
		out := fmt.Sprintf("%d mistakes, %q", len(mistakes), v.Name)
		for _, m := range mistakes {
			out += fmt.Sprintf("; %d:%d %s %s", m.Line, m.Column, m.Pointer(), m.Rule)
		}
		return out
	}))
	golden.Compare(t, "testdata/harm.txt", told.String())
}

// TestWordsOfMistakesStay: each thing that may stand where another must, and each bound of numbers of entries.
func TestWordsOfMistakesStay(t *testing.T) {
	t.Parallel()
	var told strings.Builder
	for _, place := range []string{"share", "name", "count", "seed", "small", "on", "values", "list", "inner", "at", "raw", "any", "Plain", "skipped", "hidden", "nam"} {
		for _, value := range []string{
			"null", "true", "True", "None", "false", "1", "-1", "1.5", "1.0", "1e2", "1e400", "300", "1e-400", "18446744073709551616", "NaN", "Infinity", ".5", "+1", "01", "1_0", "'a'", `"a"`, `"1"`, `""`, "[]", "[1]", "[1,2]", "[1,2,3]", `["a","b","c"]`, "{}", `{"a":1}`, `{"share":1}`, `{"a":1,"a":2}`, "", "/*", "#",
		} {
			text := fmt.Sprintf(`{"%s":%s}`, place, value)
			var strict, whole sampleJSON
			first, second := DecodeStrictJSON([]byte(text), &strict), DecodeWholeJSON([]byte(strings.Replace(text, "{", `{"share":0,"name":"","Plain":"",`, 1)), &whole, map[string]int{"values": 0, "list": 2})
			if first != nil || second != nil {
				fmt.Fprintf(&told, "%s: %v", text, first)
				if second != nil && (first == nil || rule(first) != rule(second)) {
					fmt.Fprintf(&told, "; whole: %s", rule(second))
				}
				told.WriteByte('\n')
			} else {
				fmt.Fprintf(&told, "%s: fine\n", text)
			}
		}
	}
	for _, c := range []struct {
		name  string
		known []string
	}{{"rad", []string{"red", "road", "ready"}}, {"Red", []string{"red"}}, {"x", []string{"y"}}, {"mixed", []string{"mixd", "mixes"}}, {"abc", nil}, {"", []string{"a"}}, {"colour", []string{"color", "cooler"}}, {"lengt", []string{"length", "width"}}} {
		near, probable := Nearest(c.name, c.known)
		fmt.Fprintf(&told, "%q of %q: %q, %q, %t, %v\n", c.name, c.known, Perhaps(c.name, c.known), near, probable, Unknown("thing", c.name, c.known))
	}
	for _, n := range []int{-1, 0, 1, 2} {
		fmt.Fprintln(&told, Count(n, "body"), Count(n, "row"), Count(n, "box"))
	}
	for _, text := range []string{"1", "-1.5", "+2", "1e3", "1E-3", ".5", "5.", "1_0", "0x1", "inf", "nan", "", " 1", "1 ", "1,5", "1e", "e1", "-", "1e400", "1e-400", "٣"} {
		v, ok := ParseNumber(text)
		fmt.Fprintf(&told, "%q is %v, %t\n", text, v, ok)
	}
	golden.Compare(t, "testdata/words.txt", told.String())
}

// rule is what a mistake says without where it is.
func rule(err error) string {
	if at := (*JSONError)(nil); errors.As(err, &at) {
		return at.Rule
	}
	return fmt.Sprint(err)
}
