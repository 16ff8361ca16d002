package shard

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"strings"
	"testing"

	"orrery/datasets/storage"
	"orrery/datasets/storage/faked"
)

// TestFoldersMayBeInObjectStores: made, killed and gone on with on this machine, begun anew on another, and joined.
func TestFoldersMayBeInObjectStores(t *testing.T) {
	store := faked.Serve(t, faked.InProcess)
	at := func(name string) string { return "s3://" + faked.Bucket + "/" + name }
	part := Shard{0, 2}
	f := mustOpen(t, at("0"), work(1), part, Options{})
	do(t, f, 2)
	f.held.Unlock() // as the system does after a kill
	if Whole(at("0")) || !IsFolder(at("0")) {
		t.Error("half a shard is whole")
	}
	f = mustOpen(t, at("0"), work(1), part, Options{Resume: true})
	if added := do(t, f, units); added != 1 {
		t.Errorf("%d units were done again, 1 was missing", added)
	}
	store.Fail(func(w http.ResponseWriter, r *http.Request, _ http.Handler) bool {
		stop := r.Method == http.MethodPut && strings.HasSuffix(r.URL.Path, HeadFile)
		if stop {
			w.WriteHeader(http.StatusForbidden)
		}
		return stop
	})
	if err := f.Finish(); err == nil || f.Whole || Whole(at("0")) {
		t.Errorf("without its head it is whole: %v", err)
	}
	store.Heal()
	finish(t, f)
	if !Whole(at("0")) {
		t.Error("it is not whole")
	}
	if _, err := os.Stat(storage.Staging(at("0"))); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("something is left on disk: %v", err)
	}
	if _, err := Open(t.Context(), at("0"), work(2), part, Options{Resume: true}); err == nil || !strings.Contains(err.Error(), "was made with seed 1, which is now 2") {
		t.Errorf("other work: %v", err)
	}

	// Two machines do the same, and a third something else. The first to finish has it.
	var machines []*Folder
	for _, seed := range []int{1, 1, 2} {
		t.Setenv("XDG_CACHE_HOME", t.TempDir())
		f := mustOpen(t, at("1"), work(seed), Shard{1, 2}, Options{Resume: true})
		from, to := f.Span()
		for unit := from; unit < to; unit++ { // as figures do that a clock has a part in
			if err := f.Add(unit, unit*unit+1000*len(machines)); err != nil {
				t.Fatal(err)
			}
		}
		machines = append(machines, f)
	}
	for i, want := range []string{"", "", "another program has made this shard there meanwhile, with seed 1 and not 2"} {
		if err := machines[i].Finish(); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("machine %d: %v, want %q", i, err, want)
		}
	}
	_, figures, err := Join([]string{at("1"), at("0")}, Shard{})
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprintf("%s", figures); got != "[0 1 4 9 16 25 36]" {
		t.Errorf("joined %s", got)
	}
	files, err := storage.ReadDir(at("1"))
	if err != nil || len(files) != 2 {
		t.Errorf("%d files of one shard, want 2: %v", len(files), err)
	}
	f = mustOpen(t, at("0"), work(2), part, Options{Force: true})
	if f.Whole || do(t, f, units) != 3 {
		t.Error("force keeps something")
	}
	finish(t, f)
	if files, err := storage.ReadDir(at("0")); err != nil || len(files) != 2 {
		t.Errorf("%d files of one shard after force, want 2: %v", len(files), err)
	}
	w, figures, err := Join([]string{at("0")}, part)
	if err != nil {
		t.Fatal(err)
	}
	if err := Write(at("larger"), w, part, figures); err != nil || !Whole(at("larger")) {
		t.Errorf("written: %v", err)
	}
}
