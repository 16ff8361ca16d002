package film

import (
	"image"
	"math"

	"orrery/sim/render"
)

// Sizes of texts, in units. render.SmallText is the least.
const (
	bodyText  = 13
	titleText = 16
	largeText = 26
)

// places says where the parts of a picture are. The readings stand above the
// view and the plot below it, or, when that leaves more room for the view, both
// stand in a column beside it.
type places struct {
	unit   float64 // px
	column bool
	head   image.Rectangle // title, time and error
	view   image.Rectangle // the scene
	key    image.Rectangle // what the colours mean
	plot   image.Rectangle // error against time; empty without a prediction
}

// newPlaces divides a picture for a scene of the given bounds, with so many rows of the key below the view or so many
// entries in a column.
func newPlaces(width, height int, bounds render.Bounds, withPlot bool, rows, entries int) places {
	stacked, beside := stackedPlaces(width, height, withPlot, rows), columnPlaces(width, height, bounds, withPlot, entries)
	low := beside.key.Dy() < beside.px(columnKey(entries))-1 || withPlot && beside.plot.Dy() < beside.px(leastPlot)
	if !low && render.FitCamera(bounds, beside.view, 0).Scale > render.FitCamera(bounds, stacked.view, 0).Scale {
		return beside
	}
	return stacked
}

// pictureUnit returns the size of a thin line in pixels: 1 up to 480 pixels of
// the shorter side, then growing with it.
func pictureUnit(width, height int) float64 {
	return math.Sqrt(max(float64(min(width, height))/480, 1))
}

// leastPlot is the least height of a plot, in units.
const leastPlot = 76

// columnKey returns the height of a key in a column, in units.
func columnKey(entries int) float64 { return float64(entries-1)*columnPitch + rowHeight }

func stackedPlaces(width, height int, withPlot bool, rows int) places {
	l := places{unit: pictureUnit(width, height)}
	px := l.px
	left := image.Rect(0, 0, width, height).Inset(px(16))
	l.head, left = splitTop(left, px(42))
	_, left = splitTop(left, px(10))
	if withPlot {
		left, l.plot = splitBottom(left, px(min(max(0.2*float64(height)/l.unit, leastPlot), 110)))
		left, _ = splitBottom(left, px(10))
	}
	left, l.key = splitBottom(left, px(float64(rows*rowHeight)))
	l.view, _ = splitBottom(left, px(8))
	return l
}

func columnPlaces(width, height int, bounds render.Bounds, withPlot bool, entries int) places {
	l := places{unit: pictureUnit(width, height), column: true}
	px := l.px
	left := image.Rect(0, 0, width, height).Inset(px(16))
	size := bounds.Size()
	wide := min(float64(left.Dy())*size.X/max(size.Y, 1e-9), float64(left.Dx()-px(20)-px(260)))
	l.view = left
	l.view.Max.X = left.Min.X + int(wide)
	left.Min.X = l.view.Max.X + px(20)
	l.head, left = splitTop(left, px(172))
	if withPlot {
		left, l.plot = splitBottom(left, min(left.Dy()-px(max(100, columnKey(entries)+16)), left.Dx()*2/3))
	}
	l.key = left
	return l
}

// sheetPlaces says where the parts of a sheet are. Each tile has a caption on top.
type sheetPlaces struct {
	places
	tiles  []image.Rectangle
	height int // px, of the sheet
}

// newSheetPlaces arranges pictures of a scene of the given bounds in columns. The key is one row high.
func newSheetPlaces(width, count, columns int, bounds render.Bounds) sheetPlaces {
	l := sheetPlaces{places: places{unit: pictureUnit(width, width/columns)}}
	margin, gap := l.px(16), l.px(14)
	l.head = image.Rect(margin, margin, width-margin, margin+l.px(42))
	size := bounds.Size()
	w := (width - 2*margin - (columns-1)*gap) / columns
	h := l.px(24) + int(float64(w)*min(max(size.Y/max(size.X, 1e-9), 0.2), 2))
	for k := range count {
		corner := image.Pt(margin+k%columns*(w+gap), l.head.Max.Y+l.px(10)+k/columns*(h+gap))
		l.tiles = append(l.tiles, image.Rectangle{Min: corner, Max: corner.Add(image.Pt(w, h))})
	}
	below := l.tiles[count-1].Max.Y + l.px(12)
	l.key = image.Rect(margin, below, width-margin, below+l.px(rowHeight))
	l.height = l.key.Max.Y + margin
	return l
}

// setKeyRows makes room for so many rows of the key.
func (l *sheetPlaces) setKeyRows(rows int) {
	l.key.Max.Y = l.key.Min.Y + l.px(float64(rows*rowHeight))
	l.height = l.key.Max.Y + l.px(16)
}

// px returns units in whole pixels.
func (l *places) px(units float64) int { return int(math.Round(units * l.unit)) }

func splitTop(r image.Rectangle, height int) (top, left image.Rectangle) {
	top, left = r, r
	top.Max.Y, left.Min.Y = r.Min.Y+height, r.Min.Y+height
	return top, left
}

func splitBottom(r image.Rectangle, height int) (left, bottom image.Rectangle) {
	left, bottom = r, r
	left.Max.Y, bottom.Min.Y = r.Max.Y-height, r.Max.Y-height
	return left, bottom
}
