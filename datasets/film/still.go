package film

import (
	"context"
	"encoding/binary"
	"fmt"
	"image"
	"io"
)

// Still returns a film of opaque pictures of one size that are in memory, so many per second. It keeps the pictures.
func Still(ctx context.Context, pictures []*image.RGBA, rate float64, o Options) (*Film, error) {
	if !(rate > 0) {
		return nil, fmt.Errorf("rate %g pictures per second: must be > 0", rate)
	}
	return New(ctx, "pictures", Facts{Format: "pictures"}, func(context.Context) (Source, error) {
		if len(pictures) == 0 {
			return nil, fmt.Errorf("no pictures")
		}
		return &still{pictures: pictures, rate: rate}, nil
	}, o)
}

type still struct {
	pictures []*image.RGBA
	rate     float64
	next     int
}

func (s *still) Size() image.Point { return s.pictures[0].Rect.Size() }

func (s *still) Next(_ context.Context, pix []uint8) (float64, error) {
	if s.next == len(s.pictures) {
		return 0, io.EOF
	}
	m := s.pictures[s.next]
	if m.Rect.Size() != s.Size() {
		return 0, fmt.Errorf("is %s, must be %s as the first is", sizeText(m.Rect.Size()), sizeText(s.Size()))
	}
	for y := range m.Rect.Dy() {
		n := m.Rect.Dx()
		from, to := m.Pix[y*m.Stride:][:4*n], pix[3*y*n:][:3*n]
		for len(from) >= 4 && len(to) >= 4 { // the fourth value is where the next pixel comes
			binary.LittleEndian.PutUint32(to, binary.LittleEndian.Uint32(from))
			from, to = from[4:], to[3:]
		}
		copy(to, from[:3])
	}
	s.next++
	return float64(s.next-1) / s.rate, nil
}

func (s *still) Close() error { return nil }
