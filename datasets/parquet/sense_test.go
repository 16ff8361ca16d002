package parquet

import (
	"fmt"
	"testing"

	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

// TestMeaningsFitSomeTypes: whole numbers for times, so many bytes for halves and names, and decimals of at most 100 digits.
func TestMeaningsFitSomeTypes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		meaning meaning
		kind    format.Type
		length  int
		want    bool
	}{
		{meaning{}, format.Double, 0, true}, {meaning{what: unsigned}, format.Int32, 0, true}, {meaning{what: unsigned}, format.Int64, 0, true}, {meaning{what: unsigned}, format.Double, 0, false}, {meaning{what: seconds}, format.Int64, 0, true},
		{meaning{what: seconds}, format.ByteArray, 0, false}, {meaning{what: days}, format.Int32, 0, true}, {meaning{what: days}, format.Float, 0, false}, {meaning{what: decimals, point: 100}, format.Int32, 0, true}, {meaning{what: decimals, point: 101}, format.Int32, 0, false},
		{meaning{what: decimals, point: -1}, format.Int32, 0, false}, {meaning{what: decimals}, format.FixedLenByteArray, 100, true}, {meaning{what: decimals}, format.FixedLenByteArray, 101, false}, {meaning{what: decimals}, format.ByteArray, 0, true},
		{meaning{what: decimals}, format.Float, 0, false}, {meaning{what: halves}, format.FixedLenByteArray, 2, true}, {meaning{what: halves}, format.FixedLenByteArray, 3, false}, {meaning{what: uuids}, format.FixedLenByteArray, 16, true}, {meaning{what: uuids}, format.FixedLenByteArray, 15, false},
		{meaning{what: julian}, format.Int96, 0, true},
	} {
		if got := c.meaning.fits(c.kind, c.length); got != c.want {
			t.Errorf("%+v of %v with %d bytes: %v", c.meaning, c.kind, c.length, got)
		}
	}
}

// TestColumnsAreTheLeavesThatCanBeRead: lists, structures and what nobody understands are named once, whatever they are made of, and ranges come last.
func TestColumnsAreTheLeavesThatCanBeRead(t *testing.T) {
	t.Parallel()
	r := &RowFile{table: &Table{
		leaves: []leaf{
			{name: "x", kind: format.Double}, {name: "box", part: "a", beyond: "a structure"}, {name: "box", part: "b", beyond: "a structure"}, {name: "box", part: "c", beyond: "a structure"}, {name: "names", list: true},
			{name: "t", kind: format.Int64, sense: meaning{what: seconds, unit: 1000}}, {name: "odd", kind: format.Float, sense: meaning{what: days}}, {name: "names", list: true},
		},
		indices: []rangeIndex{{name: "index", start: 3, step: 2}},
	}}
	r.setColumns()
	got := ""
	for _, c := range r.columns {
		got += fmt.Sprintf("%s %d; ", c.name, c.leaf)
	}
	if want := "x 0; t 5; index -1; "; got != want || fmt.Sprint(r.skipped) != "[box names odd names]" {
		t.Errorf("columns %s, skipped %v", got, r.skipped)
	}
	if span := r.columns[2].span; span.start != 3 || span.step != 2 {
		t.Errorf("range %+v", span)
	}
}

// TestMeaningsOfOldAndNewWordsAreOne: each type of a column by the word of the format's first version and by that of now.
func TestMeaningsOfOldAndNewWordsAreOne(t *testing.T) {
	t.Parallel()
	old := func(c deprecated.ConvertedType) format.SchemaElement {
		e := format.SchemaElement{Type: thrift.New(format.Int64), ConvertedType: thrift.New(c)}
		e.Scale = thrift.New(int32(3))
		return e
	}
	now := func(l format.LogicalTypeValue) format.SchemaElement {
		e := format.SchemaElement{Type: thrift.New(format.Int64)}
		e.LogicalType.Value = l
		return e
	}
	unit := func(u format.TimeUnitValue) (unit format.TimeUnit) {
		unit.Value = u
		return unit
	}
	for i, c := range []struct {
		element format.SchemaElement
		want    meaning
	}{
		{format.SchemaElement{Type: thrift.New(format.Int64)}, meaning{}}, {format.SchemaElement{Type: thrift.New(format.Int96)}, meaning{what: julian}},
		{old(deprecated.Uint8), meaning{what: unsigned}}, {old(deprecated.Uint16), meaning{what: unsigned}}, {old(deprecated.Uint32), meaning{what: unsigned}}, {old(deprecated.Uint64), meaning{what: unsigned}}, {old(deprecated.Int64), meaning{}},
		{old(deprecated.TimestampMillis), meaning{what: seconds, unit: 1000}}, {old(deprecated.TimeMillis), meaning{what: seconds, unit: 1000}}, {old(deprecated.TimestampMicros), meaning{what: seconds, unit: 1_000_000}}, {old(deprecated.TimeMicros), meaning{what: seconds, unit: 1_000_000}},
		{old(deprecated.Date), meaning{what: days, unit: 24 * 60 * 60}}, {old(deprecated.Decimal), meaning{what: decimals, point: 3}}, {old(deprecated.UTF8), meaning{}},
		{now(&format.IntType{BitWidth: 64}), meaning{what: unsigned}}, {now(&format.IntType{BitWidth: 64, IsSigned: true}), meaning{}},
		{now(&format.TimestampType{Unit: unit(&format.MilliSeconds{})}), meaning{what: seconds, unit: 1000}}, {now(&format.TimestampType{Unit: unit(&format.MicroSeconds{})}), meaning{what: seconds, unit: 1_000_000}}, {now(&format.TimeType{Unit: unit(&format.NanoSeconds{})}), meaning{what: seconds, unit: 1_000_000_000}},
		{now(&format.DateType{}), meaning{what: days, unit: 86400}}, {now(&format.DecimalType{Scale: 2}), meaning{what: decimals, point: 2}}, {now(&format.Float16Type{}), meaning{what: halves}}, {now(&format.UUIDType{}), meaning{what: uuids}},
	} {
		if got := meaningOf(c.element); got != c.want {
			t.Errorf("type %d means %+v, want %+v", i, got, c.want)
		}
	}
}
