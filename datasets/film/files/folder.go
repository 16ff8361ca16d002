package files

import (
	"cmp"
	"context"
	"fmt"
	"image"
	"io"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"orrery/datasets/film/stills"
)

// assumedRate is how many pictures per second a folder of pictures has when nobody says.
const assumedRate = 30

// mostStill is the most bytes of the file of one picture.
const mostStill = 1 << 27

// folder is pictures that lie in a folder, in the order of their names.
type folder struct {
	files fs.FS
	dir   string
	names []string
	times []int64 // in units of 1/assumedRate s
	size  image.Point
	next  int
}

// openFolder finds the pictures of a folder, and how they are numbered.
func openFolder(files fs.FS, dir string) (*folder, error) {
	entries, err := fs.ReadDir(files, dir)
	if err != nil {
		return nil, plain(err)
	}
	f := &folder{files: files, dir: dir}
	for _, e := range entries {
		switch strings.ToLower(path.Ext(e.Name())) {
		case ".png", ".jpg", ".jpeg":
			if !e.IsDir() && !strings.HasPrefix(e.Name(), ".") {
				f.names = append(f.names, e.Name())
			}
		}
	}
	if len(f.names) == 0 {
		return nil, fmt.Errorf("the folder has no pictures that end in .png, .jpg or .jpeg")
	}
	slices.SortFunc(f.names, natural)
	if f.times, err = numbers(f.names); err != nil {
		return nil, err
	}
	data, err := f.read(0)
	if err != nil {
		return nil, err
	}
	if f.size, err = stills.Size(data); err != nil {
		return nil, fmt.Errorf("%s: %w", f.names[0], err)
	}
	return f, nil
}

func (f *folder) Size() image.Point { return f.size }
func (f *folder) Close() error      { return nil }

func (f *folder) Next(_ context.Context, pix []uint8) (float64, error) {
	if f.next == len(f.names) {
		return 0, io.EOF
	}
	data, err := f.read(f.next)
	if err != nil {
		return 0, err
	}
	if err := stills.Decode(data, pix); err != nil {
		return 0, fmt.Errorf("%s: %w", f.names[f.next], err)
	}
	f.next++
	return float64(f.times[f.next-1]) / assumedRate, nil
}

// read returns the bytes of a picture.
func (f *folder) read(k int) ([]byte, error) {
	file, err := f.files.Open(path.Join(f.dir, f.names[k]))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.names[k], plain(err))
	}
	defer file.Close()
	data, err := readStill(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.names[k], err)
	}
	return data, nil
}

// numbers returns when each picture was taken, in pictures since the first. Where names differ in one number
// alone, that number tells, so that what is missing leaves a gap; numbers that all are multiples of a step
// count steps. Other names have no gaps.
func numbers(names []string) ([]int64, error) {
	times := make([]int64, len(names))
	for k := range times {
		times[k] = int64(k)
	}
	parts := make([][]string, len(names))
	for k, name := range names {
		parts[k] = split(strings.TrimSuffix(name, path.Ext(name)))
	}
	at := -1 // of the part in which names differ
	for _, p := range parts[1:] {
		if len(p) != len(parts[0]) {
			return times, nil
		}
		for i := range p {
			if p[i] == parts[0][i] {
				continue
			}
			if at >= 0 && at != i || !digit(p[i][0]) || !digit(parts[0][i][0]) {
				return times, nil
			}
			at = i
		}
	}
	if at < 0 {
		return times, nil
	}
	first, step := int64(0), int64(0)
	for k, p := range parts {
		n, err := strconv.ParseInt(p[at], 10, 50)
		if err != nil {
			return nil, fmt.Errorf("%s: its number has too many digits", names[k])
		}
		if k == 0 {
			first = n
		}
		if times[k] = n - first; k > 0 && times[k] == times[k-1] {
			return nil, fmt.Errorf("%s and %s have the same number", names[k-1], names[k])
		}
		step = gcd(step, times[k])
	}
	for k := range times {
		times[k] /= max(step, 1)
	}
	return times, nil
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// split cuts a name into runs of digits and of other characters.
func split(name string) (parts []string) {
	for from, k := 0, 1; k <= len(name); k++ {
		if k == len(name) || digit(name[k]) != digit(name[k-1]) {
			parts = append(parts, name[from:k])
			from = k
		}
	}
	return parts
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

// natural compares names as people sort them: frame9 comes before frame10.
func natural(a, b string) int {
	p, q := split(a), split(b)
	for k := range min(len(p), len(q)) {
		x, y := p[k], q[k]
		if digit(x[0]) && digit(y[0]) {
			x, y = strings.TrimLeft(x, "0"), strings.TrimLeft(y, "0")
			if len(x) != len(y) {
				return cmp.Compare(len(x), len(y))
			}
		}
		if c := cmp.Compare(x, y); c != 0 {
			return c
		}
	}
	return cmp.Or(cmp.Compare(len(p), len(q)), cmp.Compare(a, b))
}
