package csv

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// cutBy returns what a reader of rows makes of a text: rows, the lines where they begin, how many bytes
// were read, and the error at which it ended.
func cutBy(read func() ([]string, int, error), offset func() int64) (list []string) {
	for {
		fields, line, err := read()
		if err != nil {
			return append(list, err.Error())
		}
		list = append(list, fmt.Sprintf("%d %d %q", line, offset(), fields))
	}
}

// checkSplitter compares the splitter with encoding/csv.
func checkSplitter(t *testing.T, text string, separator byte, size int) {
	t.Helper()
	s := newSplitter(bufio.NewReaderSize(strings.NewReader(text), size), separator)
	got := cutBy(s.read, s.offset)
	c := csv.NewReader(strings.NewReader(text))
	c.Comma, c.TrimLeadingSpace, c.FieldsPerRecord = rune(separator), separator != '\t', -1
	want := cutBy(func() ([]string, int, error) {
		fields, err := c.Read()
		if err != nil {
			return nil, 0, err
		}
		line, _ := c.FieldPos(0)
		return fields, line, nil
	}, c.InputOffset)
	for _, list := range [][]string{got, want} {
		if last := &list[len(list)-1]; *last != "EOF" {
			*last = "an error" // which encoding/csv places from the first line with a quote on
		}
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Fatalf("%q at %q:\n%s\nwant\n%s", text, separator, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// Rows are those of encoding/csv, with their lines and places, with and without quotes.
func TestRowsAreThoseOfEncodingCSV(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 2))
	plain := []string{"1", "-2.5", ",", ",", ";", "\t", " ", "\n", "\r\n", "\r", "\u00a0", "\u2003x", "é", "", "\n\n"}
	for i := range 15_000 {
		pieces := plain
		if i%3 == 0 {
			pieces = append(pieces[:len(pieces):len(pieces)], `"`, `"a,b"`, "\"a\nb\"", `""`)
		}
		var text strings.Builder
		for range rng.IntN(30) {
			text.WriteString(pieces[rng.IntN(len(pieces))])
		}
		checkSplitter(t, text.String(), ",;\t|"[rng.IntN(4)], 16+rng.IntN(40))
	}
}

func FuzzSplitter(f *testing.F) {
	f.Add("x,y\n1, 2\r\n\n\"a\nb\",3\r", byte(0))
	f.Fuzz(func(t *testing.T, text string, separator byte) { checkSplitter(t, text, ",;\t|"[separator%4], 16) })
}
