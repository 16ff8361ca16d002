package filming

import (
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"slices"
	"strings"
)

// chunk is a picture as an encoder packed it.
type chunk struct {
	data []byte
	key  bool // can be shown without those before
}

// video is what stands in an MP4 file: pictures of one size, one after the other at even distances.
type video struct {
	codec  string      // as WebCodecs names it, such as avc1.640033, vp09.00.51.08 or av01.0.13M.08
	config []byte      // of the decoder: avcC for avc1, else nothing
	size   image.Point // px
	rate   int         // pictures a second
	chunks []chunk
}

// mux returns an MP4 file (ISO/IEC 14496-12 and -14; for VP9 and AV1 their bindings to it) of one track. That needs
// a dozen kinds of boxes; libraries for MP4 read and write hundreds.
func (v *video) mux() ([]byte, error) {
	if len(v.chunks) == 0 {
		return nil, errors.New("mp4: no pictures")
	}
	if !v.chunks[0].key {
		return nil, errors.New("mp4: the first picture needs one before it")
	}
	entry, err := v.entry()
	if err != nil {
		return nil, err
	}
	head := box("ftyp", []byte("isom"), u32(0x200), []byte("isomiso2mp41"))
	moov := v.movie(entry, 0)
	moov = v.movie(entry, len(head)+len(moov)+8) // the place of the pictures changes no length
	out := slices.Concat(head, moov)
	total := 8
	for _, c := range v.chunks {
		total += len(c.data)
	}
	out = slices.Concat(out, u32(total), []byte("mdat"))
	for _, c := range v.chunks {
		out = append(out, c.data...)
	}
	return out, nil
}

// movie returns the box that says what there is, and from where in the file on the pictures are.
func (v *video) movie(entry []byte, from int) []byte {
	count := len(v.chunks)
	var sizes, keys [][]byte
	for i, c := range v.chunks {
		sizes = append(sizes, u32(len(c.data)))
		if c.key {
			keys = append(keys, u32(i+1))
		}
	}
	matrix := slices.Concat(u32(1<<16), u32(0), u32(0), u32(0), u32(1<<16), u32(0), u32(0), u32(0), u32(1<<30))
	table := box("stbl",
		full("stsd", 0, u32(1), entry),
		full("stts", 0, u32(1), u32(count), u32(1)),
		full("stss", 0, append([][]byte{u32(len(keys))}, keys...)...),
		full("stsc", 0, u32(1), u32(1), u32(count), u32(1)),
		full("stsz", 0, append([][]byte{u32(0), u32(count)}, sizes...)...),
		full("stco", 0, u32(1), u32(from)),
	)
	media := box("mdia",
		full("mdhd", 0, u32(0), u32(0), u32(v.rate), u32(count), u16(0x55c4), u16(0)), // times in pictures; no language
		full("hdlr", 0, u32(0), []byte("vide"), make([]byte, 12), []byte("pictures\x00")),
		box("minf",
			full("vmhd", 1, make([]byte, 8)),
			box("dinf", full("dref", 0, u32(1), full("url ", 1))), // the pictures are in this file
			table,
		),
	)
	track := box("trak",
		full("tkhd", 3, u32(0), u32(0), u32(1), u32(0), u32(count), make([]byte, 16), matrix, u32(v.size.X<<16), u32(v.size.Y<<16)),
		media,
	)
	return box("moov",
		full("mvhd", 0, u32(0), u32(0), u32(v.rate), u32(count), u32(1<<16), u16(1<<8), make([]byte, 10), matrix, make([]byte, 24), u32(2)),
		track,
	)
}

// entry returns the box that says how pictures are packed.
func (v *video) entry() ([]byte, error) {
	name, rest, _ := strings.Cut(v.codec, ".")
	var config []byte
	switch name {
	case "avc1":
		if len(v.config) == 0 {
			return nil, fmt.Errorf("mp4: the encoder of %s says nothing for the decoder", v.codec)
		}
		config = box("avcC", v.config)
	case "vp09":
		var profile, level, depth int
		if _, err := fmt.Sscanf(rest, "%d.%d.%d", &profile, &level, &depth); err != nil {
			return nil, fmt.Errorf("mp4: codec %s: %w", v.codec, err)
		}
		const subsampled, unspecified = 1, 2
		config = full("vpcC", 1<<24, []byte{byte(profile), byte(level), byte(depth<<4 | subsampled<<1), unspecified, unspecified, unspecified}, u16(0))
	case "av01":
		var profile, level, depth int
		var tier byte
		if _, err := fmt.Sscanf(rest, "%d.%d%c.%d", &profile, &level, &tier, &depth); err != nil {
			return nil, fmt.Errorf("mp4: codec %s: %w", v.codec, err)
		}
		const marker, subsampled = 0x81, 0b1100
		config = box("av1C", []byte{marker, byte(profile<<5 | level), subsampled, 0})
	default:
		return nil, fmt.Errorf("mp4: codec %s must be avc1, vp09 or av01", v.codec)
	}
	const perInch = 72 << 16
	return box(name, make([]byte, 6), u16(1), make([]byte, 16), u16(v.size.X), u16(v.size.Y), u32(perInch), u32(perInch), u32(0), u16(1),
		make([]byte, 32), u16(24), []byte{0xff, 0xff}, config), nil
}

// box returns one with a name and its parts.
func box(name string, parts ...[]byte) []byte {
	content := slices.Concat(parts...)
	return slices.Concat(u32(8+len(content)), []byte(name), content)
}

// full is a box that begins with a version, in the highest byte, and flags.
func full(name string, flags int, parts ...[]byte) []byte {
	return box(name, slices.Concat(u32(flags), slices.Concat(parts...)))
}

func u32(v int) []byte { return binary.BigEndian.AppendUint32(nil, uint32(v)) }
func u16(v int) []byte { return binary.BigEndian.AppendUint16(nil, uint16(v)) }
