package csv

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"orrery/datasets/splits"
	"orrery/sim"
	decimal "orrery/sim/input"
)

// Columns of words.
const (
	sceneColumn = "scene" // names the scene of the episode
	splitColumn = "split" // train, val or test
)

// ErrNoRate is the error of opening a table for which neither the options nor a scene say how many
// frames a second has.
var ErrNoRate = errors.New("nothing says how many frames a second has")

// sceneSuffix is the end of the names of scene files. A column scene without it is something else,
// unless the options map it or say that scenes go by the numbers of the episodes.
const sceneSuffix = ".json"

var splitNames = []string{splits.Train, splits.Val, splits.Test}

// tags are the words of an episode, by their place in words. The first of these is empty, for none.
type tags struct{ scene, split int32 }

// words are the different texts of the columns of words.
type words struct {
	all   []string
	known map[string]int32
	bytes int
}

const (
	maxWord  = 4096     // bytes of a word
	maxWords = 64 << 20 // bytes of all together
)

// keepTexts takes the columns of words into use, of which fields is the first row. They are used when the options
// map them, or when the row has what such a column holds.
func (t *table) keepTexts(o *Options, fields []string) error {
	t.words = words{all: []string{""}, known: map[string]int32{}}
	for _, c := range []struct {
		name       string
		wanted     bool // by the options
		must       bool // whatever it holds
		understood func(text string) bool
	}{
		{sceneColumn, o.SceneOf != nil, o.Numbered, func(text string) bool { return strings.HasSuffix(strings.ToLower(text), sceneSuffix) }},
		{splitColumn, o.Splits, false, func(text string) bool { return slices.Contains(splitNames, text) }},
	} {
		name, mapped := o.Columns[c.name]
		if !mapped {
			name = c.name
		}
		place := slices.Index(t.head.names, name)
		if !c.wanted || place < 0 || !mapped && t.uses(place) {
			continue
		}
		if mapped || c.must || c.understood(strings.TrimSpace(fields[place])) {
			if err := t.setColumn(c.name, name); err != nil {
				return err
			}
			t.unused = slices.DeleteFunc(t.unused, func(unused string) bool { return unused == name })
		}
	}
	return nil
}

// uses reports whether a column holds a quantity.
func (t *table) uses(place int) bool {
	for _, used := range t.columns {
		if used == place {
			return true
		}
	}
	return false
}

// tag returns the place in words of a text in a row, of which last is that of the row before.
func (t *table) tag(fields []string, line int, c column, last int32) (int32, error) {
	if !c.exists() {
		return 0, nil
	}
	text := strings.TrimSpace(fields[c.place])
	if last > 0 && text == t.words.all[last] {
		return last, nil
	}
	at, found := t.words.known[text]
	switch {
	case text == "":
		return 0, t.cellError(line, c.quantity, "must not be empty: it is the same in all rows of an episode")
	case c.quantity == splitColumn && !slices.Contains(splitNames, text):
		return 0, t.cellError(line, c.quantity, "%.40q must be %s%s", text, strings.Join(splitNames, ", "), decimal.Perhaps(text, splitNames))
	case found:
		return at, nil
	case len(text) > maxWord:
		return 0, t.cellError(line, c.quantity, "%.40q… must have at most %d bytes", text, maxWord)
	case t.words.bytes+len(text) > maxWords:
		return 0, t.cellError(line, c.quantity, "%.40q is one of too many different names: they must have at most %d bytes together", text, maxWords)
	}
	t.words.bytes += len(text)
	at = int32(len(t.words.all))
	t.words.all = append(t.words.all, strings.Clone(text))
	t.words.known[t.words.all[at]] = at
	return at, nil
}

// sameTags returns an error when a row or a stretch of an episode, that begins at a line, has other words
// than the episode had before.
func (t *table) sameTags(line int, now, before tags, since int) error {
	for _, c := range []struct {
		name     string
		has, had int32
	}{{sceneColumn, now.scene, before.scene}, {splitColumn, now.split, before.split}} {
		if c.has != c.had {
			return t.cellError(line, c.name, "%.40q must be %.40q, as in %s of the same episode", t.words.all[c.has], t.words.all[c.had], t.at(since))
		}
	}
	return nil
}

// cast is what is known of the bodies and actuators of an episode.
type cast struct {
	scene  *sim.Scene     // nil for discs
	bodies map[string]int // those of the scene that have a name
}

func newCast(scene *sim.Scene) *cast {
	c := &cast{scene: scene, bodies: map[string]int{}}
	if scene == nil {
		return c
	}
	for i, body := range scene.Bodies {
		if _, repeated := c.bodies[body.Name]; repeated {
			i = ambiguous
		}
		if body.Name != "" {
			c.bodies[body.Name] = i
		}
	}
	return c
}

// actuators returns how many components an action has.
func (c *cast) actuators() int {
	if c.scene == nil {
		return 0
	}
	return len(c.scene.Actuators)
}

// maxCasts is the number of scenes that are kept: most episodes that are read together have few.
const maxCasts = 64

// sceneName returns the name of the scene of an episode, and whether it has one of its own.
func (f *File) sceneName(first extent) (string, bool) {
	switch {
	case f.options.SceneOf == nil:
		return "", false
	case f.motion.has(sceneColumn):
		return f.motion.words.all[first.tags.scene], true
	case f.options.Numbered:
		return strconv.FormatInt(first.label, 10), true
	}
	return "", false
}

// castOf returns what is known of the episode that begins with an extent.
func (f *File) castOf(first extent) (*cast, error) {
	name, own := f.sceneName(first)
	if !own {
		return f.one, nil
	}
	f.mutex.Lock()
	known := f.casts[name]
	f.mutex.Unlock()
	if known != nil {
		return known, nil
	}
	scene, err := f.options.SceneOf(name)
	if err == nil {
		err = f.checkScene(scene)
	}
	if err != nil {
		if f.motion.has(sceneColumn) {
			return nil, f.motion.cellError(first.line, sceneColumn, "%.80q: %w", name, err)
		}
		return nil, f.motion.errorf(first.line, "episode %d: %w", first.label, err)
	}
	made := newCast(scene)
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if len(f.casts) >= maxCasts || f.casts == nil {
		f.casts = map[string]*cast{}
	}
	f.casts[name] = made
	return made, nil
}

// checkScene returns an error when a scene does not fit the table.
func (f *File) checkScene(scene *sim.Scene) error {
	switch {
	case f.options.FPS > 0 && scene.FPS != f.options.FPS:
		return fmt.Errorf("the scene has %d frames a second and must have %d", scene.FPS, f.options.FPS)
	case len(scene.Actuators) > f.actions:
		return fmt.Errorf("the scene has %d actuators, but the table has %d columns action0, action1, …", len(scene.Actuators), f.actions)
	}
	return nil
}

// findScenes looks at every scene once, so that what is wrong with one is said at the beginning.
func (f *File) findScenes(ctx context.Context) error {
	most := 0
	seen := map[string]bool{}
	for i := range f.motion.episodes() {
		first := f.motion.episode(i)[0]
		name, own := f.sceneName(first)
		if seen[name] {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		c, err := f.castOf(first)
		if err != nil {
			return err
		}
		if own && f.options.FPS == 0 {
			f.options.FPS = c.scene.FPS
			if err := f.options.Validate(); err != nil {
				return fmt.Errorf("%s: scene %.80q: %w", f.motion.name, name, err)
			}
		}
		seen[name] = true
		most = max(most, c.actuators())
	}
	if most != f.actions {
		return fmt.Errorf("%s: %d columns action0, action1, … must be one for each of the %d actuators of the scene", f.motion.name, f.actions, most)
	}
	if f.options.FPS == 0 && !f.recorded {
		return ErrNoRate
	}
	return nil
}

// divide puts the episodes in the order of their splits, where a column says which those are.
func (f *File) divide() {
	if !f.motion.has(splitColumn) {
		return
	}
	rank := func(place int) int {
		return slices.Index(splitNames, f.motion.words.all[f.motion.episode(place)[0].tags.split])
	}
	for i := range f.motion.episodes() {
		f.order = append(f.order, i)
	}
	slices.SortStableFunc(f.order, func(a, b int) int { return cmp.Compare(rank(a), rank(b)) })
	for i, place := range f.order {
		name := splitNames[rank(place)]
		if n := len(f.divided); n > 0 && f.divided[n-1].Name == name {
			f.divided[n-1].To = i + 1
			continue
		}
		f.divided = append(f.divided, splits.Split{Name: name, From: i, To: i + 1})
	}
}

// Splits returns the splits of the episodes, or nil where no column says them.
func (f *File) Splits() splits.Splits { return f.divided }

// FPS returns the frames per second.
func (f *File) FPS() int { return f.options.FPS }
