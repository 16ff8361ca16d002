package parquet

import (
	"encoding/base64"
	"encoding/binary"
	"strings"

	"github.com/parquet-go/parquet-go/format"
)

// setArrow takes from the schema that Arrow's programs keep in the metadata what Parquet has no word
// for: the unit of lengths of time. What cannot be read says nothing.
// https://github.com/apache/arrow/blob/main/format/Schema.fbs
func (t *Table) setArrow(metadata []format.KeyValue) {
	for _, pair := range metadata {
		if pair.Key != "ARROW:schema" {
			continue
		}
		b, err := base64.StdEncoding.DecodeString(strings.TrimSpace(pair.Value))
		if err != nil {
			continue
		}
		for name, unit := range durations(b) {
			for j := range t.leaves {
				if l := &t.leaves[j]; l.name == name && l.kind == format.Int64 && l.sense.what == plain {
					l.sense = meaning{what: seconds, unit: unit}
				}
			}
		}
	}
}

// Places of fields in the tables of Arrow's schema, and the types that are meant.
const (
	messageKind, messageBody               = 1, 2
	schemaKind, schemaFields               = 1, 1
	fieldName, fieldKind, fieldType        = 0, 2, 3
	durationKind, durationUnit             = 18, 0
	headContinues                          = 0xffffffff
	maxArrowFields                         = 1 << 16
	unitMillis                      uint64 = 1 // what a duration has that says no unit
)

// durations returns the lengths of time among the fields of a schema, and how many of their units make a
// second.
func durations(b []byte) map[string]int64 {
	f := flat{b: b}
	at := uint64(4) // behind the length of the message
	if f.number(0, 4) == headContinues {
		at = 8
	}
	message := f.follow(at)
	if f.field(message, messageKind, 1, 0) != schemaKind {
		return nil
	}
	fields := f.follow(f.place(f.follow(f.place(message, messageBody)), schemaFields))
	found := map[string]int64{}
	n := f.number(fields, 4)
	if n > maxArrowFields {
		return nil
	}
	for k := range n {
		field := f.follow(fields + 4 + 4*k)
		if f.field(field, fieldKind, 1, 0) != durationKind {
			continue
		}
		unit := f.field(f.follow(f.place(field, fieldType)), durationUnit, 2, unitMillis)
		if name := f.text(f.follow(f.place(field, fieldName))); !f.bad && unit < 4 {
			found[name] = []int64{1, 1e3, 1e6, 1e9}[unit]
		}
	}
	if f.bad {
		return nil
	}
	return found
}

// flat reads FlatBuffers: tables whose fields are found through a table of places. What leaves the bytes is 0
// and makes all of it bad. https://flatbuffers.dev/internals
type flat struct {
	b   []byte
	bad bool
}

// number returns the number of so many bytes at a place.
func (f *flat) number(at, size uint64) uint64 {
	if at > uint64(len(f.b)) || size > uint64(len(f.b))-at {
		f.bad = true
		return 0
	}
	var whole [8]byte
	copy(whole[:], f.b[at:at+size])
	return binary.LittleEndian.Uint64(whole[:])
}

// follow returns the place to which the offset at a place leads; 0 is none.
func (f *flat) follow(at uint64) uint64 {
	if at == 0 {
		return 0
	}
	return at + f.number(at, 4)
}

// place returns where a table has a field, or 0.
func (f *flat) place(table uint64, field int) uint64 {
	if table == 0 {
		return 0
	}
	places := int64(table) - int64(int32(f.number(table, 4)))
	if places < 0 {
		f.bad = true
		return 0
	}
	at := uint64(4 + 2*field)
	if f.number(uint64(places), 2) < at+2 {
		return 0
	}
	if offset := f.number(uint64(places)+at, 2); offset > 0 {
		return table + offset
	}
	return 0
}

// field returns a number that a table has, or what one without it means.
func (f *flat) field(table uint64, field int, size, usual uint64) uint64 {
	at := f.place(table, field)
	if at == 0 {
		return usual
	}
	return f.number(at, size)
}

// text returns the text at a place.
func (f *flat) text(at uint64) string {
	if at == 0 {
		return ""
	}
	size := f.number(at, 4)
	if f.bad || size > uint64(len(f.b))-at-4 {
		f.bad = true
		return ""
	}
	return string(f.b[at+4 : at+4+size])
}
