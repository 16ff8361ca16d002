package watching

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"orrery/cmd/orrery/console"
	"orrery/datasets/film"
	"orrery/datasets/film/files"
	"orrery/datasets/storage"
	"orrery/sim/input"
	"orrery/world/watch"
	"orrery/world/watch/ground"
	"orrery/world/watch/level"
	"orrery/world/watch/look"
	"orrery/world/watch/steady"
)

// ErrUnfinished says that a watch was stopped and can be resumed.
var ErrUnfinished = errors.New("unfinished; --resume goes on with it")

// Run watches films, each of which may hold several episodes, and writes what was seen into a folder. What is told on log is for people.
func Run(ctx context.Context, log io.Writer, paths []string, o Options) (*Report, error) {
	w := &work{Options: o, log: log}
	if err := w.begin(paths); err != nil {
		return nil, err
	}
	_, missing := os.Stat(o.Out)
	if err := prepare(&o); err != nil {
		return nil, err
	}
	if err := w.open(ctx, paths); err != nil {
		os.Remove(filepath.Join(o.Out, partialDir)) // unless there is something in it, so that a mistyped name leaves nothing
		if missing != nil {
			os.Remove(o.Out)
		}
		return nil, err
	}
	if w.fix != nil && len(w.fix.Shape) > 0 && len(w.stretches) > 1 {
		if err := w.nameFirst(ctx); err != nil {
			return nil, err
		}
	}
	if err := w.watchAll(ctx); err != nil {
		return nil, err
	}
	return w.finish(ctx)
}

// work is a watch in the making.
type work struct {
	Options
	log       io.Writer
	fix       *Fix
	scale     Scale
	watch     watch.Options
	stretches []*stretch
}

// stretch is one episode of a film.
type stretch struct {
	*film.Film
	path  string
	order int // of the episode in its film
	takes *takes
	part  *part
	names []string // of its bodies, where they had to be known before it was watched
}

// begin reads what the options name, before anything is written.
func (w *work) begin(paths []string) (err error) {
	if len(paths) == 0 {
		return console.Usagef("watch: a film is missing")
	}
	if w.Fix != "" {
		if w.fix, err = ReadFix(w.Fix); err != nil {
			return err
		}
	}
	if w.Scale != "" {
		if w.scale, err = ParseScale(w.Scale); err != nil {
			return console.Usage(fmt.Errorf("--%w", err))
		}
	}
	if w.Down != "" {
		if _, err = ParseDown(w.Down); err != nil {
			return console.Usage(fmt.Errorf("--%w", err))
		}
	}
	if w.scale.Fall > 0 && w.Down == "none" {
		return console.Usagef("--scale g=… needs something that falls, and with --down none nothing does")
	}
	if err := checkFormat(w.Check); err != nil {
		return err
	}
	w.Film.Rate = w.Rate.Value()
	if w.Film.End > 0 && w.Film.End <= w.Film.Start {
		return console.Usagef("--end %g s must be after --start %g s", w.Film.End, w.Film.Start)
	}
	if w.Mask != "" {
		if w.Film.Mask, err = files.Mask(w.Mask); err != nil {
			return err
		}
	}
	w.watch = watch.DefaultOptions()
	w.watch.Bodies.Number = w.Bodies
	if w.Plate != "" {
		if w.watch.Ground.Plate, err = files.Still(w.Plate, w.Film.Region); err != nil {
			return err
		}
	}
	return nil
}

// open looks through the films, and finds their episodes.
func (w *work) open(ctx context.Context, paths []string) error {
	bar := console.NewProgress(w.log, "opening "+input.Count(len(paths), "film"))
	defer bar.Close()
	for i, path := range paths {
		o := w.Film
		o.Looked = func(pictures int, bytes int64) {
			bar.Set(float64(i)/float64(len(paths)), fmt.Sprintf("%s, %.1f GB read", input.Count(pictures, "picture"), float64(bytes)/1e9))
		}
		f, err := files.Open(ctx, path, o)
		if err != nil {
			return err
		}
		if f.Len() < 2 {
			return fmt.Errorf("%s: one picture of it is read, in which nothing moves", path)
		}
		takes := &takes{whole: f}
		for order, episode := range f.Episodes() {
			w.stretches = append(w.stretches, &stretch{Film: episode, path: path, order: order, takes: takes})
		}
		bar.Set(float64(i+1)/float64(len(paths)), "")
	}
	return nil
}

// nameFirst gives the bodies of all episodes their names before these are watched: a shape is that of a name, and which body of an episode
// has it follows from the looks of those in the episodes before.
func (w *work) nameFirst(ctx context.Context) error {
	bar := console.NewProgress(w.log, "naming the bodies of "+input.Count(len(w.stretches), "episode"))
	defer bar.Close()
	found := make([][]look.Body, len(w.stretches))
	var done atomic.Int64
	group, within := errgroup.WithContext(ctx)
	group.SetLimit(max(w.Workers, 1))
	for i, s := range w.stretches {
		group.Go(func() error {
			trial := *s // which keeps the film as it is
			seen, _, err := trial.steadyAndFind(within, w.watch)
			if err != nil {
				return fmt.Errorf("%s: %w", s.path, err)
			}
			for k := range seen.Bodies {
				found[i] = append(found[i], seen.Bodies[k].Body)
			}
			bar.Set(float64(done.Add(1))/float64(len(found)), "")
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	known := map[string]*look.Body{}
	for i, s := range w.stretches {
		s.names = nameBodies(known, found[i])
	}
	return nil
}

// steadyAndFind takes the camera's sway out of the film, which it returns too, and finds the bodies.
func (s *stretch) steadyAndFind(ctx context.Context, o watch.Options) (*watch.Seen, []film.Sway, error) {
	steadied, sways, err := steady.Film(ctx, s.Film)
	if err != nil {
		return nil, nil, err
	}
	s.Film = steadied
	seen, err := s.find(ctx, o, sways != nil)
	return seen, sways, err
}

// watchAll watches every episode that is not done yet.
func (w *work) watchAll(ctx context.Context) error {
	bar := console.NewProgress(w.log, "watching "+input.Count(len(w.stretches), "episode"))
	defer bar.Close()
	var mutex sync.Mutex
	shares := make([]float64, len(w.stretches))
	progress := func(i int, share float64) {
		mutex.Lock()
		defer mutex.Unlock()
		shares[i] = share
		sum := 0.0
		for _, s := range shares {
			sum += s
		}
		bar.Set(sum/float64(len(shares)), "")
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(max(w.Workers, 1))
	for i, s := range w.stretches {
		if ctx.Err() != nil {
			break
		}
		group.Go(func() error {
			if err := w.watchOne(ctx, i, s, func(share float64) { progress(i, share) }); err != nil {
				return fmt.Errorf("%s: %w", s.path, err)
			}
			progress(i, 1)
			return nil
		})
	}
	return group.Wait()
}

// key names all that the result of an episode follows from.
func (w *work) key(s *stretch) string {
	facts, err := json.Marshal(s.Facts())
	if err != nil {
		panic("watching: facts of a film are no JSON: " + err.Error())
	}
	film := w.Film
	film.Mask = nil
	shapes := map[string]FixShape(nil)
	if w.fix != nil {
		shapes = w.fix.Shape
	}
	given, err := json.Marshal([]any{s.path, s.order, film, w.Mask, w.Plate, w.Bodies, shapes, w.Level})
	if err != nil {
		panic("watching: options are no JSON: " + err.Error())
	}
	sum := sha256.Sum256(append(facts, given...))
	return hex.EncodeToString(sum[:])
}

// watchOne watches an episode, unless it is done.
func (w *work) watchOne(ctx context.Context, i int, s *stretch, progress func(share float64)) error {
	key := w.key(s)
	var err error
	if s.part = readPart(w.Out, i, key); s.part != nil {
		s.Film, err = asWatched(s.Film, s.part.Sways, s.part.Slant)
		return err
	}
	seen, sways, err := s.steadyAndFind(ctx, w.watch)
	if err != nil {
		return err
	}
	progress(0.5)
	slant, err := w.follow(ctx, i, s, seen, progress)
	if err != nil {
		return err
	}
	if w.Level && slant != nil {
		slant.Levelled = true
		if s.Film, err = asWatched(s.Film, nil, slant); err != nil { // which is put back already
			return err
		}
		if seen, err = watch.Find(ctx, s.Film, w.watch); err != nil {
			return err
		}
		if _, err := w.follow(ctx, i, s, seen, progress); err != nil {
			return err
		}
	}
	s.part = &part{Key: key, Path: s.path, Stretch: s.order, Facts: s.Facts(), Ground: groundOf(seen.Ground), Bodies: seen.Bodies, Ignored: seen.Ignored, Sways: sways, Slant: slant}
	if err := w.keepGround(i, seen.Ground); err != nil {
		return err
	}
	return s.part.keep(w.Out, i)
}

// follow follows the bodies of an episode in their shapes, keeps where they were, and returns how askew the camera looks at the plane of their
// motion, nil where their sizes tell of none.
func (w *work) follow(ctx context.Context, i int, s *stretch, seen *watch.Seen, progress func(share float64)) (*slantTold, error) {
	if err := w.shape(seen, s); err != nil {
		return nil, err
	}
	size := s.Size()
	var sizes []level.Size
	err := storage.ReplaceFile(partPath(w.Out, i)+".csv", func(file *os.File) error {
		out, err := newTrackWriter(file, 1, true)
		if err != nil {
			return err
		}
		done := 0
		for frame, err := range seen.Follow(ctx, s.Film, w.watch) {
			if err != nil {
				return err
			}
			for body, sight := range frame.Sights {
				if sight.Size > 0 {
					sizes = append(sizes, level.Size{Body: body, X: sight.X - float64(size.X)/2, Y: float64(size.Y)/2 - sight.Y, By: sight.Size})
				}
				row := Row{
					Episode: i, Frame: frame.Number, Time: frame.Time, Body: strconv.Itoa(body), Pose: sight.Pose,
					StdX: math.Sqrt(sight.Covariance[0][0]), StdY: math.Sqrt(sight.Covariance[1][1]), StdAngle: math.Sqrt(sight.Covariance[2][2]),
					Seen: sight.Seen, Turned: sight.Turned, Share: sight.Share, Residual: sight.Residual,
				}
				if row.Seen || row.Share > 0 {
					if err := out.write(&row); err != nil {
						return err
					}
				}
			}
			done++
			progress(0.5 + 0.5*float64(done)/float64(max(s.Len(), 1)))
		}
		return out.flush()
	})
	if err != nil {
		return nil, err
	}
	if slant, sure := level.Find(sizes, max(size.X, size.Y)); sure {
		return &slantTold{Slant: slant}, nil
	}
	return nil, nil
}

// shape gives bodies of an episode the shapes that a person knows.
func (w *work) shape(seen *watch.Seen, of *stretch) error {
	if w.fix == nil {
		return nil
	}
	seen.Bodies = slices.Clone(seen.Bodies) // takes of one film share them
	for name, s := range w.fix.Shape {
		i, err := strconv.Atoi(name)
		if of.names != nil {
			i = slices.Index(of.names, name)
		}
		if err != nil || i < 0 || i >= len(seen.Bodies) {
			continue // of another episode; Fix.check tells those that are nowhere
		}
		shapes, err := s.shapes()
		if err != nil {
			return fmt.Errorf("%s: shape: %s: %w", w.Fix, name, err)
		}
		size := of.Size()
		if wide, most := across(shapes), math.Hypot(float64(size.X), float64(size.Y)); wide > most {
			return fmt.Errorf("%s: shape: %s: is %.5g px wide, but must fit into the picture, whose corners are %.5g px apart", w.Fix, name, wide, most)
		}
		seen.Bodies[i].Shapes = shapes
	}
	return nil
}

func groundOf(g *ground.Ground) groundTold {
	noise := slices.Clone(g.Noise)
	slices.Sort(noise)
	return groundTold{Kind: string(g.Kind), Noise: float64(noise[len(noise)/2]), Ghosts: g.Ghosts, Filled: g.Filled, Even: g.Even}
}

// keepGround writes the picture without bodies.
func (w *work) keepGround(i int, g *ground.Ground) error {
	m := image.NewRGBA(image.Rect(0, 0, g.Width, g.Height))
	for p := range g.Width * g.Height {
		for k := range 3 {
			m.Pix[4*p+k] = uint8(min(max(g.Mean[3*p+k]+0.5, 0), 255))
		}
		m.Pix[4*p+3] = 255
	}
	return storage.ReplaceFile(partPath(w.Out, i)+".png", func(file *os.File) error { return png.Encode(file, m) })
}

// checkFormat returns an error for a format of a film to check by that there is not.
func checkFormat(name string) error {
	known := []string{"gif", "apng", "mp4", "none"}
	if !slices.Contains(known, name) {
		return console.Usagef("--check: %w", input.Unknown("format", name, known))
	}
	return nil
}

// fileOf returns the path of a file of the folder.
func (w *work) fileOf(name string) string { return filepath.Join(w.Out, name) }
