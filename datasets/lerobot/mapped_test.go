package lerobot

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"orrery/sim/golden"
)

// saidOf writes the rows that a mapping makes of a dataset, or the error without where the dataset is.
func saidOf(ctx context.Context, dir string, m Mapping) string {
	told := func(err error) string { return "error: " + strings.ReplaceAll(err.Error(), dir, "DIR") }
	s, err := Open(ctx, dir)
	if err != nil {
		return told(err)
	}
	t, err := s.Table(ctx, m)
	if err != nil {
		return told(err)
	}
	out := fmt.Sprintf("%d episodes, splits %v, fits %q, own %t, judged %t: %v", s.Episodes(), s.Splits(), s.Fits(), s.Own(), s.Judged(), t.Columns())
	err = t.Rows(ctx, func(fields []string) error { out += "; " + strings.Join(fields, " "); return nil })
	if err != nil {
		return out + "; " + told(err)
	}
	return out
}

// TestMappingsAreReadAsTheyWere: each way of saying what values are, and each mistake, in both notations.
func TestMappingsAreReadAsTheyWere(t *testing.T) {
	t.Parallel()
	names := map[string][]string{"cup": {"cup_x", "cup_y", "same", "width"}, "pose": {"px", "py", "pangle", "same"}}
	general := write(t, map[string]int{stateFeature: 6, "cup": 4, "pose": 4, actionFeature: 3, "film": 0}, names, []part{{file: 3, length: 2}, {file: 3, length: 1, task: 1}})
	pose := write(t, map[string]int{stateFeature: pushtState, actionFeature: 2}, nil, []part{{length: 2}})
	corners := write(t, map[string]int{stateFeature: pushtAgent, viewFeature: pushtCorners}, nil, []part{{length: 1}})
	pictures := write(t, map[string]int{stateFeature: pushtAgent, "film": 0}, nil, []part{{length: 1}})
	own := write(t, map[string]int{stateFeature: 12, actionFeature: 2}, map[string][]string{stateFeature: ownNames(2), actionFeature: {"push.x", "push.y"}}, []part{{length: 2}})
	var all strings.Builder
	for _, c := range []struct {
		dir string
		m   Mapping
	}{
		{general, Mapping{}}, {pose, Mapping{}}, {corners, Mapping{}}, {own, Mapping{}},
		{pose, Mapping{Layout: "pusht"}}, {pose, Mapping{Layout: "pusht", Pixel: 0.5}}, {corners, Mapping{Layout: "pusht"}}, {pictures, Mapping{Layout: "pusht"}}, {general, Mapping{Layout: "pusht"}},
		{general, Mapping{Layout: "pushed"}}, {general, Mapping{Layout: "pusht", Columns: map[string]string{"a": "b"}}},
		{general, Mapping{Columns: map[string]string{"body0": "cup[0:2]"}}},
		{general, Mapping{Columns: map[string]string{"body0": "pose[0:3]", "body1": stateFeature, "action": actionFeature}}},
		{general, Mapping{Columns: map[string]string{"body0.x": "cup_x", "body0.y": "py", "body0.cos": "cup[2]", "body0.sin": "cup[3]", "body0.vx": "pose[1]", "action0": "action[2]", "action1": "action[0]"}}},
		{general, Mapping{Columns: map[string]string{"body0.x": "cup_x", "body0.y": "py", "body1.x": "px", "body1.y": "py", "body1.omega": "pangle"}}},
		{general, Mapping{Columns: map[string]string{"cup": "cup[0:2]", "stick": "pose[0:2]"}, Bodies: []string{"stick", "cup"}}},
		{general, Mapping{Columns: map[string]string{"cup": "cup[0:2]", "spoon": "pose[0:2]"}, Bodies: []string{"stick", "cup"}}},
		{general, Mapping{Columns: map[string]string{"cup": "cup[0:2]", "spoon": "pose[0:2]"}}},
		{general, Mapping{Columns: map[string]string{"cup": "cup[0:2]", "body0": "pose[0:2]"}, Bodies: []string{"cup"}}},
		{general, Mapping{Columns: map[string]string{"body0": "cup[0:2]", "body2": "pose[0:2]"}}},
		{general, Mapping{Columns: map[string]string{"body0": "cup[0:2]", "body0.x": "px"}}},
		{general, Mapping{Columns: map[string]string{"body0.x": "px"}}}, {general, Mapping{Columns: map[string]string{"action": "action"}}},
		{general, Mapping{Columns: map[string]string{"body0": "cup"}}}, {general, Mapping{Columns: map[string]string{"body0.x": "cup", "body0.y": "py"}}}, {general, Mapping{Columns: map[string]string{".x": "px"}}}, {general, Mapping{Columns: map[string]string{"body0.speed": "px"}}}, {general, Mapping{Columns: map[string]string{"body0.angel": "px"}}},
		{general, Mapping{Columns: map[string]string{"body0": "cup[0:2]", "body0.cos": "px"}}}, {general, Mapping{Columns: map[string]string{"body0": "pose[0:3]", "body0.cos": "px", "body0.sin": "py"}}},
		{general, Mapping{Columns: map[string]string{"body0.x": "same", "body0.y": "py"}}}, {general, Mapping{Columns: map[string]string{"body0.x": "nothing", "body0.y": "py"}}}, {general, Mapping{Columns: map[string]string{"body0.x": "cups[0]", "body0.y": "py"}}}, {general, Mapping{Columns: map[string]string{"body0.x": "film[0]", "body0.y": "py"}}},
		{general, Mapping{Columns: map[string]string{"body0.x": "cup[4]", "body0.y": "py"}}}, {general, Mapping{Columns: map[string]string{"body0": "cup[2:2]"}}}, {general, Mapping{Columns: map[string]string{"body0": "cup[3:5]"}}}, {general, Mapping{Columns: map[string]string{"body0": "cup[-1]"}}}, {general, Mapping{Columns: map[string]string{"body0": "cup[a]"}}}, {general, Mapping{Columns: map[string]string{"body0": "cup[0"}}}, {general, Mapping{Columns: map[string]string{"body0": ""}}},
		{general, Mapping{Columns: map[string]string{"body0": "cup[0:2]", "action1": "action[0]"}}}, {general, Mapping{Columns: map[string]string{"body0": "cup[0:2]", "action0": "action"}}}, {general, Mapping{Columns: map[string]string{"body0": "cup[0:2]", "action64": "action[0]"}}}, {general, Mapping{Columns: map[string]string{"body0": "cup[0:2]", "action01": "action[0]"}}}, {general, Mapping{Columns: map[string]string{"body0": "cup[0:2]", "action": "action", "action2": "action[0]"}}}, {general, Mapping{Columns: map[string]string{"body0": "cup[0:2]", "action63": "action[0]"}}},
	} {
		for _, c.m.Notation = range []Notation{Flags, Keywords} {
			said := saidOf(t.Context(), c.dir, c.m)
			if c.m.Notation == Flags || strings.HasPrefix(said, "error") {
				fmt.Fprintf(&all, "%s %v %v %v: %s\n", c.m.Layout, c.m.Columns, c.m.Bodies, c.m.Pixel, said)
			}
		}
	}
	golden.Compare(t, "testdata/mapped.txt", all.String())
}

// TestReadingHeedsItsContext at every question, and what it says of a file that says what a dataset is.
func TestReadingHeedsItsContext(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("slow, and in one goroutine")
	}
	dir := write(t, map[string]int{stateFeature: 2}, nil, []part{{file: 1, length: 2}, {file: 0, length: 1, task: 1}})
	mapping := Mapping{Columns: map[string]string{"body0": stateFeature}}
	asked := golden.Ends(t, func(ctx context.Context) error {
		s, err := Open(ctx, dir)
		if err != nil {
			return err
		}
		table, err := s.Table(ctx, mapping)
		if err != nil {
			return err
		}
		_, err = s.Task(ctx, 1)
		_, _, seen := s.View(ctx, 1)
		return errors.Join(err, seen, table.Rows(ctx, func([]string) error { return nil }))
	})
	golden.Closed(t, dir)
	if asked < 10 {
		t.Errorf("the context is asked %d times", asked)
	}
	path := filepath.Join(dir, infoPath)
	const info = `{"codebase_version":"v3.0","fps":10,"total_episodes":2,"features":{"observation.state":{"dtype":"float32","shape":[2],"names":null}}}`
	column := regexp.MustCompile(`line 1, column \d+: `) // which JSON's own tests hold
	golden.Compare(t, "testdata/info.txt", golden.Harm([]byte(info), func(content []byte) string {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		defer golden.Closed(t, dir)
		return column.ReplaceAllString(saidOf(t.Context(), dir, mapping), "")
	}))
	golden.Closed(t, dir)
}
