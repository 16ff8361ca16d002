package sim

import (
	"encoding/json"
	"testing"
)

func TestVecAndBodyStateAreArrays(t *testing.T) {
	var got struct {
		V Vec
		B BodyState
	}
	const text = `{"V":[1,-0],"B":[1,2,3,4,5,6e-7]}`
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	if data, _ := json.Marshal(got); string(data) != text {
		t.Errorf("got %s", data)
	}
}

func TestOtherThanTheirNumbersIsNoVecAndNoBodyState(t *testing.T) {
	for _, text := range []string{"[1]", "[1,2,3]", "[1,null]", "{}", "null", "7", `["1",2]`} {
		v := Vec{X: 5, Y: 6}
		if err := v.UnmarshalJSON([]byte(text)); err == nil {
			t.Errorf("%s becomes %v", text, v)
		}
		var b BodyState
		if err := b.UnmarshalJSON([]byte(text)); err == nil {
			t.Errorf("%s becomes %v", text, b)
		}
	}
}
