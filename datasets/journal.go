package datasets

import (
	"bufio"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"os"
)

// journal is a file of records, each of which follows its length and its checksum. One
// that a kill or a power failure cut short ends the journal.
type journal struct {
	file    *os.File
	waiting []byte
}

// journalSum is CRC-32C, which CPUs have an instruction for.
var journalSum = crc32.MakeTable(crc32.Castagnoli)

func (j *journal) append(record []byte) {
	j.waiting = binary.LittleEndian.AppendUint32(j.waiting, uint32(len(record)))
	j.waiting = binary.LittleEndian.AppendUint32(j.waiting, crc32.Checksum(record, journalSum))
	j.waiting = append(j.waiting, record...)
}

func (j *journal) flush() error {
	_, err := j.file.Write(j.waiting)
	j.waiting = j.waiting[:0]
	return err
}

// maxRecord bounds a record: a scene and a few numbers.
const maxRecord = 64 << 20

// nextRecord reads a record, or returns io.EOF where the journal ends.
func nextRecord(r *bufio.Reader) ([]byte, error) {
	var head [8]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, io.EOF
	}
	size := binary.LittleEndian.Uint32(head[:])
	if size > maxRecord {
		return nil, io.EOF
	}
	record := make([]byte, size)
	if _, err := io.ReadFull(r, record); err != nil || crc32.Checksum(record, journalSum) != binary.LittleEndian.Uint32(head[4:]) {
		return nil, io.EOF
	}
	return record, nil
}

// entry is what the journal says about an episode.
type entry struct {
	episode
	chunks []tableChunk // of the frames, by feature; they follow each other
	scene  []byte       // JSON
}

var errEntry = errors.New("entry of the journal is malformed")

func (e *entry) encode() []byte {
	b := make([]byte, 0, len(e.scene)+100)
	for _, v := range []int{e.length, e.chunk, e.file, e.row, int(e.chunks[0].offset)} {
		b = binary.AppendUvarint(b, uint64(v))
	}
	for _, c := range e.chunks {
		b = binary.AppendUvarint(b, uint64(c.size))
	}
	return append(b, e.scene...)
}

// decodeEntry is the inverse of encode for an episode with so many features.
func decodeEntry(b []byte, features int) (e entry, err error) {
	number := func() int {
		v, n := binary.Uvarint(b)
		if n <= 0 || v > 1<<40 {
			err = errEntry
			return 0
		}
		b = b[n:]
		return int(v)
	}
	e.length, e.chunk, e.file, e.row = number(), number(), number(), number()
	offset := int64(number())
	for range features {
		c := tableChunk{offset, number()}
		e.chunks = append(e.chunks, c)
		offset += int64(c.size)
	}
	e.scene = b
	return e, err
}
