package npz

import (
	"bufio"
	"compress/flate"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
)

// reader gives the values of an array for rows in their order.
type reader struct {
	*member
	closing io.Closer

	// Values in the order of the rows are read as they come: stream is nil for others.
	stream *bufio.Reader
	row    int    // whose values are in part
	part   []byte // all values of a row

	// All others are in loaded, in steps along the axes of the grid and the last dimension.
	loaded []byte
	axes   []int // of the grid
	steps  []int // bytes, of them
	last   int   // bytes, of the last dimension
}

// isCorrupt reports whether an error is about packed bytes.
func isCorrupt(err error) bool {
	var corrupt flate.CorruptInputError
	return errors.As(err, &corrupt)
}

// reader begins to read a member. loaded counts the bytes of all that is not read as it comes.
func (l *layout) reader(ctx context.Context, m *member, loaded *int) (*reader, error) {
	values, closing, err := m.open()
	if err != nil {
		return nil, err
	}
	r := &reader{member: m, closing: closing, row: -1}
	if _, err := values.Discard(m.header); err != nil {
		r.close()
		return nil, explain(err)
	}
	if slices.Equal(m.axes, l.axes) && (!m.fortran || len(m.shape) == 1) {
		r.stream, r.part = values, make([]byte, m.parts*m.size)
		return r, nil
	}
	if *loaded += m.array.values * m.size; *loaded > maxLoaded {
		r.close()
		return nil, fmt.Errorf("arrays in the order of Fortran, and those that do not have a value for each row, must have at most %d MB together: save the large ones with numpy.ascontiguousarray", maxLoaded>>20)
	}
	if err := r.load(ctx, values); err != nil {
		r.close()
		return nil, err
	}
	r.setSteps(l)
	return r, nil
}

// load reads all values. Memory grows with what comes, not with what is claimed.
func (r *reader) load(ctx context.Context, values *bufio.Reader) error {
	want := r.array.values * r.size
	for len(r.loaded) < want {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		n := min(want-len(r.loaded), 1<<20)
		r.loaded = slices.Grow(r.loaded, n)
		if _, err := io.ReadFull(values, r.loaded[len(r.loaded):len(r.loaded)+n]); err != nil {
			return explain(err)
		}
		r.loaded = r.loaded[:len(r.loaded)+n]
	}
	return ends(values)
}

// ends demands that nothing follows the values, which checks their sum, too.
func ends(values *bufio.Reader) error {
	_, err := values.ReadByte()
	switch {
	case err == io.EOF:
		return nil
	case err == nil:
		return errors.New("has more bytes than its shape needs")
	}
	return explain(err)
}

// setSteps finds how far apart values are.
func (r *reader) setSteps(l *layout) {
	steps := make([]int, len(r.shape))
	step := r.size
	for i := range steps {
		k := len(steps) - 1 - i
		if r.fortran {
			k = i
		}
		steps[k], step = step, step*r.shape[k]
	}
	for i, a := range r.member.axes {
		r.axes, r.steps = append(r.axes, slices.Index(l.axes, a)), append(r.steps, steps[i])
	}
	if len(steps) > len(r.member.axes) {
		r.last = steps[len(steps)-1]
	}
}

// value returns the bytes of a value of a row, which is at a place of the grid.
func (r *reader) value(at []int, row, part int) ([]byte, error) {
	if r.stream == nil {
		from := part * r.last
		for i, a := range r.axes {
			from += at[a] * r.steps[i]
		}
		return r.loaded[from : from+r.size], nil
	}
	for ; r.row < row; r.row++ {
		if _, err := io.ReadFull(r.stream, r.part); err != nil {
			return nil, explain(err)
		}
	}
	return r.part[part*r.size : (part+1)*r.size], nil
}

// end demands that all has been read.
func (r *reader) end() error {
	if r.stream == nil {
		return nil
	}
	return ends(r.stream)
}

func (r *reader) close() {
	if r.closing != nil {
		r.closing.Close()
	}
}
