// Package scenefiles reads scenes from files: a scene, or the first one of a scenario.
//
//	scene, sum, err := scenefiles.Read("table.json")
//	files := &scenefiles.Files{Dir: "scenes", Numbered: true}
//	scene, err = files.Read("7") // scenes/7.json or scenes/7.scenario.json
//
// Every file is a plain one of bounded size, and its SHA-256 is known, so that a dataset can say what it was made of.
package scenefiles

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"orrery/sim"
	"orrery/sim/canon"
	"orrery/sim/scenario"
	"orrery/sim/scenario/file"
)

// Files are the scene files of the episodes of a table. Goroutines may share them.
type Files struct {
	Dir      string // from which their names count
	Numbered bool   // a name may be the number of an episode

	mutex sync.Mutex
	sums  map[string]string // SHA-256 in hexadecimal of those that were read, by name
}

// sceneEndings are the ends of the names of scene files.
var sceneEndings = []string{".scenario.json", ".json"}

// find returns the path of the file of a name.
func (s *Files) find(name string) (string, error) {
	path := filepath.FromSlash(name)
	if !filepath.IsAbs(path) {
		path = filepath.Join(s.Dir, path)
	}
	if strings.HasSuffix(strings.ToLower(name), ".json") || !s.Numbered {
		return path, nil
	}
	var tried []string
	for _, ending := range sceneEndings {
		_, err := os.Stat(path + ending)
		if err == nil {
			return path + ending, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
		tried = append(tried, filepath.Base(name)+ending)
	}
	return "", fmt.Errorf("%s: has no %s", filepath.Clean(s.Dir), strings.Join(tried, " or "))
}

// Read returns the scene of a name, which must be the same every time.
func (s *Files) Read(name string) (*sim.Scene, error) {
	path, err := s.find(name)
	if err != nil {
		return nil, err
	}
	scene, sum, err := Read(path)
	if err != nil {
		return nil, err
	}
	if s.Numbered {
		name = filepath.Base(path) // the number alone says little
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.sums == nil {
		s.sums = map[string]string{}
	}
	if had := s.sums[name]; had != "" && had != sum {
		return nil, fmt.Errorf("%s: was changed while it was imported", path)
	}
	s.sums[name] = sum
	return scene, nil
}

// maxSceneSources is the number of scene files that a dataset names one by one.
const maxSceneSources = 100

// Sources returns the hashes of the files by their names, or one of all where they are many.
func (s *Files) Sources() map[string]string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if len(s.sums) <= maxSceneSources {
		return maps.Clone(s.sums)
	}
	all := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(s.sums)) {
		fmt.Fprintf(all, "%s  %s\n", s.sums[name], name)
	}
	return map[string]string{fmt.Sprintf("%d scene files", len(s.sums)): hex.EncodeToString(all.Sum(nil))}
}

// maxSceneFile bounds a scene file, in bytes.
const maxSceneFile = 64 << 20

// Read reads a scene file, or the first scene of a scenario file, and returns the SHA-256 of the
// file in hexadecimal too.
func Read(path string) (*sim.Scene, string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, "", err
	}
	tooLong := fmt.Errorf("%s: size must be at most %d bytes", path, maxSceneFile)
	switch {
	case !info.Mode().IsRegular(): // opening a pipe would wait for its other end
		return nil, "", fmt.Errorf("%s: must be a plain file", path)
	case info.Size() > maxSceneFile:
		return nil, "", tooLong
	}
	opened, err := os.Open(path)
	if err != nil {
		return nil, "", err
	}
	defer opened.Close()
	text, err := io.ReadAll(io.LimitReader(opened, maxSceneFile+1))
	if err != nil {
		return nil, "", err
	}
	if len(text) > maxSceneFile { // it has grown meanwhile
		return nil, "", tooLong
	}
	scene, err := decodeScene(path, text)
	sum := sha256.Sum256(text)
	return scene, hex.EncodeToString(sum[:]), err
}

// decodeScene reads the text of a scene file, or the first scene of a scenario file.
func decodeScene(path string, text []byte) (*sim.Scene, error) {
	if scenario.FormatOf(text) != file.Format {
		scene, err := canon.Decode(strings.NewReader(string(text)))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		return scene, nil
	}
	s, err := scenario.Parse(path, text)
	if err != nil {
		return nil, err
	}
	return First(s)
}

// First returns the scene that stands for a scenario: the first one, with its usual values.
func First(s *scenario.Scenario) (*sim.Scene, error) {
	values, err := s.Values(nil)
	if err != nil {
		return nil, err
	}
	return s.Sample(1, 0, values)
}
