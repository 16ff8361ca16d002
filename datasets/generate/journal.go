package generate

import (
	"bufio"
	"encoding/binary"
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
