package film

import (
	"fmt"
	"image"
	"slices"
	"strconv"

	"orrery/sim/render"
	"orrery/sim/render/plot"
)

// hud draws the readings of a picture.
type hud struct {
	list   *render.List
	film   *Film
	places *places
}

// moment has the readings of one state. Empty texts are left out.
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
		h.row(part, 0, []render.Text{title, label}, []render.Text{speed, time})
		h.row(part, 23, []render.Text{model}, []render.Text{reading})
		return
	}
	time.Size, reading.Size = h.places.unit*largeText, h.places.unit*titleText
	h.row(part, 0, []render.Text{title}, nil)
	h.row(part, 26, []render.Text{label}, nil)
	h.row(part, 46, []render.Text{model}, nil)
	h.row(part, 88, []render.Text{time, speed}, nil)
	h.row(part, 124, []render.Text{reading}, nil)
}

// caption draws the readings above a picture of a sheet.
func (h *hud) caption(part image.Rectangle, m moment) {
	time := h.text(bodyText, h.film.Theme.Text, m.time)
	time.Bold = true
	h.row(part, 3, []render.Text{time}, []render.Text{h.text(bodyText, h.film.Theme.Muted, m.meanError)})
}

// text returns a text whose size is in units.
func (h *hud) text(size float64, colour render.Colour, value string) render.Text {
	return render.Text{Size: size * h.places.unit, Colour: colour, Value: value}
}

// row draws texts from both ends of a line whose top is the given units below
// that of a part. Those on the right have precedence: a text on the left that
// meets them is shortened.
func (h *hud) row(part image.Rectangle, below float64, left, right []render.Text) {
	largest := 0.0
	for _, t := range slices.Concat(left, right) {
		largest = max(largest, t.Size)
	}
	baseline := float64(part.Min.Y+h.places.px(below)) + 0.8*largest
	gap := 8 * h.places.unit
	start, end := float64(part.Min.X), float64(part.Max.X)
	for _, t := range slices.Backward(right) {
		if t = t.Fitted(end - start); t.Value != "" {
			t.Align, t.At = render.Right, render.Point{X: end, Y: baseline}
			end -= t.Width() + gap
			h.list.Add(t)
		}
	}
	for _, t := range left {
		if t = t.Fitted(end - start); t.Value != "" {
			t.At = render.Point{X: start, Y: baseline}
			start += t.Width() + gap
			h.list.Add(t)
		}
	}
}

// keyEntry explains one thing drawn by a small picture of it and a name.
type keyEntry struct {
	name   string
	sample func(at render.Point) render.Path
}

// keyEntries explains the bodies, the errors and the step of the grid in metres.
func (h *hud) keyEntries(gridStep float64) []keyEntry {
	theme, unit := h.film.Theme, h.places.unit
	body := func(fill, edge render.Colour, width float64) func(render.Point) render.Path {
		return func(at render.Point) render.Path {
			return render.Circle(at, 5.5*unit, fill, render.Stroke{Colour: edge, Width: width * unit})
		}
	}
	line := func(colour render.Colour) func(render.Point) render.Path {
		return func(at render.Point) render.Path {
			reach := 6 * unit
			return render.Polyline(render.Stroke{Colour: colour, Width: render.ErrorWidth * unit, Round: true}, render.Point{X: at.X - reach, Y: at.Y}, render.Point{X: at.X + reach, Y: at.Y})
		}
	}
	rim, looks := body(theme.True, theme.Rim, render.RimWidth), "solid"
	if h.film.Backdrop != nil {
		rim, looks = body(render.Colour{}, theme.True, render.OutlineWidth), "outlined"
	}
	entries := []keyEntry{{"true (" + looks + ")", rim}}
	if h.film.Seen != nil {
		entries = []keyEntry{{"estimated (" + looks + ")", rim}, {"measured (cross)", func(at render.Point) render.Path {
			reach := 2 * render.SightReach * unit
			cross := render.Polyline(render.Stroke{Colour: theme.Text, Width: unit}, render.Point{X: at.X - reach, Y: at.Y}, render.Point{X: at.X + reach, Y: at.Y})
			cross.Contours = append(cross.Contours, []render.Point{{X: at.X, Y: at.Y - reach}, {X: at.X, Y: at.Y + reach}})
			return cross
		}}}
	}
	if h.film.Predicted != nil {
		entries = append(entries,
			keyEntry{"predicted (outlined)", body(theme.Predicted.Fade(render.Tint), theme.Predicted, render.OutlineWidth)},
			keyEntry{"error", line(theme.Error)})
	}
	if h.film.Predicted != nil && h.film.Expected != nil {
		entries = append(entries, keyEntry{"50 and 90 % expected", func(at render.Point) render.Path {
			return render.Circle(at, 5.5*unit, theme.Predicted.Fade(render.Tint), render.Stroke{Colour: theme.Predicted, Width: unit, Dash: 3 * unit, Gap: 3 * unit})
		}})
	}
	if len(h.film.Scene.Goals) > 0 {
		entries = append(entries, keyEntry{"goal (dashed)", func(at render.Point) render.Path {
			return render.Circle(at, 5.5*unit, render.Colour{}, render.Stroke{Colour: theme.Text, Width: 1.5 * unit, Dash: 2.5 * unit, Gap: 2 * unit})
		}})
	}
	if h.film.BehindName != "" {
		entries = append(entries, keyEntry{h.film.BehindName, body(theme.Predicted.Fade(render.Tint), theme.Predicted, render.OutlineWidth)})
	}
	return append(entries, keyEntry{"grid " + plot.FormatStep(gridStep), line(theme.Muted.Fade(0.6))})
}

const (
	rowHeight   = 18 // of a row of the key, in units
	columnPitch = 21 // from one entry of the key to the next in a column, in units
)

// key draws the entries in rows or, in a column, one below the other.
func (h *hud) key(gridStep float64) {
	entries := h.keyEntries(gridStep)
	part := h.places.key
	if h.places.column {
		for i, e := range entries {
			h.entry(e, render.Point{X: float64(part.Min.X), Y: float64(part.Min.Y) + float64(i)*columnPitch*h.places.unit}, part)
		}
		return
	}
	for i, at := range h.flow(entries, part) {
		h.entry(entries[i], at, part)
	}
}

// entry draws an entry of the key from its upper left corner on, shortened where it is too wide for the part.
func (h *hud) entry(e keyEntry, corner render.Point, part image.Rectangle) {
	label := h.label(e)
	middle := render.Point{X: corner.X + 7*h.places.unit, Y: corner.Y + rowHeight/2*h.places.unit}
	label.At = render.Point{X: middle.X + 12*h.places.unit, Y: middle.Y + 0.35*label.Size}
	if label = label.Fitted(float64(part.Max.X) - label.At.X); label.Value != "" {
		h.list.Add(e.sample(middle), label)
	}
}

func (h *hud) label(e keyEntry) render.Text {
	return h.text(render.SmallText, h.film.Theme.Muted, e.name)
}

// flow returns the upper left corners of entries in rows that fill a part from its left.
func (h *hud) flow(entries []keyEntry, part image.Rectangle) []render.Point {
	unit := h.places.unit
	at := render.Point{X: float64(part.Min.X), Y: float64(part.Min.Y)}
	corners := make([]render.Point, len(entries))
	for i, e := range entries {
		label := h.label(e)
		width := 19*unit + label.Width()
		if at.X > float64(part.Min.X) && at.X+width > float64(part.Max.X) {
			at = render.Point{X: float64(part.Min.X), Y: at.Y + rowHeight*unit}
		}
		corners[i] = at
		at.X += width + 13*unit
	}
	return corners
}

// keyRows returns how many rows the key has in a part that is as wide as that.
func (h *hud) keyRows(gridStep float64, part image.Rectangle) int {
	corners := h.flow(h.keyEntries(gridStep), part)
	last := corners[len(corners)-1]
	return 1 + int((last.Y-float64(part.Min.Y))/(rowHeight*h.places.unit)+0.5)
}

func formatTime(seconds float64) string { return fmt.Sprintf("%.2f s", seconds) }
