package mcap

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"testing"

	"orrery/sim"
)

// TestDamageToAFileIsFound: each chunk and the summary at the end say the CRC-32 of what they hold, so that other programs notice what was damaged.
func TestDamageToAFileIsFound(t *testing.T) {
	t.Parallel()
	e := Episode{Trajectory: &sim.Trajectory{Scene: scene(3), States: spin(3, 40, 0)}}
	var file bytes.Buffer
	if err := Write(&file, nil, episodes(e, e)); err != nil {
		t.Fatal(err)
	}
	const magic, opChunk, opFooter, opEnd = 8, 0x06, 0x02, 0x0f
	found := map[byte]int{}
	for at, all := magic, file.Bytes(); at < len(all)-magic; {
		op, long := all[at], int(binary.LittleEndian.Uint64(all[at+1:]))
		content := all[at+9:][:long]
		sum := uint32(1)
		switch op {
		case opChunk: // after the times of its first and last message and its size
			sum = binary.LittleEndian.Uint32(content[24:])
		case opEnd:
			sum = binary.LittleEndian.Uint32(content)
			if want := crc32.ChecksumIEEE(all[:at]); sum != want {
				t.Errorf("the data have the sum %08x, want %08x", sum, want)
			}
		case opFooter: // after the places of the summary and of its parts
			sum = binary.LittleEndian.Uint32(content[16:])
			from := binary.LittleEndian.Uint64(content)
			if want := crc32.ChecksumIEEE(all[from : at+9+16]); sum != want {
				t.Errorf("the summary has the sum %08x, want %08x", sum, want)
			}
		}
		if sum == 0 {
			t.Errorf("the record %#x at %d has no sum", op, at)
		}
		found[op]++
		at += 9 + long
	}
	if found[opChunk] == 0 || found[opEnd] != 1 || found[opFooter] != 1 {
		t.Errorf("records %v", found)
	}
}
