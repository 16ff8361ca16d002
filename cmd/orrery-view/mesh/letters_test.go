package mesh

import (
	"image"
	"math"
	"strings"
	"testing"

	"orrery/sim/render"
)

// TestLettersLookLikeTheRasteriser: texts of all sizes, weights and alignments stand where a saved picture has them, as dark and in the same colour,
// among paths that are drawn with the same triangles.
func TestLettersLookLikeTheRasteriser(t *testing.T) {
	t.Parallel()
	const size = 160
	white, blue := render.Colour{R: 255, G: 255, B: 255, A: 255}, render.Colour{R: 0, G: 114, B: 178, A: 255}
	letters := NewLetters(256)
	for _, text := range []render.Text{
		{At: render.Point{X: 10.3, Y: 50.6}, Size: 13, Colour: blue, Value: "AVATAR Toys, 3 m/s²"},
		{At: render.Point{X: 80, Y: 90}, Size: 28, Bold: true, Align: render.Centre, Colour: blue.Fade(0.5), Value: "jgq← →"},
		{At: render.Point{X: 150, Y: 120}, Size: 40, Align: render.Right, Colour: blue, Value: "1.0 s"},
		{At: render.Point{X: 10, Y: 20}, Size: 12, Colour: blue, Value: ""},
		{At: render.Point{X: 10, Y: 20}, Size: 12, Colour: blue, Value: " \U0010ffff"},
	} {
		block := render.Block(image.Rect(0, 130, 20, 140), 0, blue)
		list := render.List{Width: size, Height: size, Background: white, Items: []render.Item{block, text, block}}
		want := list.Image()
		var m Mesh
		m.Add(&block)
		if !m.AddText(&text, letters) {
			t.Fatalf("%q: no room", text.Value)
		}
		m.Add(&block)
		got := paint(&m, size, white, letters)
		ink, sum := 0.0, 0.0
		for i := range want.Pix {
			ink, sum = ink+255-float64(want.Pix[i]), sum+math.Abs(float64(want.Pix[i])-float64(got.Pix[i]))
		}
		if share := sum / ink; !(share <= 0.06) { // an eighth of a pixel aside
			t.Errorf("%q: %.1f %% of its ink differs", text.Value, 100*share)
		}
	}
}

// TestLettersThatFindNoRoomAreAskedForAgain: a full picture takes nothing, an emptied one what fits, and what is too large is left out. What has changed is told.
func TestLettersThatFindNoRoomAreAskedForAgain(t *testing.T) {
	t.Parallel()
	letters := NewLetters(64)
	if letters.Rows != [2]int{0, 64} {
		t.Errorf("of a new picture rows %v are told", letters.Rows)
	}
	letters.Taken()
	var m Mesh
	few := render.Text{Size: 12, Colour: render.Colour{A: 255}, Value: "ab"}
	if !m.AddText(&few, letters) || len(m.Indices) != 12 {
		t.Fatalf("%d indices", len(m.Indices))
	}
	if rows := letters.Rows; rows[0] != 0 || !(rows[1] > 4 && rows[1] < 20) {
		t.Errorf("rows %v have changed", rows)
	}
	letters.Taken()
	if m.AddText(&few, letters); letters.Rows[0] < letters.Rows[1] {
		t.Errorf("for letters that are there rows %v have changed", letters.Rows)
	}
	many := few
	many.Value = strings.Repeat("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 3)
	before := len(m.Vertices)
	if m.AddText(&many, letters) || len(m.Vertices) != before || len(m.Indices) != 24 {
		t.Errorf("a full picture takes letters: %d vertices after %d", len(m.Vertices), before)
	}
	letters.Clear()
	if !m.AddText(&many, letters) || len(m.Vertices) == before {
		t.Error("an empty one takes none")
	}
	for _, place := range letters.places {
		if !place.part.In(letters.Picture.Rect) || place.part.Overlaps(image.Rect(0, 0, 3, 3)) {
			t.Errorf("a letter stands at %v", place.part)
		}
		for _, other := range letters.places {
			if place != other && place.part.Overlaps(other.part) {
				t.Errorf("letters stand at %v and %v", place.part, other.part)
			}
		}
	}
	letters.Clear()
	m.Reset()
	huge := render.Text{Size: 300, Colour: few.Colour, Value: "W"}
	if !m.AddText(&huge, letters) || len(m.Vertices) != 0 {
		t.Errorf("a letter larger than the picture: %d vertices", len(m.Vertices))
	}
	wild := render.Text{At: render.Point{X: math.NaN()}, Size: 12, Colour: few.Colour, Value: "a"}
	if !m.AddText(&wild, letters) || len(m.Vertices) != 0 {
		t.Errorf("a text nowhere: %d vertices", len(m.Vertices))
	}
	letters.Clear()
	for k := range maxFaces + 1 {
		few.Size = 1 + float64(k)/100
		if ok := m.AddText(&few, letters); ok != (k < maxFaces) {
			t.Fatalf("face %d: %v", k, ok)
		}
	}
}
