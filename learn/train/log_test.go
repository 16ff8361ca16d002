package train

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protowire"
)

func TestMaskedCRC(t *testing.T) {
	// RFC 3720, B.4: the CRC-32C of 32 zero bytes is 8a9136aa.
	var want uint32 = 0x8a9136aa
	if got := maskedCRC(make([]byte, 32)); got != (want>>15|want<<17)+0xa282ead8 {
		t.Errorf("masked CRC of zeros is %08x", got)
	}
	// Every event file written by TensorFlow begins with these bytes.
	begin := []byte{0x18, 0, 0, 0, 0, 0, 0, 0, 0xa3, 0x7f, 0x4b, 0x22}
	if got := tfRecord(make([]byte, 24)); !bytes.HasPrefix(got, begin) {
		t.Errorf("a record of 24 bytes begins with % x, want % x", got[:12], begin)
	}
}

// event is what a TensorBoard event says, decoded field by field.
type event struct {
	wall    float64
	step    uint64
	version string
	started bool
	scalars map[string]float32
}

// fields calls f for every field of a protobuf message.
func fields(t *testing.T, message []byte, f func(n protowire.Number, value []byte)) {
	t.Helper()
	for len(message) > 0 {
		n, kind, size := protowire.ConsumeTag(message)
		if size < 0 {
			t.Fatal(protowire.ParseError(size))
		}
		message = message[size:]
		if size = protowire.ConsumeFieldValue(n, kind, message); size < 0 {
			t.Fatal(protowire.ParseError(size))
		}
		value := message[:size]
		if kind == protowire.BytesType {
			value, _ = protowire.ConsumeBytes(value)
		}
		f(n, value)
		message = message[size:]
	}
}

func decodeEvents(t *testing.T, file []byte) (events []event) {
	t.Helper()
	for len(file) > 0 {
		size := binary.LittleEndian.Uint64(file)
		data := file[12:][:size]
		if binary.LittleEndian.Uint32(file[8:]) != maskedCRC(file[:8]) || binary.LittleEndian.Uint32(file[12+size:]) != maskedCRC(data) {
			t.Fatal("checksum of a record does not match")
		}
		file = file[16+size:]
		e := event{scalars: map[string]float32{}}
		fields(t, data, func(n protowire.Number, value []byte) {
			switch n {
			case 1:
				e.wall = math.Float64frombits(binary.LittleEndian.Uint64(value))
			case 2:
				e.step, _ = protowire.ConsumeVarint(value)
			case 3:
				e.version = string(value)
			case 5:
				fields(t, value, func(_ protowire.Number, scalar []byte) {
					var tag string
					fields(t, scalar, func(n protowire.Number, value []byte) {
						if n == 1 {
							tag = string(value)
						} else {
							e.scalars[tag] = math.Float32frombits(binary.LittleEndian.Uint32(value))
						}
					})
				})
			case 7:
				e.started = bytes.Equal(value, []byte{8, 1})
			}
		})
		events = append(events, e)
	}
	return events
}

func TestEventFileRoundTrip(t *testing.T) {
	var file bytes.Buffer
	log := eventLog{&file, func() time.Time { return time.Unix(12, 5e8) }}
	if err := log.start(6); err != nil {
		t.Fatal(err)
	}
	validation := 0.25
	if err := log.report(Progress{Step: 300, Epoch: 2, Loss: 1.5, Validation: &validation, LearningRate: 0.125}); err != nil {
		t.Fatal(err)
	}
	events := decodeEvents(t, file.Bytes())
	if len(events) != 3 || events[0].version != "brain.Event:2" || !events[1].started || events[1].step != 7 {
		t.Fatalf("events %+v", events)
	}
	e := events[2]
	if e.wall != 12.5 || e.step != 300 || len(e.scalars) != 7 ||
		e.scalars["loss"] != 1.5 || e.scalars["validation"] != 0.25 || e.scalars["learning_rate"] != 0.125 || e.scalars["epoch"] != 2 {
		t.Errorf("report %+v", e)
	}
}

// TestALogThatCannotBeWrittenIsAnError, of either kind: a full disk is not to be found out afterwards.
func TestALogThatCannotBeWrittenIsAnError(t *testing.T) {
	t.Parallel()
	for _, of := range []func(r *run) *os.File{func(r *run) *os.File { return r.log }, func(r *run) *os.File { return r.events }} {
		r, err := newRun(newSineObjective(), Tiny(), t.TempDir(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := r.step(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := r.report(nil); err != nil {
			t.Error(err)
		}
		of(r).Close()
		if err := r.report(nil); !errors.Is(err, os.ErrClosed) {
			t.Errorf("a file that cannot be written: %v", err)
		}
		r.close()
	}
}

func TestLogsAgreeAndFollowTheGlossary(t *testing.T) {
	dir := t.TempDir()
	r := mustRun(t, Tiny(), dir)
	text, err := os.ReadFile(filepath.Join(dir, "log.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	glossary, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	paths, err := filepath.Glob(filepath.Join(dir, "events.out.tfevents.*"))
	if err != nil || len(paths) != 1 {
		t.Fatalf("event files %v, %v", paths, err)
	}
	file, err := os.ReadFile(paths[0])
	if err != nil {
		t.Fatal(err)
	}
	events := decodeEvents(t, file)[2:]
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	if len(lines) != len(events) || len(lines) != len(r.Curve) {
		t.Fatalf("%d lines, %d events, %d reports", len(lines), len(events), len(r.Curve))
	}
	for i, line := range lines {
		var metrics map[string]float64
		if err := json.Unmarshal([]byte(line), &metrics); err != nil {
			t.Fatal(err)
		}
		if metrics["step"] != float64(events[i].step) || metrics["step"] != float64(r.Curve[i].Step) {
			t.Errorf("line %d: step %v, event %d, report %d", i, metrics["step"], events[i].step, r.Curve[i].Step)
		}
		for name, value := range metrics {
			if !bytes.Contains(glossary, []byte("//\t"+name+" ")) {
				t.Errorf("metric %s has no entry in the glossary", name)
			}
			if name != "step" && events[i].scalars[name] != float32(value) {
				t.Errorf("line %d: %s is %v, in the event file %v", i, name, value, events[i].scalars[name])
			}
		}
	}
}

func FuzzDecodeLog(f *testing.F) {
	f.Add([]byte("{\"step\":5}\n{\"step\":10}\n{\"st"), 7)
	f.Add([]byte("{\"step\":5}\nnull\n\n"), 7)
	f.Fuzz(func(t *testing.T, text []byte, step int) {
		curve, size, err := decodeLog(text, step)
		if err != nil {
			return
		}
		again, sizeAgain, err := decodeLog(text[:size], step)
		if err != nil || sizeAgain != size || len(again) != len(curve) || len(curve) != bytes.Count(text[:size], []byte("\n")) {
			t.Fatalf("%d reports in %d bytes, again %d in %d: %v", len(curve), size, len(again), sizeAgain, err)
		}
	})
}

func FuzzDecodePosition(f *testing.F) {
	cfg := Tiny()
	config, err := json.Marshal(cfg)
	if err != nil {
		f.Fatal(err)
	}
	f.Add("1", string(config), `{"step":3,"best_step":2}`)
	f.Add("2", "", "")
	f.Add("1", string(config), `{"step":-3}`)
	f.Fuzz(func(t *testing.T, format, config, at string) {
		p, err := decodePosition(map[string]string{"format": format, "config": config, "position": at}, cfg)
		if err == nil && (p.Step < 0 || p.BestStep > p.Step || p.Elapsed < 0) {
			t.Fatalf("accepted %+v", p)
		}
	})
}
