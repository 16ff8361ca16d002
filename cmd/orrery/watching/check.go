package watching

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"image"
	"image/jpeg"
	"io"
	"iter"
	"math"
	"os"
	"path/filepath"
	"slices"

	"orrery/cmd/orrery/console"
	"orrery/datasets/film"
	"orrery/datasets/storage"
	"orrery/sim/input"
	"orrery/sim/render"
	"orrery/sim/render/animation"
)

// How much of the films there is to check by: what is left out is told.
const (
	mostFilmed = 360 // pictures of the film to check by
	mostPaged  = 400 // pictures of the page
	pageSide   = 640 // px, of its pictures at most
)

// writeCheck writes the film and the page to check by. Progress is told the share that is done.
func (w *work) writeCheck(ctx context.Context, episodes []*seenEpisode, r *Report, progress func(share float64)) error {
	if err := w.writePage(ctx, episodes, r); err != nil {
		return err
	}
	progress(0.4)
	if w.Check == "none" {
		return nil
	}
	return w.writeFilm(ctx, episodes, r)
}

// rowsByPicture returns the rows of an episode by the number of the picture, [body] each in the order of its bodies.
func (w *work) rowsByPicture(e *seenEpisode) (map[int][]*Row, error) {
	index := map[string]int{}
	for i := range e.bodies {
		index[e.bodies[i].Name] = i
	}
	all := map[int][]*Row{}
	err := w.rows(e, func(r *Row) error {
		if all[r.Frame] == nil {
			all[r.Frame] = make([]*Row, len(e.bodies))
		}
		if i, there := index[r.Body]; there {
			row := *r
			all[r.Frame][i] = &row
		}
		return nil
	})
	return all, err
}

// worstFirst returns some episodes, the doubtful ones first.
func worstFirst(episodes []*seenEpisode, r *Report, most int) []*seenEpisode {
	score := make([]float64, len(episodes))
	for _, d := range r.Doubts {
		score[d.Episode] = max(score[d.Episode], d.Score)
	}
	sorted := slices.Clone(episodes)
	slices.SortStableFunc(sorted, func(a, b *seenEpisode) int {
		switch {
		case score[a.number] > score[b.number]:
			return -1
		case score[a.number] < score[b.number]:
			return 1
		}
		return 0
	})
	return sorted[:min(most, len(sorted))]
}

// writeFilm writes a film with outlines: of the most doubtful episodes, where there are many.
func (w *work) writeFilm(ctx context.Context, episodes []*seenEpisode, r *Report) error {
	theme, err := render.LoadTheme("light")
	if err != nil {
		return err
	}
	shown := slices.DeleteFunc(worstFirst(episodes, r, 6), func(e *seenEpisode) bool { return e.Size() != episodes[0].Size() })
	total := 0
	for _, e := range shown {
		total += e.Len()
	}
	step := (total + mostFilmed - 1) / mostFilmed
	lines, size := 0, image.Point{}
	for _, e := range shown {
		c := newChecker(e.Size(), e.bodies, theme)
		lines, size = max(lines, c.lines), c.bounds()
	}
	size.Y += (lines - newChecker(shown[0].Size(), shown[len(shown)-1].bodies, theme).lines) * checkLine
	var failed error
	pictures := func(yield func(*image.RGBA) bool) {
		for _, e := range shown {
			rows, err := w.rowsByPicture(e)
			if err != nil {
				failed = err
				return
			}
			c := newChecker(e.Size(), e.bodies, theme)
			c.lines, c.walls = lines, r.Walls
			k := 0
			for p, err := range e.Pictures(ctx) {
				if err != nil {
					failed = err
					return
				}
				if k++; (k-1)%step != 0 {
					continue
				}
				title := fmt.Sprintf("%s · picture %d · %.3f s", filepath.Base(e.path), p.Number, p.Time)
				if !yield(c.draw(p, rowsOf(rows, p.Number, len(e.bodies)), title).Image()) {
					return
				}
			}
		}
	}
	count := 0
	for _, e := range shown {
		count += (e.Len() + step - 1) / step
	}
	a := animation.Animation{Pictures: pictures, Size: size, Count: count, Rate: checkRate(episodes[0].Facts().PlayedRate), Hold: 1}
	err = storage.ReplaceFile(w.fileOf("check."+w.Check), func(file *os.File) error {
		switch w.Check {
		case "mp4":
			return animation.EncodeMP4(ctx, file, a)
		case "apng":
			return animation.EncodeAPNG(file, a)
		default:
			return animation.EncodeGIF(file, a, animation.NewPalette(theme.Colours(), samples(pictures, max(count/6, 1))))
		}
	})
	if failed != nil {
		return failed
	}
	return err
}

// checkRate returns how many pictures a second the film to check by has, of films that play so many: few enough for a GIF, and enough to see motion.
func checkRate(played float64) float64 { return min(max(played, 5), 25) }

// samples returns every so many pictures.
func samples(pictures iter.Seq[*image.RGBA], every int) (some []*image.RGBA) {
	k := 0
	for p := range pictures {
		if k%every == 0 {
			some = append(some, p)
		}
		k++
	}
	return some
}

// rowsOf returns the rows of a picture, one for each body.
func rowsOf(all map[int][]*Row, number, bodies int) []*Row {
	if rows := all[number]; rows != nil {
		return rows
	}
	return make([]*Row, bodies)
}

//go:embed page.gohtml
var pageText string

var pageTemplate = template.Must(template.New("page").Parse(pageText))

// The data of the page, as its script reads them.
type (
	pageData struct {
		Episodes []pageEpisode `json:"episodes"`
		Pictures []pagePicture `json:"pictures"`
		Doubts   []pageDoubt   `json:"doubts"`
		Fix      *Fix          `json:"fix"`
	}
	pageEpisode struct {
		Film   string       `json:"film"`
		Width  int          `json:"width"`
		Height int          `json:"height"`
		Bodies []pageBody   `json:"bodies"`
		Walls  [][4]float64 `json:"walls"`
	}
	pageBody struct {
		Name   string         `json:"name"`
		Colour string         `json:"colour"`
		Lines  [][][2]float64 `json:"lines"` // of its shapes, in its own frame in px
	}
	pagePicture struct {
		Episode int            `json:"episode"`
		Number  int            `json:"number"`
		Time    float64        `json:"time"`
		JPEG    string         `json:"jpeg"`
		Sights  []*[6]*float64 `json:"sights"` // [body] x, y, angle, deviation, seen, residual
	}
	pageDoubt struct {
		At   int    `json:"at"` // index of the picture
		Text string `json:"text"`
	}
)

// paged returns how many pictures of so many there are to each one that the page has. A quarter of the page is left for
// those that doubts speak of.
func paged(total int) int { return 1 + total/(mostPaged*3/4) }

// writePage writes the page to check and correct by.
func (w *work) writePage(ctx context.Context, episodes []*seenEpisode, r *Report) error {
	data := pageData{Fix: w.fix}
	if data.Fix == nil {
		data.Fix = &Fix{Format: 1}
	}
	total := 0
	for _, e := range episodes {
		total += e.Len()
	}
	wanted := map[[2]int]bool{} // pictures that doubts speak of
	for _, d := range r.Doubts[:min(len(r.Doubts), mostPaged/4)] {
		wanted[[2]int{d.Episode, d.Frame}] = true
	}
	step := paged(total)
	index := map[[2]int]int{}
	for _, e := range episodes {
		data.Episodes = append(data.Episodes, pageEpisodeOf(e, r))
		rows, err := w.rowsByPicture(e)
		if err != nil {
			return err
		}
		k := 0
		for p, err := range e.Pictures(ctx) {
			if err != nil {
				return err
			}
			key := [2]int{e.number, p.Number}
			if k++; (k-1)%step != 0 && !wanted[key] {
				continue
			}
			picture, err := pagePictureOf(e, p, rowsOf(rows, p.Number, len(e.bodies)))
			if err != nil {
				return err
			}
			index[key] = len(data.Pictures)
			data.Pictures = append(data.Pictures, picture)
		}
	}
	for _, d := range r.Doubts {
		if at, there := index[[2]int{d.Episode, d.Frame}]; there {
			text := fmt.Sprintf("%.2f s: body %s: %s", d.Time, d.Body, d.Why)
			if d.Last > d.Frame {
				text += fmt.Sprintf(" (to picture %d)", d.Last)
			}
			if len(episodes) > 1 {
				text = fmt.Sprintf("film %d, %s", d.Episode, text)
			}
			data.Doubts = append(data.Doubts, pageDoubt{at, text})
		}
	}
	bodies := len(episodes[0].bodies)
	page := struct {
		Title, Summary string
		Notes          []string
		Data           pageData
	}{
		Title:   filepath.Base(episodes[0].path),
		Summary: fmt.Sprintf("%s, %s, %s in the first", input.Count(len(episodes), "episode"), input.Count(total, "picture"), countBodies(bodies)),
		Notes:   r.Notes, Data: data,
	}
	if len(data.Pictures) < total {
		page.Summary += fmt.Sprintf("; here are %d of the pictures, doubtful ones among them", len(data.Pictures))
	}
	return console.WriteFile(w.fileOf(pageFile), func(out io.Writer) error { return pageTemplate.Execute(out, page) })
}

func countBodies(n int) string {
	if n == 1 {
		return "1 body"
	}
	return fmt.Sprintf("%d bodies", n)
}

func pageEpisodeOf(e *seenEpisode, r *Report) pageEpisode {
	size := e.Size()
	p := pageEpisode{Film: filepath.Base(e.path), Width: size.X, Height: size.Y, Walls: [][4]float64{}}
	for i := range e.bodies {
		c := render.TintOf(i)
		body := pageBody{Name: e.bodies[i].Name, Colour: fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B)}
		for k := range e.bodies[i].Shapes {
			var line [][2]float64
			for _, v := range render.Contour(&e.bodies[i].Shapes[k], 0.1) {
				line = append(line, [2]float64{round(v.X), round(v.Y)})
			}
			body.Lines = append(body.Lines, line)
		}
		p.Bodies = append(p.Bodies, body)
	}
	for _, wall := range r.Walls {
		p.Walls = append(p.Walls, [4]float64{round(wall.A.X), round(wall.A.Y), round(wall.B.X), round(wall.B.Y)})
	}
	return p
}

// round keeps the figures that can be seen.
func round(v float64) float64 { return math.Round(v*1000) / 1000 }

func pagePictureOf(e *seenEpisode, p *film.Picture, rows []*Row) (pagePicture, error) {
	var out bytes.Buffer
	m := imageOf(p)
	if larger := max(p.Width, p.Height); larger > pageSide {
		zoom := float64(pageSide) / float64(larger)
		l := render.List{Width: int(float64(p.Width) * zoom), Height: int(float64(p.Height) * zoom)}
		l.Add(render.Photo{Image: m, Into: [2]render.Point{{}, {X: float64(l.Width), Y: float64(l.Height)}}})
		m = l.Image()
	}
	if err := jpeg.Encode(&out, m, &jpeg.Options{Quality: 82}); err != nil {
		return pagePicture{}, fmt.Errorf("%s: picture %d: %w", e.path, p.Number, err)
	}
	picture := pagePicture{Episode: e.number, Number: p.Number, Time: round(p.Time), JPEG: base64.StdEncoding.EncodeToString(out.Bytes())}
	for _, row := range rows {
		if row == nil || math.IsNaN(row.X) {
			picture.Sights = append(picture.Sights, nil)
			continue
		}
		value := func(v float64) *float64 {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return nil
			}
			v = round(v)
			return &v
		}
		seen := 0.0
		if row.Seen {
			seen = 1
		}
		angle := value(row.Angle)
		if !row.Turned {
			angle = nil
		}
		picture.Sights = append(picture.Sights, &[6]*float64{value(row.X), value(row.Y), angle, value(math.Hypot(row.StdX, row.StdY) / math.Sqrt2), &seen, value(row.Residual)})
	}
	return picture, nil
}
