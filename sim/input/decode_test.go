package input

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
)

type innerJSON struct {
	Share float64 `json:"share"`
}

type vec struct{ X, Y float64 }

type sampleJSON struct {
	innerJSON
	Name    string             `json:"name"`
	Count   int                `json:"count,omitempty"`
	Seed    uint64             `json:"seed,omitempty"`
	Small   int8               `json:"small,omitempty"`
	On      bool               `json:"on,omitempty"`
	Values  map[string]float64 `json:"values,omitempty"`
	List    []string           `json:"list,omitempty"`
	Inner   *innerJSON         `json:"inner,omitempty"`
	At      vec                `json:"at,omitzero"`
	Raw     json.RawMessage    `json:"raw,omitempty"`
	Any     any                `json:"any,omitempty"`
	Skipped int                `json:"-"`
	Plain   string
	hidden  int //lint:ignore U1000 decoding must not reach it
}

func TestDecodeJSONReadsAllKinds(t *testing.T) {
	t.Parallel()
	const text = "\ufeff" + ` {"share":0.5,"name":"ä","count":30.0,"seed":18446744073709551615,"small":-128,"on":true,
		"values":{"a b":1,"c":-2e3},"list":["x","y"],"inner":{"share":1},"at":[1,2],"raw":[1, {}],"any":{"k":[null,1]},"Plain":"p"} `
	var got sampleJSON
	if err := DecodeJSON([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	want := sampleJSON{
		innerJSON: innerJSON{0.5}, Name: "ä", Count: 30, Seed: 1<<64 - 1, Small: -128, On: true,
		Values: map[string]float64{"a b": 1, "c": -2000}, List: []string{"x", "y"}, Inner: &innerJSON{1}, At: vec{1, 2},
		Raw: json.RawMessage("[1, {}]"), Any: map[string]any{"k": []any{nil, 1.0}}, Plain: "p",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
}

func TestStrictRulesNamePlaceAndRule(t *testing.T) {
	t.Parallel()
	const rest = `"share":1,"name":"n","Plain":"p"`
	for _, c := range []struct {
		text, place string
		line        int
		rule        string
	}{
		{`{` + rest + `,` + "\n" + `"cuont":1}`, "", 2, `unknown key "cuont", perhaps "count"`},
		{`{` + rest + `,"zzzzzzzz":1}`, "", 1, `unknown key "zzzzzzzz"`},
		{`{` + rest + `,"small":128}`, "small", 1, "128 must be a whole number from -128 to 127"},
		{`{` + rest + `,"small":-129}`, "small", 1, "-129 must be a whole number from -128 to 127"},
		{`{` + rest + `,"seed":-1}`, "seed", 1, "-1 must be a whole number from 0 to 18446744073709551615"},
		{`{` + rest + `,"seed":18446744073709551616}`, "seed", 1, "18446744073709551616 must be a whole number from 0 to 18446744073709551615"},
		{`{` + rest + `,"count":1e300}`, "count", 1, "1e300 must be a whole number"},
		{`{` + rest + `,"on":1}`, "on", 1, "1 must be true or false"},
		{`{` + rest + `,"values":{"a b":"x"}}`, `values["a b"]`, 1, `"x" must be a number`},
		{`{` + rest + `,"values":{"a":1,"a":1}}`, `values`, 1, `repeated key "a"`},
		{`{` + rest + `,"values":[]}`, `values`, 1, `a list [ … ] must be an object { … }`},
		{`{` + rest + `,"list":["x",7]}`, `list[1]`, 1, `7 must be a text in double quotes`},
		{`{` + rest + `,"list":null}`, `list`, 1, `null must be a list [ … ]`},
		{`{` + rest + `,"inner":{}}`, `inner`, 1, `missing key "share"`},
		{`{` + rest + `,"inner":7}`, `inner`, 1, `7 must be an object { … }`},
		{`{` + rest + `,"at":[1,null]}`, `at[1]`, 1, `null must be a number`},
		{`{` + rest + `,"raw":nul}`, `raw`, 1, `nul must be a number, a text in double quotes, true, false, null, [ or {`},
		{`{` + rest + `,"Skipped":1}`, ``, 1, `unknown key "Skipped"`},
		{`{` + rest + `,"hidden":1}`, ``, 1, `unknown key "hidden"`},
		{`{` + rest + `,"` + strings.Repeat("ä", 21) + `":1}`, ``, 1, `unknown key "ääääääääääääääääääää…"`},
		{`{` + rest + `,"` + strings.Repeat("ä", 20) + `":1}`, ``, 1, `unknown key "ääääääääääääääääääää"`},
		{`{` + rest + `,"` + strings.Repeat("ä", 50) + `":1}`, ``, 1, `unknown key "ääääääääääääääääääää…"`},
		{`{"share":1,"Plain":"p"}`, ``, 1, `missing key "name"`},
		{`{"share":1}`, ``, 1, `missing key "name"`},
		{`{}`, ``, 1, `missing key "share"`},
		{`{"name":"n"}`, ``, 1, `missing key "share"`},
		{``, ``, 1, `the text is empty`},
		{"{\n\n", ``, 3, `the text ends too early`},
		{`{` + rest + `} x`, ``, 1, `x stands after the end`},
	} {
		var got sampleJSON
		err := jsonRules{}.decode([]byte(c.text), &got)
		var at *JSONError
		if !errors.As(err, &at) || at.Place != c.place || at.Line != c.line || at.Rule != c.rule {
			t.Errorf("%s: got %v, want %s: %s in line %d", c.text, err, c.place, c.rule, c.line)
		}
	}
}

func TestDecodeJSONForgivesWhatOtherProgramsWrite(t *testing.T) {
	t.Parallel()
	got := sampleJSON{Name: "before", List: []string{"kept"}}
	text := []byte(`{"count":null,"list":null,"inner":null,"future":[1,{"share":"x"}],"seed":2}`)
	if err := DecodeJSON(text, &got); err != nil {
		t.Fatal(err)
	}
	if got.Name != "before" || len(got.List) != 1 || got.Seed != 2 {
		t.Errorf("got %+v", got)
	}
	for _, rules := range []jsonRules{{missing: true, unknown: true}, {missing: true, null: true}, {unknown: true, null: true}} {
		if err := rules.decode(text, &got); err == nil {
			t.Errorf("%+v: decodes", rules)
		}
	}
	if err := DecodeJSON([]byte(`{"future":[1,}`), &got); err == nil {
		t.Error("what is skipped need not be JSON")
	}
}

// FuzzDecodeJSON checks that nothing panics, and that what is refused as JSON is.
func FuzzDecodeJSON(f *testing.F) {
	for _, text := range []string{`{"share":1,"name":"n","Plain":"p"}`, `{"values":{"":NaN}}`, `{"at":[1,`, `[1 2]`, `{"name":"\q"}`, `{,}`, `{"any":[[}`, "\ufeff", `{"a":060}`, `{"a"`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var got sampleJSON
		err := DecodeJSON(text, &got)
		var at *JSONError
		if err != nil && (!errors.As(err, &at) || at.Line < 1 || at.Column < 1 || strings.Contains(err.Error(), "jsontext")) {
			t.Errorf("%q: %v", text, err)
		}
		if err == nil && !json.Valid([]byte(strings.TrimPrefix(string(text), "\ufeff"))) {
			t.Errorf("%q: decodes", text)
		}
	})
}

func TestPerhapsNamesWhatIsNear(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, want string }{
		{"radus", `, perhaps "radius"`}, {"Radius", `, perhaps "radius"`}, {"mas", `, perhaps "mass"`},
		{"mxyz", ""}, {"", ""}, {strings.Repeat("x", 1e6), ""},
	} {
		if got := Perhaps(c.name, []string{"mass", "radius"}); got != c.want {
			t.Errorf("%.20q: got %q, want %q", c.name, got, c.want)
		}
	}
	if got := Perhaps("x", nil); got != "" {
		t.Error(got)
	}
}

// triple is a list of which every number is three times what the text says.
type triple float64

func (t *triple) UnmarshalJSON(text []byte) error {
	var list []float64
	if err := (jsonRules{}).decode(text, &list); err != nil {
		return err
	}
	if len(list) != 1 {
		return errors.New("there must be one number")
	}
	*t = triple(3 * list[0])
	return nil
}

func TestDecodeJSONKeepsThePlacesOfTypesThatReadThemselves(t *testing.T) {
	t.Parallel()
	var got struct {
		List []triple `json:"list"`
	}
	if err := DecodeJSON([]byte(`{"list":[[2]]}`), &got); err != nil || got.List[0] != 6 {
		t.Errorf("got %v, %v", got, err)
	}
	for text, want := range map[string]string{
		`{"list":[[2], [1,2]]}`:         `line 1, column 15: list[1]: there must be one number`,
		"{\"list\":[[2], [1,\n null]]}": `line 2, column 2: list[1][1]: null must be a number`,
		`{"list":[[2], ["x"]]}`:         `line 1, column 16: list[1][0]: "x" must be a number`,
		`{"list":[[2], null]}`:          `line 1, column 15: list[1]: null must be a list [ … ]`,
	} {
		if err := (jsonRules{}).decode([]byte(text), &got); err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", text, err, want)
		}
	}
}

// TestWholeNumbersWithAPointAreExact: 30.0 is 30, up to where a float64 no longer tells
// a whole number from the next.
func TestWholeNumbersWithAPointAreExact(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{"30.0": 30, "-2e3": -2000, "9007199254740991.0": 1<<53 - 1} {
		var got int
		if err := DecodeJSON([]byte(text), &got); err != nil || got != want {
			t.Errorf("%s is read as %d, %v", text, got, err)
		}
	}
	for _, text := range []string{"30.5", "9007199254740992.0", "1e300"} {
		var got int
		if err := DecodeJSON([]byte(text), &got); err == nil {
			t.Errorf("%s is read as %d", text, got)
		}
	}
}

// TestDecodeJSONAddsToWhatIsThere: as in encoding/json, what a pointer or a map held and the
// text does not name stays.
func TestDecodeJSONAddsToWhatIsThere(t *testing.T) {
	t.Parallel()
	inner, values := &innerJSON{0.5}, map[string]float64{"kept": 1, "changed": 2}
	got := sampleJSON{Inner: inner, Values: values}
	if err := DecodeJSON([]byte(`{"inner":{},"values":{"changed":3,"new":4}}`), &got); err != nil {
		t.Fatal(err)
	}
	if got.Inner != inner || inner.Share != 0.5 {
		t.Errorf("the pointer is another, or points to %+v", got.Inner)
	}
	if want := map[string]float64{"kept": 1, "changed": 3, "new": 4}; !reflect.DeepEqual(got.Values, want) || !reflect.DeepEqual(values, want) {
		t.Errorf("the map is %v, want %v", got.Values, want)
	}
}
