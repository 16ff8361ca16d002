package kept

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"sync"

	"orrery/cmd/orrery-py/asked"
	"orrery/cmd/orrery-py/door"
	"orrery/datasets"
	"orrery/datasets/splits"
	"orrery/datasets/storage"
	"orrery/sim"
)

// Methods returns the methods of datasets and recordings, which are kept on a shelf, where environments are, too.
func Methods(shelf *door.Shelf, acted Source) door.Methods {
	o := open{shelf, acted}
	return door.Methods{
		"dataset": o.dataset, "dataset.episode": o.episode, "dataset.check": o.check,
		"record": o.record, "record.add": o.add, "record.discard": o.discard, "record.close": o.close,
	}
}

// open is where datasets and recordings are kept.
type open struct {
	shelf *door.Shelf
	acted Source
}

// From says where a dataset is and, of LeRobot data without scenes, what they mean.
type From struct {
	Dir       string            `json:"dir"`
	Mapping   map[string]string `json:"mapping,omitempty"`    // sources of the quantities
	Layout    string            `json:"layout,omitempty"`     // known values
	Scene     string            `json:"scene,omitempty"`      // file, scenario or dataset; at most one of these three
	SceneText asked.Text        `json:"scene_text,omitempty"` // of all episodes, but for their starts
	Scenario  *asked.Source     `json:"scenario,omitempty"`   // of all episodes
}

// opened is a dataset that is read. Its files are let go when nobody reads it any more.
type opened struct {
	*datasets.Dataset
	unproven error // what is wrong with its provenance, or nil

	mutex   sync.Mutex // of the following
	readers int
	gone    bool
	done    func() // called once, when the last reader is gone
}

// LetGo implements door.Holder.
func (o *opened) LetGo() {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	o.gone = true
	o.end()
}

// end calls done if nobody will read any more.
func (o *opened) end() {
	if o.gone && o.readers == 0 {
		o.done()
	}
}

// read notes one reader more, until the function that it returns is called.
func (o *opened) read() (release func()) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	o.readers++
	return sync.OnceFunc(func() {
		o.mutex.Lock()
		defer o.mutex.Unlock()
		o.readers--
		o.end()
	})
}

// Find returns the dataset of a handle, whose origin is known. Its files stay until release is called, whoever closes it.
func Find(shelf *door.Shelf, handle int64) (data *datasets.Dataset, release func(), err error) {
	err = door.Use(shelf, handle, func(o *opened) error {
		if o.unproven != nil {
			return o.unproven
		}
		data, release = o.Dataset, o.read()
		return nil
	})
	return data, release, err
}

// datasetAnswer describes a dataset. The array lengths [episodes], in frames, goes along.
type datasetAnswer struct {
	Handle      int64            `json:"handle"`
	About       datasets.Summary `json:"about"`
	Scenario    string           `json:"scenario_text,omitempty"` // of the file that it was made of
	Observation []string         `json:"observation"`             // names of what the task lets an actor see
	Observed    bool             `json:"observed"`                // the states are estimates
	Impacts     bool             `json:"impacts"`                 // episodes are two states at one time
	Splits      [][3]any         `json:"splits"`                  // name, first episode and the one after the last
	Notes       []string         `json:"notes"`                   // what was noticed of the data of others
}

func (o open) dataset(ctx context.Context, c *door.Call) (any, error) {
	q, err := door.Read[From](c)
	if err != nil {
		return nil, err
	}
	own, notes, done, err := o.acted.Own(ctx, &q)
	if err != nil {
		return nil, err
	}
	data, err := openDataset(ctx, own)
	if err != nil {
		done()
		return nil, err
	}
	data.done = done
	lengths, err := c.NewWholes("lengths", data.Episodes())
	if err != nil {
		done()
		return nil, err
	}
	for i, n := range data.Lengths() {
		lengths[i] = int64(n)
	}
	room, provenance := data.Room(), data.Provenance()
	a := datasetAnswer{
		About: data.Summary(), Scenario: provenance.File, Observation: append([]string{}, room.View...), Observed: room.Observed,
		Impacts: provenance.Motion == datasets.Impacts, Notes: append([]string{}, notes...),
	}
	for _, s := range append(data.Splits(), splits.Split{Name: splits.All, To: data.Episodes()}) {
		a.Splits = append(a.Splits, [3]any{s.Name, s.From, s.To})
	}
	a.Handle = o.shelf.Put(data)
	return a, nil
}

// openDataset opens a dataset, one without provenance too.
func openDataset(ctx context.Context, dir string) (*opened, error) {
	data, err := datasets.Open(ctx, dir)
	var unproven *datasets.Unproven
	switch {
	case errors.As(err, &unproven):
		return &opened{Dataset: unproven.Dataset, unproven: err}, nil
	case err != nil && isFile(dir):
		return nil, door.Mistaken(err)
	case errors.Is(err, datasets.ErrUnfinished):
		return nil, fmt.Errorf("%s: %w", dir, err)
	case err == nil || !errors.Is(err, fs.ErrNotExist):
		return &opened{Dataset: data}, err
	}
	if _, gone := storage.Stat(dir); gone == nil && exists(storage.Join(dir, "meta")) {
		return nil, err // a part of a dataset is missing
	} else if gone == nil {
		return nil, door.Mistaken(fmt.Errorf("%s: is no dataset: it has no meta/info.json", dir))
	}
	if exists(waiting(dir)) {
		return nil, door.Blame(fmt.Errorf("%s: is not a dataset yet: what was recorded is in %s, and orrery.record(..., append=True) makes it one", dir, waiting(dir)), door.Missing)
	}
	return nil, door.Blame(fmt.Errorf("%s: there is no such dataset", dir), door.Missing)
}

func isFile(path string) bool {
	info, err := storage.Stat(path)
	return err == nil && !info.IsDir()
}

func exists(path string) bool {
	_, err := storage.Lstat(path)
	return err == nil
}

// reading returns the dataset of a handle, which may be used while others use it, until release is called.
func (o open) reading(handle int64) (data *datasets.Dataset, release func(), err error) {
	err = door.Use(o.shelf, handle, func(d *opened) error {
		data, release = d.Dataset, d.read()
		return nil
	})
	return data, release, err
}

func (o open) check(ctx context.Context, c *door.Call) (any, error) {
	q, err := door.Read[struct {
		Handle int64 `json:"handle"`
	}](c)
	if err != nil {
		return nil, err
	}
	data, release, err := o.reading(q.Handle)
	if err != nil {
		return nil, err
	}
	defer release()
	return nil, data.Check(ctx, func(fraction float64) { c.Tell([]float64{fraction}) })
}

// impact is a hit that was found in observed motion.
type impact struct {
	Time   float64 `json:"time"`   // s after the first frame
	Std    float64 `json:"std"`    // s
	Body   int     `json:"body"`   // number in the scene
	Other  int     `json:"other"`  // likewise, or −1 − number of a wall
	Normal sim.Vec `json:"normal"` // unit vector from the other to the body
	Push   float64 `json:"push"`   // N s on the body along the normal
	Rub    float64 `json:"rub"`    // N s along the normal turned a quarter counter-clockwise
}

// episodeAnswer is an episode. The arrays states [frames, bodies, 6], times [frames] and actions
// [frames − 1, actuators] go along, and where there are such: rewards, success, done and truncated [frames − 1];
// observation [frames, o]; measured [frames, bodies, 3] and its measured_std [frames, bodies, 2], seen, turned and
// after [frames, bodies], and std [frames, bodies, 6].
type episodeAnswer struct {
	Scene   *sim.Scene `json:"scene"`
	Impacts []impact   `json:"impacts"`
}

func (o open) episode(ctx context.Context, c *door.Call) (any, error) {
	q, err := door.Read[struct {
		Handle int64 `json:"handle"`
		Index  int   `json:"index"`
	}](c)
	if err != nil {
		return nil, err
	}
	data, release, err := o.reading(q.Handle)
	if err != nil {
		return nil, err
	}
	defer release()
	if q.Index < 0 || q.Index >= data.Episodes() {
		return nil, door.Mistaken(fmt.Errorf("%s: episode %d must be 0 to %d", data.Name(), q.Index, data.Episodes()-1))
	}
	for e, err := range data.Each(ctx, []int{q.Index}, nil) {
		if err != nil {
			return nil, err
		}
		return putEpisode(c, e)
	}
	return nil, ctx.Err()
}

// putEpisode answers an episode.
func putEpisode(c *door.Call, e datasets.Episode) (any, error) {
	t := e.Trajectory
	frames, n, a := len(t.States), len(t.Scene.Bodies), len(t.Scene.Actuators)
	p := putter{call: c}
	states, times, actions := p.floats("states", frames, n, sim.StateSize), p.floats("times", frames), p.floats("actions", frames-1, a)
	if p.err != nil {
		return nil, p.err
	}
	for k, s := range t.States {
		asked.PutState(states[k*n*sim.StateSize:], s)
		if !t.Impact {
			times[k] = float64(k) / float64(t.Scene.FPS)
		}
	}
	for k, action := range t.Actions {
		copy(actions[k*a:(k+1)*a], action)
	}
	if e.Outcomes != nil {
		p.outcomes(e.Outcomes)
	}
	if o := len(t.ViewNames); o > 0 {
		view := p.floats("observation", frames, o)
		for k := 0; k < frames && p.err == nil; k++ {
			copy(view[k*o:(k+1)*o], t.View[k])
		}
	}
	answer := episodeAnswer{Scene: t.Scene, Impacts: []impact{}}
	if t.Seen != nil {
		p.sights(t.Seen, frames, n)
		for _, i := range t.Seen.Impacts {
			answer.Impacts = append(answer.Impacts, impact{i.Time, i.StdTime, i.Body, i.Other, i.Normal, i.Push, i.Rub})
		}
	}
	return answer, p.err
}

// putter makes arrays until one cannot be made.
type putter struct {
	call *door.Call
	err  error
}

func (p *putter) floats(name string, shape ...int) (values []float64) {
	if p.err == nil {
		values, p.err = p.call.NewFloats(name, shape...)
	}
	return values
}

func (p *putter) flags(name string, shape ...int) (values []uint8) {
	if p.err == nil {
		values, p.err = p.call.NewBytes(name, shape...)
	}
	return values
}

// outcomes answers what actions led to.
func (p *putter) outcomes(outcomes []datasets.Outcome) {
	n := len(outcomes)
	rewards, success, done, truncated := p.floats("rewards", n), p.flags("success", n), p.flags("done", n), p.flags("truncated", n)
	for k := 0; k < n && p.err == nil; k++ {
		o := outcomes[k]
		rewards[k], success[k], done[k], truncated[k] = o.Reward, flag(o.Success), flag(o.Done), flag(o.Truncated)
	}
}

// sights answers what was measured.
func (p *putter) sights(seen *sim.Observation, frames, n int) {
	measured, measuredStd, std := p.floats("measured", frames, n, 3), p.floats("measured_std", frames, n, 2), p.floats("std", frames, n, sim.StateSize)
	after, was, turned := p.floats("after", frames, n), p.flags("seen", frames, n), p.flags("turned", frames, n)
	for k := 0; k < frames && p.err == nil; k++ {
		for b, s := range seen.Sights[k] {
			i := k*n + b
			copy(measured[3*i:], []float64{s.X, s.Y, s.Angle})
			copy(measuredStd[2*i:], []float64{s.Std, s.StdTurn})
			after[i], was[i], turned[i] = s.After, flag(s.Seen), flag(s.Turned)
		}
		asked.PutState(std[k*n*sim.StateSize:], seen.Std[k])
	}
}

func flag(v bool) uint8 {
	if v {
		return 1
	}
	return 0
}
