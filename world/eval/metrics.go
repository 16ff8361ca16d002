package eval

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

	"orrery/sim/input"
)

// ResultFormat is the version of metrics.json this package reads and writes.
const ResultFormat = 1

// maxResult bounds metrics.json in bytes.
const maxResult = 16 << 20

// metrics is metrics.json apart from the models, whose order an object keeps but
// a map would not.
type metrics struct {
	Format    int             `json:"format"`
	Set       string          `json:"set,omitempty"`
	Dataset   json.RawMessage `json:"dataset"`
	Measured  bool            `json:"measured,omitempty"`
	Settings  Config          `json:"settings"`
	Episodes  int             `json:"episodes"`
	HorizonsS []float64       `json:"horizons_s"`
	TrueStack Stack           `json:"true_stack"`
	Resting   Number          `json:"resting"`
	Models    json.RawMessage `json:"models"`
	Others    []*Result       `json:"sets,omitempty"`
}

// MarshalJSON returns metrics.json, with the models in the order of the rows.
func (r *Result) MarshalJSON() ([]byte, error) {
	var models bytes.Buffer
	models.WriteByte('{')
	for i := range r.Rows {
		if i > 0 {
			models.WriteByte(',')
		}
		name, err := json.Marshal(r.Rows[i].Name)
		if err != nil {
			return nil, err
		}
		row, err := json.Marshal(&r.Rows[i])
		if err != nil {
			return nil, fmt.Errorf("model %s: %w", r.Rows[i].Name, err)
		}
		models.Write(name)
		models.WriteByte(':')
		models.Write(row)
	}
	models.WriteByte('}')
	return json.Marshal(metrics{
		ResultFormat, r.Set, r.Dataset, r.Measured, r.Settings, r.Episodes, r.HorizonsS, r.TrueStack, r.Resting, models.Bytes(), r.Others,
	})
}

// WriteJSON writes metrics.json, indented.
func (r *Result) WriteJSON(w io.Writer) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	_, err = w.Write(append(text, '\n'))
	return err
}

// ReadResult reads metrics.json. Unknown keys, other formats, lists that do not
// match the horizons and files beyond 16 MB are errors.
func ReadResult(from io.Reader) (*Result, error) {
	text, err := io.ReadAll(io.LimitReader(from, maxResult+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxResult {
		return nil, fmt.Errorf("metrics: size must be at most %d bytes", maxResult)
	}
	r := &Result{}
	if err := r.UnmarshalJSON(text); err != nil {
		return nil, fmt.Errorf("metrics: %w", err)
	}
	return r, nil
}

// UnmarshalJSON reads metrics.json as strictly as ReadResult.
func (r *Result) UnmarshalJSON(text []byte) error {
	var version struct{ Format int }
	if err := input.DecodeJSON(text, &version); err != nil {
		return err
	}
	if version.Format != ResultFormat {
		return fmt.Errorf("format %d must be %d, the only one this program reads", version.Format, ResultFormat)
	}
	m := metrics{TrueStack: newRow("").Stack, Resting: Number(math.NaN())}
	if err := input.DecodeStrictJSON(text, &m); err != nil {
		return err
	}
	m.Settings.Workers = 1 // not in the file, as nothing depends on it
	if err := m.Settings.Validate(); err != nil {
		return fmt.Errorf("settings: %w", err)
	}
	if len(m.HorizonsS) > 0 { // a table of impacts has none
		if err := validateAscending("horizons_s", m.HorizonsS, "s"); err != nil {
			return err
		}
	}
	if m.Episodes < 1 {
		return fmt.Errorf("episodes %d must be at least 1", m.Episodes)
	}
	rows, err := decodeRows(m.Models)
	if err != nil {
		return err
	}
	for i := range rows {
		if len(m.HorizonsS) == 0 && rows[i].Impact == nil {
			return fmt.Errorf("model %s: impact must be there, as there are no horizons", rows[i].Name)
		}
		if err := rows[i].validate(len(m.HorizonsS), m.Episodes); err != nil {
			return fmt.Errorf("model %s: %w", rows[i].Name, err)
		}
	}
	*r = Result{
		Set: m.Set, Dataset: m.Dataset, Measured: m.Measured, Settings: m.Settings, Episodes: m.Episodes, HorizonsS: m.HorizonsS,
		TrueStack: m.TrueStack, Resting: m.Resting, Rows: rows, Others: m.Others,
	}
	return r.validateSets()
}

// decodeRows reads the object of models in its order.
func decodeRows(text []byte) ([]Row, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	if token, err := d.Token(); err != nil || token != json.Delim('{') {
		return nil, errors.New("models must be an object")
	}
	var rows []Row
	seen := map[string]bool{}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return nil, err
		}
		row := newRow(token.(string)) // what stands where an object has a key is a string
		if row.Name == "" || seen[row.Name] {
			return nil, fmt.Errorf("models: name %q must be unique and not empty", row.Name)
		}
		seen[row.Name] = true
		var part json.RawMessage
		if err = d.Decode(&part); err == nil {
			err = input.DecodeJSONPart(part, &row)
		}
		if err != nil {
			return nil, fmt.Errorf("model %s: %w", row.Name, err)
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// validate checks that every list has a value per horizon.
func (row *Row) validate(horizons, episodes int) error {
	for _, list := range []struct {
		name string
		n    int
	}{
		{"position_m.mean", len(row.Position.Mean)}, {"position_m.median", len(row.Position.Median)},
		{"position_m.lo95", len(row.Position.Lo95)}, {"position_m.hi95", len(row.Position.Hi95)},
		{"angle_rad.mean", len(row.Angle.Mean)}, {"angle_rad.median", len(row.Angle.Median)},
		{"angle_rad.lo95", len(row.Angle.Lo95)}, {"angle_rad.hi95", len(row.Angle.Hi95)},
	} {
		if list.n != horizons && (list.n > 0 || len(row.Angle.Mean) > 0 || !strings.HasPrefix(list.name, "angle")) {
			return fmt.Errorf("%s: %d values must be %d, one per horizon", list.name, list.n, horizons)
		}
	}
	if n := len(row.EpsilonM); n != 0 && n != horizons {
		return fmt.Errorf("epsilon_m: %d values must be none or %d, one per horizon", n, horizons)
	}
	if n := len(row.ScaledMSE); n != 0 && n != len(scaledFrames) {
		return fmt.Errorf("scaled_mse: %d values must be none or %d", n, len(scaledFrames))
	}
	if (row.Lo95 == nil) != (row.Hi95 == nil) || row.Impact != nil && (row.Impact.Lo95 == nil) != (row.Impact.Hi95 == nil) {
		return errors.New("lo95 and hi95 must both be there, or neither")
	}
	for _, end := range []*rowMeans{row.Lo95, row.Hi95} {
		if end != nil && len(end.ScaledMSE) != len(row.ScaledMSE) {
			return fmt.Errorf("scaled_mse: %d ends of intervals must be as many as the %d values", len(end.ScaledMSE), len(row.ScaledMSE))
		}
	}
	if e := row.Escapes; e != nil {
		if err := e.validate(episodes); err != nil {
			return fmt.Errorf("escapes: %w", err)
		}
	}
	if c := row.Calibration; c != nil {
		if err := c.validate(horizons); err != nil {
			return fmt.Errorf("calibration: %w", err)
		}
	}
	return validateMotions(row.Motions)
}
