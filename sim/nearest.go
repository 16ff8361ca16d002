package sim

import (
	"fmt"
	"slices"
)

// Perhaps returns a hint for an error about a name that is not known: `, perhaps
// "radius"` with the known name that is nearest to it, or nothing when none is near.
func Perhaps(name string, known []string) string {
	if len(known) == 0 {
		return ""
	}
	near := slices.MinFunc(known, func(a, b string) int { return letterDistance(name, a) - letterDistance(name, b) })
	if letterDistance(name, near) > 1+len(near)/3 {
		return ""
	}
	return fmt.Sprintf(", perhaps %q", near)
}

// letterDistance returns how many letters must be added, dropped or changed to turn a
// into b (Levenshtein, 1965). Of a long a only the beginning counts.
func letterDistance(a, b string) int {
	const most = 200 // bytes; beyond that nothing is near
	a = a[:min(len(a), most)]
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(b)]
}
