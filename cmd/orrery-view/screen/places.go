package screen

import (
	"image"
	"math"
)

// unitOf returns the size in pixels of a unit: that of the system, and more in a
// window that is larger than usual.
func unitOf(width, height int, scale float64) float64 {
	if !(scale >= 0.5 && scale <= 8) {
		scale = 1
	}
	return scale * min(max(math.Sqrt(float64(min(width, height))/scale/800), 1), 2.5)
}

// Widths in units.
const (
	margin     = 12
	panelWidth = 268
	widePlot   = 760 // from which there is room for two plots
	roomyWidth = 860 // from which a window begins with its panel
	minStage   = 160 // that must remain beside the panel
	lowPanel   = 320 // the height of a panel below the stage
	roomyBar   = 280 // from which the bar has room for the speed
	headRow    = 28  // the height of what is above the readings
)

// Heights in units from which there is room for what says more than the stage does.
const (
	highReadings = 280
	highFoot     = 200
)

// stripHigh is the height in units of what says how surprising frames are.
const stripHigh = 12

// places says where the parts of the picture are.
type places struct {
	head, tools, stage, foot, plot, bar, strip, panel image.Rectangle
}

// headHigh returns how high what stands above the readings is, in units.
func (s *Screen) headHigh() float64 {
	if s.forFingers() {
		return fingerSize
	}
	return headRow
}

// arrange divides the picture. Nothing overlaps; what finds no room is empty.
func (s *Screen) arrange() places {
	var l places
	rest := image.Rect(0, 0, s.width, s.height)
	if s.Look.Panel && rest.Dx() > s.px(panelWidth+minStage) {
		l.panel = rest
		l.panel.Min.X = rest.Max.X - s.px(panelWidth)
		rest.Max.X = l.panel.Min.X
	} else if s.Look.Panel && rest.Dy() > s.px(minStage+300) { // there is more room below
		l.panel = rest
		l.panel.Min.Y = rest.Max.Y - min(s.px(lowPanel), 2*rest.Dy()/5)
		rest.Max.Y = l.panel.Min.Y
	}
	rest = rest.Inset(s.px(margin))
	cut := func(height float64, bottom bool) image.Rectangle {
		part := rest
		if bottom {
			part.Min.Y = max(rest.Max.Y-s.px(height), rest.Min.Y)
			rest.Max.Y = max(part.Min.Y-s.px(8), rest.Min.Y)
		} else {
			part.Max.Y = min(rest.Min.Y+s.px(height), rest.Max.Y)
			rest.Min.Y = min(part.Max.Y+s.px(8), rest.Max.Y)
		}
		return part
	}
	if s.Editing() {
		l.head = cut(s.headHigh(), false)
		l.tools = rest
		l.tools.Max.Y = rest.Min.Y + s.toolRows(rest.Dx())
		rest.Min.Y = min(l.tools.Max.Y+s.px(8), rest.Max.Y)
		l.bar = cut(max(s.toolSide(), 30), true)
		if float64(s.height) >= 300*s.unit {
			foot := 20.0
			if float64(s.width) < 600*s.unit {
				foot = 2 * hintRow // hints need two lines
			}
			l.foot = cut(foot, true)
		}
		l.stage = rest
		return l
	}
	high := float64(s.height) / s.unit
	head := s.headHigh()
	if s.Look.Readings && high >= highReadings {
		head += 36
	}
	l.head = cut(head, false)
	if s.Session.Surprise() != nil && high >= highFoot {
		l.strip = cut(stripHigh, true)
	}
	bar := 30.0
	if s.forFingers() {
		bar = fingerSize
	}
	l.bar = cut(bar, true)
	if s.Look.Errors && !s.Session.Planning() && s.Session.Demonstration().Phase == 0 && float64(rest.Dy()) > 300*s.unit {
		l.plot = cut(min(max(0.2*float64(rest.Dy())/s.unit, 96), 150), true)
	}
	if high >= highFoot {
		l.foot = cut(20, true)
	}
	l.stage = rest
	return l
}
