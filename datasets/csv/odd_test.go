package csv

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"orrery/sim"
	"orrery/sim/golden"
)

// plainTable is a table of two bodies as Write would write it, but for quotes; the tests
// below write the same motion as others do.
const plainTable = "episode,frame,body,x,y\n0,0,0,0.5,1\n0,0,1,-0.25,2\n0,1,0,0.75,1e-1\n0,1,1,-0.5,2.5\n"

// cjk is a remark in letters of which no byte is 0 in UTF-16.
var cjk = strings.Repeat("漢字", 500)

// gzipped returns a text packed with gzip.
func gzipped(text string) string {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	io.WriteString(w, text)
	w.Close()
	return packed.String()
}

// wide returns a text in UTF-16, with a byte-order mark if marked.
func wide(text string, big, marked bool) string {
	units := utf16.Encode([]rune(text))
	if marked {
		units = append([]uint16{0xfeff}, units...)
	}
	var all []byte
	for _, u := range units {
		low, high := byte(u), byte(u>>8)
		if big {
			low, high = high, low
		}
		all = append(all, low, high)
	}
	return string(all)
}

// separated returns the plain table with other separators and decimal marks.
func separated(separator, mark string) string {
	return strings.NewReplacer(",", separator, ".", mark).Replace(plainTable)
}

// openText opens a file with some content.
func openText(t testing.TB, name, content string, options Options) (*File, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	f, err := Open(t.Context(), path, options)
	t.Cleanup(func() {
		if err == nil {
			f.Close()
		}
		golden.Closed(t, path)
	})
	return f, err
}

// allOf returns all episodes of a file.
func allOf(f *File) (all []*sim.Trajectory, err error) {
	for i := range f.Episodes() {
		t, err := f.Episode(context.Background(), i)
		if err != nil {
			return nil, err
		}
		if err := t.Check(); err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	return all, nil
}

// TestTablesAreReadAsOthersWriteThem holds tables of the same motion against each other.
func TestTablesAreReadAsOthersWriteThem(t *testing.T) {
	t.Parallel()
	lines := strings.Split(plainTable, "\n")
	for name, content := range map[string]string{
		"semicolon":                      separated(";", "."),
		"tab":                            separated("\t", "."),
		"bar":                            separated("|", "."),
		"semicolon and decimal comma":    separated(";", ","),
		"tab and decimal comma":          separated("\t", ","),
		"bar and decimal comma":          separated("|", ","),
		"comma and decimal comma quoted": strings.NewReplacer("0.5,1\n", "\"0,5\",1\n", "-0.25", `"-0,25"`, "0.75,1e-1", `"0,75","1e-1"`, "-0.5,2.5", `"-0,5","2,5"`).Replace(plainTable),
		"separator named":                "sep=;\n" + separated(";", ","),
		"other separator named":          "SEP=^\r\n" + separated("^", "."),
		"mark":                           "\ufeff" + plainTable,
		"mark before a quote":            "\ufeff\"episode\",\"frame\"" + strings.TrimPrefix(plainTable, "episode,frame"),
		"mark and separator named":       "\ufeffsep=;\r\n" + separated(";", ","),
		"UTF-16 LE":                      wide(plainTable, false, true),
		"UTF-16 BE":                      wide(plainTable, true, true),
		"UTF-16 LE without a mark":       wide(plainTable, false, false),
		"UTF-16 BE without a mark":       wide(plainTable, true, false),
		"UTF-16, tab, decimal comma":     wide(separated("\t", ","), false, true),
		"UTF-16 with many other letters": wide(strings.NewReplacer("y\n", "y,"+strings.Repeat("remarks ", 20)+"\n", "1\n", "1,"+cjk+"\n", "2\n", "2,"+cjk+"\n", "1e-1,", "1e-1,", "2.5\n", "2.5,\n").Replace(plainTable), false, false),
		"gzip":                           gzipped(plainTable),
		"gzip in two parts":              gzipped(plainTable[:30]) + gzipped(plainTable[30:]),
		"gzip of UTF-16":                 gzipped(wide(separated(";", ","), true, true)),
		"gzip of a mark":                 gzipped("\ufeff" + plainTable),
		"CR":                             strings.ReplaceAll(plainTable, "\n", "\r"),
		"CR LF":                          strings.ReplaceAll(plainTable, "\n", "\r\n"),
		"no line end at the end":         strings.TrimSuffix(plainTable, "\n"),
		"preamble":                       "Tracker 6.1\nfilm: a.mp4, 30 fps\n\n" + plainTable,
		"preamble with quotes":           "my \"best\" film\n\"unclosed\n" + plainTable,
		"preamble of separators":         ",mass_A,,\n" + plainTable,
		"comment":                        "# made by hand\n# " + plainTable,
		"comments between rows":          lines[0] + "\n# a, b\n" + lines[1] + "\n#\n" + lines[2] + "\n# the second,,,,\n" + lines[3] + "\n  # end\n" + lines[4] + "\n# of it\n",
		"names again":                    lines[0] + "\n" + lines[0] + "\n" + lines[1] + "\n" + lines[2] + "\n# " + lines[0] + "\n" + lines[3] + "\n" + lines[4] + "\n",
		"units below the names":          lines[0] + "\n,,,m,m\n" + strings.Join(lines[1:], "\n"),
		"four rows below the names":      lines[0] + "\nEpisode,Frame,ID,X,Y\nEp.,Fr.,ID,X,Y\n,,,(m),(m)\n-,-,-,m,m\n" + strings.Join(lines[1:], "\n"),
		"minus signs":                    strings.ReplaceAll(plainTable, "-", "\u2212"),
		"tab, columns without a name":    strings.ReplaceAll("\t\t"+strings.Join([]string{lines[0], ",," + lines[1], ",," + lines[2], ",," + lines[3], ",," + lines[4]}, "\n"), ",", "\t"),
		"unnamed index":                  "," + strings.Join([]string{lines[0], "0," + lines[1], "1," + lines[2], "2," + lines[3], "3," + lines[4]}, "\n"),
		"empty columns at the end":       strings.ReplaceAll(plainTable, "\n", ",,\n"),
		"separators after the rows":      lines[0] + "\n" + strings.ReplaceAll(strings.Join(lines[1:], "\n"), "\n", ",,\n"),
		"rows of separators":             plainTable + ",,,,\n,,,,\n",
		"blank lines":                    "\n\n" + strings.ReplaceAll(plainTable, "\n", "\n\n"),
		"column twice, unused":           "note," + lines[0] + ",note\na," + lines[1] + ",b\nc," + lines[2] + ",\n," + lines[3] + ",\n," + lines[4] + ",\n",
		"fields with lines":              "note," + lines[0] + "\n\"a\nb\r\nc\"," + lines[1] + "\n," + lines[2] + "\n\"d \"\"e\"\"\"," + lines[3] + "\n," + lines[4] + "\n",
		"ids with fractions of 0":        "episode,frame,body,x,y\n0.0,0.0,0.0,0.5,1\n0.0,0.0,1.0,-0.25,2\n0.0,1.0,0.0,0.75,0.1\n0,1.00,1,-0.5,2.5\n",
		"ids with fractions and commas":  "episode;frame;body;x;y\n0,0;0,0;0,0;0,5;1\n0,0;0,0;1,0;-0,25;2\n0,0;1,0;0,0;0,75;0,1\n0,0;1,0;1,0;-0,5;2,5\n",
		"ids in floating point":          "episode,frame,body,x,y\n0e0,0.0e+00,0,0.5,1\n0,0,1e0,-0.25,2\n0,1.0E+00,0,0.75,0.1\n0,10e-1,1,-0.5,2.5\n",
		"no episode":                     "frame,body,x,y\n0,0,.5,1\n0,1,-.25,2.\n1,0,0.75,+0.1\n1,1,-0.5,2.5\n",
		"time instead of frames":         "time,body,x,y\n3.00,0,.5,1\n3.00,1,-.25,2\n3.02,0,0.75,0.1\n3.02,1,-0.5,2.5\n",
		"t instead of frames":            "body,t,x,y\n0,-0.0001,.5,1\n1,-0.0001,-.25,2\n0,0.0199,0.75,0.1\n1,0.0199,-0.5,2.5\n",
		"t beside frames is no time":     strings.NewReplacer("y\n", "y,t\n", "1\n", "1,7\n", "2\n", "2,7\n", "1e-1,7\n", "0.1,x\n", "2.5\n", "2.5,\n").Replace(plainTable),
		"spaces":                         strings.ReplaceAll(plainTable, ",", " , "),
		"quotes everywhere":              `"` + strings.NewReplacer(",", `","`, "\n", "\"\n\"").Replace(strings.TrimSpace(plainTable)) + "\"\n",
		"rows in another order":          strings.Join([]string{lines[0], lines[4], lines[1], lines[3], lines[2], ""}, "\n"),
		"a column that is not in UTF-8":  strings.NewReplacer("y\n", "y,Gr\xf6\xdfe\n", "1\n", "1,\xb5m\n", "2\n", "2,\n", "1e-1,\xb5m\n", "1e-1,\n", "2.5\n", "2.5,\n").Replace(plainTable),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want, err := tryTracks(at50(), plainTable)
			if err != nil {
				t.Fatal(err)
			}
			f, err := openText(t, "tracks.csv", content, at50())
			if err != nil {
				t.Fatal(err)
			}
			got, err := allOf(f)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(rounded(got), rounded(want)) {
				t.Errorf("%q\nreads as %v,\nwant %v", content, rounded(got), rounded(want))
			}
			sum := sha256.Sum256([]byte(content))
			if f.Sums()["tracks.csv"] != hex.EncodeToString(sum[:]) {
				t.Error("the hash is not that of the file")
			}
			// What comes through a pipe reads the same.
			piped, err := Read(t.Context(), "stdin", strings.NewReader(content), at50())
			if err != nil {
				t.Fatal(err)
			}
			defer piped.Close()
			if again, err := allOf(piped); err != nil || !reflect.DeepEqual(rounded(again), rounded(want)) {
				t.Errorf("through a pipe it reads as %v (%v)", again, err)
			}
			if piped.Sums()["stdin"] != f.Sums()["tracks.csv"] {
				t.Error("through a pipe it has another hash")
			}
		})
	}
}

// TestTracksOfOneBodyNeedNoIDs reads what a tracker of one mass writes.
func TestTracksOfOneBodyNeedNoIDs(t *testing.T) {
	t.Parallel()
	options := at50()
	options.FPS = 30
	f, err := openText(t, "mass.txt", ",mass_A,\nt,x,y\n0.0000E+00,0.0000E+00,5.0000E-01\n3.3333E-02,1.0000E-02,4.9950E-01\n6.6667E-02,2.0000E-02,4.9800E-01\n", options)
	if err != nil {
		t.Fatal(err)
	}
	all, err := allOf(f)
	if err != nil || len(all) != 1 || len(all[0].States) != 3 || f.Frames() != 3 || all[0].States[2][0].Y != 0.498 {
		t.Errorf("%d frames, %v, %v", f.Frames(), all, err)
	}
	f, err = openText(t, "pixels.csv", ",y,x,mass,size,frame,particle\n0,0.5,0,300.5,2.1,0,0\n1,0.5,0.1,300.5,2.1,0,1\n", func() Options {
		options := at50()
		options.Columns = map[string]string{"body": "particle"}
		return options
	}())
	if err != nil {
		t.Fatal(err)
	}
	if got, want := f.Unused(), []string{"mass", "size"}; !slices.Equal(got, want) {
		t.Errorf("unused %q, want %q", got, want)
	}
	f, err = openText(t, "edges.csv", head+"0,0,0,1,1\n0,0,1,1,2\n5,0,0,1,1\n5,0,1,1,2\n", at50())
	if err != nil || f.Episodes() != 2 || len(f.Unused()) != 0 {
		t.Errorf("%v, unused %q", err, f.Unused())
	}
	shared, err := tryTracks(at50(), head+"0,0,0,1,1\n0,0,1,1,2\n5,0,0,1,1\n5,0,1,1,2\n", "a;b;type;strength\n0;1,0;linear;-0,5\n")
	if err != nil || len(shared[0].Scene.Fields) != 1 || !reflect.DeepEqual(shared[1].Scene.Fields, []sim.Field{{Kind: sim.Linear, A: 0, B: 1, Strength: -0.5}}) {
		t.Errorf("edges without episodes must hold for all: %v", err)
	}
}

// TestOddTablesAreNamed holds what cannot be read against the whole sentence.
func TestOddTablesAreNamed(t *testing.T) {
	t.Parallel()
	const number = "must be a number of at most ±1e+09, such as 12, -0.5 or 1e-3"
	for name, c := range map[string]struct{ content, want string }{
		"underscore":             {head + "0,0,0,1_0.5,1\n", `line 2, column 4: x "1_0.5" ` + number},
		"hexadecimal":            {head + "0,0,0,0x1p3,1\n", `line 2, column 4: x "0x1p3" ` + number},
		"infinity":               {head + "0,0,0,1,infinity\n", `line 2, column 5: y "infinity" ` + number},
		"beyond floats":          {head + "0,0,0,1e400,1\n", `line 2, column 4: x "1e400" ` + number},
		"empty number":           {head + "0,0,0,,1\n", `line 2, column 4: x "" must be a number of at most ±1e+09, but is empty`},
		"units and no rows":      {head + "-,-,-,m,m\n", `has no rows`},
		"too many rows of words": {head + strings.Repeat("a,b,c,d,e\n", 5), `line 6, column 1: episode "a" must be a whole number`},
		"words between rows":     {head + "0,0,0,1,1\na,b,c,d,e\n", `line 3, column 1: episode "a" must be a whole number`},
		"names between episodes": {head + "0,0,0,1,1\n" + head + "\n# 2\n1,0,0,1,x\n", `line 6, column 5: y "x" must be a number of at most ±1e+09, such as 12, -0.5 or 1e-3`},
		"underscore in a frame":  {head + "0,1_0,0,1,1\n", `line 2, column 2: frame "1_0" must be a whole number`},
		"half a body":            {head + "0,0,0.5,1,1\n", `line 2, column 3: body "0.5" must be a whole number from 0 or the name of a body of the scene`},
		"huge episode":           {head + "5e15,0,0,1,1\n", `line 2, column 1: episode "5e15" must be a whole number`},
		"comma for both":         {head + "0,0,0,0,5,1,0\n", `line 2: wrong number of fields: 7, but line 1 names 5 columns; if the comma is the decimal mark, columns must be separated by a semicolon or numbers be in quotes`},
		"wide":                   {"frame,x,y" + strings.Repeat(",abcdefg", 1<<13) + "\n0,1,2\n", `line 1: the names of the columns must end within the first 65536 bytes`},
		"wide below":             {"of a camera\nframe,x,y" + strings.Repeat(",abcdefg", 1<<13) + "\n0,1,2\n", `line 2: the names of the columns must end within the first 65536 bytes`},
		"ragged":                 {"frame;x;y\n0;1;2\n1;1\n", `line 3: wrong number of fields: 2, but line 1 names 3 columns`},
		"one field":              {"frame;x;y\n0;1;2\n1\n", `line 3: wrong number of fields: 1, but line 1 names 3 columns`},
		"thousands":              {"frame;x;y\n0;0,5;1\n1;1.234,5;2\n", `line 3, column 2: x "1.234,5" ` + number},
		"point after a comma":    {"frame;x;y\n0;0,5;1\n1;0.5;2\n", `line 3, column 2: x "0.5" must have a decimal comma, as numbers before it have`},
		"comma after a point":    {"frame;x;y\n0;0.5;1\n1;0,5;2\n", `line 3, column 2: x "0,5" must have a decimal point, as numbers before it have`},
		"quote inside":           {head + "0,0,0,1\",1\n", `line 2, character 8: a quote must be doubled in a field in quotes, and must not be in others`},
		"quote not closed":       {head + "0,0,0,1,\"1\n", `line 2, character 12: a field in quotes must end with a quote and then a separator; is a quote not closed or not doubled?`},
		"spaces":                 {"frame x y\n0 1 2\n", `line 1: columns are separated by spaces, but must be by a comma, a semicolon, a tab or |`},
		"colons":                 {"note\nframe:x:y\n0:1:2\n", `line 1: columns are separated by ':', but must be by a comma, a semicolon, a tab or |`},
		"no names but points":    {"0,0,0,0.5,1\n0,1,0,0.6,1\n", `line 1: must name the columns, such as x, y, frame, time, t, but has numbers`},
		"no names but commas":    {"0;0;0;0,5;1\n0;1;0;0,6;1\n", `line 1: must name the columns, such as x, y, frame, time, t, but has numbers`},
		"no names":               {"0,0,0,1,1\n0,1,0,2,1\n", `line 1: must name the columns, such as x, y, frame, time, t, but has numbers`},
		"capitals":               {"Frame,X,Y\n0,1,1\n", `line 1: no column "x", but "X": map x to it`},
		"names with units":       {"frame,x (m),y (m)\n0,1,1\n", `line 1: no column "x", but "x (m)": map x to it`},
		"times by another name":  {"timestamp,x,y\n1,1,1\n", `line 1: no column "frame" or "time" or "t", but "timestamp": map time to it`},
		"x with its unit":        {"time,x [mm],y\n1,1,1\n", `line 1: no column "x", but "x [mm]": map x to it`},
		"two that may be x":      {"time,pos_x,vel_x,y\n1,1,1,1\n", `line 1: no column "x" among "time", "pos_x", "vel_x", "y"; map x to the one it is in`},
		"neither frame nor time": {"x,y,z\n1,1,1\n", `line 1: no column "frame" or "time" or "t" among "x", "y", "z"; map one of them to the column it is in`},
		"likeliest row":          {"a,b\nframe,x,z\n1,1,1\n", `line 2: no column "y" among "frame", "x", "z"; map y to the one it is in`},
		"first of the likeliest": {"frame,x,z\nframe,x,w\n1,1,1\n", `line 1: no column "y" among "frame", "x", "z"; map y to the one it is in`},
		"twice":                  {"frame,x,y,x\n0,1,1,1\n", `line 1: column "x" must be there once, as it is used, but is the columns 2 and 4`},
		"not in UTF-8":           {"frame,\xfc,y\n0,1,1\n", `line 1: no column "x", and column 2 is not in UTF-8: save the table in UTF-8`},
		"line after a separator": {"sep=;\nframe;x;z\n0;1;1\n", `line 2: no column "y" among "frame", "x", "z"; map y to the one it is in`},
		"row after a separator":  {"sep=;\nframe;x;y\n0;1;1\n1;a;1\n", `line 4, column 2: x "a" ` + number},
		"two bodies as one":      {"frame,x,y,id\n0,1,1,3\n0,2,1,4\n", `line 3: frame 0 of body 0 must be there once, but is in line 2 too; there is no column body, so all rows are of one: map body to the column it is in`},
		"two runs as one":        {"frame,body,x,y,run\n0,0,1,1,3\n0,0,2,1,4\n", `line 3: frame 0 of body 0 must be there once, but is in line 2 too; there is no column episode, so all rows are of one: map episode to the column it is in`},
		"two rows of a time":     {"t,x,y\n0,1,1\n0.001,2,1\n", `line 3: frame 0, the nearest to time 0.001 s, of body 0 must be there once, but is in line 2 too; there is no column body, so all rows are of one: map body to the column it is in`},
		"gap in time":            {"t,x,y\n0,1,1\n0.02,2,1\n0.06,2,1\n", `line 4: frame 3, the nearest to time 0.06 s, of body 0 must come after frame 2 of body 0, which is missing`},
		"time off the beat":      {"time,x,y\n0,1,1\n0.025,2,1\n", `line 3, column 1: time 0.025 s must be 0.02 s: it is off by 0.25 of a frame, more than 0.01`},
		"ids of tracks":          {"frame,body,x,y\n0,13,1,1\n0,20,2,1\n", `line 2: frame 0 of body 13 must come after frame 0 of body 0, which is missing; the episode has no body 0 at all: bodies must count from 0 without a gap`},
		"sheet":                  {"PK\x03\x04\x14\x00", `must be a CSV table, but is a sheet (xlsx, ods) or another zip archive: save the sheet as CSV`},
		"old sheet":              {"\xd0\xcf\x11\xe0\xa1\xb1", `must be a CSV table, but is a sheet of old Office programs (xls): save it as CSV`},
		"zipped sheet":           {gzipped("PK\x03\x04\x14\x00"), `must be a CSV table, but is a sheet (xlsx, ods) or another zip archive: save the sheet as CSV`},
		"page":                   {"\n <!DOCTYPE html>\n<table>", `must be a CSV table, but is a web page (HTML) or XML`},
		"JSON":                   {"[{\"frame\": 0}]", `must be a CSV table, but is JSON`},
		"JSON with a mark":       {"\ufeff{\"x\": 0}", `must be a CSV table, but is JSON`},
		"JSON in UTF-16":         {wide("{\"frame\": 0}", false, true), `must be a CSV table, but is JSON`},
		"Parquet":                {"PAR1\x15\x04", `must be a CSV table, but is a Parquet file, which orrery import parquet reads`},
		"bag":                    {"\x89MCAP0\r\n\x01", `must be a CSV table, but is a bag in MCAP, which orrery import mcap reads`},
		"npz":                    {"PK\x03\x04----------------------x.npy", `must be a CSV table, but is an archive of NumPy, which orrery import npz reads`},
		"zstd":                   {"\x28\xb5\x2f\xfd\x04", `must be a CSV table, but is packed with zstd: unpack it first`},
		"packed twice":           {gzipped(gzipped(plainTable)), `must be a CSV table, but is packed twice: unpack it first`},
		"gzip cut off":           {gzipped(plainTable)[:40], `is packed with gzip, and damaged or cut off`},
		"gzip damaged":           {gzipped(plainTable)[:30] + "??" + gzipped(plainTable)[32:], `is packed with gzip, and damaged or cut off`},
		"UTF-32":                 {"\xff\xfe\x00\x00x\x00\x00\x00", `is in UTF-32: save it in UTF-8`},
		"zeros":                  {"frame,x,y\n0,1,\x00\n", `must be a table in a text, but its byte 15 is 0, which no text has`},
		"a program":              {"\x7fELF\x02\x01\x01" + strings.Repeat("\xc3\x28", 40), "must be a table in a text, but its byte 5 is 2, which no text has"},
		"bytes at random":        {noise(2000), "must be a table in a text, but its byte 3 is 25, which no text has"},
		"high bytes at random":   {highNoise(2000), "must be a table in a text, but most of its bytes are none of a text"},
		"empty":                  {"", `is empty, the first line must name the columns`},
		"only a mark":            {"\ufeff", `is empty, the first line must name the columns`},
		"only blank lines":       {"\n\n\r\n", `is empty, the first line must name the columns`},
		"packed nothing":         {gzipped(""), `is empty, the first line must name the columns`},
		"only names":             {head, `has no rows`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, err := openText(t, "tracks.csv", c.content, at50())
			if err == nil {
				_, err = allOf(f)
			}
			if want := "tracks.csv: " + c.want; err == nil || err.Error() != want {
				t.Errorf("%q\ngot  %v\nwant %s", c.content, err, want)
			}
		})
	}
}

// TestMarkIsThatOfTheFirstNumber holds a mark that comes late against a table that has
// more text before it than is looked at to find the columns.
func TestMarkIsThatOfTheFirstNumber(t *testing.T) {
	t.Parallel()
	var table strings.Builder
	table.WriteString("frame;x;y\n")
	const frames = 20_000
	for k := range frames - 1 {
		table.WriteString(itoa(k) + ";1;2\n")
	}
	table.WriteString(itoa(frames-1) + ";1,5;2\n")
	f, err := openText(t, "late.csv", table.String(), at50())
	if err != nil {
		t.Fatal(err)
	}
	all, err := allOf(f)
	if err != nil || all[0].States[frames-1][0].X != 1.5 || f.Frames() != frames {
		t.Errorf("%d frames, %v", f.Frames(), err)
	}
}

func itoa(n int) string { return string(appendFloat(nil, float64(n))) }

// TestCopiesAreGoneAfterClose counts the files in the folder of temporary files.
func TestCopiesAreGoneAfterClose(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	f, err := Read(t.Context(), "stdin", strings.NewReader(plainTable), at50())
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	if _, err := openText(t, "x.csv", gzipped("x"), at50()); err == nil {
		t.Error("no columns, no error")
	}
	if left, err := os.ReadDir(os.TempDir()); err != nil || len(left) > 0 {
		t.Errorf("left %v behind (%v)", left, err)
	}
}

// TestReadingAPipeEndsWithItsContext reads from a pipe into which nobody writes.
// TestCloseRemovesWhatIsStillThere: not every system removes a file that is open.
func TestCloseRemovesWhatIsStillThere(t *testing.T) {
	t.Parallel()
	copied, err := os.CreateTemp(t.TempDir(), "copy")
	if err != nil {
		t.Fatal(err)
	}
	f := &File{copies: []*os.File{copied}}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(copied.Name()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the copy is still there: %v", err)
	}
}

func TestReadingAPipeEndsWithItsContext(t *testing.T) {
	t.Parallel()
	r, w := io.Pipe()
	defer w.Close()
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := Read(ctx, "stdin", r, at50()); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v", err)
	}
}

// TestProgressReachesTheEnd holds what Open tells against its range.
func TestProgressReachesTheEnd(t *testing.T) {
	t.Parallel()
	options, last := at50(), -1.0
	options.Progress = func(fraction float64) {
		if !(fraction >= last && fraction <= 1) {
			t.Errorf("%v after %v", fraction, last)
		}
		last = fraction
	}
	f := &File{}
	if err := f.read(t.Context(), options, endless{rows: 40_000, frames: 100, bodies: 10}.input()); err != nil || !(last > 0.85) {
		t.Errorf("%v, %v", last, err)
	}
}

// noise returns bytes at random, the same each time.
func noise(n int) string {
	rng, text := sim.NewRand(1, "noise", 0), make([]byte, n)
	for i := range text {
		text[i] = byte(rng.IntN(256))
	}
	return string(text)
}

// highNoise returns bytes at random that are none of ASCII and never begin a letter in UTF-8.
func highNoise(n int) string {
	text := []byte(noise(n))
	for i := range text {
		text[i] = 0x80 | text[i]&0x3f
	}
	return string(text)
}

// TestNamesOfBodiesHaveNoDecimalMark has names with a comma and a point before the first number with one.
func TestNamesOfBodiesHaveNoDecimalMark(t *testing.T) {
	t.Parallel()
	for _, table := range []string{
		"time,body,x,y\n0,\"a,b\",1,2\n1,\"a,b\",1.5,2\n",
		"time;body;x;y\n0;v1.b;1;2\n1;v1.b;1,5;2\n",
	} {
		path := filepath.Join(t.TempDir(), "x.csv")
		if err := os.WriteFile(path, []byte(table), 0o600); err != nil {
			t.Fatal(err)
		}
		options := DefaultOptions()
		options.Recording, options.FPS = true, 10
		f, err := Open(t.Context(), path, options)
		if err != nil {
			t.Errorf("%q: %v", table, err)
			continue
		}
		raw, err := f.Raw(t.Context(), 0)
		if err != nil || len(raw.Rows) != 2 || raw.Rows[1].X != 1.5 {
			t.Errorf("%q: %+v, %v", table, raw, err)
		}
		f.Close()
	}
}
