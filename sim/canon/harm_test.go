package canon

import (
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"regexp"
	"testing"
	"testing/iotest"

	"orrery/sim"
	"orrery/sim/golden"
)

// TestHarmIsToldAsItWas: what is said of a scene that is cut off anywhere or has another byte anywhere.
func TestHarmIsToldAsItWas(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("slow, and in one goroutine")
	}
	scene := sim.DefaultScene()
	scene.Name = "é"
	scene.Bodies = []sim.Body{sim.NewDisc(0.5, 2, sim.Surface{Elasticity: 0.25})}
	text, err := Encode(&scene)
	if err != nil {
		t.Fatal(err)
	}
	column := regexp.MustCompile(`line 1, column \d+: `) // which JSON's own tests hold
	golden.Compare(t, "testdata/harm.txt", string(text)+"\n"+golden.Harm(text, func(content []byte) string {
		got, err := Decode(bytes.NewReader(content))
		if err != nil {
			return column.ReplaceAllString(err.Error(), "")
		}
		again, err := Encode(got)
		if err != nil {
			return "is read, but not written: " + err.Error()
		}
		return fmt.Sprintf("%08x", crc32.ChecksumIEEE(again))
	}))
	if _, err := Decode(iotest.ErrReader(errBroken)); err == nil || err.Error() != "scene: is broken" {
		t.Error(err)
	}
	scene.FPS = 0
	if _, err := Encode(&scene); err == nil {
		t.Error("a scene that cannot be is written")
	}
}

var errBroken = errors.New("is broken")
