package main

import (
	"bytes"
	"image/png"
	"path/filepath"
	"strings"
	"testing"

	"orrery/datasets"
	"orrery/sim/render/animation"
)

// TestGenFilmsEveryFrame finds the bodies of a filmed dataset where its states say, by what its camera says.
func TestGenFilmsEveryFrame(t *testing.T) {
	skipShort(t)
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "d")
	mustRun(t, "gen", "billiards", "--episodes", "2", "--frames", "5", "--film", "image", "--film-size", "96x80", "--out", dir)
	data, err := datasets.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := data.Check(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if text := mustRun(t, "inspect", dir, "--deep"); !strings.Contains(text, "image of 96×80 px, paint distinct") {
		t.Errorf("inspect says\n%s", text)
	}
	for i := range 2 {
		trajectory, err := data.Episode(t.Context(), i)
		if err != nil {
			t.Fatal(err)
		}
		film, err := data.Pictures(t.Context(), i)
		if err != nil || len(film.Images) != 5 {
			t.Fatalf("%d pictures, %v", len(film.Images), err)
		}
		for k, file := range film.Images {
			picture, err := png.Decode(bytes.NewReader(file))
			if err != nil || picture.Bounds().Dx() != 96 || picture.Bounds().Dy() != 80 {
				t.Fatalf("frame %d: %v, %v", k, picture.Bounds(), err)
			}
			seen := map[[3]uint32]bool{}
			for body, b := range trajectory.States[k] {
				x, y := (b.X-film.Place.Left)*film.Place.Scale, 80-(b.Y-film.Place.Bottom)*film.Place.Scale
				red, green, blue, _ := picture.At(int(x), int(y)).RGBA()
				if seen[[3]uint32{red, green, blue}] || red > 0xe000 && green > 0xe000 && blue > 0xd800 {
					t.Errorf("episode %d, frame %d: body %d is not at %.1f %.1f", i, k, body, x, y)
				}
				seen[[3]uint32{red, green, blue}] = true
			}
		}
	}
}

func TestGenFilmsVideo(t *testing.T) {
	skipShort(t)
	t.Parallel()
	if _, err := animation.FindFFmpeg(); err != nil {
		t.Skip("without the program ffmpeg there is no video")
	}
	var trees []map[string]bool
	for _, workers := range []string{"1", "2"} {
		dir := filepath.Join(t.TempDir(), "d")
		mustRun(t, "gen", "billiards", "--episodes", "3", "--frames", "4", "--film", "video", "--film-size", "64x64", "--film-with", "noise=3,blur=0.01", "--workers", workers, "--out", dir)
		data, err := datasets.Open(t.Context(), dir)
		if err != nil {
			t.Fatal(err)
		}
		tree := map[string]bool{}
		for i := range 3 {
			p, err := data.Pictures(t.Context(), i)
			if err != nil || !bytes.Contains(p.Video[:32], []byte("ftyp")) {
				t.Fatalf("episode %d: %d bytes, %v", i, len(p.Video), err)
			}
			tree[string(p.Video)] = true
		}
		trees = append(trees, tree)
		if text := data.Provenance().Command; !strings.Contains(text, "--film video --film-size 64x64 --film-with noise=3,blur=0.01") {
			t.Errorf("command %s", text)
		}
	}
	for video := range trees[0] {
		if !trees[1][video] || len(trees[0]) != 3 {
			t.Error("the videos differ with the number of workers, or are the same in all episodes")
		}
	}
}

func TestGenFilmSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	for flags, want := range map[string]string{
		"--film=gif":                          `kind "gif" must be "video" or "image"`,
		"--film-with=noise":                   "--film-with needs --film",
		"--film=image --film-with=rain":       `nuisance "rain"`,
		"--film=image --film-with=noise=much": "the strength must be a number",
		"--film=image --film-with=noise=-1":   "noise -1 must be between 0 and 255",
		"--film=image --film-with=h264=2.5":   "must be a whole number",
		"--film=image --film-with=all=2":      "all has no strength",
		"--film=image --film-size=8x8":        "width 8 px",
		"--film=image --film-size=8":          "must be WIDTHxHEIGHT",
		"--film=image --film-paint=gold":      `paint "gold"`,
		"--film=image --film-with=blur=1":     "exposure 1 s",
		"--film=video --film-size=65x64":      "must be even",
	} {
		args := append([]string{"gen", "billiards", "--episodes", "1", "--out", filepath.Join(t.TempDir(), "d")}, strings.Fields(flags)...)
		code, _, text := runLine(t.Context(), args...)
		if code != 2 || !strings.Contains(text, want) {
			t.Errorf("%s: exit code %d, %q, want %q", flags, code, text, want)
		}
	}
}
