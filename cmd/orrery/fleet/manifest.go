package fleet

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"orrery/datasets/storage"
)

// manifestFile lists the shards of a dataset that stay as they are. It comes last.
const manifestFile = "manifest.json"

// Manifest is a dataset in shards that are not merged. Nobody has to read all of them to write it.
type Manifest struct {
	Format int     `json:"format"` // version of this layout, 1
	Run    string  `json:"run"`    // command line that makes the dataset
	Frames int     `json:"frames"` // number in all shards
	Bytes  int64   `json:"bytes"`  // number in all shards
	Shards []Piece `json:"shards"` // in the order of their episodes
}

// Piece is a shard of a Manifest.
type Piece struct {
	Path   string `json:"path"`   // beside the manifest
	Frames int    `json:"frames"` // how many it has
	Bytes  int64  `json:"bytes"`  // how many it has
}

// list writes the manifest of a step all of whose shards are there, from the records of their makers.
func (p *Plan) list(s *Step) error {
	m := Manifest{Format: 1, Run: s.Run, Shards: make([]Piece, s.Of)}
	records, err := p.Records(s)
	if err != nil {
		return err
	}
	for i := range m.Shards {
		m.Shards[i].Path = pieceName(i)
	}
	for _, r := range records {
		if i, err := strconv.Atoi(r.Task); err == nil && i < s.Of && r.Condition == Done {
			m.Shards[i].Frames, m.Shards[i].Bytes = r.Frames, r.Bytes
		}
	}
	for _, piece := range m.Shards {
		m.Frames, m.Bytes = m.Frames+piece.Frames, m.Bytes+piece.Bytes
	}
	text, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return err
	}
	return storage.WriteFile(storage.Join(p.at(p.Result(s)), manifestFile), append(text, '\n'))
}

func pieceName(shard int) string { return "shard-" + strconv.Itoa(shard) }

// listed reports whether the shards of a step stay as they are.
func (s *Step) listed() bool { return s.Merge != nil && !*s.Merge }

// checkListed returns an error when shards are to stay that cannot, or when a command takes the many
// shards of another stage that takes one folder.
func (p *Plan) checkListed(s *Step) error {
	if s.listed() && s.words[0] != "gen" {
		return fmt.Errorf("merge: false is for gen, and not for %s", s.words[0])
	}
	for _, name := range s.Needs {
		other, err := p.Find(name)
		if err != nil {
			return err
		}
		word := "{" + name + "}"
		for _, used := range s.words {
			if found := reference.FindAllString(used, -1); other.listed() && slices.Contains(found, word) && (used != word || s.words[0] != "train") {
				return fmt.Errorf("run: %s is many shards, for merge is false there; only train takes them, as a word of its own", word)
			}
		}
	}
	return nil
}
