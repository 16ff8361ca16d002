package datasets

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"orrery/datasets/camera"
	"orrery/datasets/flights"
	"orrery/sim/golden"
)

// leaves calls use with the text of v in which each value, or what is in it, stands for another, and says which.
func leaves(t *testing.T, text string, use func(what string, changed []byte)) {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	put := func(what string) {
		changed, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		use(what, changed)
	}
	var walk func(place string, value any, set func(any))
	walk = func(place string, value any, set func(any)) {
		for _, other := range []any{nil, "x", -1, 1e15, 0.5, []any{}} {
			set(other)
			put(fmt.Sprintf("%s = %v", place, other))
		}
		set(value)
		switch inner := value.(type) {
		case map[string]any:
			for _, key := range slices.Sorted(maps.Keys(inner)) {
				old := inner[key]
				delete(inner, key)
				put(place + " without " + key)
				inner[key] = old
				walk(place+"/"+key, old, func(other any) { inner[key] = other })
			}
		case []any:
			for i := range inner {
				old := inner[i]
				walk(fmt.Sprintf("%s/%d", place, i), old, func(other any) { inner[i] = other })
			}
		}
	}
	walk("", v, func(other any) { v = other })
}

// TestWhatADatasetSaysOfItselfMustFit: each value of meta/info.json and of the provenance in another's place.
func TestWhatADatasetSaysOfItselfMustFit(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("slow, and in one goroutine")
	}
	spec := smallSpec()
	spec.Scenario, spec.Policy, spec.Episodes, spec.Frames = "push", "noise", 2, 4
	tree := flights.Tree(t, writePushes(t, spec))
	var told strings.Builder
	hash := regexp.MustCompile(`SHA-256 [0-9a-f…]+ must be [0-9a-f…]+|line \d+, column \d+: `)
	for _, name := range []string{infoPath, ProvenancePath} {
		files := fstest.MapFS{}
		for path, content := range tree {
			files[path] = &fstest.MapFile{Data: []byte(content)}
		}
		text := tree[name]
		if name == ProvenancePath { // of this program, and of files that are summed up elsewhere
			var p map[string]any
			if err := json.Unmarshal([]byte(text), &p); err != nil {
				t.Fatal(err)
			}
			p["module"], p["go"], p["arch"] = "m", "go1", "a"
			if hashes, ok := p["files"].(map[string]any); ok {
				maps.DeleteFunc(hashes, func(path string, _ any) bool { return path != infoPath })
			}
			short, err := json.Marshal(p)
			if err != nil {
				t.Fatal(err)
			}
			text = string(short)
		}
		before, same := "", 0
		likewise := func() {
			if same > 0 {
				fmt.Fprintf(&told, "likewise %d more\n", same)
			}
		}
		leaves(t, text, func(what string, changed []byte) {
			files[name] = &fstest.MapFile{Data: changed}
			said := "fine"
			d, err := OpenFS(t.Context(), files, "data")
			if err == nil {
				_, err = d.Episode(t.Context(), 1)
			}
			if err == nil {
				err = d.Check(t.Context(), nil)
			}
			if err != nil {
				said = hash.ReplaceAllString(err.Error(), "")
			}
			if said == before {
				same++
				return
			}
			likewise()
			before, same = said, 0
			fmt.Fprintf(&told, "%s %s: %s\n", name, what, said)
		})
		likewise()
	}
	golden.Compare(t, "testdata/leaves.txt", told.String())
}

// TestFilmsFitTheirEpisode and reading asks its context.
func TestFilmsFitTheirEpisode(t *testing.T) {
	t.Parallel()
	spec := smallSpec()
	e, err := Prepare(&spec, flight(spec, 0), nil)
	if err != nil {
		t.Fatal(err)
	}
	image := camera.Film{Kind: camera.Image, Width: 8, Height: 6, Look: "plain", Seed: 3}
	video := image
	video.Kind = camera.Video
	for _, c := range []struct {
		film     camera.Film
		pictures camera.Pictures
		want     string
	}{
		{image, camera.Pictures{}, "0 pictures must be one for each of the 4 frames"},
		{image, camera.Pictures{Images: make([][]byte, 5)}, "5 pictures must be one for each of the 4 frames"},
		{video, camera.Pictures{}, "a video without a byte must not be"},
		{image, camera.Pictures{Images: make([][]byte, 4)}, ""},
		{video, camera.Pictures{Video: []byte{1}}, ""},
	} {
		told := ""
		if err := e.Film(c.film, &c.pictures); err != nil {
			told = err.Error()
		}
		if told != c.want || c.want == "" && e.Room().Film != c.film.Stored() {
			t.Errorf("%+v: %q, want %q; room for %+v", c.film, told, c.want, e.Room().Film)
		}
	}
	d := mustOpen(t, writeFlights(t, spec))
	for _, i := range []int{-1, 3} {
		if _, err := d.Scene(t.Context(), i); err == nil || !strings.HasSuffix(err.Error(), fmt.Sprintf("episode %d must be from 0 to 2", i)) {
			t.Error(err)
		}
	}
	asked := golden.Ends(t, func(ctx context.Context) error {
		scene, err := d.Scene(ctx, 2)
		if err == nil && len(scene.Bodies) != len(flight(spec, 2).Scene.Bodies) {
			t.Errorf("%d bodies", len(scene.Bodies))
		}
		_, whole := d.Episode(ctx, 1)
		return errors.Join(err, whole, d.Check(ctx, nil))
	})
	if asked < 4 {
		t.Errorf("the context is asked %d times", asked)
	}
}
