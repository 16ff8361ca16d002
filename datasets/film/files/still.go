package files

import (
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"os"

	"orrery/datasets/film"
	"orrery/datasets/film/gif"
	"orrery/datasets/film/stills"
)

// Still reads one picture, a PNG, a JPEG or the first of a GIF, and cuts it to a region, columns and rows from
// the top in px; an empty region is all. It is as large as the film's pictures before they are cut.
func Still(path string, region image.Rectangle) (*film.Picture, error) {
	size, pix, err := still(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	whole := image.Rectangle{Max: size}
	if region.Empty() {
		region = whole
	}
	if !region.In(whole) {
		return nil, fmt.Errorf("%s: is %d × %d px and does not reach column %d and row %d", path, size.X, size.Y, region.Max.X, region.Max.Y)
	}
	p := &film.Picture{Width: region.Dx(), Height: region.Dy(), Pix: make([]uint8, 3*region.Dx()*region.Dy())}
	film.Cut(p.Pix, pix, size.X, region)
	return p, nil
}

// Mask reads a picture whose bright pixels are watched, for film.Options.
func Mask(path string) (*image.Gray, error) {
	size, pix, err := still(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	m := image.NewGray(image.Rectangle{Max: size})
	for i := range m.Pix {
		m.Pix[i] = uint8((299*int(pix[3*i]) + 587*int(pix[3*i+1]) + 114*int(pix[3*i+2])) / 1000) // luma of ITU-R BT.601
	}
	return m, nil
}

// still returns the size in px and the pixels of a picture.
func still(path string) (image.Point, []uint8, error) {
	info, err := os.Stat(path)
	if err != nil {
		return image.Point{}, nil, plain(err)
	}
	if !info.Mode().IsRegular() {
		return image.Point{}, nil, errors.New("is no file")
	}
	file, err := os.Open(path)
	if err != nil {
		return image.Point{}, nil, plain(err)
	}
	defer file.Close()
	var head [4]byte
	n, _ := io.ReadFull(file, head[:])
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return image.Point{}, nil, plain(err)
	}
	if starts(head[:n], 0, "GIF8") {
		return first(gif.Open(file))
	}
	data, err := readStill(file)
	if err != nil {
		return image.Point{}, nil, err
	}
	size, err := stills.Size(data)
	if err != nil {
		return image.Point{}, nil, err
	}
	pix := make([]uint8, 3*size.X*size.Y)
	return size, pix, stills.Decode(data, pix)
}

// first returns the first picture of a GIF.
func first(r *gif.Reader, err error) (image.Point, []uint8, error) {
	if err == nil {
		pix := make([]uint8, 3*r.Size().X*r.Size().Y)
		if _, err = r.Next(context.Background(), pix); err == nil {
			return r.Size(), pix, nil
		}
	}
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		err = errors.New("the file is cut off")
	}
	return image.Point{}, nil, err
}

// readStill reads the file of one picture, within bounds.
func readStill(file io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(file, mostStill+1))
	if err != nil {
		return nil, plain(err)
	}
	if len(data) > mostStill {
		return nil, fmt.Errorf("has more than %d bytes", mostStill)
	}
	return data, nil
}
