package csv

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"orrery/sim"
)

const (
	head       = "episode,frame,body,x,y\n"
	actionHead = "episode,frame,body,x,y,action0,action1\n"
)

func TestFaultsAreNamedWithTheirLine(t *testing.T) {
	t.Parallel()
	long := head + "0,0,0,1,\"" + strings.Repeat("long\n", 1<<20)
	for _, test := range []struct{ name, motion, edges, want string }{
		{"empty", "", "", "motion.csv: is empty"},
		{"no rows", head, "", "motion.csv: has no rows"},
		{"missing column", "episode,frame,body,x\n", "", `line 1: no column "y"`},
		{"repeated column", "episode,frame,body,x,y,x\n", "", `line 1: column "x" must be there once, as it is used, but is the columns 4 and 6`},
		{"short row", head + "0,0,0,1,1\n0,1,0,1\n", "", "line 3: wrong number of fields: 4, but line 1 names 5 columns"},
		{"open quote", head + "0,0,0,1,\"1\n", "", "line 2, character 12: a field in quotes must end with a quote"},
		{"quote that goes on", long, "", "is a quote not closed?"},
		{"word for a number", head + "0,0,0,1,1\n\n0,1,0,1,left\n", "", `line 4, column 5: y "left" must be a number of at most ±1e+09, such as 12, -0.5 or 1e-3`},
		{"NaN", head + "0,0,0,NaN,1\n", "", `line 2, column 4: x "NaN" must be a number`},
		{"infinite", head + "0,0,0,1,-inf\n", "", `line 2, column 5: y "-inf" must be a number`},
		{"too large", head + "0,0,0,1,1e99\n", "", `line 2, column 5: y "1e99" must be a number of at most ±1e+09`},
		{"fraction of a frame", head + "0,0.5,0,1,1\n", "", `line 2, column 2: frame "0.5" must be a whole number`},
		{"episode by name", head + "first,0,0,1,1\n", "", `line 2, column 1: episode "first" must be a whole number`},
		{"huge frame", head + "0,99999999999999999999,0,1,1\n", "", "line 2, column 2: frame"},
		{"negative body", head + "0,0,-1,1,1\n", "", `line 2, column 3: body "-1" must be`},
		{"too many bodies", head + "0,0,10000,1,1\n", "", "line 2, column 3: body 10000 must be below"},
		{"gap in frames", head + "0,0,0,1,1\n0,2,0,1,1\n", "", "line 3: frame 2 of body 0 must come after frame 1 of body 0"},
		{"gap in bodies", head + "0,0,0,1,1\n0,0,1,1,1\n0,1,1,1,1\n", "", "line 4: frame 1 of body 1 must come after frame 1 of body 0"},
		{"missing at the end", head + "0,0,0,1,1\n0,0,1,1,1\n0,1,0,1,1\n", "", "line 4: frame 1 is the last of its episode and must have body 1"},
		{"repeated", head + "1,0,0,1,1\n0,0,0,1,1\n0,1,0,1,1\n0,1,0,2,2\n", "", "line 5: frame 1 of body 0 must be there once, but is in line 4 too"},
		{"jitter", "episode,frame,body,x,y,time\n0,0,0,1,1,3\n0,1,0,1,1,3.0203\n", "", "line 3, column 6: time 3.0203 s must be 3.02 s: it is off by 0.015 of a frame"},
		{"actions without a scene", actionHead + "0,0,0,1,1,1,1\n", "", "2 columns action0, action1, … must be one for each of the 0 actuators"},

		{"edge to nobody", head + "0,0,0,1,1\n0,0,1,1,1\n", "episode,a,b,type\n0,0,2,linear\n", "edges.csv: line 2, column 3: b 2 must be below the number of bodies, 2"},
		{"edge to itself", head + "0,0,0,1,1\n0,0,1,1,1\n", "episode,a,b,type\n0,1,1,linear\n", "edges.csv: line 2, column 3: b 1 must differ"},
		{"edge of no kind", head + "0,0,0,1,1\n0,0,1,1,1\n", "episode,a,b,type\n0,0,1,glue\n", `edges.csv: line 2, column 4: type "glue" must be`},
		{"edge of no episode", head + "0,0,0,1,1\n", "episode,a,b,type\n4,0,1,linear\n", "edges.csv: line 2: episode 4 must be in motion.csv"},
		{"negative limit", head + "0,0,0,1,1\n0,0,1,1,1\n", "episode,a,b,type,limit\n0,0,1,linear,-1\n", "edges.csv: line 2, column 5: limit -1 must be ≥ 0"},
	} {
		t.Run(test.name, func(t *testing.T) {
			contents := []string{test.motion}
			if test.edges != "" {
				contents = append(contents, test.edges)
			}
			_, err := tryTracks(at50(), contents...)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %q, want %q", err, test.want)
			}
		})
	}
}

func TestFaultsOfActionsAreNamedWithTheirLine(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, motion, want string }{
		{"column missing", head + "0,0,0,1,1\n0,0,1,1,1\n", "0 columns action0, action1, … must be one for each of the 2"},
		{"empty", actionHead + "0,0,0,1,1,,\n0,0,1,1,1,,\n0,1,0,1,1,,\n0,1,1,1,1,,\n", "line 2, column 6: action0 must not be empty"},
		{"not the same", actionHead + "0,0,0,1,1,5,6\n0,0,1,1,1,5,7\n", "line 3, column 7: action1 must be that of line 2"},
		{"body of another scene", actionHead + "0,0,2,1,1,5,6\n", "line 2, column 3: body 2 must be below the number of bodies, 2"},
	} {
		options := at50()
		options.Scene = pusher()
		if _, err := tryTracks(options, test.motion); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %q, want %q", test.name, err, test.want)
		}
	}
}

// TestANameOfTwoBodiesIsRefused where it is used; their numbers serve.
func TestANameOfTwoBodiesIsRefused(t *testing.T) {
	t.Parallel()
	options := at50()
	options.Scene = pusher()
	for i := range options.Scene.Bodies {
		options.Scene.Bodies[i].Name = "twin"
	}
	want := `line 2, column 3: body "twin" is the name of more than one body of the scene`
	if _, err := tryTracks(options, actionHead+"0,0,twin,1,1,5,6\n"); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("error %v, want %s", err, want)
	}
	if _, err := tryTracks(options, actionHead+"0,0,0,1,1,5,6\n0,0,1,1,1,5,6\n0,1,0,1,1,,\n0,1,1,1,1,,\n"); err != nil {
		t.Error(err)
	}
}

func TestOptionsAreChecked(t *testing.T) {
	t.Parallel()
	for want, change := range map[string]func(*Options){
		"fps 0":                    func(o *Options) { o.FPS = 0 },
		"fps 50 must be the scene": func(o *Options) { scene := sim.DefaultScene(); o.Scene = &scene },
		"jitter NaN":               func(o *Options) { o.Jitter = math.NaN() },
		"radius 0":                 func(o *Options) { o.Radius = 0 },
		"strength +Inf":            func(o *Options) { o.Strength = math.Inf(1) },
		"strength 2 is of the":     func(o *Options) { o.Strength = 2 },
		`"colour" must not`:        func(o *Options) { o.Columns = map[string]string{"colour": "c"} },
		`no column "c", which is to be x`: func(o *Options) {
			o.Columns = map[string]string{"x": "c"}
		},
	} {
		options := at50()
		change(&options)
		if _, err := tryTracks(options, head+"0,0,0,1,1\n"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %q, want %q", err, want)
		}
	}
}

func TestOpenRefusesWhatItCannotReadTwice(t *testing.T) {
	t.Parallel()
	if _, err := Open(t.Context(), t.TempDir(), at50()); err == nil || !strings.Contains(err.Error(), "must be a plain file") {
		t.Errorf("a directory: %v", err)
	}
	if _, err := Open(t.Context(), "nowhere.csv", at50()); err == nil {
		t.Error("no error for a file that is not there")
	}
}

func TestReadingStopsWhenToldTo(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	in, err := text("m", head+"0,0,0,1,1\n")
	if err != nil {
		t.Fatal(err)
	}
	if err := new(File).read(ctx, at50(), in); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(head+"0,0,0,1,1\n0,1,0,2,1\n", "episode,a,b,type\n")
	f.Add("episode,frame,body,x,y,time,angle,omega\n1,0,0,1,1,0,3,0\n1,1,0,2,1,0.02,-3,314\n", "")
	f.Add(actionHead+"0,0,0,1,1,,\n0,0,1,2,1,,\n", "episode,a,b,type,strength,limit\n0,0,1,linear,2,0\n0,1,0,none,2,0\n")
	f.Add("sep=;\n;mass_A;\nt;x;y\n0;0,5;1\n0,02;0,5;1\n", "a\tb\ttype\r\n0\t1\tnone\r\n")
	f.Add("\xff\xfex\x00|\x00y\x00|\x00t\x00\r\x001\x00|\x001\x00|\x000\x00", "")
	f.Add("\ufeff"+head+"\n\"0\", 0,0,\"1\",1\r\n", "x")
	f.Fuzz(func(t *testing.T, motion, edges string) {
		for _, scene := range []*sim.Scene{nil, pusher()} {
			options := at50()
			options.Scene = scene
			contents := []string{motion}
			if edges != "" {
				contents = append(contents, edges)
			}
			all, err := tryTracks(options, contents...)
			if err != nil {
				continue
			}
			if again := tracks(t, options, contents...); len(again) != len(all) {
				t.Error("another reading finds other episodes")
			}
		}
	})
}
