package input

import "strconv"

// Count returns a number of things in words, such as "1 episode" or "2 episodes". The
// plural of the thing ends with s.
func Count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return strconv.Itoa(n) + " " + thing + "s"
}
