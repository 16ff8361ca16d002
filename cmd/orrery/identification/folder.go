package identification

import (
	"bytes"
	"image/png"
	"os"
	"path/filepath"

	"orrery/datasets/storage"
	"orrery/sim/canon"
)

// The files of a folder of findings.
const (
	SceneFile   = "scene.json"
	JSONFile    = "identify.json"
	PictureFile = "identify.png"
	DrawingFile = "identify.svg"
)

// Save writes a folder with the scene, what was found as JSON, and its picture in two formats. It appears when
// it is complete, and takes the place of one that is there.
func (f *Found) Save(dir string) error {
	scene, err := canon.Encode(f.Scene)
	if err != nil {
		return err
	}
	var text, picture bytes.Buffer
	if err := f.JSON(&text); err != nil {
		return err
	}
	list, err := f.Picture()
	if err != nil {
		return err
	}
	if err := png.Encode(&picture, list.Image()); err != nil {
		return err
	}
	return storage.ReplaceFolder(dir, JSONFile, func(draft string) error {
		for name, content := range map[string][]byte{
			SceneFile: scene, JSONFile: text.Bytes(), PictureFile: picture.Bytes(), DrawingFile: list.SVG(f.title()),
		} {
			if err := os.WriteFile(filepath.Join(draft, name), content, 0o644); err != nil {
				return err
			}
		}
		return nil
	})
}
