package datasets

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"orrery/datasets/parquet"
	"orrery/sim/canon"
)

// Place says where a Writer has put the frames of an episode.
type Place struct {
	episode
	chunks []parquet.Chunk // by feature; they follow each other
}

// AppendTo appends the place to b, as DecodePlace reads it.
func (p Place) AppendTo(b []byte) []byte {
	for _, v := range []int{p.length, p.chunk, p.file, p.row, int(p.chunks[0].Offset)} {
		b = binary.AppendUvarint(b, uint64(v))
	}
	for _, c := range p.chunks {
		b = binary.AppendUvarint(b, uint64(c.Size))
	}
	return b
}

// DecodePlace returns the place at the start of b, of an episode in a dataset with this
// room, and what follows it.
func DecodePlace(b []byte, room Room) (p Place, rest []byte, err error) {
	number := func() int {
		v, n := binary.Uvarint(b)
		if n <= 0 || v > 1<<40 {
			err = errors.New("place of an episode is malformed")
			return 0
		}
		b = b[n:]
		return int(v)
	}
	p.length, p.chunk, p.file, p.row = number(), number(), number(), number()
	offset := int64(number())
	for range len(room.features()) + len(room.imageColumns()) {
		c := parquet.Chunk{Offset: offset, Size: int64(number())}
		p.chunks = append(p.chunks, c)
		offset += c.Size
	}
	return p, b, err
}

// ReadBack returns the episodes that a Writer has put into root, for which it was not
// told to finish: the one with this number, whose first frame is the dataset's from, at
// its place, of which Prepared.Kept is known.
func ReadBack(ctx context.Context, root string, fps int, room Room, number, from int, p Place, kept []byte) (*Prepared, error) {
	d := &Dataset{in: onDisk(root), info: Info{FPS: float64(fps)}, room: room, features: room.features()}
	scene, beside, film, err := decodeKept(kept, room)
	if err != nil {
		return nil, fmt.Errorf("%s: episode %d: %w", root, number, err)
	}
	decoded, err := canon.Decode(bytes.NewReader(scene))
	if err != nil {
		return nil, fmt.Errorf("%s: episode %d: %w", root, number, err)
	}
	path := filePath(dataPath, p.chunk, p.file)
	t := parquet.Part(d.in.where(path), d.in.opener(path), append(frameTable(d.features), room.imageColumns()...), p.row, p.length, p.chunks)
	e := p.episode
	e.from = from
	f, err := d.framesIn(ctx, t, number, e, decoded, scene)
	if err != nil {
		return nil, err
	}
	if beside != nil {
		beside.addTo(f.trajectory.Seen)
	}
	prepared := prepare(f.trajectory, f.outcomes, f.scene)
	if film == nil {
		return prepared, nil
	}
	pictures, err := d.readBackFilm(film, number, t, e)
	if err != nil {
		return nil, fmt.Errorf("%s: episode %d: %w", root, number, err)
	}
	return prepared, prepared.Film(room.Film, pictures)
}

// Prepared reads episode i as it was written, for another dataset.
func (d *Dataset) Prepared(ctx context.Context, i int) (*Prepared, error) {
	f, err := d.frames(ctx, i)
	if err == nil && d.room.Observed {
		f.trajectory.Seen.Records, err = d.Records(i)
	}
	if err != nil {
		return nil, err
	}
	prepared := prepare(f.trajectory, f.outcomes, f.scene)
	pictures, err := d.Pictures(ctx, i)
	if err != nil || pictures == nil {
		return prepared, err
	}
	return prepared, prepared.Film(d.room.Film, pictures)
}
