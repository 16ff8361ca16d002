package bags

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"orrery/sim/golden"

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
	path := saved(t, text)
	defer golden.Closed(t, path)
	f, err := OpenRows(context.Background(), path, options)
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
		if strings.Contains(got.warnings, "not taken: ") != (len(c.options.Topics) > 0 && err == nil) || strings.Contains(got.warnings, staticTopic) {
			t.Errorf("%+v: warnings %s", c.options, got.warnings)
		}
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
// TestDamagedMessagesAreCounted: of a topic that can be read, none is said of whole messages.
func TestDamagedMessagesAreCounted(t *testing.T) {
	t.Parallel()
	for broken := range 3 {
		var entries []entry
		for k := range 5 {
			e := entry{"/pose", "geometry_msgs/msg/PoseStamped", int64(k), message(binary.LittleEndian).header(int64(k), "map").pose(vector{float64(k), 0, 0}, yaw(0)).b}
			if k < broken {
				e.data = e.data[:40]
			}
			entries = append(entries, e)
		}
		got := mustRead(t, bagOf(t, packings["zstd"], entries...), Options{Plane: "xy"})
		want := ""
		if broken > 0 {
			want = fmt.Sprintf(`topic "/pose": %d of 5 messages are damaged and left out`, broken)
		}
		if !strings.Contains(got.warnings, want) || strings.Contains(got.warnings, "damaged") != (broken > 0) || strings.Contains(got.warnings, "none of its") {
			t.Errorf("%d damaged messages: warnings %q, want %q", broken, got.warnings, want)
		}
	}
}

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
	if got := mustRead(t, list(10_000), Options{}); len(got.rows) != 10_000 {
		t.Errorf("%d rows", len(got.rows))
	}
	if _, err := read(t, list(10_001), Options{}); err == nil || !strings.Contains(err.Error(), `topic "/all" tells of more than 10000 bodies: --topic takes others`) {
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

// TestVelocitiesThatAreNeverToldAreNone: where all are 0 nobody measured them, and how sure they are says nothing.
func TestVelocitiesThatAreNeverToldAreNone(t *testing.T) {
	t.Parallel()
	var c, d [36]float64
	c[0], c[7], c[35] = 0.0004, 0.0009, 0.01
	d[0], d[7], d[35] = 0.04, 0.04, 0.25
	for speed, want := range map[float64]string{
		0:   "[time body x y angle std_x std_y std_angle]",
		0.5: "[time body x y angle vx vy omega std_x std_y std_angle std_vx std_vy std_omega]",
	} {
		w := message(binary.LittleEndian).header(1, "map").text("base").pose(vector{1, 2, 0}, yaw(1)).floats(c[:]...).floats(0, speed, 0, 0, 0, 0).floats(d[:]...)
		got := mustRead(t, bagOf(t, packings["zstd"], entry{"/odom", "nav_msgs/msg/Odometry", 1, w.b}), Options{})
		if fmt.Sprint(got.columns) != want {
			t.Errorf("%v m/s: columns %v, want %s", speed, got.columns, want)
		}
	}
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

// TestPlanarPosesKeepTheirAngle: a Pose2D says it as it is, from bag to table.
func TestPlanarPosesKeepTheirAngle(t *testing.T) {
	t.Parallel()
	var entries []entry
	for k := range 5 {
		entries = append(entries, entry{"/puck", "geometry_msgs/msg/Pose2D", int64(k) * 1e8, message(binary.LittleEndian).floats(0.1*float64(k), 2, 0.7+0.1*float64(k)).b})
	}
	got := mustRead(t, bagOf(t, &mcap.WriterOptions{}, entries...), Options{})
	at := slices.Index(got.columns, "angle")
	if len(got.rows) != 5 || at < 0 {
		t.Fatalf("%d rows of %q: %s", len(got.rows), got.columns, got.warnings)
	}
	for k, row := range got.rows {
		if angle, err := strconv.ParseFloat(row[at], 64); err != nil || !scalar.EqualWithinAbs(angle, 0.7+0.1*float64(k), 1e-9) {
			t.Errorf("row %d: angle %s", k, row[at])
		}
	}
}

// TestTheLatestOfATopicIsKnown, in whatever order its messages come.
func TestTheLatestOfATopicIsKnown(t *testing.T) {
	t.Parallel()
	b := &body{topic: &topic{}, earliest: math.MaxInt64, logged: math.MaxInt64}
	for _, at := range []int64{5, 7, 3} {
		b.look(sighting{stamp: at}, at+1)
	}
	if b.topic.latest != 7 || b.earliest != 3 || b.logged != 4 || b.sights != 3 || b.zero {
		t.Errorf("%+v, latest %d", b, b.topic.latest)
	}
	if b.look(sighting{}, 9); !b.zero || b.topic.latest != 7 {
		t.Errorf("a time of zero: %+v", b)
	}
}

// TestDeviationsTurnWithTheBody: those of places are along the axes of the plane, and those of velocities are of the body, which is turned.
func TestDeviationsTurnWithTheBody(t *testing.T) {
	t.Parallel()
	var c, d [36]float64
	for k := range 6 {
		c[7*k], d[7*k] = float64((k+1)*(k+1))/100, float64((k+7)*(k+7))/100 // deviations of 0.1 to 0.6 and of 0.7 to 1.2
	}
	d[1], d[6] = 0.3, 0.3
	quarter := func(axis vector, turn float64) quaternion {
		sin, cos := math.Sincos(turn / 2)
		return quaternion{axis.times(sin), cos}
	}
	half := math.Sqrt2 / 2
	for _, e := range []struct {
		plane string
		pose  quaternion
		want  []any
	}{
		{"xy", yaw(0), []any{0.1, 0.2, 0.6, 0.7, 0.8, 1.2}}, {"xy", yaw(math.Pi / 2), []any{0.1, 0.2, 0.6, 0.8, 0.7, 1.2}},
		{"xy", yaw(math.Pi / 4), []any{0.1, 0.2, 0.6, half * math.Sqrt(0.49+0.64-0.6), half * math.Sqrt(0.49+0.64+0.6), 1.2}},
		{"xz", yaw(0), []any{0.1, 0.3, 0.5, 0.7, 0.9, 1.1}}, {"xz", quarter(vector{y: 1}, math.Pi/2), []any{0.1, 0.3, 0.5, 0.9, 0.7, 1.1}},
		{"yz", yaw(0), []any{0.2, 0.3, 0.4, 0.8, 0.9, 1.0}}, {"yz", quarter(vector{x: 1}, -math.Pi/2), []any{0.2, 0.3, 0.4, 0.9, 0.8, 1.0}},
	} {
		w := message(binary.LittleEndian).header(1, "map").text("base").pose(vector{1, 2, 3}, e.pose).floats(c[:]...).floats(1, 2, 3, 0, 0, 1).floats(d[:]...)
		got := mustRead(t, bagOf(t, packings["zstd"], entry{"/odom", "nav_msgs/msg/Odometry", 1, w.b}), Options{Plane: e.plane})
		if len(got.rows) != 1 || len(got.columns) != 14 {
			t.Fatalf("%s: %v, %v", e.plane, got.columns, got.rows)
		}
		got.columns, got.rows[0] = got.columns[8:], got.rows[0][8:]
		got.wantRow(t, 0, e.want...)
	}
}
