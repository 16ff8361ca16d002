package mcap

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"iter"

	"github.com/foxglove/mcap/go/mcap"

	"orrery/datasets"
	"orrery/datasets/splits"
	"orrery/sim"
)

// Episode is a trajectory and what a model made of it, if one was asked: as many
// states.
type Episode struct {
	*sim.Trajectory
	Predicted []sim.State
	Outcomes  []datasets.Outcome // of what its actions led to [t-1], or nil
}

//go:embed scene_update.schema.json
var sceneSchema []byte

// The topics of scenes.
const (
	topicWalls     = "/walls"
	topicTrue      = "/true"
	topicPredicted = "/predicted"
)

// sceneUpdates is the name of their schema.
const sceneUpdates = "foxglove.SceneUpdate"

const (
	chunkBytes = 1 << 20
	second     = 1_000_000_000 // ns
)

// splitsRecord is the name of the record of metadata that says which episodes each split has.
const splitsRecord = "splits"

// Write writes the episodes as an MCAP file, with their splits where they are divided. Their first error ends it.
func Write(w io.Writer, divided splits.Splits, episodes iter.Seq2[Episode, error]) error {
	file, err := mcap.NewWriter(w, &mcap.WriterOptions{
		Chunked: true, ChunkSize: chunkBytes, Compression: mcap.CompressionZSTD, IncludeCRC: true,
	})
	if err != nil {
		return err
	}
	r := &recorder{file: file, schemas: map[string]uint16{}, channels: map[string]*channel{}}
	if err := r.write(episodes); err != nil {
		return err
	}
	if divided != nil {
		if err := file.WriteMetadata(&mcap.Metadata{Name: splitsRecord, Metadata: divided.Encode()}); err != nil {
			return err
		}
	}
	return file.Close()
}

// recorder writes messages.
type recorder struct {
	file     *mcap.Writer
	schemas  map[string]uint16   // ids, from 1 on, in the order of their first messages
	channels map[string]*channel // by topic, likewise
}

// channel is a topic that has messages.
type channel struct {
	id       uint16
	messages uint32 // so far
}

func (r *recorder) write(episodes iter.Seq2[Episode, error]) error {
	if err := r.file.WriteHeader(&mcap.Header{Library: "orrery"}); err != nil {
		return err
	}
	episode, start := 0, uint64(0)
	for e, err := range episodes {
		if err != nil {
			return err
		}
		if e.Predicted != nil && len(e.Predicted) != len(e.States) {
			return fmt.Errorf("episode %d: %d predicted states must be as many as the %d true ones", episode, len(e.Predicted), len(e.States))
		}
		if err := r.play(e, episode, start); err != nil {
			return err
		}
		episode, start = episode+1, start+e.time(len(e.States))
	}
	return nil
}

// time returns when a frame is, in ns from the start of the episode.
func (e Episode) time(frame int) uint64 { return uint64(frame) * second / uint64(e.Scene.FPS) }

// play writes the messages of an episode that starts at a time in ns.
func (r *recorder) play(e Episode, episode int, start uint64) error {
	if err := r.draw(topicWalls, start, true, []entity{wallsEntity(e.Scene, episode)}); err != nil {
		return err
	}
	for frame, state := range e.States {
		now := start + e.time(frame)
		if err := r.draw(topicTrue, now, frame == 0, bodyEntities(e.Scene, state, 1)); err != nil {
			return err
		}
		if e.Predicted != nil {
			if err := r.draw(topicPredicted, now, frame == 0, bodyEntities(e.Scene, e.Predicted[frame], 0.5)); err != nil {
				return err
			}
		}
		if err := r.number(e, frame, now); err != nil {
			return err
		}
	}
	return nil
}

// draw writes entities at a time, after it has cleared the topic if told to.
func (r *recorder) draw(topic string, now uint64, clear bool, entities []entity) error {
	at := instant{now / second, now % second}
	update := sceneUpdate{Deletions: []deletion{}, Entities: entities}
	if clear {
		update.Deletions = append(update.Deletions, deletion{Timestamp: at, Type: deleteAll})
	}
	for i := range entities {
		entities[i].Timestamp = at
	}
	return r.message(topic, sceneUpdates, now, update)
}

// message writes a message at a time. The first of a topic brings its channel, and the first of a schema that.
func (r *recorder) message(topic, schema string, now uint64, content any) error {
	c := r.channels[topic]
	if c == nil {
		id, err := r.schema(schema)
		if err != nil {
			return err
		}
		c = &channel{id: uint16(len(r.channels) + 1)}
		r.channels[topic] = c
		if err := r.file.WriteChannel(&mcap.Channel{ID: c.id, SchemaID: id, Topic: topic, MessageEncoding: "json"}); err != nil {
			return err
		}
	}
	text, err := json.Marshal(content)
	if err != nil {
		return fmt.Errorf("%s: %w", topic, err)
	}
	c.messages++
	return r.file.WriteMessage(&mcap.Message{
		ChannelID: c.id, Sequence: c.messages, LogTime: now, PublishTime: now, Data: text,
	})
}

// schema returns the id of a schema, which it writes if it is not there yet.
func (r *recorder) schema(name string) (id uint16, err error) {
	if id, there := r.schemas[name]; there {
		return id, nil
	}
	data := sceneSchema
	if name != sceneUpdates {
		data = numberSchema(name)
	}
	id = uint16(len(r.schemas) + 1)
	r.schemas[name] = id
	return id, r.file.WriteSchema(&mcap.Schema{ID: id, Name: name, Encoding: "jsonschema", Data: data})
}
