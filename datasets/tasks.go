package datasets

import (
	"fmt"
	"slices"
	"strings"

	"orrery/datasets/parquet"
)

// tasks are what the episodes of a dataset show, as meta/tasks.parquet lists it. Those of a merged
// dataset may show different things.
type tasks struct {
	sentences []string // by task_index
	runs      []taskRun
}

// taskRun is the task of the episodes from the end of the run before to its own.
type taskRun struct{ end, task int }

// tasks returns those of a dataset that is made from s.
func (s *Spec) tasks() tasks {
	if len(s.Parts) == 0 {
		return tasks{sentences: []string{s.Task}}
	}
	var t tasks
	end := 0
	for i := range s.Parts {
		part := &s.Parts[i]
		task := slices.Index(t.sentences, part.Task)
		if task < 0 {
			task, t.sentences = len(t.sentences), append(t.sentences, part.Task)
		}
		end += part.Len()
		t.runs = append(t.runs, taskRun{end, task})
	}
	return t
}

// of returns the task_index of an episode.
func (t tasks) of(episode int) int {
	i, _ := slices.BinarySearchFunc(t.runs, episode, func(run taskRun, episode int) int {
		if run.end <= episode {
			return -1
		}
		return 1
	})
	if i >= len(t.runs) {
		return 0
	}
	return t.runs[i].task
}

// taskNumbers returns what tells the task_index of an episode. Where the provenance does not say it,
// the frames do. Merged datasets of older versions have one task.
func (d *Dataset) taskNumbers() func(episode int) int {
	t := d.provenance.tasks()
	switch {
	case d.info.TotalTasks <= 1:
		return func(int) int { return 0 }
	case d.info.TotalTasks == len(t.sentences):
		return t.of
	}
	return func(int) int { return unknownTask }
}

// taskSentences returns what the provenance says of the tasks of the dataset.
func (d *Dataset) taskSentences() []string {
	sentences := d.provenance.tasks().sentences
	if d.info.TotalTasks == 1 && len(sentences) > 1 { // a merged dataset of an older version
		return []string{d.provenance.Task}
	}
	return sentences
}

// checkTasks demands the tasks that the frames refer to.
func (d *Dataset) checkTasks() error {
	t, err := d.openTable(tasksPath)
	if err != nil {
		return err
	}
	want := d.taskSentences()
	if t.Rows() != len(want) || d.info.TotalTasks != len(want) {
		return fmt.Errorf("%s: %d tasks, and total_tasks %d, must be %d", t.Name(), t.Rows(), d.info.TotalTasks, len(want))
	}
	r, err := t.Reader()
	if err != nil {
		return err
	}
	defer r.Close()
	numbers, err := parquet.Rows[int64](r, "task_index", 0, 0, len(want))
	if err != nil {
		return err
	}
	sentences, err := parquet.Rows[[]byte](r, "__index_level_0__", 0, 0, len(want))
	if err != nil {
		return err
	}
	for i := range want {
		if numbers[i] != int64(i) || string(sentences[i]) != want[i] {
			return fmt.Errorf("%s: task %d %q must be task %d %q", t.Name(), numbers[i], sentences[i], i, want[i])
		}
	}
	return nil
}

// checkEpisodeTasks compares the sentences of the episodes from first on, in some rows of a file of
// meta/episodes, with those of the provenance.
func (d *Dataset) checkEpisodeTasks(t *parquet.Table, first, from, to int) error {
	r, err := t.Reader()
	if err != nil {
		return err
	}
	defer r.Close()
	sentences, err := parquet.Rows[[]byte](r, "tasks", 1, from, to)
	if err != nil {
		return err
	}
	known := d.taskSentences()
	for i, got := range sentences {
		if want := known[d.episodes[first+i].task]; string(got) != want {
			return fmt.Errorf("%s: episode %d: task %q must be %q", t.Name(), first+i, got, want)
		}
	}
	return nil
}

// joinTasks returns what a merged dataset shows as one text.
func joinTasks(parts []Part) string {
	var each []string
	for i := range parts {
		each = append(each, strings.TrimRight(parts[i].Task, ". "))
	}
	return strings.Join(distinct(each), "; ")
}
