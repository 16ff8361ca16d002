package parquet

import (
	"encoding/binary"

	"github.com/klauspost/compress/s2"
)

// packSnappy returns data as a block of Snappy, in the memory of dst if there is enough. Rows of a list of
// numbers are so many bytes apart: what does not change from one frame to the next is found there and nowhere else, in a third of the time
// that looking for anything anywhere takes, and by about as many bytes. Other columns have a step of 0.
// See https://github.com/google/snappy/blob/main/format_description.txt.
func packSnappy(dst, data []byte, step int) []byte {
	if step < leastStep || step > furthest || len(data) <= step {
		return s2.EncodeSnappy(dst[:cap(dst)], data)
	}
	if n := s2.MaxEncodedLen(len(data)); cap(dst) < n {
		dst = make([]byte, 0, n)
	}
	dst = binary.AppendUvarint(dst[:0], uint64(len(data)))
	written, at := 0, step
	for at+8 <= len(data) {
		if changed := binary.LittleEndian.Uint64(data[at:]) ^ binary.LittleEndian.Uint64(data[at-step:]); changed>>32 != 0 {
			at += 8
			continue
		} else if changed != 0 {
			at += 4
			continue
		}
		from := at
		for at += 8; at+8 <= len(data); at += 8 {
			if changed := binary.LittleEndian.Uint64(data[at:]) ^ binary.LittleEndian.Uint64(data[at-step:]); changed != 0 {
				if uint32(changed) == 0 {
					at += 4
				}
				break
			}
		}
		if rest := len(data) - at; rest >= 4 && rest < 8 && binary.LittleEndian.Uint32(data[at:]) == binary.LittleEndian.Uint32(data[at-step:]) {
			at += 4
		}
		if n := from - written; n > 0 && n <= short && len(data)-written >= short && cap(dst)-len(dst) > short {
			dst = dst[:len(dst)+1+short] // the bytes after the literal are written over
			end := dst[len(dst)-1-short:]
			end[0] = byte(n-1) << 2
			*(*[short]byte)(end[1:]) = [short]byte(data[written:])
			dst = dst[:len(dst)-short+n]
		} else {
			dst = appendLiteral(dst, data[written:from])
		}
		dst = appendCopy(dst, step, at-from)
		written = at
	}
	return appendLiteral(dst, data[written:])
}

const (
	leastStep = 16        // bytes; in shorter rows what repeats is not what stands above
	furthest  = 1<<16 - 1 // bytes, that a copy of three bytes reaches back
	short     = 16        // bytes, which are as soon copied as one
)

// appendLiteral appends bytes as they are, after their number.
func appendLiteral(dst, b []byte) []byte {
	n := len(b) - 1
	switch {
	case n < 0:
		return dst
	case n < 60:
		dst = append(dst, byte(n)<<2)
	case n < 1<<8:
		dst = append(dst, 60<<2, byte(n))
	case n < 1<<16:
		dst = append(dst, 61<<2, byte(n), byte(n>>8))
	default:
		dst = append(dst, 63<<2, byte(n), byte(n>>8), byte(n>>16), byte(n>>24))
	}
	return append(dst, b...)
}

// appendCopy says that n bytes, a multiple of 4, are as those that far back.
func appendCopy(dst []byte, back, n int) []byte {
	const most = 64 // of one copy
	for ; n > most; n -= most {
		dst = append(dst, (most-1)<<2|2, byte(back), byte(back>>8))
	}
	if n < 12 && back < 1<<11 {
		return append(dst, byte(back>>8)<<5|byte(n-4)<<2|1, byte(back))
	}
	return append(dst, byte(n-1)<<2|2, byte(back), byte(back>>8))
}
