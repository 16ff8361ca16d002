package input

import (
	"strconv"
	"strings"
)

// Count returns a number of things in words, such as "1 episode", "2 episodes" or "3 bodies". The
// plural of the thing ends with s, and with ies where a y stands behind a consonant.
func Count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	if stem, is := strings.CutSuffix(thing, "y"); is && stem != "" && !strings.ContainsAny(stem[len(stem)-1:], "aeiou") {
		return strconv.Itoa(n) + " " + stem + "ies"
	}
	return strconv.Itoa(n) + " " + thing + "s"
}
