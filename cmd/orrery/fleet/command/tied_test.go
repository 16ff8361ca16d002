package command

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"
)

// TestTiedTasksEndWithTheirInput, and others do not ask for it.
func TestTiedTasksEndWithTheirInput(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "fleet.yaml")
	began, in, leash := make(chan struct{}), io.Reader(nil), (*io.PipeWriter)(nil)
	in, leash = io.Pipe()
	p := Program{Takes: func([]string) error { return nil }}
	p.Run = func(ctx context.Context, _, _ io.Writer, _ []string) error {
		close(began)
		<-ctx.Done()
		return ctx.Err()
	}
	go func() {
		<-began
		leash.Close()
	}()
	ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
	defer stop()
	if err := p.work(ctx, in, workOptions{File: "fleet.yaml", Stage: "data", Task: "0", Begin: true, Tied: true}); !errors.Is(err, context.Canceled) {
		t.Errorf("its input has ended, and it with %v", err)
	}
	p.Run = func(ctx context.Context, _, _ io.Writer, _ []string) error { return ctx.Err() }
	if err := p.work(t.Context(), strings.NewReader(""), workOptions{File: "fleet.yaml", Stage: "data", Task: "1"}); err != nil {
		t.Errorf("not tied: %v", err)
	}
	if err := p.work(t.Context(), strings.NewReader(""), workOptions{File: "fleet.yaml", Stage: "model", Task: "0"}); err == nil || !strings.Contains(err.Error(), "stage model was not begun") {
		t.Errorf("not begun: %v", err)
	}
}
