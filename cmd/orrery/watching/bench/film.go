package main

import (
	"cmp"
	"context"
	"fmt"
	"image"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"slices"
	"time"

	"orrery/datasets/film"
	"orrery/datasets/storage"
	"orrery/sim/render/footage"
	"orrery/sim/render/footage/studio"
	"orrery/world/watch"
	"orrery/world/watch/score"
)

// film makes a film, watches it and adds how well.
func (r *row) film(ctx context.Context, o *options, scene, nuisance string, seed uint64) error {
	settings, err := o.settings(nuisance, seed)
	if err != nil {
		return err
	}
	shot, err := studio.Shoot(ctx, scene, seed, 0, o.frames, settings)
	if err != nil {
		return err
	}
	var pictures []*image.RGBA
	defer func() {
		for _, p := range pictures {
			release(p.Pix)
		}
	}()
	for p, err := range shot.Pictures(ctx) {
		if err != nil {
			return err
		}
		// Outside of the heap, as in a file: beside hundreds of MB in use, as much garbage would be left.
		pix, err := reserve(len(p.Pix))
		if err != nil {
			return err
		}
		copy(pix, p.Pix)
		pictures = append(pictures, &image.RGBA{Pix: pix, Stride: p.Stride, Rect: p.Rect})
	}
	moved := truth(shot, settings.Paint)
	if o.save != "" {
		if err := save(filepath.Join(o.save, fmt.Sprintf("%s-%s-%d", filepath.Base(scene), nuisance, seed)), pictures, moved); err != nil {
			return err
		}
	}
	tracks, err := r.watch(ctx, pictures, o.rate)
	if err != nil {
		return err
	}
	report := score.Judge(moved, tracks)
	r.Add(&report)
	r.films++
	if len(tracks) != len(moved) {
		r.miscounted++
	}
	r.noteWorst(seed, moved, tracks)
	return nil
}

// truth returns the bodies of a shot.
func truth(shot *footage.Shot, paint footage.Paint) []score.Body {
	first := shot.Middles(0)
	origins := shot.Truth(0)
	bodies := make([]score.Body, len(first))
	for i := range bodies {
		// The shapes are about the centre of mass, poses about the middle of the area.
		shift := origins[i].Position().Sub(first[i].Position()).Rotate(-first[i].Angle)
		for _, s := range shot.Shapes(i) {
			s.Vertices = slices.Clone(s.Vertices)
			for k := range s.Vertices {
				s.Vertices[k] = s.Vertices[k].Add(shift)
			}
			bodies[i].Shapes = append(bodies[i].Shapes, s)
		}
		bodies[i].Marked = paint == footage.Marked || paint == footage.Themed
	}
	for t := range shot.Len() {
		for i, pose := range shot.Middles(t) {
			bodies[i].Poses = append(bodies[i].Poses, pose)
		}
	}
	return bodies
}

// watch returns the tracks [k][t] that are seen in pictures, and adds what it took.
func (r *row) watch(ctx context.Context, pictures []*image.RGBA, rate float64) ([][]score.Sight, error) {
	runtime.GC()
	before := heap()
	peak := watchHeap()
	began, worked := time.Now(), processor()
	f, err := film.Still(ctx, pictures, rate, film.Options{})
	if err != nil {
		return nil, err
	}
	options := watch.DefaultOptions()
	seen, err := watch.Find(ctx, f, options)
	if err != nil {
		return nil, err
	}
	tracks := make([][]score.Sight, len(seen.Bodies))
	for k := range tracks {
		tracks[k] = make([]score.Sight, len(pictures))
	}
	last := -1
	for frame, err := range seen.Follow(ctx, f, options) {
		if err != nil {
			return nil, err
		}
		for k, s := range frame.Sights {
			// A picture that is the one before again was dropped: what is seen there is the same.
			for t := last + 1; t < frame.Number && t > 0; t++ {
				tracks[k][t] = tracks[k][t-1]
			}
			tracks[k][frame.Number] = score.Sight{X: s.X, Y: s.Y, Angle: s.Angle, Seen: s.Seen, Turned: s.Turned}
		}
		last = frame.Number
	}
	for k := range tracks {
		for t := last + 1; t < len(pictures) && t > 0; t++ {
			tracks[k][t] = tracks[k][t-1]
		}
	}
	r.seconds += time.Since(began).Seconds()
	r.processor += processor() - worked
	r.pictures += len(pictures)
	r.peak = max(r.peak, peak()-before)
	return tracks, nil
}

// heap returns the bytes of the heap that are in use, garbage too.
func heap() int64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return int64(sample[0].Value.Uint64())
}

// watchHeap begins to look at the heap every few milliseconds, and returns what ends it and tells the most.
func watchHeap() func() int64 {
	done, most := make(chan struct{}), make(chan int64)
	go func() {
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		peak := heap()
		for {
			select {
			case <-tick.C:
				peak = max(peak, heap())
			case <-done:
				most <- peak
				return
			}
		}
	}()
	return func() int64 { close(done); return <-most }
}

// save writes pictures as PNG, and where bodies truly are.
func save(dir string, pictures []*image.RGBA, bodies []score.Body) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for i, p := range pictures {
		err := storage.ReplaceFile(filepath.Join(dir, fmt.Sprintf("%05d.png", i)), func(file *os.File) error { return png.Encode(file, p) })
		if err != nil {
			return err
		}
	}
	return storage.ReplaceFile(filepath.Join(dir, "truth.csv"), func(file *os.File) error {
		if _, err := fmt.Fprintln(file, "frame,body,x_px,y_px,angle_rad"); err != nil {
			return err
		}
		for i := range pictures {
			for k := range bodies {
				b := bodies[k].Poses[i]
				if _, err := fmt.Fprintf(file, "%d,%d,%.4f,%.4f,%.6f\n", i, k, b.X, b.Y, b.Angle); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// worst is a pose that is far off, or none.
type worst struct {
	seed          uint64
	picture, body int
	off           float64 // px
	x, y          float64 // px, of the truth
}

func (w worst) String() string {
	return fmt.Sprintf("seed %d, picture %d, body %d at %.1f %.1f: off by %.3f px", w.seed, w.picture, w.body, w.x, w.y, w.off)
}

// noteWorst notes how far the nearest track is from each body in each picture.
func (r *row) noteWorst(seed uint64, bodies []score.Body, tracks [][]score.Sight) {
	for i := range bodies {
		for t, pose := range bodies[i].Poses {
			w := worst{seed: seed, picture: t, body: i, off: 1e9, x: pose.X, y: pose.Y}
			for _, track := range tracks {
				if s := track[t]; s.Seen {
					w.off = min(w.off, math.Hypot(s.X-pose.X, s.Y-pose.Y))
				}
			}
			r.worst = append(r.worst, w)
		}
	}
}

// worstOf returns the n worst.
func (r *row) worstOf(n int) []worst {
	slices.SortStableFunc(r.worst, func(a, b worst) int { return cmp.Compare(b.off, a.off) })
	return r.worst[:min(n, len(r.worst))]
}
