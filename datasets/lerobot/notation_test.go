package lerobot

import (
	"strings"
	"testing"
)

// TestNotationsRepeatWhatWasTold as the caller wrote it, names alone where nothing was told, and cut where it is long.
func TestNotationsRepeatWhatWasTold(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 100)
	for _, c := range [][3]string{
		{Flags.Scene(""), Keywords.Scene(""), "--scene|scene"},
		{Flags.Layout("pusht"), Keywords.Layout("pusht"), `--layout pusht|layout="pusht"`},
		{Flags.Map(), Keywords.Map(), "--map|mapping"},
		{Flags.Map("a.x", "s[0]", "a.y", "s[1]"), Keywords.Map("a.x", "s[0]", "a.y", "s[1]"), `--map a.x=s[0],a.y=s[1]|mapping={"a.x": "s[0]", "a.y": "s[1]"}`},
		{Flags.Scene(long), Keywords.Map(long, long), "--scene " + long + `|mapping={"` + long[:60] + `": "` + long[:60] + `"}`},
	} {
		if got := c[0] + "|" + c[1]; got != c[2] {
			t.Errorf("%s, want %s", got, c[2])
		}
	}
}

// TestMistakesAreToldInTheCallersWords: no keyword sees a flag.
func TestMistakesAreToldInTheCallersWords(t *testing.T) {
	t.Parallel()
	s := open(t, write(t, map[string]int{stateFeature: 4, actionFeature: 2}, nil, someParts))
	for want, m := range map[string]Mapping{
		`mapping does, such as mapping={"body0.x": "observation.state[0]", `:          {},
		`layout and mapping exclude each other`:                                       {Layout: "pusht", Columns: map[string]string{"a": "b"}},
		`layout "push" must be pusht`:                                                 {Layout: "push"},
		`layout="pusht": observation.state must have 5 values`:                        {Layout: "pusht"},
		`mapping={"body0.x": "nothing"}: there is no feature "nothing"`:               {Columns: map[string]string{"body0.x": "nothing"}},
		`mapping: body0.y is missing`:                                                 {Columns: map[string]string{"body0.x": "observation.state[0]"}},
		`mapping: names no body`:                                                      {Columns: map[string]string{"action": "action"}},
		`mapping: body0 has one of cos and sin, and an angle needs both`:              {Columns: map[string]string{"body0": "observation.state[0:2]", "body0.cos": "observation.state[2]"}},
		`mapping: action0 is missing, as there are 1 actions`:                         {Columns: map[string]string{"body0": "observation.state[0:2]", "action1": "action[0]"}},
		`mapping: body1 is missing, as there are 2 bodies`:                            {Columns: map[string]string{"body0": "observation.state[0:2]", "body2": "observation.state[2:4]"}},
		`mapping: "cube" is no body: the scene has agent, block`:                      {Columns: map[string]string{"agent": "observation.state[0:2]", "cube": "observation.state[2:4]"}, Bodies: []string{"agent", "block"}},
		`mapping={"body0": "observation.state[0:5]"}: observation.state has values 0`: {Columns: map[string]string{"body0": "observation.state[0:5]"}},
	} {
		m.Notation = Keywords
		if _, err := s.Table(t.Context(), m); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "--") {
			t.Errorf("%v, want %s", err, want)
		}
	}
}
