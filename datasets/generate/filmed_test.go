package generate

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"orrery/datasets"
	"orrery/datasets/camera"
	"orrery/datasets/flights"
	"orrery/datasets/shard"
	"orrery/datasets/splits"
	"orrery/sim"
)

// filmedSpec is of flights that are filmed so.
func filmedSpec(kind camera.Kind) datasets.Spec {
	spec := testSpec()
	spec.Episodes = 130 // more than a block
	spec.Film = camera.Film{Kind: kind, Width: 4, Height: 2, Look: "points", Seed: 3}
	return spec
}

// filmOf draws an episode of a spec: pictures of one colour, or a text for a video.
func filmOf(spec datasets.Spec) func(context.Context, string, int, *sim.Trajectory) (*camera.Pictures, error) {
	return func(_ context.Context, folder string, episode int, t *sim.Trajectory) (*camera.Pictures, error) {
		if folder != "" {
			if err := os.WriteFile(filepath.Join(folder, fmt.Sprint(episode)), nil, 0o644); err != nil {
				return nil, err
			}
		}
		p := &camera.Pictures{Place: camera.Place{Scale: float64(1 + episode), Left: -1, Bottom: t.States[0][0].X}}
		for k := range t.States {
			m := image.NewRGBA(image.Rect(0, 0, spec.Film.Width, spec.Film.Height))
			for i := range spec.Film.Width * spec.Film.Height {
				m.SetRGBA(i%spec.Film.Width, i/spec.Film.Width, color.RGBA{uint8(episode), uint8(k), uint8(i), 255})
			}
			p.Values.Add(m)
			if spec.Film.Kind == camera.Video {
				p.Video = fmt.Appendf(p.Video, "%d of %d\n", k, episode)
				continue
			}
			var file bytes.Buffer
			if err := png.Encode(&file, m); err != nil {
				return nil, err
			}
			p.Images = append(p.Images, file.Bytes())
		}
		return p, nil
	}
}

// filmed makes a dataset that is filmed.
func filmed(t *testing.T, spec datasets.Spec, name string, opt Options) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), name)
	opt.Film = filmOf(spec)
	if err := Run(t.Context(), dir, spec, flyers(spec), opt); err != nil {
		t.Fatal(err)
	}
	return dir
}

// eachKind tests both kinds of film.
func eachKind(t *testing.T, test func(t *testing.T, spec datasets.Spec)) {
	t.Helper()
	t.Parallel()
	for _, kind := range []camera.Kind{camera.Image, camera.Video} {
		t.Run(string(kind), func(t *testing.T) { t.Parallel(); test(t, filmedSpec(kind)) })
	}
}

func TestFilmedBytesDoNotDependOnWorkers(t *testing.T) {
	eachKind(t, func(t *testing.T, spec datasets.Spec) {
		dir := filmed(t, spec, "data", Options{Workers: 3})
		if !testing.Short() { // the race detector sees nothing in what one worker does
			sameTree(t, flights.Tree(t, dir), flights.Tree(t, filmed(t, spec, "data", Options{Workers: 1})))
		}
		data, err := datasets.Open(t.Context(), dir)
		if err != nil {
			t.Fatal(err)
		}
		if err := data.Check(t.Context(), nil); err != nil {
			t.Error(err)
		}
		for _, i := range []int{0, 17, 129} {
			got, err := data.Pictures(t.Context(), i)
			if err != nil {
				t.Fatal(err)
			}
			trajectory := flight(spec, i)
			wanted, err := filmOf(spec)(t.Context(), "", i, trajectory)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got.Video, wanted.Video) || len(got.Images) != len(wanted.Images) || got.Place != wanted.Place || got.Values != wanted.Values {
				t.Fatalf("episode %d: the pictures read are not those written", i)
			}
			for k := range got.Images {
				if !bytes.Equal(got.Images[k], wanted.Images[k]) {
					t.Fatalf("episode %d, frame %d: another picture", i, k)
				}
			}
		}
	})
}

func TestFilmedGenerationResumesToTheSameBytes(t *testing.T) {
	if testing.Short() {
		t.Skip("the race detector makes it ten times as long, and quicker tests start the same goroutines")
	}
	eachKind(t, func(t *testing.T, spec datasets.Spec) {
		want := flights.Tree(t, filmed(t, spec, "data", Options{Workers: 1}))
		dir := filepath.Join(t.TempDir(), "data")
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		draw := filmOf(spec)
		err := Run(ctx, dir, spec, flyers(spec), Options{Workers: 1, Film: func(ctx context.Context, folder string, episode int, t *sim.Trajectory) (*camera.Pictures, error) {
			if episode == 70 {
				cancel()
			}
			return draw(ctx, folder, episode, t)
		}})
		if !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		drawn := 0
		err = Run(t.Context(), dir, spec, flyers(spec), Options{Workers: 1, Resume: true, Film: func(ctx context.Context, folder string, episode int, t *sim.Trajectory) (*camera.Pictures, error) {
			drawn++
			return draw(ctx, folder, episode, t)
		}})
		if err != nil {
			t.Fatal(err)
		}
		if drawn < 60 || drawn > 100 {
			t.Errorf("%d of 130 episodes are drawn again", drawn)
		}
		sameTree(t, flights.Tree(t, dir), want)
		if err := Run(t.Context(), dir, spec, flyers(spec), Options{Workers: 1, Resume: true}); err == nil {
			t.Error("a spec with a film is made without one who draws")
		}
	})
}

// TestDamagedFilmIsMadeAgain changes a byte of a picture in a draft.
func TestDamagedFilmIsMadeAgain(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("slow, and other tests generate in parallel")
	}
	spec := filmedSpec(camera.Video)
	want := flights.Tree(t, filmed(t, spec, "data", Options{Workers: 1}))
	dir := filepath.Join(t.TempDir(), "data")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	draw := filmOf(spec)
	_ = Run(ctx, dir, spec, flyers(spec), Options{Workers: 1, Film: func(ctx context.Context, folder string, episode int, t *sim.Trajectory) (*camera.Pictures, error) {
		if episode == 70 {
			cancel()
		}
		return draw(ctx, folder, episode, t)
	}})
	path := filepath.Join(dir, datasets.PartialName, "out", datasets.VideoFolder, "observation.images.camera", "chunk-000", "file-005.mp4")
	damage(t, path, 3, false)
	if err := Run(t.Context(), dir, spec, flyers(spec), Options{Workers: 1, Resume: true, Film: draw}); err != nil {
		t.Fatal(err)
	}
	sameTree(t, flights.Tree(t, dir), want)
}

func TestFilmedDatasetsAppendAndMerge(t *testing.T) {
	if testing.Short() {
		t.Skip("the race detector makes it ten times as long, and quicker tests start the same goroutines")
	}
	eachKind(t, func(t *testing.T, spec datasets.Spec) {
		spec.Episodes = 40
		want := flights.Tree(t, filmed(t, spec, "data", Options{Workers: 1}))
		short := shorter(spec, 25)
		dir := filmed(t, short, "data", Options{Workers: 2})
		if err := Run(t.Context(), dir, spec, flyers(spec), Options{Workers: 2, Append: true, Film: filmOf(spec)}); err != nil {
			t.Fatal(err)
		}
		sameTree(t, flights.Tree(t, dir), want)

		var shards []string
		for i := range 3 {
			part := spec
			part.Shard = shard.Shard{Index: i, Of: 3}
			shards = append(shards, filmed(t, part, fmt.Sprint(i), Options{Workers: 1}))
		}
		whole := filepath.Join(t.TempDir(), "whole")
		if err := Merge(t.Context(), whole, shards, splits.Division{}, Options{Workers: 1}); err != nil {
			t.Fatal(err)
		}
		sameTree(t, flights.Tree(t, whole), want)

		other := spec
		other.Seed++
		joined := filepath.Join(t.TempDir(), "joined")
		if err := Merge(t.Context(), joined, []string{dir, filmed(t, other, "other", Options{Workers: 1})}, splits.Division{}, Options{Workers: 1}); err != nil {
			t.Fatal(err)
		}
		data, err := datasets.Open(t.Context(), joined)
		if err != nil {
			t.Fatal(err)
		}
		if p, err := data.Pictures(t.Context(), 43); err != nil || p.Place.Scale != 4 {
			t.Errorf("pictures of the second dataset: %v, %v", p, err)
		}
		if got := data.Provenance().Film; got != spec.Film {
			t.Errorf("the merged film is %+v", got)
		}
		plain := testSpec()
		plain.Seed += 2
		if err := Merge(t.Context(), filepath.Join(t.TempDir(), "no"), []string{dir, generate(t, plain, 1)}, splits.Division{}, Options{Workers: 1}); err == nil || !strings.Contains(err.Error(), "both have pictures") {
			t.Errorf("a filmed and a plain dataset: %v", err)
		}
	})
}

// TestVideosGoWithTheirDataset replaces a dataset with videos by one without, and the other way round.
func TestVideosGoWithTheirDataset(t *testing.T) {
	t.Parallel()
	spec, plain := filmedSpec(camera.Video), testSpec()
	spec.Episodes = 3
	dir := filmed(t, spec, "data", Options{Workers: 1})
	if err := Run(t.Context(), dir, plain, flyers(plain), Options{Workers: 1, Force: true}); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, datasets.VideoFolder)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the videos are still there: %v", err)
	}
	sameTree(t, flights.Tree(t, dir), flights.Tree(t, generate(t, plain, 1)))
	if err := Run(t.Context(), dir, spec, flyers(spec), Options{Workers: 1, Force: true, Film: filmOf(spec)}); err != nil {
		t.Fatal(err)
	}
	sameTree(t, flights.Tree(t, dir), flights.Tree(t, filmed(t, spec, "data", Options{Workers: 1})))
}

func TestFilmsThatDoNotFitAreRefused(t *testing.T) {
	t.Parallel()
	spec := filmedSpec(camera.Image)
	for want, draw := range map[string]func(context.Context, string, int, *sim.Trajectory) (*camera.Pictures, error){
		"10 pictures must be one for each of the 11 frames": func(ctx context.Context, folder string, episode int, t *sim.Trajectory) (*camera.Pictures, error) {
			p, err := filmOf(spec)(ctx, folder, episode, t)
			p.Images = p.Images[1:]
			return p, err
		},
		"no light": func(context.Context, string, int, *sim.Trajectory) (*camera.Pictures, error) {
			return nil, errors.New("no light")
		},
	} {
		err := Run(t.Context(), filepath.Join(t.TempDir(), "data"), spec, flyers(spec), Options{Workers: 1, Film: draw})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
	if err := Run(t.Context(), filepath.Join(t.TempDir(), "data"), testSpec(), flyers(testSpec()), Options{Workers: 1, Film: filmOf(spec)}); err == nil {
		t.Error("a dataset without a film is filmed")
	}
	for want, change := range map[string]func(*camera.Film){
		`kind "disc"`: func(f *camera.Film) { f.Kind = "disc" },
		"width 0 px":  func(f *camera.Film) { f.Width = 0 },
		"height 5000": func(f *camera.Film) { f.Height = 5000 },
		"must be even": func(f *camera.Film) {
			f.Kind, f.Height = camera.Video, 3
		},
	} {
		film := spec.Film
		change(&film)
		if err := film.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

// TestEveryStepOfPublishingVideosCanBeTheLast leaves datasets half in the place of an old one that has videos, and goes on.
func TestEveryStepOfPublishingVideosCanBeTheLast(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("slow, and other tests generate in parallel")
	}
	filmedOne, plain := filmedSpec(camera.Video), testSpec()
	filmedOne.Episodes, plain.Episodes = 4, 4
	draw := filmOf(filmedOne)
	for _, spec := range []datasets.Spec{filmedOne, plain} {
		o := Options{Workers: 1}
		if spec.Film.Kind != "" {
			o.Film = draw
		}
		fresh := filepath.Join(t.TempDir(), "fresh")
		if err := Run(t.Context(), fresh, spec, flyers(spec), o); err != nil {
			t.Fatal(err)
		}
		want := flights.Tree(t, fresh)
		for moved := range 5 {
			dir := filepath.Join(t.TempDir(), "data")
			old := filmedOne
			old.Seed += 5
			if err := Run(t.Context(), dir, old, flyers(old), Options{Workers: 1, Film: draw}); err != nil {
				t.Fatal(err)
			}
			p := newPartial(dir, datasets.NewProvenance(spec))
			p.film = o.Film
			force := o
			force.Force = true
			if _, err := p.begin(dir, force); err != nil {
				t.Fatal(err)
			}
			if err := p.make(t.Context(), flyers(spec), o); err != nil {
				t.Fatal(err)
			}
			// What storage.Publish does, up to a step: the old one makes way, its meta first, and the new one comes, its meta last.
			if err := os.MkdirAll(oldIn(p.out()), 0o755); err != nil {
				t.Fatal(err)
			}
			if spec.Film.Kind == "" {
				if err := os.Mkdir(filepath.Join(p.out(), datasets.VideoFolder), 0o755); err != nil {
					t.Fatal(err)
				}
			}
			for _, name := range []string{"meta", "data", "videos", "README.md"} {
				if err := os.Rename(filepath.Join(dir, name), filepath.Join(oldIn(p.out()), name)); err != nil {
					t.Fatal(err)
				}
			}
			for _, name := range []string{"data", "videos", "README.md", "meta"}[:moved] {
				if err := os.Rename(filepath.Join(p.out(), name), filepath.Join(dir, name)); err != nil {
					t.Fatal(err)
				}
			}
			again := o
			again.Resume = true
			if err := Run(t.Context(), dir, spec, flyers(spec), again); err != nil {
				t.Fatalf("after %d of the moves: %v", moved, err)
			}
			sameTree(t, flights.Tree(t, dir), want)
			if _, err := os.Stat(filepath.Join(dir, datasets.VideoFolder)); (err == nil) != (spec.Film.Kind != "") {
				t.Errorf("after %d of the moves: videos: %v", moved, err)
			}
		}
	}
}
