// Package parts takes a picture's mask apart: the connected parts of it, their
// outlines and what is measured of them.
//
//	var finder parts.Finder
//	for _, p := range finder.Find(mask, width, func(class uint8) bool { return class == 2 }) {
//		fmt.Println(p.Area, p.Middle())
//	}
//
// Columns and rows of pixels count from the upper left corner of the picture, as
// pictures hold them. Points are px, x to the right and y up from the lower left
// corner: the pixel in column c of row r has its middle at (c+½, height-r-½).
package parts

import (
	"image"
	"slices"

	"orrery/sim"
)

// Run is a row's pixels from column From up to, not including, column To.
type Run struct {
	Row, From, To int
}

// Part is pixels that are connected by sides or corners.
type Part struct {
	Box    image.Rectangle // columns and rows
	Runs   []Run           // by row, then by column
	Area   int             // px
	middle sim.Vec
}

// Middle returns the middle of the part's area in px, y up.
func (p *Part) Middle() sim.Vec { return p.middle }

// Cut reports whether the part reaches the edge of a picture of a width and a height in px.
func (p *Part) Cut(width, height int) bool {
	return p.Box.Min.X <= 0 || p.Box.Min.Y <= 0 || p.Box.Max.X >= width || p.Box.Max.Y >= height
}

// Finder finds the parts of masks. It keeps its memory from one mask to the next.
// The zero value is ready.
type Finder struct {
	runs   []Run
	parent []int
	first  []int // of each row the first run
	order  []int
	sorted []Run
	parts  []Part
}

// Find returns the connected parts of a mask's pixels that are in, by the row and then the
// column of their first pixels. The mask is [height, width], rows from the top. What is
// returned is valid until the next call.
func (f *Finder) Find(mask []uint8, width int, in func(class uint8) bool) []Part {
	var member [256]bool
	for class := range member {
		member[class] = in(uint8(class))
	}
	height := len(mask) / max(width, 1)
	f.runs, f.first = f.runs[:0], f.first[:0]
	for row := range height {
		f.first = append(f.first, len(f.runs))
		f.runs = appendRuns(f.runs, mask[row*width:(row+1)*width], row, &member)
	}
	f.first = append(f.first, len(f.runs))
	f.connect(height)
	return f.collect(height)
}

// appendRuns appends the runs of one row.
func appendRuns(runs []Run, row []uint8, number int, member *[256]bool) []Run {
	for c := 0; c < len(row); c++ {
		if !member[row[c]] {
			continue
		}
		from := c
		for c++; c < len(row) && member[row[c]]; c++ {
		}
		runs = append(runs, Run{number, from, c})
	}
	return runs
}

// connect joins runs of neighbouring rows that touch.
func (f *Finder) connect(height int) {
	f.parent = f.parent[:0]
	for i := range f.runs {
		f.parent = append(f.parent, i)
	}
	for row := 1; row < height; row++ {
		i, j := f.first[row-1], f.first[row]
		for i < f.first[row] && j < f.first[row+1] {
			above, here := f.runs[i], f.runs[j]
			if above.From <= here.To && here.From <= above.To { // corners count
				a, b := f.root(i), f.root(j)
				f.parent[max(a, b)] = min(a, b)
			}
			if above.To < here.To {
				i++
			} else {
				j++
			}
		}
	}
}

// root returns the first run of the part to which a run belongs.
func (f *Finder) root(i int) int {
	for f.parent[i] != i {
		f.parent[i] = f.parent[f.parent[i]]
		i = f.parent[i]
	}
	return i
}

// collect makes parts of connected runs.
func (f *Finder) collect(height int) []Part {
	f.order = f.order[:0]
	for i := range f.runs {
		f.parent[i] = f.root(i)
		f.order = append(f.order, i)
	}
	slices.SortStableFunc(f.order, func(a, b int) int { return f.parent[a] - f.parent[b] })
	f.sorted, f.parts = slices.Grow(f.sorted[:0], len(f.runs)), f.parts[:0]
	for k := 0; k < len(f.order); {
		from, root := len(f.sorted), f.parent[f.order[k]]
		for ; k < len(f.order) && f.parent[f.order[k]] == root; k++ {
			f.sorted = append(f.sorted, f.runs[f.order[k]])
		}
		f.parts = append(f.parts, measure(f.sorted[from:len(f.sorted):len(f.sorted)], height))
	}
	return f.parts
}

// measure returns the part that runs make.
func measure(runs []Run, height int) Part {
	p := Part{Runs: runs}
	var x, y float64
	for _, r := range runs {
		p.Box = p.Box.Union(image.Rect(r.From, r.Row, r.To, r.Row+1))
		n := r.To - r.From
		p.Area += n
		x += float64(n) * float64(r.From+r.To) / 2
		y += float64(n) * (float64(height-r.Row) - 0.5)
	}
	p.middle = sim.Vec{X: x / float64(p.Area), Y: y / float64(p.Area)}
	return p
}
