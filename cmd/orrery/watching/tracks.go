package watching

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"

	"orrery/world/watch/look"
)

// Row is what was seen of one body in one picture.
type Row struct {
	Episode int     // number from 0 on
	Frame   int     // number of the picture in its film, from 0 on
	Time    float64 // s, from the start of the film on
	Body    string

	look.Pose            // px and rad
	StdX, StdY   float64 // px, standard deviations
	StdAngle     float64 // rad, standard deviation
	Seen, Turned bool    // the place, and the angle, were seen
	Share        float64 // of the body that was seen
	Residual     float64 // root of the mean square of what the picture differs by from what is said to be there, in standard deviations of its noise
}

// The columns of tracks, and those that only a watch in the making has.
var (
	columns = []string{"episode", "frame", "time", "body", "x", "y", "angle", "std_x", "std_y", "std_angle", "seen"}
	more    = []string{"share", "residual"}
)

// trackWriter writes rows as a table.
type trackWriter struct {
	csv      *csv.Writer
	perMetre float64 // px to a metre; 1 leaves px
	all      bool    // with the columns of more
	fields   []string
}

// newTrackWriter writes the names of the columns.
func newTrackWriter(out io.Writer, perMetre float64, all bool) (*trackWriter, error) {
	w := &trackWriter{csv: csv.NewWriter(out), perMetre: perMetre, all: all}
	names := columns
	if all {
		names = append(names[:len(names):len(names)], more...)
	}
	w.fields = make([]string, len(names))
	return w, w.csv.Write(names)
}

// write adds a row. What was not seen has no values: only where it must be is known of a body that is hidden, and that has wide deviations.
func (w *trackWriter) write(r *Row) error {
	f := w.fields
	f[0], f[1], f[2], f[3] = strconv.Itoa(r.Episode), strconv.Itoa(r.Frame), number(r.Time), r.Body
	f[4], f[5], f[7], f[8] = number(r.X/w.perMetre), number(r.Y/w.perMetre), number(r.StdX/w.perMetre), number(r.StdY/w.perMetre)
	f[6], f[9], f[10] = "", "", "0"
	if r.Turned {
		f[6], f[9] = number(r.Angle), number(r.StdAngle)
	}
	if r.Seen {
		f[10] = "1"
	}
	if w.all {
		f[11], f[12] = number(r.Share), number(r.Residual)
	}
	return w.csv.Write(f)
}

func (w *trackWriter) flush() error {
	w.csv.Flush()
	return w.csv.Error()
}

// number writes a number as briefly as its seven figures allow, or nothing where there is none.
func number(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return ""
	}
	return strconv.FormatFloat(v, 'g', 7, 64)
}

// readTracks reads a table that a trackWriter with all columns has written in px, row by row.
func readTracks(path string, visit func(*Row) error) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	r := csv.NewReader(file)
	r.FieldsPerRecord, r.ReuseRecord = len(columns)+len(more), true
	if _, err := r.Read(); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	for line := 2; ; line++ {
		f, err := r.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: line %d cannot be read", path, line)
		}
		row := Row{Body: f[3], Seen: f[10] == "1", Turned: f[6] != ""}
		ok := true
		whole := func(text string, into *int) {
			v, err := strconv.Atoi(text)
			*into, ok = v, ok && err == nil
		}
		value := func(text string, into *float64) {
			if text == "" {
				*into = math.NaN()
				return
			}
			v, err := strconv.ParseFloat(text, 64)
			*into, ok = v, ok && err == nil
		}
		whole(f[0], &row.Episode)
		whole(f[1], &row.Frame)
		for i, into := range map[int]*float64{
			2: &row.Time, 4: &row.X, 5: &row.Y, 6: &row.Angle, 7: &row.StdX, 8: &row.StdY, 9: &row.StdAngle, 11: &row.Share, 12: &row.Residual,
		} {
			value(f[i], into)
		}
		if !ok {
			return fmt.Errorf("%s: line %d is not what was written", path, line)
		}
		if err := visit(&row); err != nil {
			return err
		}
	}
}
