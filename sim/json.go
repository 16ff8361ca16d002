package sim

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"reflect"
	"strconv"
	"strings"
)

// maxSceneBytes is the largest scene file that is read.
const maxSceneBytes = 32 << 20

// Encode returns the scene as compact JSON. The same scene gives the same bytes,
// and DecodeScene gives the same scene back. A scene that does not validate is
// an error.
func (s *Scene) Encode() ([]byte, error) {
	if err := s.Validate(); err != nil {
		return nil, fmt.Errorf("scene: %w", err)
	}
	const perShape = 256 // bytes, more or less
	return sceneEncoder.append(make([]byte, 0, perShape*(1+len(s.Walls)+len(s.Bodies))), reflect.ValueOf(s).Elem()), nil
}

// DecodeScene reads one scene in JSON and validates it. Unknown, repeated or
// missing keys, null, lists beyond the limits of this package and anything after
// the scene are errors that name the place.
func DecodeScene(r io.Reader) (*Scene, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxSceneBytes+1))
	if err != nil {
		return nil, fmt.Errorf("scene: %w", err)
	}
	if len(data) > maxSceneBytes {
		return nil, fmt.Errorf("scene: more than %d bytes", maxSceneBytes)
	}
	var scene Scene
	if err := decodeStrict(data, &scene); err != nil {
		return nil, fmt.Errorf("scene: %w", err)
	}
	if err := scene.Validate(); err != nil {
		return nil, fmt.Errorf("scene: %w", err)
	}
	return &scene, nil
}

// MarshalJSON returns the pair [x, y].
func (v Vec) MarshalJSON() ([]byte, error) { return json.Marshal([]float64{v.X, v.Y}) }

// UnmarshalJSON reads the pair [x, y].
func (v *Vec) UnmarshalJSON(data []byte) error { return decodeArray(data, "vector", v) }

// MarshalJSON returns the array [x, y, angle, vx, vy, omega].
func (b BodyState) MarshalJSON() ([]byte, error) { return json.Marshal(b.Values()) }

// UnmarshalJSON reads the array [x, y, angle, vx, vy, omega].
func (b *BodyState) UnmarshalJSON(data []byte) error { return decodeArray(data, "state of a body", b) }

// decodeArray is decodeStrict for a value within the data of encoding/json, which
// does not say where.
func decodeArray(data []byte, name string, target any) error {
	if err := decodeStrict(data, target); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// maxEntries is how many entries the list under a key may have.
var maxEntries = map[string]int{
	"walls": MaxWalls, "bodies": MaxBodies, "joints": MaxJoints, "fields": MaxFields,
	"actuators": MaxActuators, "goals": maxGoals, "shapes": maxShapes, "vertices": maxVertices,
}

// decodeStrict fills *target from data. The struct tags are the schema: a key
// without omitempty or omitzero is required, and a struct without tags is the array of its
// numbers. encoding/json by itself forgives letter case, repetition, absence,
// null and arrays of any length.
func decodeStrict(data []byte, target any) error {
	data = bytes.TrimPrefix(data, byteOrderMark)
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if err := decodeValue(d, "", reflect.ValueOf(target).Elem()); err != nil {
		return explainJSON(data, err)
	}
	if _, err := d.Token(); err != io.EOF {
		return explainSyntax(data)
	}
	return nil
}

func decodeValue(d *json.Decoder, place string, v reflect.Value) error {
	switch v.Kind() {
	case reflect.Struct:
		if v.Type().Field(0).Tag.Get("json") == "" {
			return decodeNumbers(d, place, v)
		}
		return decodeObject(d, place, v)
	case reflect.Slice:
		return decodeList(d, place, v)
	}
	token, err := next(d)
	if err != nil {
		return err
	}
	switch token := token.(type) {
	case string:
		if v.Kind() == reflect.String {
			v.SetString(token)
			return nil
		}
	case json.Number:
		if v.Kind() == reflect.Float64 {
			return decodeFloat(token, place, v)
		}
		if i, err := strconv.ParseInt(token.String(), 10, 32); err == nil && v.Kind() == reflect.Int {
			v.SetInt(i)
			return nil
		}
	}
	return fmt.Errorf("%s%v must be %s", at(place), show(token), kindName(v.Type()))
}

func decodeObject(d *json.Decoder, place string, v reflect.Value) error {
	if err := expect(d, place, '{'); err != nil {
		return err
	}
	seen := make([]bool, v.NumField())
	for d.More() {
		token, err := next(d)
		if err != nil {
			return err
		}
		key := token.(string)
		i := fieldOf(v.Type(), key)
		if i < 0 {
			return fmt.Errorf("%sunknown key %q", at(place), clip(key))
		}
		if seen[i] {
			return fmt.Errorf("%srepeated key %q", at(place), key)
		}
		seen[i] = true
		if err := decodeValue(d, strings.TrimPrefix(place+"."+key, "."), v.Field(i)); err != nil {
			return err
		}
	}
	if err := expect(d, place, '}'); err != nil {
		return err
	}
	for i, ok := range seen {
		name, optional := fieldKey(v.Type().Field(i))
		if !ok && !optional {
			return fmt.Errorf("%smissing key %q", at(place), name)
		}
	}
	return nil
}

func decodeList(d *json.Decoder, place string, v reflect.Value) error {
	if err := expect(d, place, '['); err != nil {
		return err
	}
	most := maxEntries[place[strings.LastIndexByte(place, '.')+1:]]
	for i := 0; d.More(); i++ {
		if i == most {
			return fmt.Errorf("%smore than %d entries", at(place), most)
		}
		v.Set(reflect.Append(v, reflect.Zero(v.Type().Elem())))
		if err := decodeValue(d, fmt.Sprintf("%s[%d]", place, i), v.Index(i)); err != nil {
			return err
		}
	}
	return expect(d, place, ']')
}

func decodeNumbers(d *json.Decoder, place string, v reflect.Value) error {
	if err := expect(d, place, '['); err != nil {
		return err
	}
	for i := range v.NumField() {
		token, err := next(d)
		if err != nil {
			return err
		}
		number, ok := token.(json.Number)
		if !ok {
			return fmt.Errorf("%s%v must be number %d of %d", at(place), show(token), i+1, v.NumField())
		}
		if err := decodeFloat(number, place, v.Field(i)); err != nil {
			return err
		}
	}
	if d.More() {
		return fmt.Errorf("%smore than %d numbers", at(place), v.NumField())
	}
	return expect(d, place, ']')
}

func decodeFloat(number json.Number, place string, v reflect.Value) error {
	f, err := number.Float64()
	if err != nil || math.IsInf(f, 0) {
		return fmt.Errorf("%snumber %s is out of range", at(place), clip(number.String()))
	}
	v.SetFloat(f)
	return nil
}

// next returns the next token. Its errors are about the syntax of the whole text, which
// explainJSON places.
func next(d *json.Decoder) (json.Token, error) {
	token, err := d.Token()
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return token, err
}

func expect(d *json.Decoder, place string, want json.Delim) error {
	token, err := next(d)
	if err == nil && token != want {
		err = fmt.Errorf("%s%v must be %v", at(place), show(token), want)
	}
	return err
}

func fieldOf(t reflect.Type, key string) int {
	for i := range t.NumField() {
		if name, _ := fieldKey(t.Field(i)); name == key {
			return i
		}
	}
	return -1
}

func fieldKey(f reflect.StructField) (name string, optional bool) {
	name, rest, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name, rest == "omitempty" || rest == "omitzero"
}

func at(place string) string {
	if place == "" {
		return ""
	}
	return place + ": "
}

func show(token json.Token) string {
	switch token := token.(type) {
	case nil:
		return "null"
	case string:
		return strconv.Quote(clip(token))
	}
	return clip(fmt.Sprint(token))
}

// clip keeps a hostile key or value from filling the terminal.
func clip(s string) string {
	if len(s) > 40 {
		return s[:40] + "…"
	}
	return s
}
