package watching

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"orrery/cmd/orrery/console"
	"orrery/datasets/film"
	"orrery/datasets/storage"
	"orrery/world/watch/level"
	"orrery/world/watch/look"
)

// The files of a finished folder, the last of which makes it one.
const (
	tracksFile = "tracks.csv"
	sceneFile  = "scene.json"
	scenesDir  = "scenes"
	pageFile   = "check.html"
	filmFile   = film.Told
)

// partialDir is where an unfinished watch keeps the episodes that are done.
const partialDir = ".partial"

// part is one episode that has been watched.
type part struct {
	Key     string         `json:"key"`  // of the film, the stretch of it and all options that matter
	Path    string         `json:"path"` // of the film
	Stretch int            `json:"stretch"`
	Facts   film.Facts     `json:"facts"`
	Ground  groundTold     `json:"ground"`
	Bodies  []look.Found   `json:"bodies"`
	Ignored []look.Ignored `json:"ignored"`
	Sways   []film.Sway    `json:"sways,omitempty"` // of each picture, where the camera does not stand still
	Slant   *slantTold     `json:"slant,omitempty"` // of the camera, where sizes tell it
}

// slantTold is how askew the camera looks at the plane of motion, and whether that was taken out.
type slantTold struct {
	level.Slant
	Levelled bool `json:"levelled"`
}

// asWatched returns a film as it was watched: put back where the camera swayed, and square to the plane of motion where that was asked for.
func asWatched(f *film.Film, sways []film.Sway, slant *slantTold) (*film.Film, error) {
	var err error
	if len(sways) > 0 {
		if f, err = f.Steadied(sways); err != nil {
			return nil, err
		}
	}
	if slant != nil && slant.Levelled {
		return f.Levelled(slant.Slant.Slant)
	}
	return f, nil
}

// groundTold is what is told of the picture without bodies.
type groundTold struct {
	Kind   string  `json:"kind"`      // plate, temporal or smooth
	Noise  float64 `json:"noise"`     // standard deviation of a value of a pixel, 0 to 255, the median
	Ghosts int     `json:"ghosts_px"` // pixels that a body covered in most pictures
	Filled int     `json:"filled_px"` // pixels that a body covered in all pictures
	Even   bool    `json:"even"`      // a smooth surface explains most of it
	File   string  `json:"picture,omitempty"`
}

// prepare makes the folder ready for a watch, or says why it is not.
func prepare(o *Options) error {
	if o.Resume && o.Force {
		return console.Usagef("--resume goes on with what is there and --force replaces it")
	}
	entries, err := os.ReadDir(o.Out)
	if errors.Is(err, os.ErrNotExist) {
		return os.MkdirAll(filepath.Join(o.Out, partialDir), 0o755)
	}
	if err != nil {
		return fmt.Errorf("%s is no folder that can be written", o.Out)
	}
	whole, begun := false, false
	for _, e := range entries {
		whole = whole || e.Name() == filmFile
		begun = begun || e.Name() == partialDir
	}
	switch {
	case o.Force:
		if !whole && !begun && len(entries) > 0 {
			return fmt.Errorf("%s holds something that no watch has made: name another folder", o.Out)
		}
		if err := os.RemoveAll(filepath.Join(o.Out, partialDir)); err != nil {
			return err
		}
	case whole && !begun && o.Resume:
	case whole && !begun:
		return fmt.Errorf("%s is there already; --force replaces it", o.Out)
	case begun && !o.Resume:
		return fmt.Errorf("%s is unfinished; --resume goes on with it, --force begins again", o.Out)
	case !begun && len(entries) > 0:
		return fmt.Errorf("%s is not empty", o.Out)
	}
	return os.MkdirAll(filepath.Join(o.Out, partialDir), 0o755)
}

// partPath returns where what is kept of an episode lies, without extension.
func partPath(out string, i int) string {
	return filepath.Join(out, partialDir, fmt.Sprintf("episode-%05d", i))
}

// readPart returns an episode that is done, or nil where there is none with the key.
func readPart(out string, i int, key string) *part {
	text, err := os.ReadFile(partPath(out, i) + ".json")
	var p part
	if err != nil || json.Unmarshal(text, &p) != nil || p.Key != key {
		return nil
	}
	return &p
}

// keep writes an episode, whose rows are there.
func (p *part) keep(out string, i int) error {
	text, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return storage.WriteFile(partPath(out, i)+".json", text)
}
