package edit

import (
	"errors"
	"testing"

	"orrery/sim/scenario/file"
)

// TestPlacesAreCalledByTheirNames, in a mistake's place and in its rule, whatever stands behind them; what has no name has its number.
func TestPlacesAreCalledByTheirNames(t *testing.T) {
	t.Parallel()
	f := &file.Scenario{
		Bodies: []file.Body{{Name: "ball"}, {}}, Walls: []file.Wall{{Name: "left"}}, Joints: []file.Joint{{Name: "hinge"}},
		Fields: []file.Field{{Name: "pull"}}, Actuators: []file.Actuator{{Name: "motor"}}, Goals: []file.Goal{{Name: "there"}},
	}
	for _, c := range []struct{ pointer, rule, want string }{
		{"/bodies/0/mass", "-1 kg must be > 0", "ball: mass: -1 kg must be > 0"},
		{"/bodies/1", "overlaps /bodies/0, which it must not", "body 1: overlaps ball, which it must not"},
		{"/bodies/7/at/0", "lies in /walls/0 and /walls/1", "body 7: at: 0: lies in left and wall 1"},
		{"/joints/0/a", "must be a body", "hinge: a: must be a body"},
		{"/fields/0", "pulls nothing", "pull: pulls nothing"},
		{"/actuators/0/limit", "must be > 0", "motor: limit: must be > 0"},
		{"/goals/0", "is far", "there: is far"},
		{"/gravity", "must be two numbers", "gravity: must be two numbers"},
		{"", "has no bodies", "has no bodies"},
		{"/policies/0/name", "is unknown", "policies: 0: name: is unknown"},
	} {
		err := inWords(&file.Mistakes{List: []file.Mistake{{Pointer: c.pointer, Rule: c.rule}, {Rule: "a second one"}}}, f)
		if err == nil || err.Error() != c.want {
			t.Errorf("%s %q: %v, want %q", c.pointer, c.rule, err, c.want)
		}
	}
	for _, other := range []error{errors.New("another"), &file.Mistakes{}} {
		if got := inWords(other, f); got != other {
			t.Errorf("%v becomes %v", other, got)
		}
	}
}
