package open

import (
	"archive/zip"
	"bytes"
	"errors"
	"io/fs"
	"maps"
	"path"
	"slices"
)

// archives are the extensions of files that hold folders.
var archives = []string{".zip"}

// Packed returns an archive with a folder of files, whose contents are given by their names. It opens like the
// folder itself.
func Packed(folder string, files map[string][]byte) ([]byte, error) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		f, err := w.Create(path.Join(folder, name))
		if err != nil {
			return nil, err
		}
		if _, err := f.Write(files[name]); err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return out.Bytes(), err
}

// archive opens the models and datasets in the folders of an archive, or the one that it is.
func (o *Opener) archive(name string, text []byte) error {
	packed, err := zip.NewReader(bytes.NewReader(text), int64(len(text)))
	if err != nil {
		return errors.New("the archive is damaged, or is none: unpack it, and drop the folder that was in it")
	}
	files, err := InMemory(packed)
	if err != nil {
		return err
	}
	if isModel(files, ".") || isDataset(files, ".") {
		return o.directory(files, ".", name[:len(name)-len(path.Ext(name))], name)
	}
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		return err
	}
	var wrong []error
	opened := 0
	for _, entry := range entries {
		if folder := entry.Name(); isModel(files, folder) || isDataset(files, folder) {
			opened++
			wrong = append(wrong, o.directory(files, folder, folder, path.Join(name, folder)))
		}
	}
	if opened == 0 {
		return errors.New("the archive has neither a model nor a dataset in it: unpack it, and drop what is to be opened")
	}
	return joined(wrong)
}
