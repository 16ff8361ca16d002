// Package shelf keeps the pictures of a film in memory, small and packed, to look at in any order.
//
//	s, err := shelf.Keep(ctx, f, 640)
//	picture := s.At(1.5)   // nearest to 1.5 s
//
// Pictures are kept as JPEGs in at most 256 MB; of a film that needs more, every second one, and so on. Times are
// in s as the film has them, sizes in px.
package shelf

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"image"
	"image/draw"
	"image/jpeg"
	"slices"
	"sync"

	"orrery/datasets/film"
)

const (
	mostBytes = 256 << 20
	quality   = 85 // of JPEGs, of 100: faults are smaller than those of most films
	ready     = 8  // unpacked pictures that are kept, for whoever goes to and fro
)

// Shelf has the pictures of a film. It may be used by several goroutines at once.
type Shelf struct {
	size  image.Point
	scale float64
	kept  []packed
	guard sync.Mutex
	open  []unpacked // used last first
}

type packed struct {
	time float64 // s
	jpeg []byte
}

type unpacked struct {
	index   int // of kept
	picture *image.RGBA
}

// Keep reads a film and keeps its pictures, scaled down until both sides have at most so many px.
func Keep(ctx context.Context, f *film.Film, side int) (*Shelf, error) {
	return keep(ctx, f, side, mostBytes)
}

func keep(ctx context.Context, f *film.Film, side, most int) (*Shelf, error) {
	if side < 1 {
		return nil, fmt.Errorf("pictures of at most %d px: must be 1 px or more", side)
	}
	s := &Shelf{size: f.Size(), scale: 1}
	if longer := max(s.size.X, s.size.Y); longer > side {
		s.scale = float64(side) / float64(longer)
		s.size = image.Pt(max(1, s.size.X*side/longer), max(1, s.size.Y*side/longer))
	}
	small := image.NewRGBA(image.Rectangle{Max: s.size})
	scaler := newScaler(f.Size(), s.size)
	total, step, number := 0, 1, 0
	for p, err := range f.Pictures(ctx) {
		if err != nil {
			return nil, err
		}
		number++
		if (number-1)%step != 0 {
			continue
		}
		scaler.scale(small, p.Pix)
		var file bytes.Buffer
		if err := jpeg.Encode(&file, small, &jpeg.Options{Quality: quality}); err != nil {
			return nil, fmt.Errorf("picture %d: cannot be packed: %w", p.Number, err)
		}
		s.kept = append(s.kept, packed{p.Time, bytes.Clone(file.Bytes())})
		for total += file.Len(); total > most && len(s.kept) > 1; step *= 2 {
			total = s.thin()
		}
	}
	if len(s.kept) == 0 {
		return nil, fmt.Errorf("no pictures to keep")
	}
	return s, nil
}

// thin drops every second picture and returns how many bytes the others have.
func (s *Shelf) thin() (total int) {
	n := 0
	for k := 0; k < len(s.kept); k += 2 {
		s.kept[n] = s.kept[k]
		total += len(s.kept[n].jpeg)
		n++
	}
	clear(s.kept[n:])
	s.kept = s.kept[:n]
	return total
}

// Size returns the size in px of the pictures as they are kept.
func (s *Shelf) Size() image.Point { return s.size }

// Scale returns how many px of a kept picture one of the film has, at most 1.
func (s *Shelf) Scale() float64 { return s.scale }

// Times returns the times of the pictures that are kept, in s, which rise.
func (s *Shelf) Times() []float64 {
	times := make([]float64, len(s.kept))
	for k := range s.kept {
		times[k] = s.kept[k].time
	}
	return times
}

// At returns the picture nearest to a time in s. It is shared, and not to be changed.
func (s *Shelf) At(time float64) *image.RGBA {
	k, _ := slices.BinarySearchFunc(s.kept, time, func(p packed, t float64) int { return cmp.Compare(p.time, t) })
	if k == len(s.kept) || k > 0 && time-s.kept[k-1].time <= s.kept[k].time-time {
		k--
	}
	s.guard.Lock()
	defer s.guard.Unlock()
	for i, u := range s.open {
		if u.index == k {
			copy(s.open[1:i+1], s.open[:i])
			s.open[0] = u
			return u.picture
		}
	}
	u := unpacked{k, unpack(s.kept[k].jpeg, s.size)}
	s.open = slices.Insert(s.open[:min(len(s.open), ready-1)], 0, u)
	return u.picture
}

// unpack decodes a JPEG that Keep encoded.
func unpack(data []byte, size image.Point) *image.RGBA {
	out := image.NewRGBA(image.Rectangle{Max: size})
	m, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil {
		panic(err) // it was encoded here
	}
	draw.Draw(out, out.Rect, m, image.Point{}, draw.Src)
	return out
}
