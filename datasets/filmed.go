package datasets

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"orrery/datasets/camera"
	"orrery/datasets/parquet"
	"orrery/datasets/statistics"
)

// featureCamera is the feature that has a picture of each frame.
const featureCamera = "observation.images.camera"

// VideoFolder is the folder of the videos of a dataset that has some, relative to its directory.
const VideoFolder = "videos"

// maxVideo bounds a video in bytes.
const maxVideo = 1 << 30

// Where pictures are, and what is known of them, relative to a dataset's directory.
const (
	videoPath    = VideoFolder + "/" + featureCamera + "/chunk-%03d/file-%03d.mp4" // one for each episode
	videoPattern = "videos/{video_key}/chunk-{chunk_index:03d}/file-{file_index:03d}.mp4"
	filmPath     = "meta/orrery/film.parquet"
)

// Film adds the pictures of the episode, for a dataset that is filmed so.
func (e *Prepared) Film(f camera.Film, p *camera.Pictures) error {
	switch {
	case f.Kind == camera.Image && len(p.Images) != e.Frames():
		return fmt.Errorf("%d pictures must be one for each of the %d frames", len(p.Images), e.Frames())
	case f.Kind == camera.Video && len(p.Video) == 0:
		return errors.New("a video without a byte must not be")
	}
	e.room.Film, e.pictures = f.Stored(), p
	return nil
}

// imageColumns returns the columns of a film of kind Image beside those of the features.
func (r Room) imageColumns() []*parquet.Column {
	if r.Film.Kind != camera.Image {
		return nil
	}
	return []*parquet.Column{parquet.NewPart[[]byte](featureCamera, "bytes"), parquet.NewPart[[]byte](featureCamera, "path").UTF8()}
}

// putImages appends the pictures of an episode to the image columns.
func putImages(columns []*parquet.Column, p *camera.Pictures) {
	for k, picture := range p.Images {
		parquet.Put(columns[0], picture)
		parquet.Put(columns[1], []byte(fmt.Sprintf("frame-%06d.png", k)))
	}
}

// cameraFeature describes the pictures for info.json.
func (r Room) cameraFeature(fps int) Feature {
	f := Feature{DType: string(r.Film.Kind), Shape: []int{r.Film.Height, r.Film.Width, 3}, Names: []string{"height", "width", "channels"}}
	if r.Film.Kind == camera.Video {
		f.Info = map[string]any{
			"video.height": r.Film.Height, "video.width": r.Film.Width, "video.channels": 3, "video.fps": fps,
			"video.codec": "h264", "video.pix_fmt": "yuv420p", "video.is_depth_map": false, "has_audio": false,
		}
	}
	return f
}

// film returns how the frames that i describes were filmed. A feature of pictures that others made is none.
func (i *Info) film() camera.Film {
	f, found := i.Features[featureCamera]
	if !found || len(f.Shape) != 3 || f.Shape[2] != 3 {
		return camera.Film{}
	}
	film := camera.Film{Kind: camera.Kind(f.DType), Width: f.Shape[1], Height: f.Shape[0]}
	if film.Validate() != nil {
		return camera.Film{}
	}
	return film
}

// filmTable returns the columns of meta/orrery/film.parquet.
func filmTable() []*parquet.Column {
	columns := []*parquet.Column{parquet.NewColumn[int64]("episode_index")}
	for _, name := range []string{"px_per_m", "left_m", "bottom_m"} {
		columns = append(columns, parquet.NewColumn[float64](name))
	}
	return append(columns, parquet.NewList[int64]("values", len(camera.Counts{})*256))
}

// filmColumns returns the columns of meta/episodes that say where the pictures are and what statistics they have.
func (r Room) filmColumns() (columns []*parquet.Column) {
	if r.Film.Kind == camera.Video {
		for _, name := range []string{"chunk_index", "file_index"} {
			columns = append(columns, parquet.NewColumn[int64](VideoFolder+"/"+featureCamera+"/"+name))
		}
		for _, name := range []string{"from_timestamp", "to_timestamp"} {
			columns = append(columns, parquet.NewColumn[float64](VideoFolder+"/"+featureCamera+"/"+name))
		}
	}
	if r.Film.Kind != "" {
		for _, name := range statistics.Names {
			columns = append(columns, parquet.NewList[float64](statColumn(featureCamera, name), len(camera.Counts{})))
		}
		columns = append(columns, parquet.NewList[int64](statColumn(featureCamera, "count"), 1))
	}
	return columns
}

// putFilm appends what an episode of so many frames says of its pictures to the columns of meta/episodes that filmColumns returns.
func (r Room) putFilm(columns []*parquet.Column, episode, frames, fps int, p *camera.Pictures) {
	if r.Film.Kind == camera.Video {
		parquet.Put(columns[0], int64(episode/chunksSize))
		parquet.Put(columns[1], int64(episode%chunksSize))
		parquet.Put(columns[2], 0.0)
		parquet.Put(columns[3], float64(frames)/float64(fps))
		columns = columns[4:]
	}
	stats := p.Values.Describe(frames)
	for i, values := range stats.Columns() {
		parquet.Put(columns[i], *values...)
	}
	parquet.Put(columns[len(statistics.Names)], int64(frames))
}

// videoOf returns the place of the video of an episode.
func videoOf(episode int) string {
	return fmt.Sprintf(videoPath, episode/chunksSize, episode%chunksSize)
}

// addFilm writes the pictures of the next episode that are not among the frames, and what is known of them.
func (w *Writer) addFilm(e *Prepared) error {
	if w.room.Film.Kind == camera.Video {
		if err := w.files.write(videoOf(w.made), e.pictures.Video); err != nil {
			return err
		}
	}
	w.values.Merge(&e.pictures.Values)
	if err := w.film.begin(0); err != nil {
		return err
	}
	columns, camera := w.film.columns, e.pictures.Place
	parquet.Put(columns[0], int64(w.made))
	for i, v := range []float64{camera.Scale, camera.Left, camera.Bottom} {
		parquet.Put(columns[1+i], v)
	}
	for k := range e.pictures.Values {
		parquet.Put(columns[4], e.pictures.Values[k][:]...)
	}
	return w.film.end(1, 8*256*len(e.pictures.Values))
}

// filmStats returns statistics as LeRobot wants those of pictures: each value in two lists of its own.
func filmStats(s statistics.Stats) map[string]any {
	out := map[string]any{"count": s.Count}
	for i, values := range s.Columns() {
		var nested [][][]float64
		for _, v := range *values {
			nested = append(nested, [][]float64{{v}})
		}
		out[statistics.Names[i]] = nested
	}
	return out
}

// film returns how the frames were filmed: what there is, and what the provenance says of it.
func (d *Dataset) film() camera.Film {
	if told := d.provenance.Film; told.Stored() == d.room.Film {
		return told
	}
	return d.room.Film
}

// Pictures reads the pictures of episode i, or nil where there is no film.
func (d *Dataset) Pictures(ctx context.Context, i int) (*camera.Pictures, error) {
	if d.room.Film.Kind == "" {
		return nil, nil
	}
	if i < 0 || i >= len(d.episodes) {
		return nil, fmt.Errorf("%s: episode %d must be from 0 to %d", d.in.name, i, len(d.episodes)-1)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	known, err := d.openTable(filmPath)
	if err != nil {
		return nil, err
	}
	p, err := knownOfFilm(known, i)
	if err != nil {
		return nil, err
	}
	e := d.episodes[i]
	if d.room.Film.Kind == camera.Video {
		return p, d.readVideo(p, i)
	}
	t, err := d.table(e)
	if err != nil {
		return nil, err
	}
	return p, readImages(p, t, e)
}

// knownOfFilm reads what meta/orrery/film.parquet has of an episode.
func knownOfFilm(t *parquet.Table, i int) (*camera.Pictures, error) {
	r, err := t.Reader()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	p := new(camera.Pictures)
	for k, to := range []*float64{&p.Place.Scale, &p.Place.Left, &p.Place.Bottom} {
		v, err := parquet.Rows[float64](r, filmTable()[1+k].Name(), 0, i, i+1)
		if err != nil {
			return nil, err
		}
		*to = v[0]
	}
	values, err := parquet.Rows[int64](r, "values", len(p.Values)*256, i, i+1)
	if err != nil {
		return nil, err
	}
	for k := range p.Values {
		copy(p.Values[k][:], values[256*k:])
	}
	return p, nil
}

// readImages reads the pictures of an episode that are among its frames.
func readImages(p *camera.Pictures, t *parquet.Table, e episode) error {
	r, err := t.Reader()
	if err != nil {
		return err
	}
	defer r.Close()
	p.Images, err = parquet.Rows[[]byte](r, featureCamera+".bytes", 0, e.row, e.row+e.length)
	return err
}

// readVideo reads the video of an episode.
func (d *Dataset) readVideo(p *camera.Pictures, i int) error {
	path := videoOf(i)
	file, err := d.in.open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	if p.Video, err = io.ReadAll(io.LimitReader(file, maxVideo+1)); err != nil {
		return err
	}
	if len(p.Video) == 0 || len(p.Video) > maxVideo {
		return fmt.Errorf("%s: %d bytes must be from 1 to %d", d.in.where(path), len(p.Video), maxVideo)
	}
	return nil
}

// keptFilm is what Kept has of the pictures of an episode.
type keptFilm struct {
	Values camera.Counts `json:"values"`
	Place  camera.Place  `json:"camera"`
	Sum    string        `json:"sha256,omitempty"` // of the video, in hexadecimal
}

// keepFilm returns what Kept has of pictures.
func keepFilm(p *camera.Pictures) ([]byte, error) {
	return json.Marshal(keptFilm{p.Values, p.Place, videoSum(p)})
}

// videoSum returns the SHA-256 of the video, or nothing if there is none.
func videoSum(p *camera.Pictures) string {
	if p.Video == nil {
		return ""
	}
	sum := sha256.Sum256(p.Video)
	return hex.EncodeToString(sum[:])
}

// readBackFilm returns the pictures of an episode that a Writer has put into d, of which what it kept is known.
func (d *Dataset) readBackFilm(kept []byte, number int, t *parquet.Table, e episode) (*camera.Pictures, error) {
	var known keptFilm
	if err := json.NewDecoder(bytes.NewReader(kept)).Decode(&known); err != nil {
		return nil, err
	}
	p := &camera.Pictures{Values: known.Values, Place: known.Place}
	if d.room.Film.Kind == camera.Image {
		return p, readImages(p, t, e)
	}
	if err := d.readVideo(p, number); err != nil {
		return nil, err
	}
	if videoSum(p) != known.Sum {
		return nil, fmt.Errorf("%s: was damaged", d.in.where(videoOf(number)))
	}
	return p, nil
}
