package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// flown returns rows of a table of two bodies that fly for so many pictures, under a header.
func flown(header string, pictures int, row func(k, body int, x, y float64) string) string {
	var b strings.Builder
	b.WriteString(header + "\n")
	for k := range pictures {
		for body := range 2 {
			b.WriteString(row(k, body, 0.1+0.02*float64(k), 0.5*float64(body)+0.3) + "\n")
		}
	}
	return b.String()
}

// TestBadRecordingsAreOneClearLine has recordings as people have them by mistake. Each is refused with one line that
// names what is wrong, or taken with a line that says what became of it.
func TestBadRecordingsAreOneClearLine(t *testing.T) {
	t.Parallel()
	plain := func(k, body int, x, y float64) string { return fmt.Sprintf("%d,%d,%.4f,%.4f", k, body, x, y) }
	timed := func(step float64) func(k, body int, x, y float64) string {
		return func(k, body int, x, y float64) string {
			return fmt.Sprintf("%.6g,%d,%.4f,%.4f", float64(k)*step, body, x, y)
		}
	}
	good := flown("frame,body,x,y", 20, plain)
	times := flown("time,body,x,y", 20, timed(1/30.))
	change := func(text, old, now string) string {
		t.Helper()
		if !strings.Contains(text, old) {
			t.Fatalf("no %q in the table", old)
		}
		return strings.Replace(text, old, now, 1)
	}
	scene := func(bodies int, more string) string {
		one := `{"kind":"dynamic","mass":1,"moment":0.005,"start":[0,0,0,0,0,0],"shapes":[{"kind":"circle","vertices":[[0,0]],"radius":%g,"friction":0,"elasticity":1}]}`
		var all []string
		for i := range bodies {
			all = append(all, fmt.Sprintf(one, 0.1+0.01*float64(i)))
		}
		return `{"format":1,"name":"table","fps":30,"substeps":1,"iterations":20,"slop":0.001,"gravity":[0,0],"damping":1,"bodies":[` + strings.Join(all, ",") + `]` + more + `}`
	}
	wall := func(ax, ay, bx, by float64) string {
		return fmt.Sprintf(`{"kind":"segment","vertices":[[%g,%g],[%g,%g]],"friction":0,"elasticity":1}`, ax, ay, bx, by)
	}
	box := `,"walls":[` + strings.Join([]string{wall(5, 5, 7, 5), wall(7, 5, 7, 7), wall(7, 7, 5, 7), wall(5, 7, 5, 5)}, ",") + `]`

	for i, test := range []struct {
		name  string
		table string
		scene string // or empty
		flags string
		code  int
		want  string // in one line of stderr
	}{
		{"no rate", good, "", "", 2, "import: the rows have no times, so --fps"},
		{"no rows", "frame,body,x,y\n", "", "--fps 30", 1, "tracks.csv: has no rows"},
		{"one picture", flown("frame,body,x,y", 1, plain), "", "--fps 30", 1, "nothing is left to estimate: 0 to 0 s: 1 picture alone"},
		{"never seen", flown("frame,body,x,y", 9, func(k, body int, _, _ float64) string { return fmt.Sprintf("%d,%d,nan,nan", k, body) }), "", "--fps 30", 1, "nothing is left to estimate: 0 to 0.2667 s: no body is seen"},
		{"no x", strings.Replace(good, ",x,", ",xx,", 1), "", "--fps 30", 1, `no column "x" among "frame", "body", "xx", "y"; map x to the one it is in`},
		{"x in capitals", strings.Replace(good, ",x,", ",X,", 1), "", "--fps 30", 1, `no column "x", but "X": map x to it`},
		{"no frame and no time", strings.Replace(good, "frame", "n", 1), "", "--fps 30", 1, `no column "frame" or "time" or "t" among "n", "body", "x", "y"; map one of them`},
		{"a word for a number", change(good, "5,1,0.2000", "5,1,left"), "", "--fps 30", 1, `tracks.csv: line 13, column 3: x "left" must be a number`},
		{"a word for a frame", change(good, "5,1,", "five,1,"), "", "--fps 30", 1, `line 13, column 1: frame "five" must be a whole number`},
		{"a word for a time", change(times, "0.166667,1,", "soon,1,"), "", "", 1, `line 13, column 1: time "soon" must be a number`},
		{"no time", change(times, "0.166667,1,", ",1,"), "", "", 1, "line 13, column 1: time must be a time, but is empty"},
		{"no body", change(good, "5,1,", "5,,"), "", "--fps 30", 1, "line 13, column 2: body must not be empty"},
		{"too large", change(good, "0.2000", "2e12"), "", "--fps 30", 1, "must be a number of at most ±1e+09"},
		{"a row twice", change(good, "5,1,0.2000", "5,0,0.2000"), "", "--fps 30", 1, "line 13: frame 5 of body 0 must be there once, but is in line 12 too"},
		{"no column body", strings.Replace(good, "body", "n", 1), "", "--fps 30", 1, "there is no column body, so all rows are of one: map body to the column it is in"},
		{"ragged", change(good, "5,1,0.2000", "5,1"), "", "--fps 30", 1, "line 13: wrong number of fields: 3, but line 1 names 4 columns"},
		{"a sheet", "PK\x03\x04" + good, "", "--fps 30", 1, "must be a CSV table, but is a sheet (xlsx, ods) or another zip archive"},
		{"a web page", "<html>" + good, "", "--fps 30", 1, "is a web page (HTML) or XML"},
		{"pixels without a scale", good, "", "--fps 30 --unit px", 2, "import: --unit px needs a scale, such as 400px/m"},
		{"an unknown unit", good, "", "--fps 30 --unit feet", 2, `--unit "feet" must be one of px, mm, cm, m, in`},
		{"a scale without a unit", good, "", "--fps 30 --scale 400/m", 2, `--scale "400/m" unit "" must be one of`},
		{"a scale against the unit", good, "", "--fps 30 --unit mm --scale 400px/m", 2, "is of px, but the unit is mm"},
		{"a scale of the radius, without a column", good, "", "--fps 30 --scale radius=0.05m", 1, "needs a column radius"},
		{"two points at one place", good, "", "--fps 30 --scale 3,3:3,3=1m", 2, "a metre must have a finite number of units > 0"},
		{"y to the left", good, "", "--fps 30 --y left", 2, `--y "left" must be up or down`},
		{"angles both ways", good, "", "--fps 30 --angle clockwise,counterclockwise", 2, "must be clockwise or counterclockwise, not both"},
		{"noise without a number", good, "", "--fps 30 --noise small", 2, `--noise "small" must be a number > 0`},
		{"noise in another unit", good, "", "--fps 30 --noise 1px", 2, `noise "1px" must be in m`},
		{"an unknown policy", good, "", "--fps 30 --odd keep", 2, `--odd "keep" must be report, drop, split`},
		{"a rate of none", good, "", "--fps 0", 2, "--fps 0 must be from 1 to 1000"},
		{"a rate in words", good, "", "--fps ntsc", 2, `--fps "ntsc" must be a number such as 30, 29.97 or 30000/1001`},
		{"times of a photo a minute", flown("time,body,x,y", 20, timed(60)), "", "", 0, "are taken for milliseconds"},
		{"times in milliseconds", flown("time,body,x,y", 20, timed(33.333)), "", "", 0, "are taken for milliseconds"},
		{"a clock that starts again", times + strings.SplitN(times, "\n", 2)[1], "", "", 1, "the clock jumps back at line 42: --odd split begins a new episode there"},
		{"a clock that stands still", "frame,time,x,y\n0,0,1,1\n1,0,1,1\n2,0,1,1\n", "", "--fps 30", 1, "line 3: frame 1 has the time 0, as frame 0 in line 2 has: times must ascend"},
		{"frames that are something else", "frame,x,y\n0,1,1\n1000000000000,1,1\n2000000000000,1,1\n", "", "--fps 30", 1, "so that an episode would have more than 1048576 frames: are frame or time another column?"},
		{"a scene of more bodies", good, scene(3, ""), "", 0, "the scene's body 2 is not seen, and left out"},
		{"a scene of more bodies, of other names", strings.ReplaceAll(strings.ReplaceAll(good, ",1,", ",8,"), ",0,", ",7,"), scene(3, ""), "", 1, `bodies "7", "8" are 2 of the scene's 3`},
		{"a scene of fewer bodies", good, scene(1, ""), "", 1, "2 bodies are seen at one time, but the scene has 1"},
		{"a scene elsewhere", good, scene(2, box), "", 1, "An origin near"},
		{"a body that leaves through a wall", flown("frame,body,x,y", 60, func(k, body int, x, y float64) string {
			if body == 1 {
				return fmt.Sprintf("%d,1,%.4f,6", k, 6+0.0005*float64(k*k))
			}
			return fmt.Sprintf("%d,0,5.5,5.5", k)
		}), scene(2, box), "", 0, "bodies are seen from 5.5,5.5 to"},
		{"a scene of another rate", good, scene(2, ""), "--fps 25", 2, "fps 25 must be the scene's, 30"},
		{"a shape that is none", flown("frame,body,x,y,shape", 9, func(k, body int, x, y float64) string { return plain(k, body, x, y) + ",blob" }), "", "--fps 30", 1, `shape "blob" must be disc or box`},
		{"a negative radius", flown("frame,body,x,y,radius", 9, func(k, body int, x, y float64) string { return plain(k, body, x, y) + ",-1" }), "", "--fps 30", 1, "radius -1 must be at least 0"},
		{"a mask in words", flown("frame,body,x,y,visible", 9, func(k, body int, x, y float64) string { return plain(k, body, x, y) + ",partly" }), "", "--fps 30", 1, `seen "partly" must be 0 or 1, true or false`},
		{"a body that is gone too long", change(flown("frame,body,x,y", 90, func(k, body int, x, y float64) string {
			if body == 1 && k > 30 && k < 60 {
				return fmt.Sprintf("%d,1,,", k)
			}
			return plain(k, body, x, y)
		}), "frame", "frame"), "", "--fps 30", 0, "body 1 is not seen for more than 0.5 s, left out"},
		{"an outlier", change(good, "5,1,0.2000", "5,1,9.2000"), "", "--fps 30", 0, "line 13, 0.1667 s: outlier: body 1 is 9 m off its way"},
		{"velocities with a gap", change(flown("frame,body,x,y,vx,vy", 20, func(k, body int, x, y float64) string { return plain(k, body, x, y) + ",0.6,0" }), "5,1,0.2000", "5,1,nan"), "", "--fps 30", 0, "so the table is taken for a recording, and its velocities are not used"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			table := filepath.Join(dir, "tracks.csv")
			if err := os.WriteFile(table, []byte(test.table), 0o644); err != nil {
				t.Fatal(err)
			}
			args := append([]string{"import", "csv", table, "--out", filepath.Join(dir, "data")}, strings.Fields(test.flags)...)
			if test.scene != "" {
				args = append(args, "--scene", written(t, test.scene))
			}
			code, _, stderr := runLine(t.Context(), args...)
			if code != test.code || !strings.Contains(stderr, test.want) {
				t.Fatalf("kind %d: exit code %d, want %d: %s want %q", i, code, test.code, stderr, test.want)
			}
			if at := strings.Index(stderr, "orrery: "); code != exitDone {
				if said := stderr[max(at, 0):]; at < 0 || strings.Count(strings.TrimSpace(said), "\n") > 0 || goWords.MatchString(said) {
					t.Errorf("%s is not one line in the user's words", stderr)
				}
				if has(t, filepath.Join(dir, "data")) {
					t.Error("something is left behind")
				}
			}
		})
	}
}
