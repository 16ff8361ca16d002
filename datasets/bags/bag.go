package bags

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"

	"github.com/foxglove/mcap/go/mcap"

	"orrery/datasets/storage"
	"orrery/sim/input"
)

// Options says what is taken from a bag.
type Options struct {
	Topics []string // whose messages are taken; none takes all that can be read but /tf_static
	// Frames are frames of reference in which positions must be, or frames of bodies; none takes
	// all. Positions that are taken must be in one frame of reference.
	Frames []string
	Plane  string // xy, xz or yz; empty finds the plane in which the bodies move
}

// Validate returns an error that names the first option without a usable value.
func (o Options) Validate() error {
	if o.Plane == "" {
		return nil
	}
	_, err := planeOf(o.Plane)
	return err
}

// File is an open bag as a table of text, a row of fields for each sight of a body.
type File struct {
	name    string
	file    *os.File
	size    int64
	sum     string
	options Options

	topics   map[uint16]*topic // by channel
	bodies   map[bodyKey]*body
	list     []*body // in the order in which they were seen first
	order    []*topic
	plane    plane
	start    int64 // ns, the first time of all
	logged   bool  // times are those of the log
	columns  []quantity
	rows     []rowPlace
	warnings []string
}

// topic is a channel of messages.
type topic struct {
	name     string
	about    string // its schema, and how messages are written
	kind     kind   // nil when they cannot be read
	why      string // they cannot be read
	messages int
	broken   int   // of them, that cannot be read
	latest   int64 // ns, of the times that its messages have, or 0 when none has one
}

// bodyKey names a body within a bag.
type bodyKey struct {
	topic        string
	frame, child string
	index        int
}

// body is what is known of a body before its rows are written.
type body struct {
	bodyKey
	topic    *topic
	name     string
	taken    bool
	sights   int
	scatter  scatter
	turned   bool       // an orientation was told
	first    quaternion // the first one
	drifts   bool       // velocities other than 0 were told
	earliest int64      // ns, by the messages' own times but 0
	zero     bool       // a message has the time 0
	logged   int64      // ns, the earliest by the log
	known    [6]bool    // which standard deviations were told, of x y angle vx vy omega
}

// rowPlace is where a row is from.
type rowPlace struct {
	message int
	topic   *topic
}

const (
	maxBodies   = 10_000
	maxWarnings = 20
	staticTopic = "/tf_static" // what never moves
)

// OpenRows opens a bag, or the only one in a folder. It reads all of it to learn what is in it and for its sum.
func OpenRows(ctx context.Context, path string, options Options) (*File, error) {
	if err := options.Validate(); err != nil {
		return nil, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.IsDir() { // as ros2 bag record writes them
		if path, err = onlyBag(path); err != nil {
			return nil, err
		}
		if info, err = os.Stat(path); err != nil {
			return nil, err
		}
	}
	f := &File{name: filepath.Base(path), options: options, topics: map[uint16]*topic{}, bodies: map[bodyKey]*body{}}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: must be a plain file, as it is read twice", f.name)
	}
	if f.file, err = os.Open(path); err != nil {
		return nil, err
	}
	f.size = info.Size()
	if err := f.open(ctx); err != nil {
		f.file.Close()
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, fmt.Errorf("%s: %w", f.name, err)
	}
	return f, nil
}

// onlyBag returns the path of the one bag in a folder.
func onlyBag(folder string) (string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return "", err
	}
	var found []string
	for _, entry := range entries {
		if filepath.Ext(entry.Name()) == ".mcap" {
			found = append(found, filepath.Join(folder, entry.Name()))
		}
	}
	switch len(found) {
	case 0:
		return "", fmt.Errorf("%s: is a folder without a file that ends in .mcap", filepath.Base(folder))
	case 1:
		return found[0], nil
	}
	return "", fmt.Errorf("%s: is a folder with %d files that end in .mcap: give one of them", filepath.Base(folder), len(found))
}

func (f *File) open(ctx context.Context) (err error) {
	if err := checkMagic(f.file); err != nil {
		return err
	}
	if err := f.survey(ctx); err != nil {
		return err
	}
	if err := f.choose(); err != nil {
		return err
	}
	if err := f.findPlane(); err != nil {
		return err
	}
	f.setTimes()
	f.setColumns()
	f.sum, err = storage.Sum(ctx, io.NewSectionReader(f.file, 0, f.size), nil)
	return err
}

// foreign lists how files that are no bags of this sort begin.
var foreign = []struct{ start, what string }{
	{"SQLite format 3", "is a bag of ROS 2 in SQLite: turn it into MCAP with ros2 bag convert"},
	{"#ROSBAG", "is a bag of ROS 1: turn it into one of ROS 2 with rosbags-convert, and that into MCAP with ros2 bag convert"},
	{"\x28\xb5\x2f\xfd", "is packed with zstd: unpack it first"},
	{"\x1f\x8b", "is packed with gzip: unpack it first"},
	{"PAR1", "must be a bag in MCAP, but is a Parquet file"},
	{"PK", "must be a bag in MCAP, but is an archive"},
}

func checkMagic(file io.ReaderAt) error {
	start := make([]byte, 16)
	n, err := file.ReadAt(start, 0)
	if err != nil && err != io.EOF {
		return err
	}
	start = start[:n]
	if bytes.HasPrefix(start, mcap.Magic) {
		return nil
	}
	for _, known := range foreign {
		if bytes.HasPrefix(start, []byte(known.start)) {
			return errors.New(known.what)
		}
	}
	return errors.New("must be a bag in MCAP, but does not begin as one does")
}

// warn keeps a sentence about the bag.
func (f *File) warn(format string, args ...any) {
	switch {
	case len(f.warnings) < maxWarnings:
		f.warnings = append(f.warnings, fmt.Sprintf(format, args...))
	case len(f.warnings) == maxWarnings:
		f.warnings = append(f.warnings, "more like this")
	}
}

// survey reads all messages to learn which bodies there are.
func (f *File) survey(ctx context.Context) error {
	w := f.walker()
	defer w.close()
	w.warn = f.warn
	schemas, lost := map[uint16]*mcap.Schema{}, 0
	w.schema = func(s *mcap.Schema) {
		s.Data = nil // messages are read by the names of their schemas
		schemas[s.ID] = s
	}
	w.channel = func(c *mcap.Channel) {
		if f.topics[c.ID] == nil {
			t := newTopic(c, schemas[c.SchemaID])
			f.topics[c.ID], f.order = t, append(f.order, t)
		}
	}
	w.message = func(m *mcap.Message) error {
		t := f.topics[m.ChannelID]
		if t == nil {
			lost++
			return nil
		}
		t.messages++
		return f.see(t, m, func(b *body, s sighting) error {
			b.look(s, int64(m.LogTime))
			return nil
		})
	}
	w.summary()
	if err := w.walk(ctx); err != nil {
		return err
	}
	if lost > 0 {
		f.warn("%s of which the bag does not say what they are: they are left out", input.Count(lost, "message"))
	}
	return nil
}

// walker returns a walker over the file.
func (f *File) walker() *walker {
	return &walker{file: f.file, size: f.size, schema: func(*mcap.Schema) {}, channel: func(*mcap.Channel) {}, warn: func(string, ...any) {}}
}

// newTopic says whether messages of a channel can be read, and why not.
func newTopic(c *mcap.Channel, s *mcap.Schema) *topic {
	t := &topic{name: c.Topic, about: "no schema"}
	if s != nil {
		t.about = fmt.Sprintf("%.60s", s.Name)
	}
	switch {
	case c.MessageEncoding == "ros1":
		t.why = "is of ROS 1: turn the bag into one of ROS 2"
	case c.MessageEncoding != "cdr":
		t.why = fmt.Sprintf("is written in %.20q: only messages of ROS 2 in CDR are read", c.MessageEncoding)
	case s == nil:
		t.why = "has no schema, which names the messages"
	default:
		var known bool
		if t.kind, known = kindOf(s.Name); !known {
			t.why = whyKind
		}
	}
	return t
}

// wanted reports whether messages of a topic are taken.
func (f *File) wanted(t *topic) bool {
	if len(f.options.Topics) == 0 {
		return t.name != staticTopic
	}
	return slices.Contains(f.options.Topics, t.name)
}

// see calls visit with what a message tells of each body.
func (f *File) see(t *topic, m *mcap.Message, visit func(*body, sighting) error) error {
	if t.kind == nil || !f.wanted(t) {
		return nil
	}
	r := newReader(m.Data)
	var told []sighting
	t.kind(r, func(s sighting) { told = append(told, s) })
	if r.err == errMany {
		return fmt.Errorf("topic %.60q %w: --topic takes others", t.name, r.err)
	}
	if r.end() != nil {
		t.broken++
		return nil
	}
	for _, s := range told {
		key := bodyKey{t.name, s.frame, s.child, s.index}
		b := f.bodies[key]
		if b == nil {
			if len(f.list) == maxBodies {
				return fmt.Errorf("%w: --topic takes some", errMany)
			}
			b = &body{bodyKey: key, topic: t, earliest: math.MaxInt64, logged: math.MaxInt64}
			f.bodies[key], f.list = b, append(f.list, b)
		}
		if err := visit(b, s); err != nil {
			return err
		}
	}
	return nil
}

// look takes from a sighting what must be known before rows are written.
func (b *body) look(s sighting, logged int64) {
	b.sights++
	b.topic.latest = max(b.topic.latest, s.stamp)
	b.logged = min(b.logged, logged)
	if s.stamp == 0 {
		b.zero = true
	} else {
		b.earliest = min(b.earliest, s.stamp)
	}
	if s.at.finite() {
		b.scatter.add(s.at)
	}
	if q, told := s.pose.unit(); told && s.turned && !b.turned {
		b.turned, b.first = true, q
	}
	if s.moving && (s.linear != vector{} || s.angled != vector{}) {
		b.drifts = true
	}
	for i, c := range []*[36]float64{s.covariance, s.drift} {
		if c != nil {
			b.known[3*i], b.known[3*i+1], b.known[3*i+2] = true, true, true
		}
	}
}
