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
// Where the episodes are divided, a column says the split of each.
func Write(w io.Writer, actions int, divided splits.Splits, episodes iter.Seq2[*sim.Trajectory, error]) error {
	buffer := bufio.NewWriterSize(w, 1<<16)
	buffer.WriteString("episode,frame,time,body")
	for _, name := range slices.Concat(stateNames[:], actionNames[:actions]) {
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

// appendFloat appends the shortest digits that lead back to the same float32.
func appendFloat(line []byte, v float64) []byte {
	return strconv.AppendFloat(line, v, 'g', -1, 32)
}
