package fit

import (
	"fmt"
	"io"
	"io/fs"
	"path"

	"orrery/world"
)

// maxEmbedded bounds the files that LoadFS reads, in bytes.
const maxEmbedded = 64 << 20

// LoadFS reads a model directory like Load, from a file system that need not be
// the disk's: one that is embedded, or what was dropped on a page.
func LoadFS(files fs.FS, dir string) (world.Model, *world.Description, error) {
	file := path.Join(dir, world.ConfigFile)
	text, err := readFS(files, file)
	if err != nil {
		return nil, nil, err
	}
	d, err := world.DecodeDescription(text)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", file, err)
	}
	model, err := rebuild(d)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", file, err)
	}
	file = path.Join(dir, world.WeightsFile)
	weights, err := readFS(files, file)
	if err != nil {
		return nil, nil, err
	}
	metadata, err := model.Weights().Decode(weights)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", file, err)
	}
	if kind := metadata["kind"]; kind != d.Kind {
		return nil, nil, fmt.Errorf("%s: kind %q must be %q as in %s", file, kind, d.Kind, world.ConfigFile)
	}
	return model.learner, d, nil
}

func readFS(files fs.FS, name string) ([]byte, error) {
	f, err := files.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxEmbedded+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxEmbedded {
		return nil, fmt.Errorf("%s: size must be at most %d bytes", name, maxEmbedded)
	}
	return text, nil
}
