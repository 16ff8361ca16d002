package splits

import (
	"fmt"
	"strings"
	"testing"
)

// TestEndsMoveToTheNearestGroup on either side, as far as a naive search says, and stay where a split would be empty.
func TestEndsMoveToTheNearestGroup(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		groups []int
		ends   [2]int // of the first two splits of 20 episodes
		want   string
	}{
		{[]int{5, 5, 5, 5}, [2]int{8, 16}, "train 0 to 9, val 10 to 14, test 15 to 19"},
		{[]int{5, 5, 5, 5}, [2]int{7, 12}, "train 0 to 4, val 5 to 9, test 10 to 19"},
		{[]int{5, 5, 5, 5}, [2]int{12, 18}, "train 0 to 11, val 12 to 17, test 18 to 19"},
		{[]int{1, 2, 12, 5}, [2]int{4, 14}, "train 0 to 2, val 3 to 14, test 15 to 19"},
		{[]int{1, 2, 12, 5}, [2]int{10, 19}, "train 0 to 9, val 10 to 18, test 19"},
		{[]int{20}, [2]int{8, 16}, "train 0 to 7, val 8 to 15, test 16 to 19"},
	} {
		s := Splits{{Train, 0, c.ends[0]}, {Val, c.ends[0], c.ends[1]}, {Test, c.ends[1], 20}}
		if got := s.Around(c.groups).String(); c.want != "" && got != c.want {
			t.Errorf("%v around %v: %s, want %s", s, c.groups, got, c.want)
		}
	}
}

// TestBoundsAreHeld of the number of splits, of names and of episodes, each on either side of it, by what is made in
// memory, too.
func TestBoundsAreHeld(t *testing.T) {
	t.Parallel()
	many := Splits{}
	for i := range 65 {
		many = append(many, Split{fmt.Sprint("s", i), i, i + 1})
	}
	for _, c := range []struct {
		s    Splits
		want string
	}{
		{many[:64], ""}, {many, "there are 65 splits, and may be 64"},
		{Splits{{strings.Repeat("n", 64), 0, 1}}, ""},
		{Splits{{strings.Repeat("n", 65), 0, 1}}, `split "` + strings.Repeat("n", 40) + `": a name must be of letters, digits, - and _, at most 64 of them, and not all`},
		{Splits{{Train, -1, 1}}, "split train: -1:1 must be from an episode to a later one, of 0:100"},
		{Splits{{Train, 0, 100}}, ""}, {Splits{{Train, 0, 101}}, "split train: 0:101 must be from an episode to a later one, of 0:100"},
		{Splits{{Train, 1, 1}}, "split train: 1:1 must be from an episode to a later one, of 0:100"},
		{Splits{{"aZ09-_", 0, 1}}, ""}, {Splits{{"a.b", 0, 1}}, `split "a.b": a name must be of letters, digits, - and _, at most 64 of them, and not all`},
	} {
		told := ""
		if err := c.s.Validate(100); err != nil {
			told = err.Error()
		}
		if told != c.want {
			t.Errorf("%v: %q, want %q", c.s, told, c.want)
		}
	}
	for _, span := range []string{"5", ":5", "5:", ":", "1:٣", "1 :5"} {
		if _, _, ok := parseSpan(span); ok {
			t.Errorf("%q is a span", span)
		}
	}
	if from, to, ok := parseSpan("3:12"); from != 3 || to != 12 || !ok {
		t.Errorf("3:12 is from %d to %d, %t", from, to, ok)
	}
	if err := (Splits{{Train, 0, 9}}).Follows(Splits{{Train, 0, 3}, {Test, 3, 9}}); err != nil {
		t.Errorf("where nothing judges: %v", err)
	}
}
