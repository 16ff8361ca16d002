package splits

import (
	"reflect"
	"testing"
)

// TestSplitsEndWhereGroupsEnd: no group is in two splits, and no split is empty.
func TestSplitsEndWhereGroupsEnd(t *testing.T) {
	t.Parallel()
	s := Splits{{Train, 0, 8}, {Val, 8, 9}, {Test, 9, 10}}
	for _, c := range []struct {
		groups []int
		want   Splits
	}{
		{[]int{3, 4, 2, 1}, Splits{{Train, 0, 7}, {Val, 7, 9}, {Test, 9, 10}}},
		{[]int{1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, s},
		{[]int{5, 5}, s}, // three splits cannot be made of two groups
		{[]int{10}, s},
	} {
		if got := s.Around(c.groups); !reflect.DeepEqual(got, c.want) {
			t.Errorf("groups %v: %v, want %v", c.groups, got, c.want)
		}
	}
	if s[0].To != 8 {
		t.Error("the splits themselves were changed")
	}
}
