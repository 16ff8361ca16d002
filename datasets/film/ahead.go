package film

import (
	"context"
	"sync"
)

// ahead reads the next picture of a source while the latest is looked at.
type ahead struct {
	free   chan []uint8 // room for pictures
	ready  chan shown
	done   chan struct{}
	ended  sync.WaitGroup
	latest []uint8 // what next returned
}

// shown is a picture that was read, or why there is none.
type shown struct {
	pix  []uint8
	time float64
	err  error
}

// readAhead begins to read pictures of so many bytes. Nobody else may use the source until stop has returned.
func readAhead(ctx context.Context, source Source, size int) *ahead {
	a := &ahead{free: make(chan []uint8, 2), ready: make(chan shown, 1), done: make(chan struct{})}
	a.free <- make([]uint8, size)
	a.free <- make([]uint8, size)
	a.ended.Go(func() {
		for {
			select {
			case pix := <-a.free:
				p := shown{pix: pix}
				p.time, p.err = source.Next(ctx, pix)
				select {
				case a.ready <- p:
				case <-a.done:
					return
				}
				if p.err != nil {
					return
				}
			case <-a.done:
				return
			}
		}
	})
	return a
}

// next returns the next picture, which holds until the next call, or an error, which is the last result.
func (a *ahead) next() (pix []uint8, time float64, err error) {
	if a.latest != nil {
		a.free <- a.latest
	}
	p := <-a.ready
	a.latest = p.pix
	return p.pix, p.time, p.err
}

// stop ends reading and waits until it has.
func (a *ahead) stop() {
	close(a.done)
	a.ended.Wait()
}
