package datasets

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"orrery/datasets/flights"
	"orrery/datasets/parquet"
	"orrery/sim"
)

// fragile is a file system that counts the files that are open, and in which one reading
// of many fails.
type fragile struct {
	fs.FS
	open, left atomic.Int64 // left are the readings before the one that fails
}

var errBroken = errors.New("disk broken")

func (f *fragile) Open(name string) (fs.File, error) {
	file, err := f.FS.Open(name)
	if err != nil {
		return nil, err
	}
	f.open.Add(1)
	return fragileFile{file.(parquet.File), f}, nil
}

// Stat does not fail: sizes of files are for information only.
func (f *fragile) Stat(name string) (fs.FileInfo, error) { return fs.Stat(f.FS, name) }

type fragileFile struct {
	parquet.File
	disk *fragile
}

func (f fragileFile) fails() bool { return f.disk.left.Add(-1) == -1 }

func (f fragileFile) Stat() (fs.FileInfo, error) {
	if f.fails() {
		return nil, errBroken
	}
	return f.File.Stat()
}

func (f fragileFile) Read(b []byte) (int, error) {
	if f.fails() {
		return 0, errBroken
	}
	return f.File.Read(b)
}

func (f fragileFile) ReadAt(b []byte, at int64) (int, error) {
	if f.fails() {
		return 0, errBroken
	}
	return f.File.ReadAt(b, at)
}

func (f fragileFile) Close() error {
	f.disk.open.Add(-1)
	return f.File.Close()
}

// TestBrokenDisksAreReported lets each reading of all that a dataset reads fail in turn.
// The error must arrive, and no file may stay open.
func TestBrokenDisksAreReported(t *testing.T) {
	t.Parallel()
	spec := pushSpec()
	spec.Episodes, spec.Frames = 2, 4
	files := inMemory(t, writePushes(t, spec))
	all := func(disk fs.FS) error {
		d, err := OpenFS(t.Context(), disk, "somewhere")
		if err != nil {
			return err
		}
		if _, err := d.Survey(t.Context(), nil); err != nil {
			return err
		}
		_, err = d.Prepared(t.Context(), 1)
		return err
	}
	disk := &fragile{FS: files}
	disk.left.Store(1 << 40)
	if err := all(disk); err != nil {
		t.Fatal(err)
	}
	if n := disk.open.Load(); n != 0 {
		t.Errorf("%d files stay open", n)
	}
	readings := 1<<40 - disk.left.Load()
	if testing.Short() {
		readings = min(readings, 100)
	}
	for n := range readings {
		disk.left.Store(n)
		if err := all(disk); !errors.Is(err, errBroken) {
			t.Errorf("reading %d of %d fails: error %v", n, readings, err)
		}
		if n := disk.open.Load(); n != 0 {
			t.Fatalf("%d files stay open", n)
		}
	}
}

// TestOthersMayReadADataset: folders and files have the rights that programs usually give.
func TestOthersMayReadADataset(t *testing.T) {
	t.Parallel()
	usual := t.TempDir()
	folder, file := filepath.Join(usual, "folder"), filepath.Join(usual, "file")
	if err := errors.Join(os.Mkdir(folder, 0o755), os.WriteFile(file, nil, 0o644)); err != nil {
		t.Fatal(err)
	}
	mode := func(path string) fs.FileMode {
		stat, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		return stat.Mode()
	}
	dir := writeFlights(t, smallSpec())
	for path := range flights.Tree(t, dir) {
		path = filepath.Join(dir, path)
		if got := mode(path); got != mode(file) {
			t.Errorf("%s has mode %v", path, got)
		}
		if got := mode(filepath.Dir(path)); got != mode(folder) {
			t.Errorf("the folder of %s has mode %v", path, got)
		}
	}
}

// TestActionsAreCalledByWhatTheyDo goes through the axes and the bodies that actuators act
// between.
func TestActionsAreCalledByWhatTheyDo(t *testing.T) {
	t.Parallel()
	for want, a := range map[string]sim.Actuator{
		"body2.force_x":           {Kind: sim.Force, Body: 2, Against: sim.World, Axis: sim.Vec{X: 1}},
		"body0.force_y":           {Kind: sim.Force, Against: sim.World, Axis: sim.Vec{Y: 1}},
		"body1.force_0.6_-0.8":    {Kind: sim.Force, Body: 1, Against: sim.World, Axis: sim.Vec{X: 0.6, Y: -0.8}},
		"body0.torque":            {Kind: sim.Torque, Against: sim.World},
		"body0.torque_body3":      {Kind: sim.Torque, Against: 3},
		"body0.force_0.333_0.943": {Kind: sim.Force, Against: sim.World, Axis: sim.Vec{X: 1. / 3, Y: 0.942809}},
	} {
		if got := actionName(&a); got != want {
			t.Errorf("%+v is called %q, want %q", a, got, want)
		}
	}
	scene := sim.DefaultScene()
	scene.Actuators = []sim.Actuator{{Kind: sim.Torque, Against: sim.World}, {Kind: sim.Torque, Against: sim.World}, {Kind: sim.Torque, Body: 1, Against: sim.World}}
	if got := roomOf(&scene, nil, nil, nil).Actions; len(got) != 3 || got[0] != "body0.torque" || got[1] != "body0.torque_1" || got[2] != "body1.torque" {
		t.Errorf("actions %q", got)
	}
}
