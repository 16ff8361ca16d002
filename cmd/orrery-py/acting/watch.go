package acting

import (
	"errors"

	"orrery/cmd/orrery-py/door"
	"orrery/cmd/orrery/takes"
	"orrery/sim/scenario"
)

// SetWatch lets what begin returns watch the environments of a handle, which are of a scenario with some values, from
// their next episodes on.
func SetWatch(shelf *door.Shelf, handle int64, begin func(of *scenario.Scenario, values scenario.Values, fps int) (*takes.Watch, error)) error {
	return door.Use(shelf, handle, func(c *crowd) (err error) {
		if c.watch != nil {
			return door.Mistaken(errors.New("the environment is being recorded already"))
		}
		c.watch, err = begin(c.scenario, c.values, c.members[0].Scene().FPS)
		return err
	})
}

// EndWatch ends what SetWatch began. Environments that are closed are left alone.
func EndWatch(shelf *door.Shelf, handle int64) {
	_ = door.Use(shelf, handle, func(c *crowd) error { // one that is closed is not watched any more
		c.watch = nil
		return nil
	})
}
