package notice

import "testing"

func TestMessagesStayForFourSeconds(t *testing.T) {
	t.Parallel()
	var b Board
	b.Tick()
	b.Notify("first")
	for range 100 {
		b.Tick()
	}
	b.Notify("second")
	for k := range 239 {
		if b.Tick(); b.Notice() != "second" {
			t.Fatalf("%q after %d ticks", b.Notice(), k+1)
		}
	}
	if b.Tick(); b.Notice() != "" {
		t.Errorf("%q stays", b.Notice())
	}
}
