package datasets

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"orrery/datasets/camera"
	"orrery/datasets/shard"
	"orrery/datasets/splits"
	"orrery/datasets/storage"
)

// MaxEpisodes is the greatest number of episodes of a dataset. It keeps scenes.parquet below the 32767 row groups of a Parquet file.
const MaxEpisodes = 1_000_000

// MaxFrames is the greatest number of frames of an episode. It bounds the memory that an episode takes.
const MaxFrames = 1 << 20

// maxFPS bounds the frames of a second.
const maxFPS = 1 << 20

// provenanceFormat is the version of meta/orrery/provenance.json.
const provenanceFormat = 1

// Spec fixes the bytes of a generated dataset. It is stored whole in
// the dataset's Provenance.
type Spec struct {
	Scenario string             `json:"scenario"`
	File     string             `json:"scenario_file,omitempty"` // text of the file that says what the scenario is; none when the program knows it by its name
	Params   map[string]float64 `json:"params"`                  // of the scenario, by name, in the units that the scenario gives
	Ranges   map[string]Range   `json:"ranges,omitempty"`        // of the parameters that each episode draws
	Seed     uint64             `json:"seed"`                    // of all randomness
	Episodes int                `json:"episodes"`                // of the whole dataset, at most a million
	Frames   int                `json:"frames"`                  // of each episode, at most; 2^20 are the limit
	FPS      int                `json:"fps"`                     // frames per second, that of every scene
	Policy   string             `json:"policy,omitempty"`        // who acts, if the scenes have actuators: a policy's name, or "icem on MODEL" where a planner does
	ModelSum string             `json:"model_sha256,omitempty"`  // SHA-256 in hexadecimal of the settings and weights of the model by which a planner acts
	Task     string             `json:"task"`                    // a sentence, what the episodes show
	Command  string             `json:"command"`                 // makes the same bytes again; without output path, workers, resume or shard
	Shard    shard.Shard        `json:"shard,omitzero"`
	Sources  map[string]string  `json:"sources,omitempty"` // SHA-256 in hexadecimal of the files it was imported from, by name
	Parts    []Part             `json:"parts,omitempty"`   // datasets that were merged into this one, in the order of their episodes
	Splits   splits.Splits      `json:"splits,omitempty"`  // of the whole dataset; none when all is to train on
	Motion   Motion             `json:"motion,omitempty"`  // what the frames of an episode are to each other

	Film      camera.Film `json:"film,omitzero"`       // how the frames were filmed; none where they were not
	Recording *Recording  `json:"recording,omitempty"` // what the states were estimated from; nil when they are known
}

// Recording says of what kind a recording was whose states were estimated.
type Recording struct {
	Frame    string         `json:"frame"`                 // unit, axes and angles as they were written, in words
	RateHz   float64        `json:"rate_hz"`               // pictures per second, the median
	OffS     float64        `json:"times_off_s,omitempty"` // s, root of the mean square by which the times written are off an even beat that was used instead; 0 when they were used
	NoiseM   float64        `json:"noise_m"`               // m, standard deviation of a coordinate that was measured
	NoiseRad float64        `json:"noise_rad"`             // rad, standard deviation of an angle that was measured; 0 where none was
	Odd      string         `json:"odd"`                   // what became of odd things: report, drop or split
	Found    map[string]int `json:"odd_found"`             // number of odd things of each kind
	Pieces   []int          `json:"pieces,omitempty"`      // number of episodes that were cut from each recording, in their order; none when each is whole
}

// Motion says what the frames of an episode are to each other.
type Motion string

// The kinds of motion.
const (
	Frames  Motion = ""        // states at equal times one after the other
	Impacts Motion = "impacts" // two states at one time: just before an impact and just after it
)

// ownSplits returns the splits of the shard, or nil when the dataset was not divided.
func (s *Spec) ownSplits() splits.Splits {
	if s.Splits == nil {
		return nil
	}
	return s.Splits.Within(s.Shard.Span(s.Episodes))
}

// FileSum returns the SHA-256 in hexadecimal of the scenario file, or nothing if there is none.
func (s *Spec) FileSum() string {
	if s.File == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(s.File))
	return hex.EncodeToString(sum[:])
}

// Validate returns an error that names the first field without a usable value.
func (s *Spec) Validate() error {
	for _, text := range []struct{ name, value string }{{"scenario", s.Scenario}, {"task", s.Task}} {
		if strings.TrimSpace(text.value) == "" {
			return fmt.Errorf("%s must not be empty", text.name)
		}
	}
	for _, n := range []struct {
		name       string
		value, max int
	}{{"episodes", s.Episodes, MaxEpisodes}, {"frames", s.Frames, MaxFrames}, {"fps", s.FPS, maxFPS}} {
		if n.value < 1 || n.value > n.max {
			return fmt.Errorf("%s %d must be from 1 to %d", n.name, n.value, n.max)
		}
	}
	switch s.Motion {
	case Frames:
	case Impacts:
		if s.Frames != 2 {
			return fmt.Errorf("frames %d must be the 2 of an impact, before it and after it", s.Frames)
		}
	default:
		return fmt.Errorf("motion %q must be %q, or not be there", s.Motion, Impacts)
	}
	if err := s.Film.Validate(); err != nil {
		return err
	}
	if err := s.Shard.Validate(s.Episodes, "episodes"); err != nil {
		return fmt.Errorf("%w", err)
	}
	sum := 0
	for i := range s.Parts {
		part := &s.Parts[i]
		from, to := part.span()
		switch {
		case part.Episodes < 1 || part.Episodes > MaxEpisodes:
			return fmt.Errorf("part %s: episodes %d must be from 1 to %d", part.Name, part.Episodes, MaxEpisodes)
		case from < 0 || from >= to || to > part.Episodes:
			return fmt.Errorf("part %s: episodes from %d to %d must be some of its %d", part.Name, from, to-1, part.Episodes)
		}
		sum += part.Len()
	}
	if len(s.Parts) > 0 && sum != s.Episodes {
		return fmt.Errorf("the parts have %d episodes and must have the %d of all", sum, s.Episodes)
	}
	if err := s.Splits.Validate(s.Episodes); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(s.Params)) {
		if v := s.Params[name]; math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("parameter %s: %v must be finite", name, v)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Ranges)) {
		if r := s.Ranges[name]; !(r.Max-r.Min <= math.MaxFloat64) { // NaN fails too
			return fmt.Errorf("range %s: %v to %v must be finite", name, r.Min, r.Max)
		}
	}
	return nil
}

// Provenance is meta/orrery/provenance.json: where a dataset comes from, enough
// to make it again and to notice a changed file.
type Provenance struct {
	Format int `json:"format"` // version of this file's layout, 1
	Spec
	shard.Program
	Files map[string]string `json:"files,omitempty"` // SHA-256 in hexadecimal of every other file, by path
}

// NewProvenance returns the provenance of what this program makes from spec.
func NewProvenance(spec Spec) Provenance {
	return Provenance{Format: provenanceFormat, Spec: spec, Program: shard.ThisProgram()}
}

// ReadProvenance reads a provenance from a file.
func ReadProvenance(path string) (Provenance, error) {
	in, err := folderAt(storage.Parent(path))
	if err != nil {
		return Provenance{}, err
	}
	return loadProvenance(in, filepath.Base(path))
}

func loadProvenance(in folder, path string) (Provenance, error) {
	var p Provenance
	err := in.readJSON(path, &p)
	if err == nil && p.Format != provenanceFormat {
		err = fmt.Errorf("%s: format %d must be %d", in.where(path), p.Format, provenanceFormat)
	}
	return p, err
}

// Compatible returns nil when q makes the same bytes as p, or an error that
// names the first difference.
func (p Provenance) Compatible(q Provenance) error {
	p.Files, q.Files = nil, nil
	have, want := p.fields(), q.fields()
	names := maps.Clone(have) // what is zero in one of them may be left out there
	maps.Copy(names, want)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if have[name] != want[name] {
			if name == "splits" {
				return fmt.Errorf("the splits are %s in the directory, but %s now", cmp.Or(p.Splits.String(), "none"), cmp.Or(q.Splits.String(), "none"))
			}
			if name == "scenario_file" {
				return fmt.Errorf("the scenario file is not the one of the directory: its SHA-256 is %s there, but %s now", cmp.Or(p.FileSum(), "nothing"), cmp.Or(q.FileSum(), "nothing"))
			}
			return fmt.Errorf("%s is %s in the directory, but %s now", name, cmp.Or(have[name], "nothing"), cmp.Or(want[name], "nothing"))
		}
	}
	return nil
}

// Extends returns nil when p makes the same episodes as base and more, or an error that names
// the first difference. Commands count for nothing: they say how many episodes there are. Nor do
// splits, which are those of more episodes, but for what no model may be judged by.
func (p Provenance) Extends(base Provenance) error {
	switch {
	case base.Shard != shard.Shard{} || p.Shard != shard.Shard{}:
		return errors.New("a shard has its share of the episodes and cannot have more")
	case len(base.Parts) > 0:
		return errors.New("it was merged from others")
	case len(base.Sources) > 0:
		return errors.New("it was imported")
	case base.Scenario != p.Scenario: // before what follows from it
		return fmt.Errorf("scenario is %q in the directory, but %q now; a dataset of its own can be merged with it", base.Scenario, p.Scenario)
	case p.Episodes <= base.Episodes:
		return fmt.Errorf("it has %d episodes already, and %d were asked for in all", base.Episodes, p.Episodes)
	}
	had := base.Splits
	if had == nil {
		had = splits.Whole(base.Episodes)
	}
	switch err := p.Splits.Follows(had); {
	case p.Splits == nil && base.Splits != nil:
		return fmt.Errorf("its episodes are divided into %v, and nothing says how all %d are", base.Splits, p.Episodes)
	case err != nil:
		return err
	}
	base.Episodes, base.Command, base.Splits = p.Episodes, p.Command, p.Splits
	return base.Compatible(p)
}

// fields returns the JSON of each member of p.
func (p Provenance) fields() map[string]string {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(encodeJSON(p), &members); err != nil {
		panic(err) // encodeJSON returns an object
	}
	fields := make(map[string]string, len(members))
	for name, value := range members {
		fields[name] = strings.Join(strings.Fields(string(value)), " ")
	}
	return fields
}

// Encode returns the text of a file that ReadProvenance reads.
func (p Provenance) Encode() []byte { return encodeJSON(p) }

// encodeJSON returns v, which must be plain data without NaN, as indented JSON.
func encodeJSON(v any) []byte {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		panic(err)
	}
	return append(text, '\n')
}
