package tape

// The arena asks for blocks of at least so many float32 values, each twice as many as the
// last up to 256 kB: tapes that only predict stay small, as making one zeroes its memory, and large
// ones have few blocks.
const (
	firstBlock = 1 << 11
	arenaBlock = 1 << 16
)

// arena hands out slices from large blocks, and the same ones again after reset.
type arena struct {
	blocks [][]float32
	block  int // in use
	used   int // of it
}

// arenaMark says how much of an arena is in use.
type arenaMark struct{ block, used int }

func (a *arena) mark() arenaMark    { return arenaMark{a.block, a.used} }
func (a *arena) rewind(m arenaMark) { a.block, a.used = m.block, m.used }
func (a *arena) reset()             { a.rewind(arenaMark{}) }

// take returns n values of undefined content; never nil, even for n = 0.
func (a *arena) take(n int) []float32 {
	for ; a.block < len(a.blocks); a.block, a.used = a.block+1, 0 {
		if b := a.blocks[a.block]; len(b)-a.used >= n {
			a.used += n
			return b[a.used-n : a.used : a.used]
		}
	}
	a.blocks = append(a.blocks, make([]float32, max(n, min(firstBlock<<min(len(a.blocks), 8), arenaBlock))))
	a.used = n
	return a.blocks[a.block][:n:n]
}
