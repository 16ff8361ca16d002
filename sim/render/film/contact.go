package film

import (
	"fmt"
	"image"

	"orrery/sim/render"
)

// ContactSheet returns one picture of the last states of several films, in columns, each
// under its title. It is width pixels wide, as high as it needs to be, and has the
// theme of the first film.
func ContactSheet(films []Film, columns, width int) (*render.List, error) {
	const margin, gap, caption = 16, 14, 24 // px
	if len(films) == 0 || columns < 1 {
		return nil, fmt.Errorf("contact: %d films in %d columns, must be at least one each", len(films), columns)
	}
	w := (width - 2*margin - (columns-1)*gap) / columns
	h := 2 * w / 3
	rows := (len(films) + columns - 1) / columns
	l := &render.List{Width: width, Height: 2*margin + rows*(caption+h+gap) - gap}
	if w < minTile || l.Height > maxSheet {
		return nil, fmt.Errorf("contact: %d films in %d columns are %d px wide and together %d px high, must be ≥ %d and ≤ %d px",
			len(films), columns, w, l.Height, minTile, maxSheet)
	}
	for k, film := range films {
		r, err := NewReel(film)
		if err != nil {
			return nil, err
		}
		if k == 0 {
			l.Background = film.Theme.Background
		}
		corner := image.Pt(margin+k%columns*(w+gap), margin+k/columns*(caption+h+gap))
		title := render.Point{X: float64(corner.X), Y: float64(corner.Y) + bodyText}
		l.Add(render.Text{At: title, Size: bodyText, Bold: true, Colour: film.Theme.Text, Value: film.Title})
		r.stage(l, image.Rectangle{Min: corner.Add(image.Pt(0, caption)), Max: corner.Add(image.Pt(w, caption+h))}, r.Len()-1)
	}
	return l, nil
}
