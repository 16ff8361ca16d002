package parquet

import (
	"bytes"
	"fmt"
	"testing"
)

// TestLiteralsSayTheirLengths, in as few bytes as there are for them.
func TestLiteralsSayTheirLengths(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{
		0: "", 1: "00", 60: "ec", 61: "f03c", 256: "f0ff", 257: "f40001", 1 << 16: "f4ffff", 1<<16 + 1: "fc00000100", 1<<24 + 3: "fc02000001",
	} {
		b := bytes.Repeat([]byte{7}, n)
		got := appendLiteral(nil, b)
		if head := fmt.Sprintf("%x", got[:len(got)-n]); head != want || !bytes.Equal(got[len(got)-n:], b) {
			t.Errorf("%d bytes after %s, want %s", n, head, want)
		}
	}
}
