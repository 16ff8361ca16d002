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

	"orrery/cmd/orrery-view/session"
	"orrery/sim/scenario"
	"orrery/world"
	"orrery/world/choose"
)

// A link holds a scenario file in its fragment, which browsers keep to themselves: packed, in
// letters that addresses may have.
const (
	linkKey   = "scenario"
	nameKey   = "name"
	maxLink   = 64 << 10  // letters of the packed file; longer addresses get lost on their way
	maxLinked = 512 << 10 // bytes of the file
)

// Linked is the scenario file that a link holds, or nothing, and a model, or none.
type Linked struct {
	Name  string // of the scenario, unless the file names it
	Text  []byte
	Model ModelFiles
}

// Fragment returns a scenario file as ParseFragment reads it, for the end of an address. The
// name is that of the scenario. A file that is too long for a link is an error.
func Fragment(name string, text []byte) (string, error) {
	letters, err := pack(text)
	if err != nil {
		return "", err
	}
	if len(text) > maxLinked {
		return "", fmt.Errorf("the scenario is too long for a link: %d bytes must be at most %d; send the file instead", len(text), maxLinked)
	}
	if len(letters) > maxLink {
		return "", fmt.Errorf("the scenario is too long for a link: %d letters must be at most %d; send the file instead", len(letters), maxLink)
	}
	return "#" + url.Values{nameKey: {name}}.Encode() + "&" + linkKey + "=" + letters, nil
}

// pack returns bytes in letters that addresses may have.
func pack(content []byte) (string, error) {
	packed, err := deflated(content, nil)
	return base64.RawURLEncoding.EncodeToString(packed), err
}

// ParseFragment reads the scenario file, and the model, in the end of an address, such as "#scenario=…". Other
// things there are ignored. With an error nothing is returned.
func ParseFragment(fragment string) (Linked, error) {
	var linked Linked
	text, name, err := unpack(fragment)
	if err != nil || text == nil {
		return linked, err
	}
	linked.Text, linked.Name = text, name
	linked.Model, err = linkedModelOf(fragment)
	return linked, err // the scenario is worth showing anyway
}

// unpack returns the scenario file that a fragment has, and its name, or nothing where there is none.
func unpack(fragment string) ([]byte, string, error) {
	garbled := errors.New("the link's scenario is garbled: it may have been cut off; ask for the file instead")
	values, err := url.ParseQuery(strings.TrimPrefix(fragment, "#"))
	letters := values.Get(linkKey)
	if letters == "" {
		if err == nil && !values.Has(linkKey) || !strings.Contains(fragment, linkKey+"=") {
			return nil, "", nil
		}
		return nil, "", errors.New("the link's scenario is empty or garbled: it may have been cut off; ask for the file instead")
	}
	if len(letters) > maxLink {
		return nil, "", fmt.Errorf("the link's scenario has %d letters and must have at most %d", len(letters), maxLink)
	}
	packed, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(letters, "="))
	if err != nil {
		return nil, "", garbled
	}
	text, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(packed)), maxLinked+1))
	switch {
	case err != nil:
		return nil, "", garbled
	case len(text) > maxLinked:
		return nil, "", fmt.Errorf("the link's scenario must have at most %d bytes", maxLinked)
	}
	return text, givenName(values.Get(nameKey)), nil
}

// givenName returns the name that a link gives, or another one where that is none.
func givenName(name string) string {
	if name == "" || strings.ContainsAny(name, `/\:`) || len(name) > 100 {
		return "linked"
	}
	return name
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

// linkedModel adds the model of a link, which then predicts.
func (o *Opener) linkedModel(m ModelFiles) error {
	if m.Config == nil {
		return nil
	}
	model, d, err := o.decode(m.Config, m.Weights)
	if err != nil {
		return fmt.Errorf("the link's model: %w", err)
	}
	if m.Name == session.Learned { // which is what is learned here
		m.Name = "linked"
	}
	o.Session.AddModel(choose.Candidate{Name: m.Name, Training: d.Training, Model: model})
	o.remember(m)
	return nil
}

// remember keeps the files of the model that predicts, so that a link can hold it.
func (o *Opener) remember(m ModelFiles) {
	if o.files == nil {
		o.files = map[string]ModelFiles{}
	}
	models, chosen := o.Session.Models()
	m.Name = models[chosen].Name // which may be another one, as no two have the same
	o.files[m.Name] = m
}

// FragmentWithModel is Fragment with the model that predicts, unless every viewer has that anyway.
func (o *Opener) FragmentWithModel() (string, error) {
	fragment, err := o.Fragment()
	if err != nil {
		return "", err
	}
	if fragment == "" {
		return "", errors.New("a link holds a model only beside a scenario of one's own")
	}
	more, err := o.model()
	return fragment + more, err
}

// FragmentOf is Fragment of the text of a scenario that need not be shown, with the model that predicts if that is wanted.
func (o *Opener) FragmentOf(name string, text []byte, withModel bool) (string, error) {
	fragment, err := Fragment(name, text)
	if err != nil || !withModel {
		return fragment, err
	}
	more, err := o.model()
	return fragment + more, err
}

// model returns the model that predicts for the end of a fragment.
func (o *Opener) model() (string, error) {
	models, chosen := o.Session.Models()
	name := models[chosen].Name
	m, known := o.files[name]
	if name == session.Learned {
		files := o.Session.LearnedFiles()
		m, known = ModelFiles{name, files[world.ConfigFile], files[world.WeightsFile]}, files != nil
	}
	if !known {
		return "", fmt.Errorf("a link needs no model %s: every viewer has it", name)
	}
	return m.fragment()
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
