package render

import (
	"fmt"
	"image"
	"slices"
	"strconv"
)

// hud draws the readings of a picture.
type hud struct {
	list   *List
	film   *Film
	places *places
}

// moment is what the readings say of one state. Empty texts are left out.
type moment struct{ time, meanError string }

// head draws what the film is and which moment of it the picture shows.
func (h *hud) head(m moment) {
	title := h.text(titleText, h.film.Theme.Text, h.film.Title)
	title.Bold = true
	label := h.text(bodyText, h.film.Theme.Muted, h.film.Label)
	model := h.text(bodyText, h.film.Theme.Muted, h.film.Model)
	time := h.text(titleText, h.film.Theme.Text, m.time)
	time.Bold = true
	speed := h.text(bodyText, h.film.Theme.Muted, "")
	if m.time != "" && h.film.Speed != 1 {
		speed.Value = strconv.FormatFloat(h.film.Speed, 'g', 3, 64) + "×"
	}
	reading := h.text(bodyText, h.film.Theme.Text, "")
	if m.meanError != "" {
		reading.Value = "mean error " + m.meanError
	}
	part := h.places.head
	if !h.places.column {
		h.row(part, 0, []Text{title, label}, []Text{speed, time})
		h.row(part, 23, []Text{model}, []Text{reading})
		return
	}
	time.Size, reading.Size = h.places.unit*largeText, h.places.unit*titleText
	h.row(part, 0, []Text{title}, nil)
	h.row(part, 26, []Text{label}, nil)
	h.row(part, 46, []Text{model}, nil)
	h.row(part, 88, []Text{time, speed}, nil)
	h.row(part, 124, []Text{reading}, nil)
}

// caption draws the readings above a picture of a sheet.
func (h *hud) caption(part image.Rectangle, m moment) {
	time := h.text(bodyText, h.film.Theme.Text, m.time)
	time.Bold = true
	h.row(part, 3, []Text{time}, []Text{h.text(bodyText, h.film.Theme.Muted, m.meanError)})
}

// text returns a text whose size is in units.
func (h *hud) text(size float64, colour Colour, value string) Text {
	return Text{Size: size * h.places.unit, Colour: colour, Value: value}
}

// row draws texts from both ends of a line whose top is the given units below
// that of a part. Those on the right have precedence: a text on the left that
// meets them is shortened.
func (h *hud) row(part image.Rectangle, below float64, left, right []Text) {
	largest := 0.0
	for _, t := range slices.Concat(left, right) {
		largest = max(largest, t.Size)
	}
	baseline := float64(part.Min.Y+h.places.px(below)) + 0.8*largest
	gap := 8 * h.places.unit
	start, end := float64(part.Min.X), float64(part.Max.X)
	for _, t := range slices.Backward(right) {
		if t = t.Fitted(end - start); t.Value != "" {
			t.Align, t.At = Right, Point{end, baseline}
			end -= t.Width() + gap
			h.list.Add(t)
		}
	}
	for _, t := range left {
		if t = t.Fitted(end - start); t.Value != "" {
			t.At = Point{start, baseline}
			start += t.Width() + gap
			h.list.Add(t)
		}
	}
}

// keyEntry explains one thing drawn by a small picture of it and a name.
type keyEntry struct {
	name   string
	sample func(at Point) Path
}

// keyEntries explains the bodies, the errors and the step of the grid in metres.
func (h *hud) keyEntries(gridStep float64) []keyEntry {
	theme, unit := h.film.Theme, h.places.unit
	body := func(fill, edge Colour, width float64) func(Point) Path {
		return func(at Point) Path { return Circle(at, 5.5*unit, fill, Stroke{Colour: edge, Width: width * unit}) }
	}
	line := func(colour Colour) func(Point) Path {
		return func(at Point) Path {
			reach := Point{6 * unit, 0}
			return Polyline(Stroke{Colour: colour, Width: errorWidth * unit, Round: true}, at.sub(reach), at.add(reach))
		}
	}
	entries := []keyEntry{{"true (solid)", body(theme.True, theme.Rim, rimWidth)}}
	if h.film.Predicted != nil {
		entries = append(entries,
			keyEntry{"predicted (outlined)", body(theme.Predicted.Fade(tint), theme.Predicted, outlineWidth)},
			keyEntry{"error", line(theme.Error)})
	}
	if len(h.film.Scene.Goals) > 0 {
		entries = append(entries, keyEntry{"goal (dashed)", func(at Point) Path {
			return Circle(at, 5.5*unit, Colour{}, Stroke{Colour: theme.Text, Width: 1.5 * unit, Dash: 2.5 * unit, Gap: 2 * unit})
		}})
	}
	if h.film.OverlayName != "" {
		entries = append(entries, keyEntry{h.film.OverlayName, body(theme.Predicted.Fade(tint), theme.Predicted, outlineWidth)})
	}
	length := lengthUnit(gridStep)
	grid := "grid " + length.number(gridStep, gridStep) + " " + length.name
	return append(entries, keyEntry{grid, line(theme.Muted.Fade(0.6))})
}

// key draws the entries in a row or a column, as many as there is room for.
func (h *hud) key(gridStep float64) {
	unit, part := h.places.unit, h.places.key
	at := Point{float64(part.Min.X) + 7*unit, float64(part.Min.Y) + 9*unit}
	for _, e := range h.keyEntries(gridStep) {
		label := h.text(smallText, h.film.Theme.Muted, e.name)
		label.At = at.add(Point{12 * unit, 0.35 * label.Size})
		end := Point{label.At.X + label.Width(), at.Y + 9*unit}
		if end.X > float64(part.Max.X) || end.Y > float64(part.Max.Y)+1 {
			break
		}
		h.list.Add(e.sample(at), label)
		if h.places.column {
			at.Y += 21 * unit
		} else {
			at.X = end.X + 20*unit
		}
	}
}

func formatTime(seconds float64) string { return fmt.Sprintf("%.2f s", seconds) }
