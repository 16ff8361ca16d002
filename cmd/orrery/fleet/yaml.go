package fleet

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"

	"go.yaml.in/yaml/v3"

	"orrery/sim/input"
)

// mostYAML bounds the size of a file, in bytes, and with it the memory that reading it takes.
const mostYAML = 1 << 20

// decodeYAML reads the one YAML document in text into *v, by the rules of input.DecodeEveryJSON.
// Its error is the first mistake, with line and column. Anchors, aliases and tags are refused.
func decodeYAML(text []byte, v any) error {
	if len(text) > mostYAML {
		return fmt.Errorf("%d bytes must be at most %d", len(text), mostYAML)
	}
	var document yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	if err := decoder.Decode(&document); err != nil {
		return yamlSyntax(err)
	}
	var more yaml.Node
	if err := decoder.Decode(&more); err == nil {
		return fmt.Errorf("line %d, column %d: a second document stands after the end of the first", more.Line, more.Column)
	}
	var w jsonLines
	if err := w.write(document.Content[0], 0); err != nil {
		return err
	}
	mistakes := input.DecodeEveryJSON(w.text.Bytes(), v, nil)
	if len(mistakes) == 0 {
		return nil
	}
	first := *mistakes[0]
	at := w.nodes[min(first.Line, len(w.nodes))-1]
	first.Line, first.Column = at.Line, at.Column
	if more := len(mistakes) - 1; more > 0 {
		return fmt.Errorf("%w (and %s more)", &first, input.Count(more, "mistake"))
	}
	return &first
}

var yamlLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)$`)

// yamlSyntax returns what the library says of a text that is no YAML.
func yamlSyntax(err error) error {
	if err.Error() == "EOF" {
		return errors.New("line 1, column 1: the file is empty")
	}
	part := yamlLine.FindStringSubmatch(err.Error())
	switch {
	case part == nil:
		return fmt.Errorf("it is no YAML: %w", err)
	case part[1] == "": // of the first line the library tells no number
		part[1] = "1"
	}
	return fmt.Errorf("line %s, column 1: it is no YAML: %s", part[1], part[2])
}

// jsonLines writes a YAML node as JSON, with each token on a line of its own: so the line of a
// mistake tells the node, which knows its place in the YAML.
type jsonLines struct {
	text  bytes.Buffer
	nodes []*yaml.Node // by line
}

// deepest is how many values within values there may be.
const deepest = 20

func (w *jsonLines) line(n *yaml.Node, text string) {
	w.text.WriteString(text + "\n")
	w.nodes = append(w.nodes, n)
}

func (w *jsonLines) write(n *yaml.Node, depth int) error {
	fail := func(rule string) error {
		return fmt.Errorf("line %d, column %d: %s", n.Line, n.Column, rule)
	}
	switch {
	case depth > deepest:
		return fail(fmt.Sprintf("values must not be nested deeper than %d", deepest))
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		return fail("anchors and aliases are not taken; write it out")
	case n.Style&yaml.TaggedStyle != 0:
		return fail("tags such as " + n.Tag + " are not taken")
	}
	switch n.Kind {
	case yaml.MappingNode:
		w.line(n, "{")
		for i := 0; i < len(n.Content); i += 2 {
			if i > 0 {
				w.line(n, ",")
			}
			key := n.Content[i]
			if key.Kind != yaml.ScalarNode || key.Tag != "!!str" {
				n = key
				return fail("a key must be a text")
			}
			w.line(key, quotedJSON(key.Value))
			w.line(key, ":")
			if err := w.write(n.Content[i+1], depth+1); err != nil {
				return err
			}
		}
		w.line(n, "}")
	case yaml.SequenceNode:
		w.line(n, "[")
		for i, entry := range n.Content {
			if i > 0 {
				w.line(n, ",")
			}
			if err := w.write(entry, depth+1); err != nil {
				return err
			}
		}
		w.line(n, "]")
	default:
		w.line(n, scalarJSON(n))
	}
	return nil
}

// scalarJSON returns the JSON of a number, a boolean, null or a text. A number that JSON cannot
// have is a text.
func scalarJSON(n *yaml.Node) string {
	switch n.Tag {
	case "!!null":
		return "null"
	case "!!bool":
		if b, err := strconv.ParseBool(n.Value); err == nil {
			return strconv.FormatBool(b)
		}
	case "!!int", "!!float":
		var number json.Number
		if json.Unmarshal([]byte(n.Value), &number) == nil {
			return n.Value
		}
	}
	return quotedJSON(n.Value)
}

func quotedJSON(text string) string {
	quoted, err := json.Marshal(text)
	if err != nil {
		panic(err) // a text is no cause
	}
	return string(quoted)
}
