package parquet

import (
	"container/list"
	"sync"
)

// Cache keeps decoded pages that were used in part, those used last. Several tables may
// share one. It is safe for concurrent use.
//
// Beyond its size it keeps the last page of each column, so that reading in order decodes
// no page twice however large pages are.
type Cache struct {
	size    int // bytes
	mu      sync.Mutex
	used    int
	entries map[cacheKey]*list.Element
	order   list.List // of *cacheEntry, the one used last comes first
	last    map[cacheLast]cacheKey
}

type cacheKey struct {
	table       *Table
	group, leaf int
	page        int
}

// cacheLast names things of one sort, such as pages or dictionaries, of one column. The
// cache remembers the last key of each.
type cacheLast struct {
	column string
	sort   int
}

type cacheEntry struct {
	key    cacheKey
	column string
	what   any
	size   int
}

// NewCache returns an empty cache for about size bytes.
func NewCache(size int) *Cache {
	return &Cache{size: size, entries: map[cacheKey]*list.Element{}, last: map[cacheLast]cacheKey{}}
}

func (c *Cache) get(key cacheKey) any {
	if c == nil {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	element := c.entries[key]
	if element == nil {
		return nil
	}
	c.order.MoveToFront(element)
	return element.Value.(*cacheEntry).what
}

func (c *Cache) put(key cacheKey, column string, what any, size int) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.entries[key] != nil {
		return // another goroutine was faster
	}
	e := &cacheEntry{key, column, what, size}
	c.entries[key] = c.order.PushFront(e)
	c.used += size
	c.last[e.last()] = key
	for element := c.order.Back(); element != nil && c.used > c.size; {
		e := element.Value.(*cacheEntry)
		before := element.Prev()
		if c.last[e.last()] != e.key {
			c.order.Remove(element)
			delete(c.entries, e.key)
			c.used -= e.size
		}
		element = before
	}
}

func (e *cacheEntry) last() cacheLast { return cacheLast{e.column, min(e.key.page, 0)} }
