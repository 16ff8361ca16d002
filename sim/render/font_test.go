package render

import (
	"strings"
	"testing"
)

func TestLongTextIsShortened(t *testing.T) {
	t.Parallel()
	long := Text{Size: 13, Value: "a model with a long name"}
	short := long.Fitted(60)
	if !(short.Width() <= 60) || !strings.HasSuffix(short.Value, "…") || !strings.HasPrefix(long.Value, strings.TrimSuffix(short.Value, "…")) {
		t.Errorf("%q of %.1f px", short.Value, short.Width())
	}
	if same := long.Fitted(1000); same != long {
		t.Errorf("%q with room became %q", long.Value, same.Value)
	}
	if none := long.Fitted(3); none.Value != "" {
		t.Errorf("%q in 3 px", none.Value)
	}
}
