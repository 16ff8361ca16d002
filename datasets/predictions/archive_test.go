package predictions_test

import (
	"archive/zip"
	"encoding/binary"
	"io"
	"math"
	"strconv"
	"strings"
	"testing"
)

// readArchive reads the arrays of an archive of NumPy as text, independently of package npz.
func readArchive(t *testing.T, path string) map[string][]string {
	t.Helper()
	archive, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	out := map[string][]string{}
	for _, f := range archive.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		header := 10 + int(binary.LittleEndian.Uint16(content[8:]))
		_, descr, _ := strings.Cut(string(content[10:header]), "'descr': '")
		descr, _, _ = strings.Cut(descr, "'")
		size, err := strconv.Atoi(descr[2:])
		if err != nil {
			t.Fatal(err)
		}
		if descr[1] == 'U' {
			size *= 4
		}
		name := strings.TrimSuffix(f.Name, ".npy")
		for at := header; at < len(content); at += size {
			v, text := content[at:at+size], ""
			switch descr[1] {
			case 'i':
				text = strconv.FormatInt(int64(binary.LittleEndian.Uint64(v)), 10)
			case 'f':
				text = strconv.FormatFloat(math.Float64frombits(binary.LittleEndian.Uint64(v)), 'g', -1, 64)
			case 'b':
				text = strconv.Itoa(int(v[0]))
			case 'U':
				for i := 0; i < size; i += 4 {
					if r := binary.LittleEndian.Uint32(v[i:]); r != 0 {
						text += string(rune(r))
					}
				}
			default:
				t.Fatalf("array %s is of type %s", name, descr)
			}
			out[name] = append(out[name], text)
		}
	}
	return out
}
