package shard

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"

	"orrery/datasets/storage"
)

// Join reads the folders of shards, in any order, that together are the shard whole, and returns their work and the
// figures of each unit, in the order of the units. It is an error when one is missing, not whole, there twice, or of other work.
func Join(dirs []string, whole Shard) (Work, []json.RawMessage, error) {
	var heads []*head
	var shards []Shard
	for _, dir := range dirs {
		h, err := readHead(dir)
		if errors.Is(err, fs.ErrNotExist) && IsFolder(dir) {
			return Work{}, nil, fmt.Errorf("%s: the shard is not finished; its command with --resume goes on with it", dir)
		}
		if errors.Is(err, fs.ErrNotExist) {
			return Work{}, nil, fmt.Errorf("%s: is no shard: there is no %s", dir, HeadFile)
		}
		if err != nil {
			return Work{}, nil, err
		}
		if len(heads) > 0 {
			name, mine, other, err := heads[0].difference(h)
			if err == nil && name != "" {
				err = fmt.Errorf("%s and %s are not shards of one whole: %s is %s in the first and %s in the second", dirs[0], dir, name, mine, other)
			}
			if err != nil {
				return Work{}, nil, err
			}
		}
		heads, shards = append(heads, h), append(shards, h.Shard)
	}
	order, err := Order(dirs, shards, whole)
	if err != nil {
		return Work{}, nil, err
	}
	var all []json.RawMessage
	for _, i := range order {
		figures, err := heads[i].figures(dirs[i])
		if err != nil {
			return Work{}, nil, err
		}
		all = append(all, figures...)
	}
	h := heads[0]
	return Work{h.Command, h.Units, h.Word, h.Settings, h.Program}, all, nil
}

// Write makes the folder of a shard of some work from the figures of its units, as a merge of smaller ones does.
func Write(dir string, w Work, part Shard, figures []json.RawMessage) error {
	h, err := newHead(w, part)
	if err != nil {
		return err
	}
	from, to := part.Span(w.Units)
	if len(figures) != to-from {
		return fmt.Errorf("%s: %d figures must be %d", storage.Clean(dir), len(figures), to-from)
	}
	var text bytes.Buffer
	for i, f := range figures {
		line, err := json.Marshal(record{from + i, f})
		if err != nil {
			return err
		}
		text.Write(append(line, '\n'))
	}
	return write(dir, h, text.Bytes(), storage.WriteFile)
}
