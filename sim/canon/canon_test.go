package canon

import (
	"bytes"
	"fmt"
	"io"
	"orrery/sim"
	"reflect"
	"strings"
	"testing"
)

func TestSceneRoundTripsExactly(t *testing.T) {
	scene := fullScene()
	data, err := Encode(scene)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(scene, again) {
		t.Errorf("got %+v\nwant %+v", again, scene)
	}
	if data2, _ := Encode(again); !bytes.Equal(data, data2) {
		t.Errorf("got %s\nwant %s", data2, data)
	}
}

// small is a scene as short as it gets.
const small = `{"format":1,"name":"s","fps":60,"substeps":1,"iterations":20,"slop":0.001,"gravity":[0,-9.81],"damping":1,` +
	`"bodies":[{"kind":"dynamic","mass":1,"moment":1,"start":[0,0,0,0,0,0],` +
	`"shapes":[{"kind":"circle","vertices":[[0,0]],"radius":0.1,"friction":0,"elasticity":0}]}]}`

func TestDecodeNamesThePlace(t *testing.T) {
	if _, err := Decode(strings.NewReader(small)); err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat(`[0,0],`, (&sim.Scene{}).MostEntries()["vertices"]+1)
	many := `"0":0`
	for i := range (&sim.Scene{}).MostEntries()["values"] {
		many += fmt.Sprintf(`,"%d":0`, i+1)
	}
	for _, c := range []struct{ old, new, want string }{
		{`"fps":60`, `"fsp":60`, `line 1, column 24: unknown key "fsp", perhaps "fps"`},
		{`"fps":60`, `"FPS":60`, `unknown key "FPS"`},
		{`"radius"`, "\n  \"radus\"", `line 2, column 3: bodies[0].shapes[0]: unknown key "radus", perhaps "radius"`},
		{`"fps":60,`, ``, `line 1, column 1: missing key "fps"`},
		{`"fps":60`, `"fps":60,"fps":61`, `line 1, column 33: repeated key "fps"`},
		{`"fps":60`, `"fps":60.5`, `fps: 60.5 must be a whole number`},
		{`"fps":60`, `"fps":99999999999`, `fps 99999999999 must be 1 to 1000`},
		{`"fps":60`, `"fps":99999999999999999999`, `fps: 99999999999999999999 must be a whole number`},
		{`"fps":60`, `"fps":"60"`, `line 1, column 30: fps: "60" must be a whole number`},
		{`"fps":60`, `"fps":null`, `fps: null must be a whole number`},
		{`"fps":60`, `"fps":true`, `fps: true must be a whole number`},
		{`"fps":60`, `"fps":060`, `060 must be a number such as`},
		{`"fps":60`, `"fps":+60`, `fps: +60 must be a number such as`},
		{`"fps":60`, `"fps":[]`, `fps: a list [ … ] must be a whole number`},
		{`"fps":60`, `"fps" 60`, `line 1, column 30: fps: a comma or a colon must stand before 60`},
		{`"fps":60`, `fps:60`, `fps must be a key in double quotes`},
		{`"fps":60`, `'fps':60`, `'fps' must be a key in double quotes`},
		{`"fps":60`, `60:60`, `60 must be a key in double quotes`},
		{`"fps":60`, `"fps":60,`, `, must be a key`},
		{`"fps":60`, `// comment`, `// must be a key in double quotes`},
		{`"fps":60`, `"fps":60 // comment`, `comments must not be there`},
		{`"name":"s"`, `"name":7`, `name: 7 must be a text in double quotes`},
		{`"name":"s"`, `"name":'s'`, `name: text must stand in double quotes: 's'`},
		{`"name":"s"`, `"name":"\q"`, `name: only " \ / b f n r t and u`},
		{`"name":"s"`, "\"name\":\"\xff\"", `the text must be UTF-8`},
		{`"slop":0.001`, `"slop":1e999`, `slop: number 1e999 is out of range`},
		{`"slop":0.001`, `"slop":NaN`, `line 1, column 69: slop: NaN must be a finite number`},
		{`"slop":0.001`, `"slop":nan`, `slop: nan must be a finite number`},
		{`"slop":0.001`, `"slop":-Infinity`, `slop: -Infinity must be a finite number`},
		{`"slop":0.001`, `"slop":None`, `slop: None is no word of JSON`},
		{`"slop":0.001`, `"slop":0,001`, `001 must be a key in double quotes`},
		{`[0,-9.81]`, `[0]`, `line 1, column 85: gravity: has 1 numbers, must have 2`},
		{`[0,-9.81]`, `[0,1,2]`, `gravity: more than 2 numbers`},
		{`[0,-9.81]`, `[0,null]`, `gravity[1]: null must be a number`},
		{`[0,-9.81]`, `[0,NaN]`, `gravity[1]: NaN must be a finite number`},
		{`[0,-9.81]`, `[0,1e999]`, `gravity[1]: number 1e999 is out of range`},
		{`[0,-9.81]`, `[0,-9.81,]`, `line 1, column 93: gravity: no comma must stand before ]`},
		{`[0,-9.81]`, `{"x":0}`, `gravity: an object { … } must be a list of 2 numbers`},
		{`"mass":1`, `"mass":0`, `body 0: mass 0 kg must be > 0`},
		{`"start":[0,0,0,0,0,0]`, `"start":[0,0,0]`, `bodies[0].start: has 3 numbers, must have 6`},
		{`"start":[0,0,0,0,0,0],`, ``, `bodies[0]: missing key "start"`},
		{`"friction":0,`, ``, `bodies[0].shapes[0]: missing key "friction"`},
		{`"vertices":[`, `"vertices":[` + long, `bodies[0].shapes[0].vertices: more than 64 entries`},
		{`"bodies":[`, `"bodies":[null,`, `bodies[0]: null must be an object`},
		{`"bodies":[`, `"values":{"a":"1"},"bodies":[`, `values.a: "1" must be a number`},
		{`"bodies":[`, `"values":{"a":1,"a":2},"bodies":[`, `values: repeated key "a"`},
		{`"bodies":[`, `"values":{"":1},"bodies":[`, `value "": name must not be empty`},
		{`"bodies":[`, `"values":{` + many + `},"bodies":[`, `values: more than 10000 entries`},
		{`"bodies":[`, `"regions":[{"name":"a"}],"bodies":[`, `regions[0]: missing key "kind"`},
		{`"bodies":[`, `"points":[{"name":"a","body":-1}],"bodies":[`, `points[0]: missing key "at"`},
		{`"bodies":[`, `"pairs":[{"a":"a","b":"b","friction":1}],"bodies":[`, `pairs[0]: missing key "elasticity"`},
		{`"format":1`, `"format":2`, `format 2 must be 1`},
		{`,"elasticity":0}]}]}`, ``, `bodies[0].shapes[0]: the text ends too early`},
		{`]}]}`, `]}]}{}`, `{ stands after the end`},
	} {
		text := strings.Replace(small, c.old, c.new, 1)
		if _, err := Decode(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.60s: got %v, want %s", c.new, err, c.want)
		}
	}
	for _, text := range []string{"", "null", "[]", small + "x", small + small, small[:len(small)-1], "{"} {
		if _, err := Decode(strings.NewReader(text)); err == nil {
			t.Errorf("%.20q… decodes", text)
		}
	}
}

func TestDecodeBoundsItsInput(t *testing.T) {
	if testing.Short() {
		t.Skip("slow, and in one goroutine")
	}
	_, err := Decode(strings.NewReader(small + strings.Repeat(" ", 32<<20)))
	if err == nil || !strings.Contains(err.Error(), "more than 33554432 bytes") {
		t.Error(err)
	}
	body := small[strings.Index(small, `{"kind"`) : len(small)-2]
	text := strings.Replace(small, body, body+strings.Repeat(","+body, sim.MaxBodies), 1)
	if _, err := Decode(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), "bodies: more than 10000 entries") {
		t.Error(err)
	}
}

// again reads the same text for ever.
type again struct {
	text string
	read int
}

func (a *again) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = a.text[(a.read+i)%len(a.text)]
	}
	a.read += len(p)
	return len(p), nil
}

// TestDecodeStopsAtABillionBodies, long before it has read them all.
func TestDecodeStopsAtABillionBodies(t *testing.T) {
	body := small[strings.Index(small, `{"kind"`) : len(small)-2]
	bodies := &again{text: body + ","}
	file := io.MultiReader(strings.NewReader(small[:strings.Index(small, body)]), io.LimitReader(bodies, 1e9*int64(len(bodies.text))))
	if _, err := Decode(file); err == nil || err.Error() != "scene: more than 33554432 bytes" {
		t.Error(err)
	}
	if bodies.read > 2*(32<<20) {
		t.Errorf("%d bytes read", bodies.read)
	}
}

// FuzzDecodeScene checks that what decodes also encodes, to itself.
func FuzzDecode(f *testing.F) {
	full, err := Encode(fullScene())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(full)
	f.Add([]byte(small))
	f.Add([]byte(`{"bodies":[{"shapes":[{"vertices":[[1e308,-1e308]]}]}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		scene, err := Decode(bytes.NewReader(data))
		if err != nil {
			return
		}
		once, err := Encode(scene)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Decode(bytes.NewReader(once))
		if err != nil {
			t.Fatal(err)
		}
		if twice, _ := Encode(again); !bytes.Equal(once, twice) {
			t.Fatalf("%s became %s", once, twice)
		}
	})
}
