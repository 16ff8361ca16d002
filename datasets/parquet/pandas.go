package parquet

import (
	"encoding/json"
	"strconv"

	"github.com/parquet-go/parquet-go/format"
)

// rangeIndex is an index of pandas that no column holds: the numbers from start on, a step apart.
type rangeIndex struct {
	name        string
	start, step int64
}

// rangeStream is a stream of the numbers of a range.
type rangeStream struct {
	rangeIndex
	row int
}

// appendNext implements stream.
func (s *rangeStream) appendNext(dst []byte) ([]byte, error) {
	s.row++
	return strconv.AppendInt(dst, s.start+int64(s.row-1)*s.step, 10), nil
}

// aboutPandas is what pandas tells about a table in its metadata, as far as it is needed.
// https://pandas.pydata.org/docs/development/developer.html
type aboutPandas struct {
	Indices []json.RawMessage `json:"index_columns"` // a name, or a range
	Columns []struct {
		Field string `json:"field_name"`
		Type  string `json:"numpy_type"`
	} `json:"columns"`
}

// setPandas takes from the metadata what the schema does not say: ranges that are indices, and
// the unit of lengths of time. What it cannot read says nothing.
func (t *Table) setPandas(metadata []format.KeyValue) {
	var about aboutPandas
	for _, pair := range metadata {
		if pair.Key != "pandas" || json.Unmarshal([]byte(pair.Value), &about) != nil {
			continue
		}
		for _, text := range about.Indices {
			var s struct {
				Kind              string
				Name              string
				Start, Stop, Step int64
			}
			if json.Unmarshal(text, &s) != nil || s.Kind != "range" || s.Name == "" || s.Step == 0 {
				continue
			}
			t.indices = append(t.indices, rangeIndex{s.Name, s.Start, s.Step})
		}
		for _, c := range about.Columns {
			unit, known := map[string]int64{"timedelta64[s]": 1, "timedelta64[ms]": 1e3, "timedelta64[us]": 1e6, "timedelta64[ns]": 1e9}[c.Type]
			for j := range t.leaves {
				if l := &t.leaves[j]; known && l.name == c.Field && l.kind == format.Int64 && l.sense.what == plain {
					l.sense = meaning{what: seconds, unit: unit}
				}
			}
		}
	}
}
