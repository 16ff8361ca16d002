package csv

import (
	"bufio"
	"io"
	"iter"
	"slices"
	"strconv"

	"orrery/datasets/splits"
	"orrery/sim"
)

// Write writes the header and a row for each body of each frame of some episodes,
// with columns for so many components of an action; where a scene has fewer, and
// in the last frame, they are empty. The first error of the episodes ends it. What
// Open reads from it, with the right scene, has the same float32 values.
//
// Where the states are estimates, columns that begin with seen_ and std_ say what was measured of each body and when,
// and the deviations of its state; what was not measured is empty.
//
// Where the episodes are divided, a column says the split of each.
func Write(w io.Writer, actions int, observed bool, divided splits.Splits, episodes iter.Seq2[*sim.Trajectory, error]) error {
	buffer := bufio.NewWriterSize(w, 1<<16)
	buffer.WriteString("episode,frame,time,body")
	names := slices.Concat(stateNames[:], actionNames[:actions])
	if observed {
		names = append(names, "seen_x", "seen_y", "seen_angle", "seen_time")
		for _, name := range stateNames {
			names = append(names, "std_"+name)
		}
	}
	for _, name := range names {
		buffer.WriteString("," + name)
	}
	if divided != nil {
		buffer.WriteString("," + splitColumn)
	}
	buffer.WriteByte('\n')
	var line []byte
	episode := 0
	for t, err := range episodes {
		if err != nil {
			return err
		}
		for frame, state := range t.States {
			action := t.Action(frame)
			for body, b := range state {
				line = strconv.AppendInt(line[:0], int64(episode), 10)
				line = strconv.AppendInt(append(line, ','), int64(frame), 10)
				line = strconv.AppendFloat(append(line, ','), float64(frame)/float64(t.Scene.FPS), 'g', -1, 64)
				line = strconv.AppendInt(append(line, ','), int64(body), 10)
				for _, v := range b.Values() {
					line = appendFloat(append(line, ','), v)
				}
				for i := range actions {
					if line = append(line, ','); i < len(action) {
						line = appendFloat(line, action[i])
					}
				}
				if observed {
					line = appendSight(line, t, frame, body)
				}
				if divided != nil {
					line = append(append(line, ','), divided.Of(episode)...)
				}
				if _, err := buffer.Write(append(line, '\n')); err != nil {
					return err
				}
			}
		}
		episode++
	}
	return buffer.Flush()
}

// appendSight appends what was measured of a body near a frame, and the deviations of its state.
func appendSight(line []byte, t *sim.Trajectory, frame, body int) []byte {
	s := t.Seen.Sights[frame][body]
	for _, v := range []struct {
		value float64
		there bool
	}{{s.X, s.Seen}, {s.Y, s.Seen}, {s.Angle, s.Turned}} {
		if line = append(line, ','); v.there {
			line = appendFloat(line, v.value)
		}
	}
	if line = append(line, ','); s.Seen || s.Turned {
		line = strconv.AppendFloat(line, float64(frame)/float64(t.Scene.FPS)+s.After, 'g', -1, 64)
	}
	for _, v := range t.Seen.Std[frame][body].Values() {
		line = appendFloat(append(line, ','), v)
	}
	return line
}

// appendFloat appends the shortest digits that lead back to the same float32.
func appendFloat(line []byte, v float64) []byte {
	return strconv.AppendFloat(line, v, 'g', -1, 32)
}
