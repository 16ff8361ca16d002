package console

import (
	"fmt"
	"strings"
	"unicode"
)

// Listed returns names as a line shows them, of which it leaves out what is too long or
// too many.
func Listed(names []string) string {
	const most = 20
	var shown []string
	for _, name := range names[:min(most, len(names))] {
		shown = append(shown, fmt.Sprintf("%.40s", strings.Join(strings.FieldsFunc(name, unicode.IsControl), " ")))
	}
	if len(names) > most {
		shown = append(shown, fmt.Sprintf("and %d more", len(names)-most))
	}
	return strings.ToValidUTF8(strings.Join(shown, ", "), "?")
}
