package splits

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats/scalar"
)

// TestDivisionsGiveEachItsShare: for every number of episodes the splits follow each other, leave none
// out, and have their share of them to the nearest episode.
func TestDivisionsGiveEachItsShare(t *testing.T) {
	t.Parallel()
	for text, shares := range map[string][]float64{
		"train=0.8,val=0.1,test=0.1":     {0.8, 0.1, 0.1},
		"val=0.1, test=0.1":              {0.8, 0.1, 0.1},
		"test=0.25,train=0.75":           {0.25, 0.75},
		"train=0.33,val=0.33,test=0.34":  {0.33, 0.33, 0.34},
		"train=1":                        {1},
		"val=0.3333333,train=0.66666667": {0.3333333, 0.66666667},
	} {
		d, err := Parse(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if !d.Shares() {
			t.Errorf("%s: is not by shares", text)
		}
		for n := 10; n < 60; n++ {
			s, err := d.Of(n)
			if err != nil {
				t.Fatalf("%s of %d: %v", text, n, err)
			}
			at, sum := 0, 0.0
			for i, split := range s {
				if sum += shares[i]; split.From != at || !scalar.EqualWithinAbs(float64(split.To), sum*float64(n), 0.5+1e-4) {
					t.Errorf("%s of %d: %v", text, n, s)
				}
				at = split.To
			}
			if at != n || s.Validate(n) != nil || len(s) != len(shares) {
				t.Errorf("%s of %d: %v", text, n, s)
			}
		}
		again, err := Parse(d.String())
		if err != nil || !slices.Equal(again, d) {
			t.Errorf("%s is written %s, which is read as %v, %v", text, d, again, err)
		}
	}
}

func TestDivisionsMayCount(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"train=7,val=2,test=1": "train 0 to 6, val 7 to 8, test 9",
		"test=3":               "train 0 to 6, test 7 to 9",
		"val=1":                "train 0 to 8, val 9",
		"val=2,train=8":        "val 0 to 1, train 2 to 9",
		"train=10":             "train 0 to 9",
	} {
		d, err := Parse(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		s, err := d.Of(10)
		if err != nil || s.String() != want || d.Shares() {
			t.Errorf("%s of 10 episodes: %v, %v, want %s", text, s, err, want)
		}
	}
	if s, err := Division(nil).Of(10); s != nil || err != nil {
		t.Errorf("no division gives %v, %v", s, err)
	}
}

func TestDivisionsAreRefused(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                         "no split is named",
		" ":                        "no split is named",
		"train":                    `"train" must be a split and how much it gets, such as val=0.1`,
		"=0.1":                     `"=0.1" must be a split`,
		"valid=0.1":                `"valid" must be train, val, test, perhaps "val"`,
		"Training=0.1":             `perhaps "train"`,
		"holdout=0.1":              `perhaps "test"`,
		"tset=0.1":                 `perhaps "test"`,
		"all=1":                    `"all" must be train, val, test`,
		"val=0.1,val=0.1":          "val is named twice",
		"val=0":                    "val=0 must be a share above 0",
		"val=-0.1":                 "must be a share above 0",
		"val=1.5":                  "must be a share above 0",
		"val=nan":                  "must be a share above 0",
		"val=1e300":                "must be a share above 0",
		"val=0x1":                  "must be a share above 0",
		"train=0.8,val=0.1":        "the shares must be 1 together, and are 0.9",
		"train=0.8,val=0.3":        "the shares must be 1 together, and are 1.1",
		"val=0.5,test=0.5":         "leave nothing to train on",
		"train=0.5,val=10":         "must be all shares or all numbers",
		"train=1,val=0.1":          "the shares must be 1 together, and are 1.1",
		"train=0.8,val=0.1,test=1": "the shares must be 1 together, and are 1.9",
	} {
		if d, err := Parse(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q gives %v and the error %v, want %q", text, d, err, want)
		}
	}
	for text, want := range map[string]string{
		"train=7,val=2":  "names 9 episodes, and there are 10",
		"train=9,val=2":  "names 11 episodes, and there are 10",
		"val=11":         "names 11 episodes, and there are 10",
		"val=5,test=5":   "leaves none of the 10 episodes to train on",
		"train=1,test=1": "names 2 episodes, and there are 10",
	} {
		d, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if s, err := d.Of(10); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s of 10 episodes gives %v and the error %v, want %q", text, s, err, want)
		}
	}
}

func TestSplitsComeBackAsTheyWere(t *testing.T) {
	t.Parallel()
	for _, s := range []Splits{
		{{Train, 0, 8}, {Val, 8, 9}, {Test, 9, 10}},
		{{Test, 0, 2}, {"night-drive_2", 4, 5}, {Train, 5, 10}},
		Whole(10),
	} {
		got, err := Decode(s.Encode(), 10)
		if err != nil || !slices.Equal(got, s) {
			t.Errorf("%v comes back as %v, %v", s, got, err)
		}
	}
	for _, text := range []map[string]string{nil, {}} {
		if got, err := Decode(text, 10); err != nil || !slices.Equal(got, Whole(10)) {
			t.Errorf("%v gives %v, %v", text, got, err)
		}
	}
	many := map[string]string{}
	for i := range 64 {
		many[fmt.Sprint("s", i)] = fmt.Sprintf("%d:%d", i, i+1)
	}
	if _, err := Decode(many, 64); err != nil {
		t.Error(err)
	}
	many["more"] = "99:100"
	if _, err := Decode(many, 100); err == nil || !strings.Contains(err.Error(), "there are 65, and may be 64") {
		t.Errorf("error %v", err)
	}
}

func TestHostileSplitsAreRefused(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("n", 65)
	for want, text := range map[string]map[string]string{
		`split "train": "5" must be two numbers of episodes, such as "0:10"`: {"train": "5"},
		`"0:ten" must be two numbers`:                                        {"train": "0:ten"},
		`"-1:5" must be two numbers`:                                         {"train": "-1:5"},
		`"+1:5" must be two numbers`:                                         {"train": "+1:5"},
		`" 1:5" must be two numbers`:                                         {"train": " 1:5"},
		`":" must be two numbers`:                                            {"train": ":"},
		`"0:5:7" must be two numbers`:                                        {"train": "0:5:7"},
		`"0:99999999999999999999" must be two numbers`:                       {"train": "0:99999999999999999999"},
		`split train: 0:11 must be from an episode to a later one, of 0:10`:  {"train": "0:11"},
		`split train: 5:5 must be from an episode to a later one`:            {"train": "5:5"},
		`split train: 7:5 must be`:                                           {"train": "7:5"},
		`split val: 4:10 must not have episodes of train, 0:5`:               {"train": "0:5", "val": "4:10"},
		`split val: 0:5 must not have episodes of train, 0:5`:                {"train": "0:5", "val": "0:5"},
		`split "": a name must be of letters`:                                {"": "0:5"},
		`split "all": a name must be`:                                        {"all": "0:5"},
		`split "a b": a name must be`:                                        {"a b": "0:5"},
		`split "` + long[:40] + `": a name must be`:                          {long: "0:5"},
	} {
		if s, err := Decode(text, 10); err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "splits: ") {
			t.Errorf("%v gives %v and the error %v, want %q", text, s, err, want)
		}
	}
	if err := (Splits{{Train, 0, 2}, {Train, 2, 4}}).Validate(4); err == nil || !strings.Contains(err.Error(), "train must be there once") {
		t.Errorf("error %v", err)
	}
}

// TestStretchesAreThoseOfTheirEpisodes compares Of and Within with what every single episode says.
func TestStretchesAreThoseOfTheirEpisodes(t *testing.T) {
	t.Parallel()
	s := Splits{{Test, 1, 3}, {Train, 3, 7}, {Val, 8, 9}}
	naive := func(episode int) string {
		for _, split := range s {
			if split.From <= episode && episode < split.To {
				return split.Name
			}
		}
		return ""
	}
	for from := range 11 {
		for to := from; to < 11; to++ {
			left := s.Within(from, to)
			if left != nil && left.Validate(to-from) != nil {
				t.Errorf("from %d to %d: %v", from, to, left)
			}
			for i := range to - from {
				if left.Of(i) != naive(from+i) || s.Of(from+i) != naive(from+i) {
					t.Errorf("from %d to %d episode %d is of %q, and of %q in all, want %q", from, to, i, left.Of(i), s.Of(from+i), naive(from+i))
				}
			}
		}
	}
	if val, found := s.Find(Val); !found || !slices.Equal(val.Numbers(), []int{8}) || !slices.Equal(s.Names(), []string{Test, Train, Val}) {
		t.Errorf("%v has %v", s, val)
	}
	if _, found := s.Find(All); found {
		t.Error("all is found")
	}
	if !s.Divided(9) || Whole(3).Divided(3) || !Whole(3).Divided(4) {
		t.Error("what is divided is not told apart")
	}
}

// TestEverySplitGetsOne: a share that rounds to nothing is one episode, as long as there are enough.
func TestEverySplitGetsOne(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text     string
		episodes int
		want     string
	}{
		{"train=0.8,val=0.1,test=0.1", 6, "train 0 to 3, val 4, test 5"},
		{"train=0.8,val=0.1,test=0.1", 3, "train 0, val 1, test 2"},
		{"val=0.001", 20, "train 0 to 18, val 19"},
		{"test=0.999", 20, "train 0, test 1 to 19"},
		{"val=0.001,test=0.998", 20, "train 0, val 1, test 2 to 19"},
		{"train=1", 1, "train 0"},
	} {
		d, err := Parse(c.text)
		if err != nil {
			t.Fatal(err)
		}
		if s, err := d.Of(c.episodes); err != nil || s.String() != c.want || s.Validate(c.episodes) != nil {
			t.Errorf("%s of %d episodes: %v, %v, want %s", c.text, c.episodes, s, err, c.want)
		}
	}
	for episodes, want := range map[int]string{2: "val=0.1,test=0.1 makes 3 splits, and there are 2 episodes", 1: "and there is 1 episode", 0: "there are 0 episodes"} {
		d, err := Parse("val=0.1,test=0.1")
		if err != nil {
			t.Fatal(err)
		}
		if s, err := d.Of(episodes); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%d episodes: %v, %v, want %s", episodes, s, err, want)
		}
	}
}

// TestNothingThatTrainedJudges: a longer dataset keeps out of test what was in train or val.
func TestNothingThatTrainedJudges(t *testing.T) {
	t.Parallel()
	had := Splits{{Train, 0, 8}, {Val, 8, 9}, {Test, 9, 10}}
	for want, s := range map[string]Splits{
		"":                                     {{Train, 0, 80}, {Val, 80, 90}, {Test, 90, 100}},
		"episode 8 is in val and would be in":  {{Train, 0, 8}, {Test, 8, 12}},
		"episode 0 is in train and would be":   {{Test, 0, 1}, {Train, 1, 12}},
		"episode 3 is in train and would be i": {{Train, 0, 3}, {Test, 3, 100}},
	} {
		if err := s.Follows(had); fmt.Sprint(err) == "<nil>" && want != "" || err != nil && (want == "" || !strings.Contains(err.Error(), want)) {
			t.Errorf("%v after %v: %v, want %q", s, had, err, want)
		}
	}
	for _, s := range []Splits{nil, Whole(20), {{Train, 0, 9}, {Test, 9, 20}}} {
		if err := s.Follows(had); err != nil {
			t.Errorf("%v after %v: %v", s, had, err)
		}
	}
	first := Splits{{Test, 0, 3}, {Val, 3, 5}, {Train, 5, 9}} // those that judge may come first
	for _, then := range []Splits{first, {{Test, 0, 3}, {Train, 3, 20}}, {{Test, 0, 2}, {Train, 2, 20}}} {
		if err := then.Follows(first); err != nil {
			t.Errorf("%v after %v: %v", then, first, err)
		}
	}
	if err := (Splits{{Test, 0, 4}, {Train, 4, 20}}).Follows(first); err == nil || !strings.HasPrefix(err.Error(), "episode 3 is in val and would be in test") {
		t.Error(err)
	}
}

// FuzzDecode: what is read is sound and comes back.
func FuzzDecode(f *testing.F) {
	for _, span := range []string{"0:5", "5:10", "0:10", "9:8", "1:99999999999999999999", "٣:٤", ""} {
		f.Add("train", span, "val", "8:10", 10)
	}
	f.Fuzz(func(t *testing.T, a, first, b, second string, episodes int) {
		text := map[string]string{a: first, b: second}
		s, err := Decode(text, episodes)
		if err != nil {
			return
		}
		if err := s.Validate(episodes); err != nil {
			t.Fatalf("%v gives %v: %v", text, s, err)
		}
		again, err := Decode(s.Encode(), episodes)
		if err != nil || !slices.Equal(again, s) || len(s) != len(maps.Clone(text)) {
			t.Fatalf("%v gives %v, which comes back as %v, %v", text, s, again, err)
		}
	})
}

// FuzzParse: a division that is read comes back, and gives sound splits or an error.
func FuzzParse(f *testing.F) {
	for _, text := range []string{"train=0.8,val=0.1,test=0.1", "val=3", "train=1", "val=0.5,test=0.5", "test=1e-9", "train=0.9999999,val=1e-7"} {
		f.Add(text, 100)
	}
	f.Fuzz(func(t *testing.T, text string, episodes int) {
		d, err := Parse(text)
		if err != nil {
			return
		}
		again, err := Parse(d.String())
		if err != nil || !slices.Equal(again, d) {
			t.Fatalf("%q is %v, which is read as %v, %v", text, d, again, err)
		}
		episodes = max(1, min(episodes, 1<<20))
		s, err := d.Of(episodes)
		if err != nil {
			return
		}
		if err := s.Validate(episodes); err != nil || len(s) != len(d) || s[len(s)-1].To != episodes || s[0].From != 0 {
			t.Fatalf("%q of %d episodes gives %v: %v", text, episodes, s, err)
		}
	})
}
