package open

import (
	"io/fs"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
)

// claims are files that say they are larger than they are.
type claims struct {
	fstest.MapFS
	sizes map[string]int64
}

type claim struct {
	fs.DirEntry
	size int64
}

type claimed struct {
	fs.FileInfo
	size int64
}

func (c claimed) Size() int64 { return c.size }

func (c claim) Info() (fs.FileInfo, error) {
	info, err := c.DirEntry.Info()
	return claimed{info, c.size}, err
}

func (c claims) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := c.MapFS.ReadDir(name)
	for i, e := range entries {
		entries[i] = claim{e, c.sizes[e.Name()]}
	}
	return entries, err
}

// TestAllThatIsDroppedHasALimit: 256 MiB, together.
func TestAllThatIsDroppedHasALimit(t *testing.T) {
	t.Parallel()
	for last, want := range map[int64]string{56 << 20: "", 56<<20 + 1: "c: all files together must be at most 256 MB"} {
		files := claims{fstest.MapFS{"a": {Data: []byte("1")}, "b": {Data: []byte("2")}, "c": {Data: []byte("3")}}, map[string]int64{"a": 100 << 20, "b": 100 << 20, "c": last}}
		kept, err := InMemory(files)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%d bytes at last: %v, want %q", last, err, want)
		}
		if err == nil {
			if text, err := fs.ReadFile(kept, "b"); err != nil || string(text) != "2" {
				t.Errorf("%q, %v", text, err)
			}
		}
	}
}

// TestTheViewerUsuallyShowsWhatItsHelpSays, and these flags are of no use to a page.
func TestTheViewerUsuallyShowsWhatItsHelpSays(t *testing.T) {
	t.Parallel()
	usual := DefaultOptions()
	if want := (Options{Scene: "mixed", Seed: 7, Mode: "sandbox", Theme: "dark", Width: 1280, Height: 800, Panel: true}); !reflect.DeepEqual(usual, want) {
		t.Errorf("usually %+v, want %+v", usual, want)
	}
	values := map[string]string{"scene": usual.Scene, "seed": "7", "mode": usual.Mode, "theme": usual.Theme, "width": "1280", "height": "800", "history": "0"}
	var window []string
	for _, f := range usual.Flags() {
		if f.Window {
			window = append(window, f.Name)
		}
		if value := values[f.Name]; value != "" && !strings.HasSuffix(f.Help, "("+value+")") {
			t.Errorf("--%s is %s, and the help says %q", f.Name, value, f.Help)
		}
	}
	if got := strings.Join(window, " "); got != "film width height record report" {
		t.Errorf("of the window alone are %s", got)
	}
}
