package open

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"

	"orrery/sim/scenario"
)

// A link holds a scenario file in its fragment, which browsers keep to themselves: packed, in
// letters that addresses may have.
const (
	linkKey   = "scenario"
	nameKey   = "name"
	maxLink   = 64 << 10  // letters of the packed file; longer addresses get lost on their way
	maxLinked = 512 << 10 // bytes of the file
)

// Linked is the scenario file that a link holds, or nothing.
type Linked struct {
	Name string // of the scenario, unless the file names it
	Text []byte
}

// Fragment returns a scenario file as ParseFragment reads it, for the end of an address. The
// name is that of the scenario. A file that is too long for a link is an error.
func Fragment(name string, text []byte) (string, error) {
	var packed bytes.Buffer
	w, err := flate.NewWriter(&packed, flate.BestCompression)
	if err != nil {
		return "", err
	}
	if _, err := w.Write(text); err != nil {
		return "", err
	}
	if err := w.Close(); err != nil {
		return "", err
	}
	letters := base64.RawURLEncoding.EncodeToString(packed.Bytes())
	if len(letters) > maxLink || len(text) > maxLinked {
		return "", fmt.Errorf("the scenario is too long for a link: %d letters must be at most %d; send the file instead", len(letters), maxLink)
	}
	return "#" + url.Values{nameKey: {name}}.Encode() + "&" + linkKey + "=" + letters, nil
}

// ParseFragment reads the scenario file in the end of an address, such as "#scenario=…". Other
// things there are ignored.
func ParseFragment(fragment string) (Linked, error) {
	var linked Linked
	values, err := url.ParseQuery(strings.TrimPrefix(fragment, "#"))
	letters := values.Get(linkKey)
	if letters == "" {
		if err == nil && !values.Has(linkKey) {
			return linked, nil
		}
		if !strings.Contains(fragment, linkKey+"=") {
			return linked, nil
		}
		return linked, errors.New("the link's scenario is empty or garbled: it may have been cut off; ask for the file instead")
	}
	if len(letters) > maxLink {
		return linked, fmt.Errorf("the link's scenario has %d letters and must have at most %d", len(letters), maxLink)
	}
	packed, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(letters, "="))
	if err != nil {
		return linked, errors.New("the link's scenario is garbled: it may have been cut off; ask for the file instead")
	}
	text, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(packed)), maxLinked+1))
	switch {
	case err != nil:
		return linked, errors.New("the link's scenario is garbled: it may have been cut off; ask for the file instead")
	case len(text) > maxLinked:
		return linked, fmt.Errorf("the link's scenario must have at most %d bytes", maxLinked)
	}
	name := values.Get(nameKey)
	if name == "" || strings.ContainsAny(name, `/\:`) || len(name) > 100 {
		name = "linked"
	}
	return Linked{name, text}, nil
}

// linked opens the scenario of a link.
func (o *Opener) linked(l Linked, seed uint64) error {
	found, err := scenario.Parse(l.Name, l.Text)
	if err == nil {
		err = o.Session.OpenScenario(found, seed)
	}
	if err != nil {
		return fmt.Errorf("the link's scenario: %w", firstMistake(err))
	}
	return nil
}

// Fragment returns the end of an address for the scenario that is shown, which is empty for one
// of the library, or says why there is none.
func (o *Opener) Fragment() (string, error) {
	of, _ := o.Session.Scenario()
	switch {
	case of == nil:
		return "", errors.New("a scene of no scenario has no link; send the file instead")
	case !of.Own:
		return "", nil
	case of != o.linkOf:
		o.linkOf = of
		o.link, o.noLink = Fragment(of.Name, of.Text)
	}
	return o.link, o.noLink
}
