package storage

import (
	"container/list"
	"context"
	"sync"
)

const (
	blockBytes  = 1 << 20 // of an object that are read at once: at 5 ms and 100 MB/s a third of the time is waiting
	aheadBlocks = 8       // read at once where the block before was read too
	cachedBytes = 64 << 20
)

// blocks keeps ranges of objects, those used last, and fetches what is missing. It is safe for concurrent use: a range
// that several ask for is fetched once.
type blocks struct {
	size  int // bytes
	mu    sync.Mutex
	used  int
	held  map[blockKey]*list.Element // of *run
	order list.List                  // of *run, the one used last comes first
}

type blockKey struct {
	key, tag string
	number   int64
}

// run is a range of some blocks. It is there once ready is closed.
type run struct {
	first blockKey
	count int64
	data  []byte
	err   error
	ready chan struct{}
}

func newBlocks(size int) *blocks { return &blocks{size: size, held: map[blockKey]*list.Element{}} }

// get returns the bytes of an object from offset at, which is inside it, to the end of a block or a later one.
func (c *blocks) get(s store, o object, at int64) ([]byte, error) {
	want := blockKey{o.key, o.tag, at / blockBytes}
	c.mu.Lock()
	element := c.held[want]
	if element == nil {
		element = c.begin(want, o)
		c.mu.Unlock()
		c.fetch(s, o, element)
	} else {
		c.order.MoveToFront(element)
		c.mu.Unlock()
	}
	r := element.Value.(*run)
	<-r.ready
	if r.err != nil {
		return nil, r.err
	}
	return r.data[at-r.first.number*blockBytes:], nil
}

// begin makes room for the range at want, which nobody has. c is locked.
func (c *blocks) begin(want blockKey, o object) *list.Element {
	r := &run{first: want, count: 1, ready: make(chan struct{})}
	before := want
	if before.number--; c.held[before] != nil {
		for last := want; r.count < aheadBlocks; r.count++ {
			if last.number++; last.number*blockBytes >= o.size || c.held[last] != nil {
				break
			}
		}
	}
	from := want.number * blockBytes
	r.data = make([]byte, min(r.count*blockBytes, o.size-from))
	c.used += len(r.data)
	for back := c.order.Back(); back != nil && c.used > c.size; back = c.order.Back() {
		c.drop(back)
	}
	element := c.order.PushFront(r)
	for i := range r.count {
		c.held[blockKey{want.key, want.tag, want.number + i}] = element
	}
	return element
}

// fetch reads the range of an element. One that cannot be read is forgotten, so that whoever comes next tries again.
func (c *blocks) fetch(s store, o object, element *list.Element) {
	r := element.Value.(*run)
	r.err = s.read(context.Background(), o.key, o.tag, r.data, r.first.number*blockBytes)
	if r.err != nil {
		c.mu.Lock()
		if c.held[r.first] == element {
			c.drop(element)
		}
		c.mu.Unlock()
	}
	close(r.ready)
}

// drop forgets a range. c is locked. Whoever waits for it still gets it.
func (c *blocks) drop(element *list.Element) {
	r := c.order.Remove(element).(*run)
	for i := range r.count {
		delete(c.held, blockKey{r.first.key, r.first.tag, r.first.number + i})
	}
	c.used -= len(r.data)
}
