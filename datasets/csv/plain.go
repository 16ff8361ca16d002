package csv

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"
)

// headBytes are those of a text that are looked at to tell what it is.
const headBytes = 1 << 16

// maxPlainBytes bounds what a packed file may take of the disk when it is unpacked, so
// that a small file cannot fill it. Tests set it.
var maxPlainBytes int64 = 1 << 36

// input is a text in UTF-8 with lines that end with LF or CR LF.
type input struct {
	name    string // for errors
	content io.ReaderAt
	size    int64                // bytes
	place   func(row int) string // how errors call a row, from 0 on, where it is no line of the text

	// The hash of the file that the text is from is sum or, where that is empty, that of
	// before and the text.
	sum    string // SHA-256 in hexadecimal
	before []byte
}

// lineEnd says how the lines of a text end.
type lineEnd int

const (
	lineFeed       lineEnd = iota // alone or after a carriage return
	carriageReturn                // alone, as old programs for the Macintosh write it
)

// lineEndOf tells it by the first line.
func lineEndOf(head []byte) lineEnd {
	at := bytes.IndexAny(head, "\r\n")
	if at >= 0 && head[at] == '\r' && at+1 < len(head) && head[at+1] != '\n' {
		return carriageReturn
	}
	return lineFeed
}

var (
	markUTF8  = []byte{0xef, 0xbb, 0xbf}
	markGzip  = []byte{0x1f, 0x8b}
	markLE    = []byte{0xff, 0xfe}
	markBE    = []byte{0xfe, 0xff}
	markUTF32 = []byte{0xff, 0xfe, 0, 0}
)

// wideOrder reports whether a text is in UTF-16, with a byte-order mark or with the zero
// in every second byte that Latin letters and digits have there, and its byte order.
func wideOrder(head []byte) (order unicode.Endianness, wide bool) {
	switch {
	case bytes.HasPrefix(head, markLE):
		return unicode.LittleEndian, true
	case bytes.HasPrefix(head, markBE):
		return unicode.BigEndian, true
	}
	var zeros [2]int // at even and at odd places
	pairs := min(len(head), 256) / 2
	for i := range 2 * pairs {
		if head[i] == 0 {
			zeros[i%2]++
		}
	}
	switch {
	case pairs > 0 && zeros[0] == 0 && 4*zeros[1] > 3*pairs:
		return unicode.LittleEndian, true
	case pairs > 0 && zeros[1] == 0 && 4*zeros[0] > 3*pairs:
		return unicode.BigEndian, true
	}
	return unicode.BigEndian, false
}

// foreign lists how files that are no tables begin.
var foreign = []struct{ start, what string }{
	{"PK\x03\x04", "a sheet (xlsx, ods) or another zip archive: save the sheet as CSV"},
	{"\xd0\xcf\x11\xe0", "a sheet of old Office programs (xls): save it as CSV"},
	{"PAR1", "a Parquet file, which orrery import parquet reads"},
	{"\x89MCAP", "a bag in MCAP, which orrery import mcap reads"},
	{"\x89HDF", "an HDF5 file"},
	{"\x93NUMPY", "a NumPy array"},
	{"SQLite format 3", "a database of SQLite"},
	{"%PDF", "a PDF document"},
	{"{\\rtf", "a text document (RTF)"},
	{"\x28\xb5\x2f\xfd", "packed with zstd: unpack it first"},
	{"BZh", "packed with bzip2: unpack it first"},
	{"\xfd7zXZ", "packed with xz: unpack it first"},
	{"7z\xbc\xaf", "packed with 7-Zip: unpack it first"},
	{"\x1f\x8b", "packed twice: unpack it first"},
}

// checkText returns an error for what is no table in a text, by its first bytes.
func checkText(head []byte) error {
	if bytes.HasPrefix(head, []byte("PK\x03\x04")) && bytes.Contains(head[:min(len(head), 300)], []byte(".npy")) {
		return errors.New("must be a CSV table, but is an archive of NumPy, which orrery import npz reads")
	}
	for _, known := range foreign {
		if bytes.HasPrefix(head, []byte(known.start)) {
			return fmt.Errorf("must be a CSV table, but is %s", known.what)
		}
	}
	if bytes.HasPrefix(head, markUTF32) {
		return errors.New("is in UTF-32: save it in UTF-8")
	}
	start := bytes.TrimSpace(bytes.TrimPrefix(head, markUTF8))
	switch {
	case bytes.HasPrefix(start, []byte("<")):
		return errors.New("must be a CSV table, but is a web page (HTML) or XML")
	case bytes.HasPrefix(start, []byte("{")), bytes.HasPrefix(start, []byte("[")):
		return errors.New("must be a CSV table, but is JSON")
	}
	if at := bytes.IndexFunc(head, isControl); at >= 0 {
		return fmt.Errorf("must be a table in a text, but its byte %d is %d, which no text has", at+1, head[at])
	}
	return checkShare(head)
}

// isControl reports whether no text has a character. Besides the ends of lines, tabs and
// new pages, old programs end a text with character 26.
func isControl(r rune) bool { return r < ' ' && !strings.ContainsRune("\t\n\v\f\r\x1a", r) }

// checkShare returns an error when most characters beyond ASCII are not in UTF-8 and are so
// many that no other code of a text explains them: names of columns in a language with
// letters of its own come with numbers in ASCII.
func checkShare(head []byte) error {
	strange := 0
	for text := head; len(text) > 0; {
		r, size := utf8.DecodeRune(text)
		if r == utf8.RuneError && size == 1 {
			strange++
		}
		text = text[size:]
	}
	if strange > 8 && 4*strange > len(head) {
		return errors.New("must be a table in a text, but most of its bytes are none of a text")
	}
	return nil
}

// openPlain returns the text in a file, which is read in place where it is UTF-8 and
// from a copy where it is not.
func openPlain(ctx context.Context, name string, file *os.File, size int64, keep *[]*os.File) (input, error) {
	head := make([]byte, min(headBytes, size))
	if _, err := file.ReadAt(head, 0); err != nil && err != io.EOF {
		return input{}, fmt.Errorf("%s: %w", name, err)
	}
	if _, wide := wideOrder(head); wide || bytes.HasPrefix(head, markGzip) || lineEndOf(head) != lineFeed {
		return copyPlain(ctx, name, io.NewSectionReader(file, 0, size), keep)
	}
	if err := checkText(head); err != nil {
		return input{}, fmt.Errorf("%s: %w", name, err)
	}
	var before []byte
	if bytes.HasPrefix(head, markUTF8) {
		before = markUTF8
	}
	skip := int64(len(before))
	return input{name: name, content: io.NewSectionReader(file, skip, size-skip), size: size - skip, before: before}, nil
}

// copyPlain writes the text that r reads into a nameless file, which it appends to keep.
func copyPlain(ctx context.Context, name string, r io.Reader, keep *[]*os.File) (in input, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("%s: %w", name, explainUnpacking(err))
		}
	}()
	sum := sha256.New()
	text, err := plainText(io.TeeReader(r, sum))
	if err != nil {
		return input{}, err
	}
	file, err := os.CreateTemp("", "orrery-*.csv")
	if err != nil {
		return input{}, err
	}
	*keep = append(*keep, file)
	os.Remove(file.Name())                                        // where a system keeps the name of an open file, Close removes it
	size, err := io.Copy(file, &boundedReader{ctx: ctx, r: text}) // to the end of raw, so that sum is of all
	return input{name: name, content: file, size: size, sum: hexSum(sum)}, err
}

// plainText returns the text in UTF-8, without a mark, with lines that end with LF.
func plainText(raw io.Reader) (io.Reader, error) {
	text := bufio.NewReaderSize(raw, headBytes)
	head, err := peek(text)
	if err != nil {
		return nil, err
	}
	if bytes.HasPrefix(head, markGzip) {
		unpacked, err := gzip.NewReader(text)
		if err != nil {
			return nil, err
		}
		text = bufio.NewReaderSize(unpacked, headBytes)
		if head, err = peek(text); err != nil {
			return nil, err
		}
	}
	if order, wide := wideOrder(head); wide && !bytes.HasPrefix(head, markUTF32) {
		text = bufio.NewReaderSize(unicode.UTF16(order, unicode.UseBOM).NewDecoder().Reader(text), headBytes)
		if head, err = peek(text); err != nil {
			return nil, err
		}
	}
	if err := checkText(head); err != nil {
		return nil, err
	}
	if bytes.HasPrefix(head, markUTF8) {
		_, _ = text.Discard(len(markUTF8)) // which was peeked at
	}
	if lineEndOf(head) == carriageReturn {
		return lineFeeds{text}, nil
	}
	return text, nil
}

// peek returns the first bytes of a text.
func peek(text *bufio.Reader) ([]byte, error) {
	head, err := text.Peek(headBytes)
	if err == io.EOF {
		err = nil
	}
	return head, err
}

// explainUnpacking says what errors of packed files mean.
func explainUnpacking(err error) error {
	var corrupt flate.CorruptInputError
	if errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) || errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &corrupt) {
		return errors.New("is packed with gzip, and damaged or cut off")
	}
	return err
}

// lineFeeds reads LF where there is CR.
type lineFeeds struct{ r io.Reader }

// Read implements io.Reader.
func (l lineFeeds) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	for i, c := range p[:n] {
		if c == '\r' {
			p[i] = '\n'
		}
	}
	return n, err
}

// boundedReader ends with its context, and at maxPlainBytes.
type boundedReader struct {
	ctx  context.Context
	r    io.Reader
	done int64 // bytes
}

// Read implements io.Reader.
func (b *boundedReader) Read(p []byte) (int, error) {
	if err := b.ctx.Err(); err != nil {
		return 0, err
	}
	if b.done > maxPlainBytes {
		return 0, fmt.Errorf("must have at most %d bytes when it is unpacked", maxPlainBytes)
	}
	n, err := b.r.Read(p)
	b.done += int64(n)
	return n, err
}

func hexSum(sum hash.Hash) string { return hex.EncodeToString(sum.Sum(nil)) }
