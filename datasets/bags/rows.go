package bags

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/foxglove/mcap/go/mcap"

	"orrery/datasets/digits"
)

// quantity is a column of the table.
type quantity int

const (
	timeOf quantity = iota
	bodyOf
	xOf
	yOf
	angleOf
	vxOf
	vyOf
	omegaOf
	stdOf // and the five after it, of x y angle vx vy omega
)

var columnNames = [...]string{"time", "body", "x", "y", "angle", "vx", "vy", "omega", "std_x", "std_y", "std_angle", "std_vx", "std_vy", "std_omega"}

// setColumns lists the columns that some body has values for.
func (f *File) setColumns() {
	f.columns = []quantity{timeOf, bodyOf, xOf, yOf}
	has := func(test func(b *body) bool) bool {
		return slices.ContainsFunc(f.list, func(b *body) bool { return b.taken && test(b) })
	}
	if has(func(b *body) bool { return b.turned }) {
		f.columns = append(f.columns, angleOf)
	}
	if has(func(b *body) bool { return b.drifts }) {
		f.columns = append(f.columns, vxOf, vyOf, omegaOf)
	}
	for i := range 6 {
		if has(func(b *body) bool { return b.known[i] }) && (i < 3 || slices.Contains(f.columns, vxOf)) {
			f.columns = append(f.columns, stdOf+quantity(i))
		}
	}
}

// Name returns how errors call the file: the last part of its path.
func (f *File) Name() string { return f.name }

// Columns returns the names of the columns in their order: time, body, x and y and, where messages
// tell them, angle, vx, vy, omega and the standard deviations std_x, std_y, std_angle, std_vx,
// std_vy and std_omega, in metres, radians and seconds from the first position on.
func (f *File) Columns() (names []string) {
	for _, c := range f.columns {
		names = append(names, columnNames[c])
	}
	return names
}

// Warnings returns a sentence for each thing that was left out or decided.
func (f *File) Warnings() []string { return slices.Clone(f.warnings) }

// Place returns how errors call row i from 0 on, among those that Rows has given.
func (f *File) Place(i int) string {
	if i < 0 || i >= len(f.rows) {
		return fmt.Sprintf("row %d", i)
	}
	return fmt.Sprintf("message %d of %.60s", f.rows[i].message, f.rows[i].topic.name)
}

// Sum returns the SHA-256 of the file in hexadecimal.
func (f *File) Sum() string { return f.sum }

// Close closes the file.
func (f *File) Close() error { return f.file.Close() }

// Rows calls visit with each row, in the order of the messages, and ends with the first error of
// visit or that of ctx. The fields are those of the columns; they belong to the file again when
// visit returns. An angle goes on from the last one of its body.
func (f *File) Rows(ctx context.Context, visit func(fields []string) error) error {
	w := f.walker()
	defer w.close()
	f.rows = f.rows[:0]
	messages, angles := map[*topic]int{}, map[*body]float64{}
	fields := make([]string, len(f.columns))
	w.message = func(m *mcap.Message) error {
		t := f.topics[m.ChannelID]
		if t == nil {
			return nil
		}
		messages[t]++
		return f.see(t, m, func(b *body, s sighting) error {
			if !b.taken {
				return nil
			}
			row := f.row(b, s, int64(m.LogTime), angles)
			for i, c := range f.columns {
				fields[i] = row[c]
			}
			f.rows = append(f.rows, rowPlace{messages[t] - 1, t})
			return visit(fields)
		})
	}
	return w.walk(ctx)
}

// row returns the fields of a sighting, by quantity.
func (f *File) row(b *body, s sighting, logged int64, angles map[*body]float64) (row [len(columnNames)]string) {
	number := func(q quantity, v float64) { row[q] = string(digits.AppendFloat(nil, v, 64)) }
	since := strconv.FormatInt(f.timeOf(b, s, logged)-f.start, 10)
	row[timeOf], row[bodyOf] = string(digits.AppendPoint(nil, since, 9)), b.name
	if s.at.finite() {
		x, y := f.plane.place(s.at)
		number(xOf, x)
		number(yOf, y)
	}
	pose, told := s.pose.unit()
	if told && s.turned {
		angle := f.angle(b, pose)
		if last, goes := angles[b]; goes {
			angle = last + math.Remainder(angle-last, 2*math.Pi)
		}
		angles[b] = angle
		number(angleOf, angle)
	}
	if s.moving {
		v, w := pose.turn(s.linear), pose.turn(s.angled)
		vx, vy := f.plane.place(v)
		number(vxOf, vx)
		number(vyOf, vy)
		number(omegaOf, w.dot(f.plane.normal))
	}
	back := quaternion{pose.times(-1), pose.w} // the velocities are in the frame of the body
	for i, d := range []struct {
		c     *[36]float64
		from  int
		along vector
	}{
		{s.covariance, 0, f.plane.x}, {s.covariance, 0, f.plane.y}, {s.covariance, 3, f.plane.normal},
		{s.drift, 0, back.turn(f.plane.x)}, {s.drift, 0, back.turn(f.plane.y)}, {s.drift, 3, back.turn(f.plane.normal)},
	} {
		if std, known := spread(d.c, d.from, d.along); known {
			number(stdOf+quantity(i), std)
		}
	}
	return row
}

// angle returns the angle of a body in the plane. Where its first orientation is no turn about the
// normal, angles are counted from that of its own x axis then, or of its y axis if that stands on
// the plane.
func (f *File) angle(b *body, pose quaternion) float64 {
	start, told := f.plane.twist(b.first)
	if told {
		if angle, told := f.plane.twist(pose); told {
			return angle
		}
	}
	if !told {
		for _, axis := range []vector{{x: 1}, {y: 1}} {
			x, y := f.plane.place(b.first.turn(axis))
			if start = math.Atan2(y, x); math.Hypot(x, y) > 0.5 {
				break
			}
		}
	}
	since, _ := f.plane.twist(pose.after(quaternion{b.first.times(-1), b.first.w}))
	return start + since
}
