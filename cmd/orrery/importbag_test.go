package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/foxglove/mcap/go/mcap"
)

// poseBag writes a bag of ROS 2 in which two bodies move in the plane xz, each as PoseStamped on a topic of its own.
func poseBag(t testing.TB, path string) { t.Helper(); poseBagOn(t, path, "/red", "/blue") }

// poseBagOn is poseBag with topics of other names.
func poseBagOn(t testing.TB, path string, topics ...string) {
	t.Helper()
	var text bytes.Buffer
	w, err := mcap.NewWriter(&text, &mcap.WriterOptions{})
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(err)
	must(w.WriteHeader(&mcap.Header{Profile: "ros2"}))
	must(w.WriteSchema(&mcap.Schema{ID: 1, Name: "geometry_msgs/msg/PoseStamped", Encoding: "ros2msg", Data: []byte("# PoseStamped")}))
	for id, topic := range topics {
		must(w.WriteChannel(&mcap.Channel{ID: uint16(id + 1), SchemaID: 1, Topic: topic, MessageEncoding: "cdr"}))
	}
	frames := []string{"table", "floor"}
	for k := range 40 {
		at := uint64(1.77e18) + uint64(k)*33_333_333
		for id := range 2 {
			s := float64(k) / 30
			must(w.WriteMessage(&mcap.Message{
				ChannelID: uint16(id + 1), LogTime: at, PublishTime: at,
				Data: poseStamped(at, frames[id], 0.3*s+float64(id), 2, 0.2*s-0.1*float64(id)*s),
			}))
		}
	}
	must(w.Close())
	must(os.WriteFile(path, text.Bytes(), 0o644))
}

// poseStamped returns a message in CDR: a header and a pose without a turn.
func poseStamped(ns uint64, frame string, x, y, z float64) []byte {
	b := binary.LittleEndian.AppendUint32(nil, uint32(ns/1e9))
	b = binary.LittleEndian.AppendUint32(b, uint32(ns%1e9))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(frame)+1))
	b = append(append(b, frame...), 0)
	for len(b)%8 != 0 {
		b = append(b, 0)
	}
	for _, v := range []float64{x, y, z, 0, 0, 0, 1} {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
	}
	return append([]byte{0, 1, 0, 0}, b...)
}

func TestBagsAreImported(t *testing.T) {
	skipShort(t)
	t.Parallel()
	bag, out := filepath.Join(t.TempDir(), "run.mcap"), t.TempDir()
	poseBag(t, bag)
	for i, test := range []struct {
		flags  []string
		bodies int // 0 where it fails
	}{
		{[]string{"--frame", "table"}, 1},
		{[]string{"--topic", "/blue"}, 1},
		{[]string{"--topic", "/red,/blue", "--frame", "floor"}, 1},
		{[]string{"--plane", "yz", "--topic", "/red"}, 1},
		{nil, 0},
	} {
		dir := filepath.Join(out, fmt.Sprint(i))
		code, _, stderr := runLine(t.Context(), append([]string{"import", "mcap", bag, "--out", dir}, test.flags...)...)
		if code != exitDone {
			if test.bodies > 0 || !strings.HasPrefix(stderr, "orrery: run.mcap") {
				t.Errorf("%q: exit code %d: %s", test.flags, code, stderr)
			}
			continue
		}
		if text := strings.Join(test.flags, " "); text == "--topic /blue" && !strings.Contains(stderr, "run.mcap: topics that are not taken: ") {
			t.Errorf("%q: says nothing of the other topic: %s", test.flags, stderr)
		}
		trajectory, _ := episodeOf(t, openWhole(t, dir), 0)
		last := trajectory.States[len(trajectory.States)-1]
		if len(last) != test.bodies || trajectory.Seen == nil || len(trajectory.States) != 40 {
			t.Errorf("%q: %d bodies, %d frames", test.flags, len(last), len(trajectory.States))
		}
		want := 0.3
		if strings.Contains(strings.Join(test.flags, " "), "yz") {
			want = 0
		}
		if v := last[0].VX; !(math.Abs(v-want) < 0.01) {
			t.Errorf("%q: vx %v, want %v m/s", test.flags, v, want)
		}
	}
}
