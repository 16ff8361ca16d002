package train

import (
	"math"

	"orrery/learn/crew"
	"orrery/learn/kernel"
)

// pool computes the gradient of a batch, and whatever is done with each weight by itself, on several
// goroutines that live as long as it does. Each chunk of the batch has its own gradient slice, and sums are taken
// in the order of chunks and of parts of the weights, so nothing depends on which worker did which.
type pool struct {
	crew      *crew.Crew
	gradients []Gradient // of the workers
	chunk     int        // examples
	chunks    []chunkResult
	squares   []float64 // of the gradient, of each part of the weights

	weights, grad []float32 // of the batch under way
	examples      []int32
	part          func(from, to int) // what is done with each part

	// The tasks, as functions that are made once and not in every step.
	compute, add, each func(worker, task int)
}

type chunkResult struct {
	grad []float32
	loss float64
	err  error
}

// partLen is the number of weights that a worker takes at a time. It is a multiple of the values in a vector,
// so that parts have the bits of the whole; what an optimiser reads of so many fits into half a MiB of cache.
const partLen = 1 << 13

func newPool(objective Objective, workers, batch, chunk int) *pool {
	chunks, weights := (batch+chunk-1)/chunk, objective.Params().Len()
	parts := (weights + partLen - 1) / partLen
	p := &pool{
		chunk:   chunk,
		chunks:  make([]chunkResult, chunks),
		squares: make([]float64, parts),
	}
	for i := range p.chunks {
		p.chunks[i].grad = make([]float32, weights)
	}
	workers = min(workers, max(chunks, parts))
	for range workers {
		p.gradients = append(p.gradients, objective.NewGradient())
	}
	p.compute, p.add, p.each = p.computeChunk, p.addPart, p.eachPart
	p.crew = crew.New(workers)
	return p
}

// close ends the goroutines.
func (p *pool) close() { p.crew.Close() }

// gradient sets grad to the gradient of the mean loss of the examples, and returns
// that loss and the gradient's norm. Of several errors it returns that of the first chunk.
func (p *pool) gradient(weights, grad []float32, examples []int32) (loss, norm float64, err error) {
	p.weights, p.grad, p.examples = weights, grad, examples
	p.crew.Share(len(p.chunks), p.compute)
	for i := range p.chunks {
		c := &p.chunks[i]
		if c.err != nil {
			return 0, 0, c.err
		}
		loss += c.loss
	}
	p.crew.Share(len(p.squares), p.add)
	for _, s := range p.squares {
		norm += s
	}
	return loss / float64(len(examples)), math.Sqrt(norm), nil
}

// forEach calls part for each part of the weights, from…to, for several at a time.
func (p *pool) forEach(part func(from, to int)) {
	p.part = part
	p.crew.Share(len(p.squares), p.each)
}

func (p *pool) computeChunk(worker, i int) {
	c := &p.chunks[i]
	clear(c.grad)
	from := i * p.chunk
	to := min(from+p.chunk, len(p.examples))
	c.err = Guard("a training worker", func() (err error) {
		c.loss, err = p.gradients[worker](p.weights, c.grad, p.examples[from:to])
		return err
	})
}

// addPart adds up the chunks' gradients of a part of the weights.
func (p *pool) addPart(_, i int) {
	from, to := p.bounds(i)
	sum, share := p.grad[from:to], 1/float32(len(p.examples))
	for j := range p.chunks {
		if c := p.chunks[j].grad[from:to]; j == 0 {
			kernel.Scale(sum, share, c)
		} else {
			kernel.Axpy(sum, share, c)
		}
	}
	p.squares[i] = kernel.SumSquares(sum)
}

func (p *pool) eachPart(_, i int) { p.part(p.bounds(i)) }

// bounds returns where a part of the weights begins and ends.
func (p *pool) bounds(i int) (from, to int) { return i * partLen, min((i+1)*partLen, len(p.grad)) }
