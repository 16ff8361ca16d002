package csv

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
)

// TestBodiesSideBySideAreRead holds tables of several trackers against the motion that is in them.
func TestBodiesSideBySideAreRead(t *testing.T) {
	t.Parallel()
	table := func(head, row string, separator, mark string) string {
		var text strings.Builder
		text.WriteString(head)
		for k := range 6 {
			values := map[string]string{}
			for name, v := range map[string]float64{"F": float64(k), "T": float64(k) / 25, "A": 1 + 0.5*float64(k), "B": 2.25, "C": -3.5, "D": 0.125 * float64(k)} {
				values[name] = strings.Replace(fmt.Sprint(v), ".", mark, 1)
			}
			for i, name := range strings.Fields(row) {
				if i > 0 {
					text.WriteString(separator)
				}
				if v, is := values[name]; is {
					name = v
				}
				text.WriteString(name)
			}
			text.WriteString("\n")
		}
		return text.String()
	}
	for name, c := range map[string]struct {
		text   string
		bodies string
		timed  bool
		unused string
		unseen bool // the second body
	}{
		"numbers":      {table("time,x1,y1,x2,y2\n", "T A B C D", ",", "."), "1 2", true, "", false},
		"idtracker.ai": {table("X1\tY1\tProbId1\tX2\tY2\tProbId2\n", "A B 1 C D 1", "\t", "."), "1 2", false, "ProbId1 ProbId2", false},
		"Kinovea":      {table("Time (s);Red ball X (cm);Red ball Y (cm);Puck X (cm);Puck Y (cm)\n", "T A B C D", ";", ","), "red_ball puck", true, "", false},
		"SLEAP, wide":  {table("frame_idx,ball.x,ball.y,ball.score,puck.x,puck.y,puck.score\n", "F A B .9 C D .9", ",", "."), "ball puck", false, "ball.score puck.score", false},
		"DeepLabCut":   {table("scorer,net,net,net,net,net,net\nbodyparts,ball,ball,ball,puck,puck,puck\ncoords,x,y,likelihood,x,y,likelihood\n", "F A B .9 C D .2", ",", "."), "ball puck", false, "", true},
		"DeepLabCut of several": {table("scorer,net,net,net,net,net,net\nindividuals,a,a,a,b,b,b\nbodyparts,hub,hub,hub,hub,hub,hub\ncoords,x,y,likelihood,x,y,likelihood\n",
			"F A B .9 C D .9", ",", "."), "a b", false, "", false},
		"Tracker":         {table("#multi:\n#mass A\t\t\tmass B\t\t\n#t\tx\ty\tt\tx\ty\n", "T A B T C D", "\t", "."), "mass_A mass_B", true, "", false},
		"units below":     {table("t,left foot x,left foot y,nose x,nose y\ns,m,m,m,m\n# made by hand\n", "T A B C D", ",", "."), "left_foot nose", true, "", false},
		"y before x":      {table("frame,y_a,x_a,y_b,x_b,z_b\n", "F B A D C 7", ",", "."), "a b", false, "z_b", false},
		"nothing but x,y": {table("x.a,x.b,y.a,y.b\n", "A C B D", ",", "."), "a b", false, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, err := openText(t, "tracks.csv", c.text, at50())
			if err != nil {
				t.Fatal(err)
			}
			raw, err := f.Raw(t.Context(), 0)
			if err != nil {
				t.Fatal(err)
			}
			bodies := strings.Join(raw.Tracks, "|")
			if got := strings.ReplaceAll(strings.ReplaceAll(bodies, " ", "_"), "|", " "); got != c.bodies || !slices.Equal(f.Abreast(), raw.Tracks) || raw.Timed != c.timed {
				t.Errorf("bodies %q, %q, timed %v", got, f.Abreast(), raw.Timed)
			}
			if got := slices.DeleteFunc(f.Unused(), func(name string) bool { return name == "t" }); strings.Join(got, " ") != c.unused {
				t.Errorf("unused are %q", got)
			}
			if len(raw.Rows) != 12 {
				t.Fatalf("%d rows", len(raw.Rows))
			}
			for i, row := range raw.Rows {
				k := float64(i / 2)
				x, y := 1+0.5*k, 2.25
				if row.Track == 1 {
					x, y = -3.5, 0.125*k
				}
				at := float64(row.Frame)
				if c.timed {
					at = 25 * row.Time
				}
				if !(math.Abs(row.X-x)+math.Abs(row.Y-y)+math.Abs(at-k) < 1e-9) || row.Seen == (c.unseen && row.Track == 1) {
					t.Errorf("row %d: %+v", i, row)
				}
			}
		})
	}
}

// TestColumnsOfTablesSideBySideAreThoseThereAre: frames and times wherever they stand, and frames where neither does.
func TestColumnsOfTablesSideBySideAreThoseThereAre(t *testing.T) {
	t.Parallel()
	for head, want := range map[string]string{
		"frame,time,x1,y1,x2,y2": "body x y seen time frame", "x1,y1,x2,y2,time,frame": "body x y seen time frame", "time,x1,y1,x2,y2": "body x y seen time",
		"x1,y1,x2,y2,time": "body x y seen time", "frame,x1,y1,x2,y2": "body x y seen frame", "x1,y1,x2,y2": "body x y seen frame",
	} {
		if a := findAbreast([]byte(head+"\n"), nil); a == nil || strings.Join(a.Columns(), " ") != want {
			t.Errorf("%s: %+v", head, a)
		}
	}
}

// TestFramesAndTimesOfTablesSideBySideMayBeMapped to columns of any name.
func TestFramesAndTimesOfTablesSideBySideMayBeMapped(t *testing.T) {
	t.Parallel()
	for _, columns := range []map[string]string{{"frame": "img", "time": "sec"}, {"time": "sec"}, {"frame": "img"}} {
		o := at50()
		o.Columns = maps.Clone(columns)
		f, err := openText(t, "tracks.csv", "img,sec,x1,y1,x2,y2\n3,0.5,1,2,3,4\n4,0.75,1,2,3,5\n", o)
		if err != nil {
			t.Errorf("%v: %v", columns, err)
			continue
		}
		raw, err := f.Raw(t.Context(), 0)
		if err != nil {
			t.Fatal(err)
		}
		last, timed := raw.Rows[len(raw.Rows)-1], columns["time"] != ""
		if len(raw.Rows) != 4 || raw.Timed != timed || timed && !(math.Abs(last.Time-0.75) < 1e-12) || columns["frame"] != "" && last.Frame != 4 || last.Y != 5 {
			t.Errorf("%v: %+v, timed %t", columns, last, raw.Timed)
		}
		if !maps.Equal(o.Columns, columns) {
			t.Errorf("the caller's columns became %v", o.Columns)
		}
	}
}

// TestWhatIsNoBodyIsNotSideBySide: corners of boxes and rows of single bodies are refused as before.
func TestWhatIsNoBodyIsNotSideBySide(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"frame,x_min,y_min,x_max,y_max\n0,1,2,3,4\n":       `no column "x" among`,
		"frame,id,x1,y1,x2,y2\n0,1,1,2,3,4\n":              `no column "x" among`,
		"frame,x1,y1\n0,1,2\n":                             `no column "x", but "x1"`,
		"frame,x,y,x,y\n0,1,2,3,4\n":                       `column "x" must be there once`,
		"frame,x1,y1,x2,y2\n0,1,2,3,4\n1,1,2,3\n":          "line 3: wrong number of fields: 4, but line 1 names 5 columns",
		"frame,x1,y1,x2,y2\n0,1,2,3,4\n1,1,2,3,far\n":      `line 3, column 5: "far" must be a number`,
		"frame,x1,y1,x2,y2\n":                              "has no rows",
		"frame;x1;y1;x2;y2\n0;1,5;2;3;4\n1;1.5;2;3;4\n":    `line 3, column 2: "1.5" must have a decimal comma`,
		"fr,x1,y1,x2,y2\n0,1,2,3,4\n1,1,2,3,99999999999\n": "must be a number of at most",
	} {
		f, err := openText(t, "tracks.csv", text, at50())
		if err == nil {
			_, err = f.Raw(t.Context(), 0)
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v; want %s", text, err, want)
		}
	}
}
