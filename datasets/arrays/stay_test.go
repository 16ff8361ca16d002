package arrays

import (
	"fmt"
	"hash/crc32"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"orrery/datasets/flights"
	"orrery/sim"
	"orrery/sim/golden"
)

// TestWrittenBytesStay of both formats, with and without all that episodes may have.
func TestWrittenBytesStay(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("slow, and in one goroutine")
	}
	var told strings.Builder
	write := func(what string, write func(dir string) error) {
		t.Helper()
		dir := t.TempDir()
		if err := write(dir); err != nil {
			t.Fatal(err)
		}
		files := flights.Tree(t, dir)
		for _, name := range slices.Sorted(maps.Keys(files)) {
			fmt.Fprintf(&told, "%s, %s: %d bytes, %08x\n", what, name, len(files[name]), crc32.ChecksumIEEE([]byte(files[name])))
		}
	}
	create := func(dir string, fill func(w io.WriterAt) error) error {
		file, err := os.Create(filepath.Join(dir, "all.h5"))
		if err != nil {
			return err
		}
		defer file.Close()
		return fill(file)
	}
	for _, outcomes := range []bool{false, true} {
		size, episodes, _ := example(outcomes)
		write(fmt.Sprintf("npz, outcomes %t", outcomes), func(dir string) error { return WriteNPZ(dir, size, each(episodes)) })
		write(fmt.Sprintf("hdf5, outcomes %t", outcomes), func(dir string) error {
			return create(dir, func(w io.WriterAt) error { return WriteHDF5(w, size, each(episodes)) })
		})
	}
	scene := pushtScene()
	states := func(n int) (made []Episode) {
		for k := range n {
			t := &sim.Trajectory{Scene: scene}
			for i := range k + 2 {
				state := scene.Start()
				for b := range state {
					state[b].X += float64(i*k+b) / 64
					state[b].Angle += float64(i) / 3
				}
				t.States = append(t.States, state)
				if i > 0 {
					t.Actions = append(t.Actions, scene.Rest())
				}
			}
			made = append(made, Episode{Trajectory: t})
		}
		return made
	}
	task, err := PushTOf(scene)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{1, 3} {
		all := states(n)
		frames := 0
		for i := range all {
			frames += len(all[i].States)
		}
		write(fmt.Sprintf("Push-T, %d episodes", n), func(dir string) error {
			return create(dir, func(w io.WriterAt) error {
				size := PushTSize{Size: Size{Episodes: n, Frames: frames, Bodies: 2, Actions: 2, About: About{FPS: 10}}, Pixels: 2}
				size.Draw = func(_ Episode, k int) []uint8 { return []uint8{255, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, uint8(k)} }
				return WritePushT(w, size, each(all))
			})
		})
		for _, state := range all[n-1].States {
			fmt.Fprintf(&told, "%.6f, %.6f\n", task.state(state), task.action(state, scene.Rest()))
		}
	}
	golden.Compare(t, "testdata/written.txt", told.String())
}
