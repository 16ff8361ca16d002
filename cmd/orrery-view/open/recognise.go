package open

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"unicode/utf8"
)

// foreign are files that are not shown, by how they begin, with what helps instead.
var foreign = []struct{ begins, what string }{
	{"\x89PNG", "a picture is not shown here"},
	{"\xff\xd8\xff", "a picture is not shown here"},
	{"GIF8", "a film is not shown here; `orrery watch` finds what moves in one"},
	{"RIFF", "a picture, film or sound is not shown here"},
	{"\x1a\x45\xdf\xa3", "a film is not shown here; `orrery watch` finds what moves in one"},
	{"%PDF", "a document is not shown here"},
	{"PK\x03\x04", "an archive is not opened: unpack it, and drop the folder that was in it"},
	{"PK\x05\x06", "an archive is not opened, and this one is empty"},
	{"\x1f\x8b", "a packed file is not opened: unpack it first"},
	{"\x28\xb5\x2f\xfd", "a packed file is not opened: unpack it first"},
	{"7z\xbc\xaf", "an archive is not opened: unpack it, and drop the folder that was in it"},
	{"PAR1", "a table in Parquet is a part of a dataset: drop the whole folder, which has " + datasetFile + " in it"},
	{"\x89HDF", "a file of HDF5 is not shown here; `orrery export` makes them from datasets, which are"},
	{"\x89MCAP", "a file of MCAP is not shown here; `orrery export` makes them from datasets, which are"},
	{"\x93NUMPY", "an array of NumPy is not shown here"},
	{"MZ", "a program is not shown here"},
	{"\x7fELF", "a program is not shown here"},
}

// recognise returns an error for a text that can be neither a rollout nor a scene, in
// words that say what it is instead.
func recognise(text []byte) error {
	for _, f := range foreign {
		if bytes.HasPrefix(text, []byte(f.begins)) {
			return errors.New(f.what)
		}
	}
	if len(text) > 12 && string(text[4:8]) == "ftyp" {
		return errors.New("a film is not shown here; `orrery watch` finds what moves in one")
	}
	begin := bytes.TrimSpace(bytes.TrimPrefix(text, []byte("\ufeff")))
	switch {
	case len(begin) == 0:
		return errors.New("the file is empty")
	case len(text) > 8 && text[8] == '{' && bytes.Count(text[:8], []byte{0}) >= 4:
		return errors.New("weights of a model need its config.json: drop the whole folder, or both files together")
	case begin[0] == '{':
		return recogniseObject(text)
	case begin[0] == '[':
		return errors.New("a list in JSON is neither a rollout nor a scene")
	}
	line, _, _ := bytes.Cut(begin[:min(len(begin), 4096)], []byte("\n"))
	switch {
	case !utf8.Valid(begin[:len(line)]) || bytes.IndexByte(line, 0) >= 0:
		return errors.New("the file is none of those shown here: a model, a dataset, a rollout or a scene")
	case bytes.ContainsAny(line, ",;\t"):
		return errors.New("a table is not shown here; `orrery import csv` makes a dataset of one, which is")
	}
	return errors.New("a text is not shown here, unless it is a rollout or a scene in JSON")
}

// recogniseObject is recognise for objects in JSON, which have keys that tell.
func recogniseObject(text []byte) error {
	var keys map[string]json.RawMessage
	if json.Unmarshal(text, &keys) != nil {
		return nil // those who read it say better what is wrong
	}
	has := func(names ...string) bool {
		for _, name := range names {
			if _, ok := keys[name]; !ok {
				return false
			}
		}
		return true
	}
	switch {
	case has("codebase_version"):
		return errors.New("this file is a part of a dataset: drop the whole folder, which has " + datasetFile + " in it")
	case has("episodes", "watched"):
		return errors.New("this file tells how a film was watched: drop it together with the film")
	case has("settings", "training"):
		return errors.New("this file describes a model: drop the whole folder, or config.json and model.safetensors together")
	case has("kind"), has("bodies"), has("format"):
		return nil
	}
	return errors.New("an object in JSON without a key \"bodies\" or \"kind\" is neither a scene nor a rollout")
}

// plain returns an error in words that need no knowledge of this program, with the name of
// what could not be opened in front of it.
func plain(name string, err error) error {
	if err == nil {
		return nil
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		missing := name
		if at := (*fs.PathError)(nil); errors.As(err, &at) && !strings.HasSuffix(name, at.Path) {
			missing = name + ": " + at.Path
		}
		return fmt.Errorf("%s: there is no such file or directory", missing)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%s: this program may not read it", name)
	}
	if text := err.Error(); strings.HasPrefix(text, name) || strings.HasPrefix(text, path.Base(name)+": ") {
		return err // it has the name already
	}
	return fmt.Errorf("%s: %w", name, err)
}

// Joined returns one error of several, on one line, or nil. It is a Usage if one of them
// is.
func Joined(errs ...error) error { return joined(errs) }

func joined(errs []error) error {
	var texts []string
	usage := false
	for _, err := range errs {
		if err != nil {
			texts = append(texts, err.Error())
			usage = usage || errors.As(err, new(Usage))
		}
	}
	switch {
	case texts == nil:
		return nil
	case usage:
		return Usage{errors.New(strings.Join(texts, "; "))}
	}
	return errors.New(strings.Join(texts, "; "))
}
