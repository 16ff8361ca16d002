package train

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"time"

	"google.golang.org/protobuf/encoding/protowire"
)

// The numbers of the protobuf fields of TensorBoard's event files, from
// tensorflow/core/util/event.proto and framework/summary.proto.
const (
	eventWallTime    protowire.Number = 1
	eventStep        protowire.Number = 2
	eventFileVersion protowire.Number = 3
	eventSummary     protowire.Number = 5
	eventSessionLog  protowire.Number = 7

	summaryValue       protowire.Number = 1
	valueTag           protowire.Number = 1
	valueSimple        protowire.Number = 2
	sessionStatus      protowire.Number = 1
	sessionStatusStart                  = 1
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// eventLog writes a TensorBoard event file.
type eventLog struct {
	w   io.Writer
	now func() time.Time
}

// start writes the file's version and that a session begins after a step, upon
// which TensorBoard forgets what earlier files say of later ones.
func (l eventLog) start(step int) error {
	version := protowire.AppendTag(nil, eventFileVersion, protowire.BytesType)
	if err := l.event(0, protowire.AppendString(version, "brain.Event:2")); err != nil {
		return err
	}
	status := protowire.AppendTag(nil, sessionStatus, protowire.VarintType)
	status = protowire.AppendVarint(status, sessionStatusStart)
	session := protowire.AppendTag(nil, eventSessionLog, protowire.BytesType)
	return l.event(step+1, protowire.AppendBytes(session, status))
}

// report writes the metrics of a report.
func (l eventLog) report(p Progress) error {
	var summary []byte
	scalar := func(tag string, value float64) {
		v := protowire.AppendTag(nil, valueTag, protowire.BytesType)
		v = protowire.AppendString(v, tag)
		v = protowire.AppendTag(v, valueSimple, protowire.Fixed32Type)
		v = protowire.AppendFixed32(v, math.Float32bits(float32(value)))
		summary = protowire.AppendTag(summary, summaryValue, protowire.BytesType)
		summary = protowire.AppendBytes(summary, v)
	}
	scalar("epoch", float64(p.Epoch))
	scalar("seconds", p.Seconds)
	scalar("loss", p.Loss)
	if p.Validation != nil {
		scalar("validation", *p.Validation)
	}
	scalar("learning_rate", p.LearningRate)
	scalar("gradient_norm", p.GradientNorm)
	scalar("examples_per_second", p.ExamplesPerSecond)
	return l.event(p.Step, protowire.AppendBytes(protowire.AppendTag(nil, eventSummary, protowire.BytesType), summary))
}

// event writes an Event with the given content as one TFRecord.
func (l eventLog) event(step int, content []byte) error {
	e := protowire.AppendTag(nil, eventWallTime, protowire.Fixed64Type)
	e = protowire.AppendFixed64(e, math.Float64bits(float64(l.now().UnixNano())/1e9))
	e = protowire.AppendTag(e, eventStep, protowire.VarintType)
	e = protowire.AppendVarint(e, uint64(step))
	_, err := l.w.Write(tfRecord(append(e, content...)))
	return err
}

// tfRecord frames data as the TFRecord format does: length, checksum of the
// length, data, checksum of the data.
func tfRecord(data []byte) []byte {
	r := binary.LittleEndian.AppendUint64(nil, uint64(len(data)))
	r = binary.LittleEndian.AppendUint32(r, maskedCRC(r))
	r = append(r, data...)
	return binary.LittleEndian.AppendUint32(r, maskedCRC(data))
}

// maskedCRC is the CRC-32C of data, rotated and shifted so that checksums of data
// that contains checksums stay good ones.
func maskedCRC(data []byte) uint32 {
	c := crc32.Checksum(data, castagnoli)
	return (c>>15 | c<<17) + 0xa282ead8
}

// eventName returns the name of the event file of a session.
func eventName(now time.Time, step int) string {
	return fmt.Sprintf("events.out.tfevents.%d.%d", now.UnixNano(), step)
}
