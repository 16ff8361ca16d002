package open

import (
	"bytes"
	"compress/flate"
	_ "embed" // for the words
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"

	"orrery/world"
)

// A link may hold a model, too: its name, and packed what it is read from. Weights come back bit for bit, and so does the law by which
// errors grow; of its training the link tells what it was trained on, which chooses among models, and no more.
//
// Of 2,094 weights 24 bits each are as good as random, which are 8,376 letters; packing can only shorten their exponents. So these go by themselves,
// and all that is text goes with words that both ends know.
const (
	modelKey       = "model"
	modelNameKey   = "model_name"
	maxModelLink   = 256 << 10 // letters
	maxLinkedModel = 2 << 20   // bytes
)

// linkedWords is text as it stands in models that are linked. Links that were made with it cannot be read with another one, so it
// never changes.
//
//go:embed linked_words.txt
var linkedWords []byte

// ModelFiles are what a model is read from. See Decode.
type ModelFiles struct {
	Name            string
	Config, Weights []byte
}

var errModelGarbled = errors.New("the link's model is garbled: it may have been cut off; ask for its folder instead")

// fragment returns a model for the end of a fragment with a scenario.
func (m *ModelFiles) fragment() (string, error) {
	config, err := brief(m.Config)
	if err != nil {
		return "", err
	}
	head, body, err := parted(m.Weights)
	if err != nil {
		return "", err
	}
	text, err := deflated(slices.Concat(config, []byte{0}, head), linkedWords)
	if err != nil {
		return "", err
	}
	exponents, rest := make([]byte, 0, len(body)/4), make([]byte, 0, len(body))
	for ; len(body) >= 4; body = body[4:] {
		v := binary.LittleEndian.Uint32(body)
		exponents = append(exponents, byte(v>>23))
		v = v&0x7fffff | v>>31<<23
		rest = append(rest, byte(v), byte(v>>8), byte(v>>16))
	}
	if exponents, err = deflated(exponents, nil); err != nil {
		return "", err
	}
	var packed []byte
	for _, part := range [][]byte{text, exponents} {
		packed = append(binary.AppendUvarint(packed, uint64(len(part))), part...)
	}
	letters := base64.RawURLEncoding.EncodeToString(slices.Concat(packed, rest, body))
	if len(letters) > maxModelLink {
		return "", fmt.Errorf("the model is too large for a link: %d letters must be at most %d; send its folder instead", len(letters), maxModelLink)
	}
	return "&" + url.Values{modelNameKey: {m.Name}}.Encode() + "&" + modelKey + "=" + letters, nil
}

// brief returns the config of a model without how it was trained.
func brief(config []byte) ([]byte, error) {
	d, err := world.DecodeDescription(config)
	if err != nil {
		return nil, err
	}
	t := &d.Training
	d.Training = world.Training{Version: t.Version, Scenario: t.Scenario, Parameters: t.Parameters, Seen: t.Seen}
	return json.Marshal(d)
}

// parted returns the head of a file of weights and the weights.
func parted(file []byte) (head, body []byte, err error) {
	const size = 8 // bytes, which say how long the rest of the head is
	if len(file) >= size {
		if n := binary.LittleEndian.Uint64(file); n <= uint64(len(file)-size) {
			return file[:size+n], file[size+n:], nil
		}
	}
	return nil, nil, errors.New("the file of the model's weights is garbled")
}

// linkedModelOf returns the model in the end of an address, or none.
func linkedModelOf(fragment string) (ModelFiles, error) {
	values, _ := url.ParseQuery(strings.TrimPrefix(fragment, "#"))
	if !values.Has(modelKey) {
		return ModelFiles{}, nil
	}
	letters := values.Get(modelKey)
	if len(letters) > maxModelLink {
		return ModelFiles{}, fmt.Errorf("the link's model has %d letters and must have at most %d", len(letters), maxModelLink)
	}
	packed, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(letters, "="))
	if err != nil {
		return ModelFiles{}, errModelGarbled
	}
	m := ModelFiles{Name: givenName(values.Get(modelNameKey))}
	take := func() []byte {
		n, used := binary.Uvarint(packed)
		if used <= 0 || n > uint64(len(packed)-used) {
			return nil
		}
		part := packed[used : used+int(n)]
		packed = packed[used+int(n):]
		return part
	}
	text, err := inflated(take(), linkedWords)
	if err != nil {
		return ModelFiles{}, err
	}
	exponents, err := inflated(take(), nil)
	if err != nil {
		return ModelFiles{}, err
	}
	config, weights, whole := bytes.Cut(text, []byte{0})
	if !whole || len(packed) < 3*len(exponents) || len(packed) > 3*len(exponents)+3 {
		return ModelFiles{}, errModelGarbled
	}
	for k, e := range exponents {
		v := uint32(packed[3*k]) | uint32(packed[3*k+1])<<8 | uint32(packed[3*k+2])<<16
		weights = binary.LittleEndian.AppendUint32(weights, v&0x7fffff|uint32(e)<<23|v>>23<<31)
	}
	m.Config, m.Weights = config, append(weights, packed[3*len(exponents):]...)
	return m, nil
}

// deflated packs bytes beside words that are known.
func deflated(content, words []byte) ([]byte, error) {
	var packed bytes.Buffer
	w, err := flate.NewWriterDict(&packed, flate.BestCompression, words)
	if err != nil {
		return nil, err
	}
	_, err = w.Write(content)
	err = errors.Join(err, w.Close())
	return packed.Bytes(), err
}

// inflated undoes deflated.
func inflated(packed, words []byte) ([]byte, error) {
	content, err := io.ReadAll(io.LimitReader(flate.NewReaderDict(bytes.NewReader(packed), words), maxLinkedModel+1))
	switch {
	case err != nil:
		return nil, errModelGarbled
	case len(content) > maxLinkedModel:
		return nil, fmt.Errorf("the link's model must have at most %d bytes", maxLinkedModel)
	}
	return content, nil
}
