package bags

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/foxglove/mcap/go/mcap"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
)

// Bounds of what is taken into memory at once.
const (
	maxRecord = 64 << 20  // bytes, of a schema, a channel or a message
	maxChunk  = 256 << 20 // bytes, packed and unpacked
	headBytes = 9         // of a record: what it is, and its length
)

// walker reads the records of a bag in their order and gives those that matter to its functions.
// The data passed to message is only good until it returns.
type walker struct {
	file io.ReaderAt
	size int64

	schema  func(*mcap.Schema)
	channel func(*mcap.Channel)
	message func(*mcap.Message) error
	warn    func(format string, args ...any) // about what cannot be read

	unpacked []byte // a buffer for chunks
	zstd     *zstd.Decoder
	lz4      *lz4.Reader
}

// walk reads all records up to the end of the data. What is cut off or damaged is said to warn and
// left out. https://mcap.dev/spec
func (w *walker) walk(ctx context.Context) error {
	magic := int64(len(mcap.Magic))
	for at := magic; ; {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		var head [headBytes]byte
		if n, err := w.file.ReadAt(head[:], at); n < headBytes {
			if err != nil && err != io.EOF {
				return err
			}
			w.warn("ends at byte %d without the end of its data, as if cut off: what is before is read", at)
			return nil
		}
		op, length := mcap.OpCode(head[0]), binary.LittleEndian.Uint64(head[1:])
		if length > uint64(w.size-at-headBytes) {
			w.warn("ends within a record at byte %d, as if cut off: what is before is read", at)
			return nil
		}
		begin := at + headBytes
		at = begin + int64(length)
		switch op {
		case mcap.OpDataEnd:
			return w.dataEnd(ctx, begin, length)
		case mcap.OpFooter:
			return nil
		case mcap.OpReserved:
			w.warn("has bytes that are no record at byte %d: what is before is read", begin-headBytes)
			return nil
		case mcap.OpChunk:
			if err := w.chunk(ctx, begin, length); err != nil {
				return err
			}
		case mcap.OpSchema, mcap.OpChannel, mcap.OpMessage:
			if length > maxRecord {
				w.warn("the record at byte %d has %d bytes, must have at most %d: it is left out", begin-headBytes, length, maxRecord)
				continue
			}
			record := make([]byte, length)
			if _, err := w.file.ReadAt(record, begin); err != nil {
				return err
			}
			if err := w.record(op, record, begin-headBytes); err != nil {
				return err
			}
		}
	}
}

// summary reads the schemas and the channels that a bag repeats at its end, so that messages can be
// read whose channel is described in a part that is damaged. A bag without them has nothing to say.
func (w *walker) summary() {
	const body, tail = 20, headBytes + 20 + 8 // of the footer: two places and a sum
	magic := int64(len(mcap.Magic))
	b := make([]byte, tail)
	if w.size < magic+tail {
		return
	}
	if _, err := w.file.ReadAt(b, w.size-tail); err != nil || mcap.OpCode(b[0]) != mcap.OpFooter {
		return
	}
	footer, err := mcap.ParseFooter(b[headBytes : headBytes+body])
	if err != nil || footer.SummaryStart == 0 || footer.SummaryStart > uint64(w.size-tail) {
		return
	}
	for at, end := int64(footer.SummaryStart), w.size-tail; at+headBytes <= end; {
		head := b[:headBytes]
		if _, err := w.file.ReadAt(head, at); err != nil {
			return
		}
		op, length := mcap.OpCode(head[0]), binary.LittleEndian.Uint64(head[1:])
		if length > uint64(end-at-headBytes) || length > maxRecord {
			return
		}
		if op == mcap.OpSchema || op == mcap.OpChannel {
			record := make([]byte, length)
			if _, err := w.file.ReadAt(record, at+headBytes); err != nil || w.record(op, record, at) != nil {
				return
			}
		}
		at += headBytes + int64(length)
	}
}

// dataEnd checks the sum of all data, where there is one.
func (w *walker) dataEnd(ctx context.Context, begin int64, length uint64) error {
	record := make([]byte, min(length, 4))
	if _, err := w.file.ReadAt(record, begin); err != nil {
		return err
	}
	end, err := mcap.ParseDataEnd(record)
	if err != nil {
		w.warn("the record at byte %d that ends the data is damaged: what is before is read", begin-headBytes)
		return nil
	}
	if end.DataSectionCRC == 0 {
		return nil
	}
	sum := crc32.NewIEEE()
	data := io.NewSectionReader(w.file, 0, begin-headBytes)
	for {
		_, err := io.CopyN(sum, data, 8<<20)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
	}
	if sum.Sum32() != end.DataSectionCRC {
		w.warn("does not match its checksum: something in it is damaged")
	}
	return nil
}

// record gives a record to whom it is for. It is at that byte of the file, or in the chunk there.
func (w *walker) record(op mcap.OpCode, record []byte, at int64) error {
	switch op {
	case mcap.OpSchema:
		s, err := mcap.ParseSchema(record)
		if err == nil {
			w.schema(s)
			return nil
		}
		w.warn("a description of messages at byte %d is damaged: it is left out", at)
	case mcap.OpChannel:
		c, err := mcap.ParseChannel(record)
		if err == nil {
			w.channel(c)
			return nil
		}
		w.warn("a description of a topic at byte %d is damaged: it is left out", at)
	case mcap.OpMessage:
		var m mcap.Message
		if err := m.PopulateFrom(record, false); err == nil {
			return w.message(&m)
		}
		w.warn("a message at byte %d is damaged: it is left out", at)
	}
	return nil
}

// chunkHead is what stands before the records of a chunk.
type chunkHead struct {
	size        uint64 // bytes, unpacked
	sum         uint32 // CRC-32 of the unpacked bytes, or 0
	compression string
	packed      []byte
}

// parseChunk takes a chunk apart.
func parseChunk(b []byte) (c chunkHead, ok bool) {
	const times, fixed = 16, 16 + 8 + 4 + 4
	if len(b) < fixed {
		return c, false
	}
	c.size, c.sum = binary.LittleEndian.Uint64(b[times:]), binary.LittleEndian.Uint32(b[times+8:])
	name, b := uint64(binary.LittleEndian.Uint32(b[times+12:])), b[fixed:]
	if uint64(len(b)) < name+8 {
		return c, false
	}
	c.compression, b = string(b[:name]), b[name:]
	packed := binary.LittleEndian.Uint64(b)
	b = b[8:]
	if packed > uint64(len(b)) {
		return c, false
	}
	c.packed = b[:packed]
	return c, true
}

// chunk reads the records of a chunk.
func (w *walker) chunk(ctx context.Context, begin int64, length uint64) error {
	at := begin - headBytes
	if length > maxChunk {
		w.warn("the chunk at byte %d has %d bytes, must have at most %d: it is left out", at, length, maxChunk)
		return nil
	}
	b := make([]byte, length)
	if _, err := w.file.ReadAt(b, begin); err != nil {
		return err
	}
	c, ok := parseChunk(b)
	if !ok {
		w.warn("the chunk at byte %d is damaged: it is left out", at)
		return nil
	}
	records, err := w.unpack(c)
	if err != nil {
		w.warn("the chunk at byte %d %v: it is left out", at, err)
		return nil
	}
	for n := 0; len(records) > 0; n++ {
		if n%checkMessages == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if len(records) < headBytes {
			w.warn("the chunk at byte %d ends within a record", at)
			return nil
		}
		op, size := mcap.OpCode(records[0]), binary.LittleEndian.Uint64(records[1:])
		records = records[headBytes:]
		if size > uint64(len(records)) {
			w.warn("the chunk at byte %d ends within a record", at)
			return nil
		}
		if err := w.record(op, records[:size], at); err != nil {
			return err
		}
		records = records[size:]
	}
	return nil
}

// checkMessages is after how many records it is asked whether to stop.
const checkMessages = 4096

var errDamaged = errors.New("is damaged")

// unpack undoes the compression of a chunk, which must have the size and the sum that its head
// says.
func (w *walker) unpack(c chunkHead) ([]byte, error) {
	if c.size > maxChunk {
		return nil, fmt.Errorf("has %d bytes, must have at most %d", c.size, maxChunk)
	}
	var err error
	records := c.packed
	switch mcap.CompressionFormat(c.compression) {
	case mcap.CompressionNone:
	case mcap.CompressionZSTD:
		records, err = w.unpackZstd(c)
	case mcap.CompressionLZ4:
		records, err = w.unpackLZ4(c)
	default:
		return nil, fmt.Errorf("is packed with %.40q, must be zstd, lz4 or not packed", c.compression)
	}
	if err != nil || uint64(len(records)) != c.size {
		return nil, errDamaged
	}
	if c.sum != 0 && crc32.ChecksumIEEE(records) != c.sum {
		return nil, errors.New("does not match its checksum")
	}
	return records, nil
}

func (w *walker) unpackZstd(c chunkHead) ([]byte, error) {
	var header zstd.Header
	if err := header.Decode(c.packed); err != nil {
		return nil, err
	}
	if header.HasFCS && header.FrameContentSize != c.size {
		return nil, errDamaged
	}
	if w.zstd == nil {
		d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxChunk))
		if err != nil {
			return nil, err
		}
		w.zstd = d
	}
	var err error
	w.unpacked, err = w.zstd.DecodeAll(c.packed, w.unpacked[:0])
	return w.unpacked, err
}

func (w *walker) unpackLZ4(c chunkHead) ([]byte, error) {
	if w.lz4 == nil {
		w.lz4 = lz4.NewReader(nil)
	}
	w.lz4.Reset(bytes.NewReader(c.packed))
	content := bytes.NewBuffer(w.unpacked[:0]) // grows with what comes, not with what is claimed
	_, err := io.Copy(content, io.LimitReader(w.lz4, int64(c.size)+1))
	w.unpacked = content.Bytes()
	return w.unpacked, err
}

// close frees what unpacks.
func (w *walker) close() {
	if w.zstd != nil {
		w.zstd.Close()
	}
}
