package nn

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"slices"

	"github.com/moby/sys/atomicwriter"
	"github.com/nlpodyssey/safetensors"

	"orrery/learn/header"
)

// maxHeader bounds the JSON header of a file, in bytes: room for some 40,000
// parameters, and little enough to read from a stranger.
const maxHeader = 4 << 20

// metadataKey is the header's entry for string metadata, so no parameter's name.
const metadataKey = "__metadata__"

// Save writes the parameters, which must be finite, and the metadata to a
// safetensors file, which appears whole or not at all.
func (p *Params) Save(path string, metadata map[string]string) error {
	file, err := p.Encode(metadata)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return atomicwriter.WriteFile(path, file, 0o644)
}

// Load sets the parameters from a safetensors file and returns its metadata. The
// file must hold exactly these parameters, in any order, as finite float32
// matrices of their shapes; otherwise Load changes nothing and says what is wrong.
func (p *Params) Load(path string) (map[string]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	metadata, err := p.Read(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return metadata, nil
}

// Read is Load for a file that is open, wherever it is.
func (p *Params) Read(r io.Reader) (map[string]string, error) {
	limit := int64(8 + maxHeader + 4*len(p.data))
	file, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(file)) > limit {
		return nil, fmt.Errorf("size must be ≤ %d bytes for %d values", limit, len(p.data))
	}
	return p.decode(file)
}

// Encode returns the content of a safetensors file with the parameters, which must be finite,
// and the metadata. Decode reads it.
func (p *Params) Encode(metadata map[string]string) ([]byte, error) {
	tensors := make(map[string]safetensors.TensorView, len(p.entries))
	for _, e := range p.entries {
		if err := e.checkFinite(p.data); err != nil {
			return nil, err
		}
		raw := make([]byte, 0, 4*(e.to-e.from))
		for _, v := range p.data[e.from:e.to] {
			raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(v))
		}
		view, err := safetensors.NewTensorView(safetensors.F32, []uint64{uint64(e.rows), uint64(e.cols)}, raw)
		if err != nil {
			return nil, fmt.Errorf("tensor %q: %w", e.name, err)
		}
		tensors[e.name] = view
	}
	return safetensors.Serialize(tensors, metadata)
}

// tensorInfo is a tensor's entry in the header of a file.
type tensorInfo struct {
	DType   string    `json:"dtype"`
	Shape   []uint64  `json:"shape"`
	Offsets [2]uint64 `json:"data_offsets"` // bytes from the end of the header
}

// decode reads the header itself rather than through the safetensors module,
// because errors must name tensor, value and rule.
func (p *Params) decode(file []byte) (map[string]string, error) {
	infos, metadata, body, err := decodeHeader(file)
	if err != nil {
		return nil, err
	}
	for name := range infos {
		if _, known := p.byName[name]; !known {
			return nil, fmt.Errorf("tensor %q: not a parameter of this model", name)
		}
	}
	for _, e := range p.entries {
		info, ok := infos[e.name]
		if !ok {
			return nil, fmt.Errorf("tensor %q: missing", e.name)
		}
		if err := e.check(info); err != nil {
			return nil, fmt.Errorf("tensor %q: %w", e.name, err)
		}
	}
	if err := checkOffsets(infos, uint64(len(body))); err != nil {
		return nil, err
	}
	values := make([]float32, len(p.data))
	for _, e := range p.entries {
		raw := body[infos[e.name].Offsets[0]:]
		for i := range e.to - e.from {
			values[e.from+i] = math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:]))
		}
		if err := e.checkFinite(values); err != nil {
			return nil, err
		}
	}
	copy(p.data, values)
	return metadata, nil
}

func (e entry) check(info tensorInfo) error {
	if info.DType != "F32" {
		return fmt.Errorf("dtype %q must be F32", info.DType)
	}
	want := []uint64{uint64(e.rows), uint64(e.cols)}
	if !slices.Equal(info.Shape, want) {
		return fmt.Errorf("shape %v must be %v", info.Shape, want)
	}
	if from, to := info.Offsets[0], info.Offsets[1]; to < from || to-from != uint64(4*(e.to-e.from)) {
		return fmt.Errorf("data_offsets %v must span %d bytes", info.Offsets, 4*(e.to-e.from))
	}
	return nil
}

func (e entry) checkFinite(data []float32) error {
	for i, v := range data[e.from:e.to] {
		if v-v != 0 {
			return fmt.Errorf("tensor %q: value %d is %v, must be finite", e.name, i, v)
		}
	}
	return nil
}

// checkOffsets makes sure the tensors fill the body without holes or overlaps.
func checkOffsets(infos map[string]tensorInfo, size uint64) error {
	names := slices.SortedFunc(maps.Keys(infos), func(x, y string) int {
		a, b := infos[x].Offsets, infos[y].Offsets
		return slices.Compare(a[:], b[:])
	})
	end := uint64(0)
	for _, name := range names {
		if from := infos[name].Offsets[0]; from != end {
			return fmt.Errorf("tensor %q: data begins at %d, must begin at %d where the one before ends", name, from, end)
		}
		end = infos[name].Offsets[1]
	}
	if end != size {
		return fmt.Errorf("tensors end at byte %d of the data, must end at %d where the file does", end, size)
	}
	return nil
}

// decodeHeader splits a file into its tensor entries, metadata and data.
func decodeHeader(file []byte) (infos map[string]tensorInfo, metadata map[string]string, body []byte, err error) {
	if len(file) < 8 {
		return nil, nil, nil, fmt.Errorf("file has %d bytes, must have at least 8", len(file))
	}
	size, rest := binary.LittleEndian.Uint64(file), file[8:]
	if size > maxHeader || size > uint64(len(rest)) {
		return nil, nil, nil, fmt.Errorf("header has %d bytes, must have at most %d", size, min(maxHeader, len(rest)))
	}
	var entries map[string]json.RawMessage
	if err := header.Decode(rest[:size], &entries); err != nil {
		return nil, nil, nil, fmt.Errorf("header: %w", err)
	}
	infos = make(map[string]tensorInfo, len(entries))
	for _, name := range slices.Sorted(maps.Keys(entries)) {
		if name == metadataKey {
			err = header.Decode(entries[name], &metadata)
		} else {
			var info tensorInfo
			err = header.Decode(entries[name], &info)
			infos[name] = info
		}
		if err != nil {
			return nil, nil, nil, fmt.Errorf("header entry %q: %w", name, err)
		}
	}
	return infos, metadata, rest[size:], nil
}
