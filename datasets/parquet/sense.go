package parquet

import (
	"encoding/binary"
	"math/big"
	"strconv"
	"unicode/utf8"

	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/format"

	"orrery/datasets/digits"
)

// meaning says what the values of a column are, besides their type.
type meaning struct {
	what  what
	unit  int64 // of seconds: how many are one; of days: seconds in one
	point int   // of decimals: digits behind it
}

type what int

const (
	plain    what = iota // numbers, flags and bytes as they are
	unsigned             // whole numbers that are never negative
	seconds              // times in parts of a second
	days                 // times in days since 1970
	decimals             // whole numbers with a decimal point
	halves               // floats of 16 bits
	julian               // times of old programs: nanoseconds of a day and the day
	uuids                // names of 128 bits
)

const secondsOfDay = 86400

// meaningOf takes it from the schema: the logical type or, in old files, the converted one.
func meaningOf(e format.SchemaElement) meaning {
	if e.Type.V == format.Int96 {
		return meaning{what: julian}
	}
	switch l := e.LogicalType.Value.(type) {
	case *format.IntType:
		if !l.IsSigned {
			return meaning{what: unsigned}
		}
	case *format.TimestampType:
		return meaning{what: seconds, unit: partsOf(l.Unit)}
	case *format.TimeType:
		return meaning{what: seconds, unit: partsOf(l.Unit)}
	case *format.DateType:
		return meaning{what: days, unit: secondsOfDay}
	case *format.DecimalType:
		return meaning{what: decimals, point: int(l.Scale)}
	case *format.Float16Type:
		return meaning{what: halves}
	case *format.UUIDType:
		return meaning{what: uuids}
	}
	if !e.ConvertedType.Valid {
		return meaning{}
	}
	switch e.ConvertedType.V {
	case deprecated.Uint8, deprecated.Uint16, deprecated.Uint32, deprecated.Uint64:
		return meaning{what: unsigned}
	case deprecated.TimestampMillis, deprecated.TimeMillis:
		return meaning{what: seconds, unit: 1e3}
	case deprecated.TimestampMicros, deprecated.TimeMicros:
		return meaning{what: seconds, unit: 1e6}
	case deprecated.Date:
		return meaning{what: days, unit: secondsOfDay}
	case deprecated.Decimal:
		return meaning{what: decimals, point: int(e.Scale.V)}
	}
	return meaning{}
}

// partsOf returns how many of a unit make a second.
func partsOf(unit format.TimeUnit) int64 {
	switch unit.Value.(type) {
	case *format.MilliSeconds:
		return 1e3
	case *format.MicroSeconds:
		return 1e6
	}
	return 1e9
}

// fits reports whether values of a type and length can have the meaning.
func (m meaning) fits(kind format.Type, length int) bool {
	whole := kind == format.Int32 || kind == format.Int64
	bytes := kind == format.ByteArray || kind == format.FixedLenByteArray
	switch m.what {
	case unsigned, seconds, days:
		return whole
	case decimals:
		return (whole || bytes) && m.point >= 0 && m.point <= maxDigits && length <= maxDigits
	case halves:
		return length == 2
	case uuids:
		return length == 16
	}
	return true
}

// maxDigits bounds decimal numbers; Arrow's have 76 digits at most.
const maxDigits = 100

// maxText bounds texts in bytes. What is longer is no name of anything.
const maxText = 4096

// appendValue appends a value of a column as text: nothing for what is no finite number and
// no text.
func appendValue[T Value](dst []byte, v T, m meaning) []byte {
	switch v := any(v).(type) {
	case bool:
		return strconv.AppendBool(dst, v)
	case float32:
		return digits.AppendFloat(dst, float64(v), 32)
	case float64:
		return digits.AppendFloat(dst, v, 64)
	case int32:
		if m.what == unsigned {
			return strconv.AppendUint(dst, uint64(uint32(v)), 10)
		}
		return m.appendWhole(dst, int64(v))
	case int64:
		if m.what == unsigned {
			return strconv.AppendUint(dst, uint64(v), 10)
		}
		return m.appendWhole(dst, v)
	case []byte:
		return m.appendBytes(dst, v)
	}
	return dst
}

func (m meaning) appendWhole(dst []byte, v int64) []byte {
	switch m.what {
	case seconds:
		return digits.AppendPoint(dst, strconv.FormatInt(v, 10), len(strconv.FormatInt(m.unit, 10))-1)
	case days:
		return strconv.AppendInt(dst, v*m.unit, 10)
	case decimals:
		return digits.AppendPoint(dst, strconv.FormatInt(v, 10), m.point)
	}
	return strconv.AppendInt(dst, v, 10)
}

func (m meaning) appendBytes(dst, v []byte) []byte {
	switch m.what {
	case decimals: // big-endian, in two's complement
		if len(v) == 0 || len(v) > maxDigits {
			return dst
		}
		whole := new(big.Int).SetBytes(v)
		if v[0] >= 1<<7 {
			whole.Sub(whole, new(big.Int).Lsh(big.NewInt(1), uint(8*len(v))))
		}
		return digits.AppendPoint(dst, whole.String(), m.point)
	case halves:
		return digits.AppendFloat(dst, digits.Half(binary.LittleEndian.Uint16(v)), 32)
	case julian:
		const epoch = 2440588 // the Julian day of 1 January 1970
		days := int64(binary.LittleEndian.Uint32(v[8:])) - epoch
		whole := new(big.Int).Mul(big.NewInt(days), big.NewInt(secondsOfDay*1e9))
		whole.Add(whole, big.NewInt(int64(binary.LittleEndian.Uint64(v))))
		return digits.AppendPoint(dst, whole.String(), 9)
	case uuids:
		for i, b := range v {
			if i == 4 || i == 6 || i == 8 || i == 10 {
				dst = append(dst, '-')
			}
			const digits = "0123456789abcdef"
			dst = append(dst, digits[b>>4], digits[b&15])
		}
		return dst
	}
	if len(v) > maxText || !utf8.Valid(v) {
		return dst
	}
	return append(dst, v...)
}
