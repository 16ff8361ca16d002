package train

import (
	"sync"
	"sync/atomic"

	"orrery/learn/kernel"
)

// pool computes the gradient of a batch on several goroutines that live as long
// as it does. Each chunk has its own gradient slice, so the sum over chunks does
// not depend on which worker did which.
type pool struct {
	wake   chan struct{}
	done   sync.WaitGroup
	next   atomic.Int64 // chunk to take
	chunk  int          // examples
	chunks []chunkResult

	weights  []float32 // of the batch under way
	examples []int32
}

type chunkResult struct {
	grad []float32
	loss float64
	err  error
}

func newPool(objective Objective, workers, batch, chunk int) *pool {
	chunks := (batch + chunk - 1) / chunk
	p := &pool{
		wake:   make(chan struct{}, min(workers, chunks)),
		chunk:  chunk,
		chunks: make([]chunkResult, chunks),
	}
	for i := range p.chunks {
		p.chunks[i].grad = make([]float32, objective.Params().Len())
	}
	for range cap(p.wake) {
		go p.work(objective.NewGradient())
	}
	return p
}

// close ends the goroutines.
func (p *pool) close() { close(p.wake) }

func (p *pool) work(gradient Gradient) {
	for range p.wake {
		for i := p.take(); i < len(p.chunks); i = p.take() {
			c := &p.chunks[i]
			clear(c.grad)
			from := i * p.chunk
			to := min(from+p.chunk, len(p.examples))
			c.err = Guard("a training worker", func() (err error) {
				c.loss, err = gradient(p.weights, c.grad, p.examples[from:to])
				return err
			})
		}
		p.done.Done()
	}
}

func (p *pool) take() int { return int(p.next.Add(1)) - 1 }

// gradient sets grad to the gradient of the mean loss of the examples and returns
// that loss. Of several errors it returns that of the first chunk.
func (p *pool) gradient(weights, grad []float32, examples []int32) (loss float64, err error) {
	p.weights, p.examples = weights, examples
	p.next.Store(0)
	workers := cap(p.wake)
	p.done.Add(workers)
	for range workers {
		p.wake <- struct{}{}
	}
	p.done.Wait()
	share := 1 / float32(len(examples))
	for i := range p.chunks {
		c := &p.chunks[i]
		if c.err != nil {
			return 0, c.err
		}
		loss += c.loss
		if i == 0 {
			kernel.Scale(grad, share, c.grad)
		} else {
			kernel.Axpy(grad, share, c.grad)
		}
	}
	return loss / float64(len(examples)), nil
}
