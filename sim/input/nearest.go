package input

import (
	"fmt"
	"slices"
	"strings"
)

// Perhaps returns a hint for an error about a name that is not known: `, perhaps
// "radius"` with the known name that was probably meant, or nothing when none was.
func Perhaps(name string, known []string) string {
	near, probable := Nearest(name, known)
	if !probable {
		return ""
	}
	return fmt.Sprintf(", perhaps %q", near)
}

// Unknown returns the error that there is nothing of a name: it names what was probably
// meant and lists what there is.
func Unknown(what, name string, known []string) error {
	if len(known) == 0 {
		return fmt.Errorf("unknown %s %q; there are none", what, name)
	}
	return fmt.Errorf("unknown %s %q%s; there are %s", what, name, Perhaps(name, known), strings.Join(known, ", "))
}

// Nearest returns the known name that differs from a name by the fewest letters, whatever
// their case, and whether they are so few that it was probably meant.
func Nearest(name string, known []string) (near string, probable bool) {
	if len(known) == 0 {
		return "", false
	}
	away := func(other string) int { return letterDistance(strings.ToLower(name), strings.ToLower(other)) }
	near = slices.MinFunc(known, func(a, b string) int { return away(a) - away(b) })
	return near, away(near) <= max(len(near)/3, 1)
}

// letterDistance returns how many letters must be added, dropped, changed or swapped with
// the next one to turn a into b (optimal string alignment; Damerau, 1964). Of a long a only
// the beginning counts.
func letterDistance(a, b string) int {
	const most = 200 // bytes; beyond that nothing is near
	a = a[:min(len(a), most)]
	before, above := make([]int, len(b)+1), make([]int, len(b)+1) // the two rows above
	for j := range above {
		above[j] = j
	}
	for i := range len(a) {
		row := make([]int, len(b)+1)
		row[0] = i + 1
		for j := range len(b) {
			change := above[j]
			if a[i] != b[j] {
				change++
			}
			row[j+1] = min(change, above[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, above = above, row
	}
	return above[len(b)]
}
