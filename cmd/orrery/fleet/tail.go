package fleet

import "strings"

// tail keeps the last of what is written to it.
type tail struct{ text []byte }

const tailBytes = 2000

func (t *tail) Write(p []byte) (int, error) {
	t.text = append(t.text, p...)
	t.text = t.text[max(0, len(t.text)-tailBytes):]
	return len(p), nil
}

// String returns the last line without the program's name.
func (t *tail) String() string {
	text := strings.TrimSpace(string(t.text))
	return strings.TrimPrefix(text[strings.LastIndexByte(text, '\n')+1:], "orrery: ")
}
