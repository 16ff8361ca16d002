package mcap

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"iter"

	"github.com/foxglove/mcap/go/mcap"

	"orrery/datasets/splits"
	"orrery/sim"
)

// Episode is a trajectory and what a model made of it, if one was asked: as many
// states.
type Episode struct {
	*sim.Trajectory
	Predicted []sim.State
}

// The topics, whose channels are numbered from 1 in this order.
const (
	topicWalls = iota + 1
	topicTrue
	topicPredicted
)

var topics = [...]string{topicWalls: "/walls", topicTrue: "/true", topicPredicted: "/predicted"}

//go:embed scene_update.schema.json
var schema []byte

const (
	schemaID   = 1
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
	r := &recorder{file: file}
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
	sequence [len(topics)]uint32 // messages so far
}

func (r *recorder) write(episodes iter.Seq2[Episode, error]) error {
	if err := r.file.WriteHeader(&mcap.Header{Library: "orrery"}); err != nil {
		return err
	}
	if err := r.file.WriteSchema(&mcap.Schema{ID: schemaID, Name: "foxglove.SceneUpdate", Encoding: "jsonschema", Data: schema}); err != nil {
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
	if err := r.message(topicWalls, start, true, []entity{wallsEntity(e.Scene, episode)}); err != nil {
		return err
	}
	for frame, state := range e.States {
		now := start + e.time(frame)
		if err := r.message(topicTrue, now, frame == 0, bodyEntities(e.Scene, state, 1)); err != nil {
			return err
		}
		if e.Predicted == nil {
			continue
		}
		if err := r.message(topicPredicted, now, frame == 0, bodyEntities(e.Scene, e.Predicted[frame], 0.5)); err != nil {
			return err
		}
	}
	return nil
}

// message writes entities at a time, after it has cleared the topic if told to.
func (r *recorder) message(topic uint16, now uint64, clear bool, entities []entity) error {
	if r.sequence[topic] == 0 {
		channel := &mcap.Channel{ID: topic, SchemaID: schemaID, Topic: topics[topic], MessageEncoding: "json"}
		if err := r.file.WriteChannel(channel); err != nil {
			return err
		}
	}
	at := instant{now / second, now % second}
	update := sceneUpdate{Deletions: []deletion{}, Entities: entities}
	if clear {
		update.Deletions = append(update.Deletions, deletion{Timestamp: at, Type: deleteAll})
	}
	for i := range entities {
		entities[i].Timestamp = at
	}
	text, err := json.Marshal(update)
	if err != nil {
		return err
	}
	r.sequence[topic]++
	return r.file.WriteMessage(&mcap.Message{
		ChannelID: topic, Sequence: r.sequence[topic], LogTime: now, PublishTime: now, Data: text,
	})
}
