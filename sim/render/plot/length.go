package plot

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// unitOfLength is the unit in which a length is written.
type unitOfLength struct {
	name   string
	metres float64
}

// lengthUnit returns millimetres for lengths that read better so.
func lengthUnit(length float64) unitOfLength {
	if length < 0.1 {
		return unitOfLength{"mm", 1e-3}
	}
	return unitOfLength{"m", 1}
}

// number writes a length to as many digits as multiples of step need.
func (u unitOfLength) number(length, step float64) string {
	return formatNumber(length/u.metres, step/u.metres)
}

// formatNumber writes v to as many digits as multiples of step need, with a power of ten where there would be many noughts.
func formatNumber(v, step float64) string {
	finest := int(math.Floor(math.Log10(step) + 1e-9))
	if size := math.Abs(v); size < 1e5 && finest >= -4 {
		return fmt.Sprintf("%.*f", max(-finest, 0), v)
	} else if size < step/2 {
		return "0"
	}
	digits := max(int(math.Floor(math.Log10(math.Abs(v))+1e-9))-finest, 0)
	mantissa, exponent, _ := strings.Cut(fmt.Sprintf("%.*e", digits, v), "e")
	power, _ := strconv.Atoi(exponent)
	return fmt.Sprintf("%se%d", mantissa, power)
}

// FormatLength writes a length in metres with its unit, to three digits or a tenth of a
// millimetre.
func FormatLength(length float64) string {
	switch unit := lengthUnit(length); {
	case length < 0.01:
		return fmt.Sprintf("%.1f %s", length/unit.metres, unit.name)
	case length < 0.1:
		return fmt.Sprintf("%.0f %s", length/unit.metres, unit.name)
	case length < 1000:
		return fmt.Sprintf("%.2f %s", length, unit.name)
	default:
		return fmt.Sprintf("%.1e %s", length, unit.name)
	}
}

// FormatStep writes the distance in metres between two lines of a grid, with its
// unit and as many decimals as its multiples need.
func FormatStep(step float64) string {
	unit := lengthUnit(step)
	return unit.number(step, step) + " " + unit.name
}
