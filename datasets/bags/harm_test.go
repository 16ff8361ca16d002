package bags

import (
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/foxglove/mcap/go/mcap"

	"orrery/sim/golden"
)

// saidOf writes what is read of a bag, in few words.
func saidOf(t testing.TB, path string, content []byte, options Options) string {
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := OpenRows(t.Context(), path, options)
	if err != nil {
		return "error: " + err.Error()
	}
	defer f.Close()
	sum, n := crc32.NewIEEE(), 0
	err = f.Rows(t.Context(), func(fields []string) error {
		n++
		_, err := fmt.Fprintf(sum, "%q\n", fields)
		return err
	})
	last := ""
	if n > 0 {
		last = f.Place(n - 1)
	}
	return fmt.Sprintf("%v, %d rows, %08x, the last is %s, warnings %q, error %v", f.Columns(), n, sum.Sum32(), last, f.Warnings(), err)
}

// TestHarmIsToldAsItWas: what is said of a bag that is cut off anywhere or has another byte anywhere.
func TestHarmIsToldAsItWas(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("slow, and in one goroutine")
	}
	entries := []entry{
		{"/a", "geometry_msgs/msg/PointStamped", epoch, message(binary.LittleEndian).header(epoch, "map").floats(1, 2, 0).b},
		{"/a", "geometry_msgs/msg/PointStamped", epoch + 5e8, message(binary.LittleEndian).header(epoch+5e8, "map").floats(1, 3, 0).b},
	}
	path := filepath.Join(t.TempDir(), "run.mcap")
	var told strings.Builder
	for _, packing := range []*mcap.WriterOptions{
		{Chunked: true, ChunkSize: 1 << 20, IncludeCRC: true, SkipMessageIndexing: true, SkipStatistics: true, SkipRepeatedSchemas: true, SkipRepeatedChannelInfos: true, SkipAttachmentIndex: true, SkipMetadataIndex: true, SkipChunkIndex: true, SkipSummaryOffsets: true},
		{SkipMessageIndexing: true, SkipStatistics: true, SkipRepeatedSchemas: true, SkipRepeatedChannelInfos: true, SkipAttachmentIndex: true, SkipMetadataIndex: true, SkipSummaryOffsets: true},
	} {
		fmt.Fprintf(&told, "# in chunks: %t\n%s", packing.Chunked, golden.Harm(bagOf(t, packing, entries...), func(content []byte) string {
			return saidOf(t, path, content, Options{Plane: "xy"})
		}))
	}
	golden.Closed(t, path)
	golden.Compare(t, "testdata/harm.txt", told.String())
}

// TestMessagesAreReadAsTheyWere: each kind of message, each choice of topics, frames and plane, and each mistake.
func TestMessagesAreReadAsTheyWere(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "run.mcap")
	kinds := everyKind(binary.LittleEndian)
	odd := append(everyKind(binary.BigEndian),
		entry{"/picture", "sensor_msgs/msg/Image", epoch, []byte{1, 2, 3}},
		entry{"/short", "geometry_msgs/msg/PointStamped", epoch, message(binary.LittleEndian).header(epoch, "map").b},
		entry{"/tf_static", "tf2_msgs/msg/TFMessage", epoch, message(binary.LittleEndian).uint32(1).header(0, "map").text("wall").pose(vector{}, yaw(0)).b},
		entry{"/away", "geometry_msgs/msg/PointStamped", epoch, message(binary.LittleEndian).header(epoch, "moon").floats(1, 2, 3).b})
	upright := []entry{}
	for k := range 6 {
		v := float64(k)
		upright = append(upright, entry{"/fall", "geometry_msgs/msg/PoseStamped", epoch + int64(k)*1e8, message(binary.LittleEndian).header(0, "map").pose(vector{v, 3, 5 - v*v/10}, quaternion{vector{y: 0.1 * v}, 1}).b})
	}
	var told strings.Builder
	for i, entries := range [][]entry{kinds, odd, upright} {
		for _, o := range []Options{
			{}, {Plane: "xy"}, {Plane: "xz"}, {Plane: "yz"}, {Plane: "zx"}, {Topics: []string{"/pose"}}, {Topics: []string{"/pos"}}, {Topics: []string{"/tf", "/odom"}}, {Topics: []string{"/picture"}}, {Topics: []string{"/short"}}, {Topics: []string{"/tf_static"}},
			{Frames: []string{"map"}, Plane: "xy"}, {Frames: []string{"moon"}, Plane: "xy"}, {Frames: []string{"left"}}, {Frames: []string{"mapp"}}, {Frames: []string{"/map"}, Topics: []string{"/one"}},
		} {
			fmt.Fprintf(&told, "# bag %d, topics %v, frames %v, plane %q\n%s\n", i, o.Topics, o.Frames, o.Plane, saidOf(t, path, bagOf(t, packings["zstd"], entries...), o))
		}
	}
	for _, content := range []string{"", "x", "SQLite format 3", "#ROSBAG V2.0", "\x28\xb5\x2f\xfd", "\x1f\x8b", "PAR1", "PK\x03\x04", string(mcap.Magic)} {
		fmt.Fprintf(&told, "# %q\n%s\n", content, saidOf(t, path, []byte(content), Options{}))
	}
	golden.Closed(t, path)
	golden.Compare(t, "testdata/read.txt", told.String())
}

// TestFoldersHaveOneBag.
func TestFoldersHaveOneBag(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "run")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	text := track(t, packings["zstd"], 5)
	for i, want := range []string{"run: is a folder without a file that ends in .mcap", "", "run: is a folder with 2 files that end in .mcap: give one of them"} {
		if i > 0 {
			if err := os.WriteFile(filepath.Join(dir, fmt.Sprint(i, ".mcap")), text, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		f, err := OpenRows(t.Context(), dir, Options{})
		told := ""
		if err != nil {
			told = err.Error()
		} else if f.Name() != "1.mcap" {
			t.Errorf("the bag is %s", f.Name())
		}
		if f != nil {
			f.Close()
		}
		if told != want {
			t.Errorf("%d bags: %q, want %q", i, told, want)
		}
	}
}

// TestReadingHeedsItsContext at every question.
func TestReadingHeedsItsContext(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"zstd", "not in chunks"} {
		path := saved(t, track(t, packings[name], 60))
		asked := golden.Ends(t, func(ctx context.Context) error {
			f, err := OpenRows(ctx, path, Options{Plane: "xy"})
			if err != nil {
				return err
			}
			defer f.Close()
			return f.Rows(ctx, func([]string) error { return nil })
		})
		golden.Closed(t, path)
		if asked < 3 {
			t.Errorf("%s: the context is asked %d times", name, asked)
		}
	}
}
