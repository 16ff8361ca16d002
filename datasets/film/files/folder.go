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
	times []float64 // s
	tick  float64   // s, to which the names round times, or 0 where they tell none
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
	if f.times, f.tick, err = times(f.names); err != nil {
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
	return f.times[f.next-1], nil
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

// leastClock is how many counts lie at least between two pictures where a number is no count of pictures but a time.
const leastClock = 5

// times returns when each picture was taken, in s since the first, and to what names round that if they say it. Where names differ in one
// number alone, that number tells, so that what is missing leaves a gap. Numbers that all are multiples of a step count steps, and those
// of a clock that counts much faster than pictures come count typical distances, unless it counts ms, µs or ns since 1970. Other names have
// no gaps.
func times(names []string) (times []float64, tick float64, err error) {
	counts, first, err := numbers(names)
	if err != nil {
		return nil, 0, err
	}
	unit := 1.0 // counts from one picture to the next
	if len(counts) > 1 {
		apart, step := make([]int64, 0, len(counts)), int64(0)
		for k := range counts[1:] {
			apart = append(apart, counts[k+1]-counts[k])
			step = gcd(step, counts[k+1])
		}
		slices.Sort(apart)
		typical := apart[(len(apart)-1)/2]
		if unit = float64(step); apart[0]/step >= leastClock {
			unit = float64(typical)
		}
		if perSecond := sinceEpoch(first, typical); perSecond > 0 {
			unit, tick = perSecond/assumedRate, 1/perSecond
		}
	}
	for _, n := range counts {
		times = append(times, float64(n)/unit/assumedRate)
	}
	return times, tick, nil
}

// sinceEpoch returns how many counts of a clock are a second, where it counts ms, µs or ns since 1970, or 0. The first picture was taken between
// 2001 and 2049, and pictures are typically 0.1 ms to 10 s apart.
func sinceEpoch(first, typical int64) float64 {
	for _, perSecond := range []float64{1e3, 1e6, 1e9} {
		if at, apart := float64(first)/perSecond, float64(typical)/perSecond; at >= 1e9 && at <= 2.5e9 && apart >= 1e-4 && apart <= 10 {
			return perSecond
		}
	}
	return 0
}

// numbers returns the number of each picture after that of the first one, ascending, and that of the first. Names that do not differ in one
// number alone are counted.
func numbers(names []string) (counts []int64, first int64, err error) {
	counts = make([]int64, len(names))
	for k := range counts {
		counts[k] = int64(k)
	}
	parts := make([][]string, len(names))
	for k, name := range names {
		parts[k] = split(strings.TrimSuffix(name, path.Ext(name)))
	}
	at := -1 // of the part in which names differ
	for _, p := range parts[1:] {
		if len(p) != len(parts[0]) {
			return counts, 0, nil
		}
		for i := range p {
			if p[i] == parts[0][i] {
				continue
			}
			if at >= 0 && at != i || !digit(p[i][0]) || !digit(parts[0][i][0]) {
				return counts, 0, nil
			}
			at = i
		}
	}
	if at < 0 {
		return counts, 0, nil
	}
	for k, p := range parts {
		n, err := strconv.ParseInt(p[at], 10, 64)
		if err != nil {
			return nil, 0, fmt.Errorf("%s: its number has too many digits", names[k])
		}
		if k == 0 {
			first = n
		}
		if counts[k] = n - first; k > 0 && counts[k] == counts[k-1] {
			return nil, 0, fmt.Errorf("%s and %s have the same number", names[k-1], names[k])
		}
	}
	return counts, first, nil
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
