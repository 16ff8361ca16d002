package render

import (
	"image"
	"slices"
	"testing"
)

// TestListsAreEqualOnlyWhenTheyDrawTheSame changes one thing after another.
func TestListsAreEqualOnlyWhenTheyDrawTheSame(t *testing.T) {
	t.Parallel()
	made := func() *List {
		return &List{Width: 30, Height: 20, Items: []Item{
			Path{Contours: [][]Point{{{X: 1, Y: 2}, {X: 3, Y: 4}}}, Stroke: Stroke{Width: 1}},
			Text{Value: "a", Size: 12},
			Clip{Part: image.Rect(0, 0, 5, 5)},
		}}
	}
	if !made().Equal(made()) {
		t.Error("two that are the same differ")
	}
	for what, change := range map[string]func(l *List){
		"width":      func(l *List) { l.Width++ },
		"height":     func(l *List) { l.Height++ },
		"background": func(l *List) { l.Background.R++ },
		"fewer":      func(l *List) { l.Items = l.Items[:2] },
		"more":       func(l *List) { l.Items = append(l.Items, Clip{}) },
		"order":      func(l *List) { slices.Reverse(l.Items) },
		"point":      func(l *List) { l.Items[0].(Path).Contours[0][1].Y += 1e-9 },
		"points":     func(l *List) { p := l.Items[0].(Path); p.Contours[0] = p.Contours[0][:1] },
		"contours":   func(l *List) { p := l.Items[0].(Path); p.Contours = nil; l.Items[0] = p },
		"open":       func(l *List) { p := l.Items[0].(Path); p.Open = true; l.Items[0] = p },
		"fill":       func(l *List) { p := l.Items[0].(Path); p.Fill.G = 9; l.Items[0] = p },
		"stroke":     func(l *List) { p := l.Items[0].(Path); p.Stroke.Dash = 2; l.Items[0] = p },
		"text":       func(l *List) { l.Items[1] = Text{Value: "b", Size: 12} },
		"clip":       func(l *List) { l.Items[2] = Clip{Part: image.Rect(0, 0, 5, 6)} },
		"kind":       func(l *List) { l.Items[0] = Clip{} },
		"kind again": func(l *List) { l.Items[1] = Path{} },
	} {
		changed := made()
		if change(changed); changed.Equal(made()) || made().Equal(changed) {
			t.Errorf("%s makes no difference", what)
		}
	}
}
