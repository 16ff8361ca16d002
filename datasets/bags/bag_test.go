package bags

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/foxglove/mcap/go/mcap"
	"gonum.org/v1/gonum/floats/scalar"
)

// writer writes values in CDR, so that what is read can be told beforehand.
type writer struct {
	b     []byte
	order binary.ByteOrder
}

// message begins a message in an order of bytes.
func message(order binary.ByteOrder) *writer {
	w := &writer{order: order, b: []byte{0, 1, 0, 0}}
	if order == binary.BigEndian {
		w.b[1] = 0
	}
	return w
}

func (w *writer) align(size int) {
	for (len(w.b)-4)%size != 0 {
		w.b = append(w.b, 0xee) // what fills up may be anything
	}
}

func (w *writer) uint32(v uint32) *writer {
	w.align(4)
	w.b = append(w.b, make([]byte, 4)...)
	w.order.PutUint32(w.b[len(w.b)-4:], v)
	return w
}

func (w *writer) floats(values ...float64) *writer {
	for _, v := range values {
		w.align(8)
		w.b = append(w.b, make([]byte, 8)...)
		w.order.PutUint64(w.b[len(w.b)-8:], math.Float64bits(v))
	}
	return w
}

func (w *writer) text(s string) *writer {
	w.uint32(uint32(len(s) + 1))
	w.b = append(append(w.b, s...), 0)
	return w
}

func (w *writer) header(ns int64, frame string) *writer {
	return w.uint32(uint32(ns / 1e9)).uint32(uint32(ns % 1e9)).text(frame)
}

func (w *writer) pose(at vector, q quaternion) *writer {
	return w.floats(at.x, at.y, at.z, q.x, q.y, q.z, q.w)
}

// yaw is a turn about z.
func yaw(angle float64) quaternion {
	return quaternion{vector{z: math.Sin(angle / 2)}, math.Cos(angle / 2)}
}

// entry is a message in a bag.
type entry struct {
	topic, schema string
	logged        int64
	data          []byte
}

// bagOf writes a bag.
func bagOf(t testing.TB, options *mcap.WriterOptions, entries ...entry) []byte {
	t.Helper()
	return encodedBag(t, options, "cdr", entries...)
}

func encodedBag(t testing.TB, options *mcap.WriterOptions, encoding string, entries ...entry) []byte {
	t.Helper()
	var file bytes.Buffer
	w, err := mcap.NewWriter(&file, options)
	if err != nil {
		t.Fatal(err)
	}
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	must(w.WriteHeader(&mcap.Header{Profile: "ros2"}))
	channels := map[string]uint16{}
	for i, e := range entries {
		id, known := channels[e.topic]
		if !known {
			id = uint16(len(channels) + 1)
			channels[e.topic] = id
			must(w.WriteSchema(&mcap.Schema{ID: id, Name: e.schema, Encoding: "ros2msg"}))
			must(w.WriteChannel(&mcap.Channel{ID: id, SchemaID: id, Topic: e.topic, MessageEncoding: encoding}))
		}
		must(w.WriteMessage(&mcap.Message{ChannelID: id, Sequence: uint32(i), LogTime: uint64(e.logged), Data: e.data}))
	}
	must(w.Close())
	return file.Bytes()
}

// saved writes a file.
func saved(t testing.TB, text []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "run.mcap")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// table is what is read of a bag.
type table struct {
	columns  []string
	rows     [][]string
	places   []string
	warnings string
}

func read(t testing.TB, text []byte, options Options) (table, error) {
	t.Helper()
	f, err := OpenRows(context.Background(), saved(t, text), options)
	if err != nil {
		return table{}, err
	}
	defer f.Close()
	got := table{columns: f.Columns(), warnings: strings.Join(f.Warnings(), "\n")}
	err = f.Rows(context.Background(), func(fields []string) error {
		got.rows = append(got.rows, append([]string(nil), fields...))
		return nil
	})
	for i := range got.rows {
		got.places = append(got.places, f.Place(i))
	}
	return got, err
}

func mustRead(t testing.TB, text []byte, options Options) table {
	t.Helper()
	got, err := read(t, text, options)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// wantRow demands a row: texts as they are and numbers within 1e-12.
func (got table) wantRow(t *testing.T, i int, want ...any) {
	t.Helper()
	if i >= len(got.rows) {
		t.Fatalf("row %d of %d", i, len(got.rows))
	}
	row := got.rows[i]
	if len(row) != len(want) {
		t.Fatalf("row %d has %d fields %q of %q, want %d", i, len(row), row, got.columns, len(want))
	}
	for k, w := range want {
		switch w := w.(type) {
		case string:
			if row[k] != w {
				t.Errorf("row %d, %s: %q, want %q", i, got.columns[k], row[k], w)
			}
		case float64:
			if v, err := strconv.ParseFloat(row[k], 64); err != nil || !scalar.EqualWithinAbs(v, w, 1e-12) {
				t.Errorf("row %d, %s: %q, want %v", i, got.columns[k], row[k], w)
			}
		}
	}
}

// packings are the ways in which a bag may be written.
var packings = map[string]*mcap.WriterOptions{
	"not in chunks": {Chunked: false, IncludeCRC: true},
	"none":          {Chunked: true, ChunkSize: 500, Compression: mcap.CompressionNone, IncludeCRC: true},
	"lz4":           {Chunked: true, ChunkSize: 500, Compression: mcap.CompressionLZ4, IncludeCRC: true},
	"zstd":          {Chunked: true, ChunkSize: 500, Compression: mcap.CompressionZSTD, IncludeCRC: true},
	"bare":          {Chunked: true, ChunkSize: 500, SkipMessageIndexing: true, SkipStatistics: true, SkipRepeatedSchemas: true, SkipRepeatedChannelInfos: true, SkipChunkIndex: true, SkipSummaryOffsets: true},
}

const epoch = int64(1_700_000_000_123_456_789) // ns

// everyKind returns messages of every kind in an order of bytes, at two times. Each body goes from
// (1, 2) to (3, 5) and turns from 0.25 to 0.75.
func everyKind(order binary.ByteOrder) (entries []entry) {
	for k := range int64(2) {
		ns := epoch + k*1_000_000_001
		at, q := vector{1 + 2*float64(k), 2 + 3*float64(k), 0.5}, yaw(0.25+0.5*float64(k))
		var c, d [36]float64
		c[0], c[7], c[35] = 0.0004, 0.0009, 0.01
		d[0], d[7], d[35] = 0.04, 0.04, 0.25
		add := func(topic, schema string, w *writer) {
			entries = append(entries, entry{topic, schema, ns + 77, w.b})
		}
		add("/pose", "geometry_msgs/msg/PoseStamped", message(order).header(ns, "map").pose(at, q))
		add("/cov", "geometry_msgs/msg/PoseWithCovarianceStamped", message(order).header(ns, "map").pose(at, q).floats(c[:]...))
		add("/list", "geometry_msgs/PoseArray", message(order).header(ns, "map").uint32(2).pose(at, q).pose(at, q))
		add("/point", "geometry_msgs/msg/PointStamped", message(order).header(ns, "map").floats(at.x, at.y, at.z))
		add("/vector", "geometry_msgs::msg::dds_::Vector3Stamped_", message(order).header(ns, "map").floats(at.x, at.y, at.z))
		add("/one", "geometry_msgs/msg/TransformStamped", message(order).header(ns, "/map").text("cup").pose(at, q))
		add("/tf", "tf2_msgs/msg/TFMessage", message(order).uint32(2).header(ns, "map").text("left").pose(at, q).header(ns, "map").text("/right").pose(at, q))
		add("/odom", "nav_msgs/msg/Odometry", message(order).header(ns, "map").text("base").pose(at, q).floats(c[:]...).floats(2, 1, 0, 0, 0, 3).floats(d[:]...))
	}
	return entries
}

func TestEveryKindOfMessageIsRead(t *testing.T) {
	t.Parallel()
	bodies := []string{"/pose", "/cov", "/list 0", "/list 1", "/point", "/vector", "cup", "left", "right", "base"}
	for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
		for name, packing := range packings {
			t.Run(fmt.Sprint(name, " ", order), func(t *testing.T) {
				t.Parallel()
				got := mustRead(t, bagOf(t, packing, everyKind(order)...), Options{})
				if want := "[time body x y angle vx vy omega std_x std_y std_angle std_vx std_vy std_omega]"; fmt.Sprint(got.columns) != want {
					t.Fatalf("columns %v, want %v", got.columns, want)
				}
				if len(got.rows) != 2*len(bodies) {
					t.Fatalf("%d rows, want %d", len(got.rows), 2*len(bodies))
				}
				for i := range got.rows {
					k, body := i/len(bodies), bodies[i%len(bodies)]
					x, y, angle := 1+2*float64(k), 2+3*float64(k), any(0.25+0.5*float64(k))
					if body == "/point" || body == "/vector" {
						angle = ""
					}
					want := []any{[]string{"0", "1.000000001"}[k], body, x, y, angle, "", "", "", "", "", "", "", "", ""}
					if body == "base" {
						sin, cos := math.Sincos(angle.(float64))
						copy(want[5:], []any{2*cos - sin, 2*sin + cos, 3.0, 0.02, 0.03, 0.1, 0.2, 0.2, 0.5})
					}
					if body == "/cov" {
						copy(want[8:], []any{0.02, 0.03, 0.1})
					}
					got.wantRow(t, i, want...)
				}
				if got.places[2] != "message 0 of /list" || got.places[3] != got.places[2] || got.places[len(bodies)] != "message 1 of /pose" {
					t.Errorf("places %q", got.places)
				}
			})
		}
	}
}

// TestTopicsAndFramesAreChosen asks for some of what a bag has.
func TestTopicsAndFramesAreChosen(t *testing.T) {
	t.Parallel()
	at := func(ns int64, frame, child string, x float64) []byte {
		return message(binary.LittleEndian).uint32(1).header(ns, frame).text(child).pose(vector{x: x}, yaw(0)).b
	}
	tf := "tf2_msgs/msg/TFMessage"
	bag := bagOf(t, packings["zstd"],
		entry{"/tf", tf, 1, at(1, "map", "odom", 1)}, entry{"/tf", tf, 2, at(2, "odom", "base", 2)}, entry{"/tf", tf, 3, at(3, "odom", "cup", 3)},
		entry{"/tf_static", tf, 1, at(1, "base", "lidar", 9)}, entry{"/rosout", "rcl_interfaces/msg/Log", 1, []byte{0}},
		entry{"/other", tf, 5, at(5, "odom", "base", 5)})
	for _, c := range []struct {
		options Options
		bodies  string // or the error
	}{
		{Options{Frames: []string{"odom"}}, "[/tf base cup /other base]"},
		{Options{Frames: []string{"/map"}}, "[odom]"},
		{Options{Frames: []string{"base"}, Topics: []string{"/other", "/tf"}}, "[/tf base /other base]"},
		{Options{Frames: []string{"cup"}}, "[cup]"},
		{Options{Topics: []string{"/other"}}, "[base]"},
		{Options{Topics: []string{"/tf_static"}}, "[lidar]"},
		{Options{}, `run.mcap: has positions in several frames of reference: "map" with 1 position, "odom" with 3 positions: choose one with --frame, or topics with --topic`},
		{Options{Topics: []string{"/tv"}}, `run.mcap: topic "/tv" must be one of the bag's /tf (tf2_msgs/msg/TFMessage), /tf_static (tf2_msgs/msg/TFMessage), /rosout (rcl_interfaces/msg/Log), /other (tf2_msgs/msg/TFMessage), perhaps "/tf"`},
		{Options{Topics: []string{"/rosout"}}, `run.mcap: topic "/rosout" has messages rcl_interfaces/msg/Log, which must be one of geometry_msgs/PointStamped, `},
		{Options{Frames: []string{"world"}}, `run.mcap: frame "world" must be one in which positions are, "map" "odom", or one of a body, "base" "cup" "odom"`},
		{Options{Plane: "zz"}, `plane "zz" must be xy, xz or yz`},
	} {
		got, err := read(t, bag, c.options)
		said := fmt.Sprint(err)
		if err == nil {
			var names []string
			for _, row := range got.rows {
				names = append(names, row[1])
			}
			said = fmt.Sprint(names)
		}
		if !strings.HasPrefix(said, c.bodies) {
			t.Errorf("%+v: %s\nwant %s", c.options, said, c.bodies)
		}
	}
}

func TestWhatCannotBeReadIsNamed(t *testing.T) {
	t.Parallel()
	pose := entry{"/pose", "geometry_msgs/msg/PoseStamped", 1, message(binary.LittleEndian).header(1, "map").pose(vector{}, yaw(0)).b}
	short := pose
	short.data = pose.data[:40]
	long := pose
	long.data = append(append([]byte(nil), pose.data...), make([]byte, 12)...)
	noise := pose
	noise.data = []byte{7, 7, 7, 7, 7}
	for name, c := range map[string]struct {
		text []byte
		want string
	}{
		"JSON":     {encodedBag(t, packings["zstd"], "json", pose), `topic "/pose" is written in "json": only messages of ROS 2 in CDR are read`},
		"protobuf": {encodedBag(t, packings["zstd"], "protobuf", pose), `topic "/pose" is written in "protobuf": only messages of ROS 2 in CDR are read`},
		"ROS 1":    {encodedBag(t, packings["zstd"], "ros1", pose), `topic "/pose" is of ROS 1`},
		"schema":   {bagOf(t, packings["zstd"], entry{"/scan", "sensor_msgs/msg/LaserScan", 1, pose.data}), `their messages tell of no body: /scan (sensor_msgs/msg/LaserScan)`},
		"short":    {bagOf(t, packings["zstd"], short), `topic "/pose": none of its 1 message has the form of geometry_msgs/msg/PoseStamped`},
		"long":     {bagOf(t, packings["zstd"], long), `none of its 1 message has the form`},
		"noise":    {bagOf(t, packings["zstd"], noise), `none of its 1 message has the form`},
		"empty":    {bagOf(t, packings["zstd"]), `has no positions that can be read: its topics are none`},
		"SQLite":   {[]byte("SQLite format 3\x00 and so on"), `run.mcap: is a bag of ROS 2 in SQLite: turn it into MCAP with ros2 bag convert`},
		"ROS bag":  {[]byte("#ROSBAG V2.0\n"), `run.mcap: is a bag of ROS 1`},
		"text":     {[]byte("frame,x,y\n"), `run.mcap: must be a bag in MCAP, but does not begin as one does`},
		"nothing":  {nil, `must be a bag in MCAP`},
		"magic":    {mcap.Magic, `has no positions that can be read: ends at byte 8 without the end of its data, as if cut off`},
	} {
		_, err := read(t, c.text, Options{})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v\nmust contain %s", name, err, c.want)
		}
	}
	folder := t.TempDir()
	for i, want := range []string{"is a folder without a file that ends in .mcap", "", "is a folder with 2 files that end in .mcap: give one of them"} {
		f, err := OpenRows(context.Background(), folder, Options{})
		if err == nil {
			if f.Close(); f.Name() != "0.mcap" {
				t.Errorf("name %s", f.Name())
			}
		}
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%d bags: error %v must contain %q", i, err, want)
		}
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprint(i, ".mcap")), track(t, packings["none"], 3), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// TestListsOfPosesAreBodiesByTheirPlace has more than ten bodies in a list, and too many.
func TestListsOfPosesAreBodiesByTheirPlace(t *testing.T) {
	t.Parallel()
	list := func(n int) []byte {
		w := message(binary.LittleEndian).header(1, "map").uint32(uint32(n))
		for i := range n {
			w.pose(vector{x: float64(i)}, yaw(0))
		}
		return bagOf(t, packings["none"], entry{"/all", "geometry_msgs/msg/PoseArray", 1, w.b})
	}
	got := mustRead(t, list(12), Options{})
	got.wantRow(t, 11, "0", "11", 11.0, 0.0, 0.0)
	if got := mustRead(t, list(maxBodies), Options{}); len(got.rows) != maxBodies {
		t.Errorf("%d rows", len(got.rows))
	}
	if _, err := read(t, list(maxBodies+1), Options{}); err == nil || !strings.Contains(err.Error(), `topic "/all" tells of more than 10000 bodies: --topic takes others`) {
		t.Errorf("error %v", err)
	}
}

// track returns a bag in which a body moves for n frames, and the rows it has.
func track(t testing.TB, packing *mcap.WriterOptions, n int) []byte {
	var entries []entry
	for k := range n {
		ns := epoch + int64(k)*33_366_700
		at := vector{math.Cos(float64(k) / 9), math.Sin(float64(k) / 7), 0}
		entries = append(entries, entry{"/ball", "geometry_msgs/msg/PoseStamped", ns, message(binary.LittleEndian).header(ns, "map").pose(at, yaw(float64(k)/5)).b})
	}
	return bagOf(t, packing, entries...)
}

// TestWhatIsWholeOfABagIsRead cuts bags off everywhere.
func TestWhatIsWholeOfABagIsRead(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"zstd", "not in chunks"} {
		whole := track(t, packings[name], 60)
		all := mustRead(t, whole, Options{Plane: "xy"})
		most := 0
		for cut := len(whole) - 9; cut > 100; cut -= 211 {
			got, err := read(t, whole[:cut], Options{Plane: "xy"})
			if err != nil {
				if !strings.Contains(err.Error(), "cut off") {
					t.Fatalf("%s: cut at %d: %v", name, cut, err)
				}
				continue
			}
			if len(got.rows) < len(all.rows) && !strings.Contains(got.warnings, "cut off: what is before is read") {
				t.Errorf("%s: cut at %d: warnings %q", name, cut, got.warnings)
			}
			if len(got.rows) < len(all.rows) {
				most = max(most, len(got.rows))
			}
			for i, row := range got.rows {
				if fmt.Sprint(row) != fmt.Sprint(all.rows[i]) {
					t.Fatalf("%s: cut at %d: row %d is %v, want %v", name, cut, i, row, all.rows[i])
				}
			}
		}
		if most < 50 {
			t.Errorf("%s: at most %d rows of a bag that is cut off", name, most)
		}
	}
}

// chunkOf returns where the first chunk begins, in which the channels are described.
func chunkOf(t *testing.T, text []byte) int {
	for at := len(mcap.Magic); at < len(text); at += headBytes + int(binary.LittleEndian.Uint64(text[at+1:])) {
		if mcap.OpCode(text[at]) == mcap.OpChunk {
			return at
		}
	}
	t.Fatal("there is no chunk")
	return 0
}

// TestDamagedChunksAreLeftOut changes a byte of a chunk, and the sum of all data.
func TestDamagedChunksAreLeftOut(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"none", "lz4", "zstd"} {
		whole := track(t, packings[name], 60)
		damaged := bytes.Clone(whole)
		damaged[chunkOf(t, whole)+80] ^= 0x10
		all, got := mustRead(t, whole, Options{}), mustRead(t, damaged, Options{})
		if lost := len(all.rows) - len(got.rows); lost < 1 || lost > 10 || !strings.Contains(got.warnings, "the chunk at byte ") || !strings.Contains(got.warnings, "left out") {
			t.Errorf("%s: %d rows are lost: %s", name, lost, got.warnings)
		}
		if !strings.Contains(got.warnings, "does not match its checksum: something in it is damaged") && !strings.Contains(got.warnings, "is damaged") {
			t.Errorf("%s: warnings %s", name, got.warnings)
		}
	}
	bag := track(t, packings["not in chunks"], 3)
	at := bytes.Index(bag, message(binary.LittleEndian).floats(math.Cos(1.0 / 9)).b[4:])
	bag[at] ^= 1
	if got := mustRead(t, bag, Options{}); !strings.Contains(got.warnings, "does not match its checksum: something in it is damaged") {
		t.Errorf("warnings %q", got.warnings)
	}
}

func TestTimesComeFromHeadersElseFromTheLog(t *testing.T) {
	t.Parallel()
	pose := func(topic string, stamp, logged int64) entry {
		return entry{topic, "geometry_msgs/msg/PoseStamped", logged, message(binary.LittleEndian).header(stamp, "map").pose(vector{}, yaw(0)).b}
	}
	for name, c := range map[string]struct {
		entries []entry
		want    string
		warned  bool
	}{
		"headers":            {[]entry{pose("/a", epoch, 1), pose("/a", epoch+5e8, 2), pose("/b", epoch+1, 3)}, "[0 0.5 0.000000001]", false},
		"no time at all":     {[]entry{pose("/a", 0, epoch), pose("/a", 0, epoch+25e7)}, "[0 0.25]", false},
		"one topic has none": {[]entry{pose("/a", 7e9, epoch), pose("/b", 0, epoch+1e9)}, "[0 1]", true},
		"one message":        {[]entry{pose("/a", epoch, epoch), pose("/a", 0, epoch+3e9)}, "[0 3]", false},
		"simulated time":     {[]entry{pose("/a", 1e9, epoch), pose("/a", 3e9, epoch+3e9)}, "[0 2]", false},
		"simulated from 0":   {[]entry{pose("/a", 0, epoch), pose("/a", 3e9, epoch+3e9)}, "[0 3]", false},
		"later first":        {[]entry{pose("/a", epoch+2e9, 1), pose("/a", epoch, 2)}, "[2 0]", false},
	} {
		got := mustRead(t, bagOf(t, packings["zstd"], c.entries...), Options{})
		var times []string
		for _, row := range got.rows {
			times = append(times, row[0])
		}
		if fmt.Sprint(times) != c.want || strings.Contains(got.warnings, "no times of their own") != c.warned {
			t.Errorf("%s: times %v, want %v; %s", name, times, c.want, got.warnings)
		}
	}
}

// TestWhatNobodyKnowsIsLeftOpen reads covariances, orientations and places that say nothing.
func TestWhatNobodyKnowsIsLeftOpen(t *testing.T) {
	t.Parallel()
	pose := func(at vector, q quaternion, c0, c7 float64) entry {
		var c [36]float64
		c[0], c[7] = c0, c7
		return entry{"/a", "geometry_msgs/msg/PoseWithCovarianceStamped", 1, message(binary.LittleEndian).header(1, "map").pose(at, q).floats(c[:]...).b}
	}
	got := mustRead(t, bagOf(t, packings["zstd"],
		pose(vector{1, 2, 0}, yaw(1), 0.04, 0.09), pose(vector{math.NaN(), 2, 0}, yaw(1), 0, 0), pose(vector{1, 2, 0}, quaternion{}, -1, 5),
		pose(vector{1, 2, 0}, quaternion{vector{z: 3}, 0}, 1e8, 0.09), pose(vector{1, 2, 0}, yaw(1), math.NaN(), 0.09)), Options{})
	got.wantRow(t, 0, "0", "/a", 1.0, 2.0, 1.0, 0.2, 0.3, "")
	got.wantRow(t, 1, "0", "/a", "", "", 1.0, "", "", "")
	got.wantRow(t, 2, "0", "/a", 1.0, 2.0, "", "", "", "")
	got.wantRow(t, 3, "0", "/a", 1.0, 2.0, math.Pi, "", 0.3, "")
	got.wantRow(t, 4, "0", "/a", 1.0, 2.0, 1.0, "", "", "")
}

func TestDeviationsAndTurnsHaveBounds(t *testing.T) {
	t.Parallel()
	var c [36]float64
	for std, known := range map[float64]bool{99: true, 101: false, 1e-9: true, 0: false} {
		c[0], c[1] = std*std, 1
		if got, told := spread(&c, 0, vector{x: 1}); told != known || told && !scalar.EqualWithinRel(got, std, 1e-12) {
			t.Errorf("%v: %v, %v", std, got, told)
		}
	}
	for length, told := range map[float64]bool{0.09: false, 0.11: true, 9: true, 11: false, 0: false} {
		q, is := quaternion{vector{x: length}, 0}.unit()
		if is != told || is && q.x != 1 {
			t.Errorf("length %v: %v, %v", length, q, is)
		}
	}
	if _, is := (quaternion{vector{x: math.NaN()}, 1}).unit(); is {
		t.Error("a turn that is no number is one")
	}
}

// TestLargePartsAreLeftOut has holes of a file for parts that are too large, which nobody reads.
func TestLargePartsAreLeftOut(t *testing.T) {
	t.Parallel()
	for op, most := range map[mcap.OpCode]int64{mcap.OpChunk: 256 << 20, mcap.OpMessage: 64 << 20} {
		whole := track(t, packings["bare"], 20)
		path := saved(t, nil)
		file, err := os.OpenFile(path, os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		head := binary.LittleEndian.AppendUint64([]byte{byte(op)}, uint64(most+1))
		magic := int64(len(mcap.Magic))
		for at, part := range map[int64][]byte{0: mcap.Magic, magic: head, magic + headBytes + most + 1: whole[magic:]} {
			if _, err := file.WriteAt(part, at); err != nil {
				t.Fatal(err)
			}
		}
		w := &walker{file: file, size: magic + headBytes + most + 1 + int64(len(whole)) - magic}
		var warnings []string
		messages := 0
		w.schema, w.channel = func(*mcap.Schema) {}, func(*mcap.Channel) {}
		w.message = func(*mcap.Message) error { messages++; return nil }
		w.warn = func(format string, args ...any) { warnings = append(warnings, fmt.Sprintf(format, args...)) }
		err = w.walk(t.Context())
		w.close()
		file.Close()
		if want := fmt.Sprintf("has %d bytes, must have at most %d: it is left out", most+1, most); err != nil || messages != 20 || len(warnings) != 1 || !strings.HasSuffix(warnings[0], want) {
			t.Errorf("%v: %d messages, %q, %v", op, messages, warnings, err)
		}
	}
}

func TestRowsEndWithTheirContext(t *testing.T) {
	t.Parallel()
	path := saved(t, track(t, packings["zstd"], 60))
	f, err := OpenRows(context.Background(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	ctx, cancel := context.WithCancel(context.Background())
	seen := 0
	err = f.Rows(ctx, func([]string) error { cancel(); seen++; return nil })
	if err != context.Canceled || seen > 10 {
		t.Errorf("%d rows, error %v", seen, err)
	}
	if _, err := OpenRows(ctx, path, Options{}); err != context.Canceled {
		t.Errorf("error %v", err)
	}
	broken := fmt.Errorf("broken")
	if err := f.Rows(context.Background(), func([]string) error { return broken }); err != broken {
		t.Errorf("error %v", err)
	}
}

// TestLengthsThatLieTakeNoMemory gives lengths that no bag has.
func TestLengthsThatLieTakeNoMemory(t *testing.T) {
	chunk := func(size uint64, compression string, packed []byte) []byte {
		b := append(bytes.Clone(mcap.Magic), byte(mcap.OpChunk))
		body := binary.LittleEndian.AppendUint64(make([]byte, 16), size)
		body = binary.LittleEndian.AppendUint32(body, 0)
		body = append(binary.LittleEndian.AppendUint32(body, uint32(len(compression))), compression...)
		body = append(binary.LittleEndian.AppendUint64(body, uint64(len(packed))), packed...)
		return append(binary.LittleEndian.AppendUint64(b, uint64(len(body))), body...)
	}
	name := chunk(8, "zstd", nil)
	binary.LittleEndian.PutUint32(name[8+9+28:], 1<<31)
	for what, text := range map[string][]byte{
		"chunk":        chunk(1<<60, "zstd", []byte{1, 2, 3}),
		"chunk, lz4":   chunk(200<<20, "lz4", []byte{4, 0x22, 0x4d, 0x18, 0x64, 0x40, 0xa7}),
		"name":         name,
		"record":       append(bytes.Clone(mcap.Magic), 5, 255, 255, 255, 255, 255, 255, 255, 127),
		"other packer": chunk(3, "brotli", []byte{1, 2, 3}),
	} {
		path := saved(t, text)
		var err error
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err = OpenRows(context.Background(), path, Options{})
		runtime.ReadMemStats(&after)
		if size := after.TotalAlloc - before.TotalAlloc; err == nil || size > 20<<20 {
			t.Errorf("%s: %d bytes, error %v", what, size, err)
		}
	}
	list := message(binary.LittleEndian).header(1, "map").uint32(1 << 30).b
	if _, err := read(t, bagOf(t, packings["zstd"], entry{"/a", "geometry_msgs/msg/PoseArray", 1, list}), Options{}); err == nil {
		t.Error("a list of 2^30 poses in a few bytes is read")
	}
}

// FuzzBag reads bags that are changed: there is an error or a table, but no panic.
func FuzzBag(f *testing.F) {
	for _, packing := range packings {
		f.Add(bagOf(f, packing, everyKind(binary.LittleEndian)...))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		got, err := read(t, text, Options{})
		if err == nil {
			for _, row := range got.rows {
				if len(row) != len(got.columns) {
					t.Fatalf("row %q of %q", row, got.columns)
				}
			}
		}
	})
}

// FuzzMessage reads messages that are changed.
func FuzzMessage(f *testing.F) {
	for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
		for _, e := range everyKind(order) {
			f.Add(e.schema, e.data)
		}
	}
	f.Fuzz(func(t *testing.T, schema string, data []byte) {
		read, known := kindOf(schema)
		if !known {
			return
		}
		told := 0
		read(newReader(data), func(sighting) { told++ })
		if told > len(data) {
			t.Fatalf("%d bodies of %d bytes", told, len(data))
		}
	})
}

// TestNumbersAreAlignedAsTheVersionSays compares with bytes that were written down by hand from the
// standard: a flag of four bytes and a float of eight, which version 2 puts right behind it.
func TestNumbersAreAlignedAsTheVersionSays(t *testing.T) {
	t.Parallel()
	half := []byte{0, 0, 0, 0, 0, 0, 0xe0, 0x3f}
	for head, text := range map[byte][]byte{
		1: append([]byte{0, 1, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0}, half...),
		7: append([]byte{0, 7, 0, 0, 9, 0, 0, 0}, half...),
	} {
		r := newReader(text)
		if n, v := r.uint32(), r.float64(); n != 9 || v != 0.5 || r.end() != nil {
			t.Errorf("version %d: %d, %v, %v", head, n, v, r.err)
		}
	}
}
