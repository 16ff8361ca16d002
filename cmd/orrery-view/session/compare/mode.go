package compare

// Mode says what is compared with what.
type Mode string

// The modes. The sandbox renews its forecast all the time from the state that is shown; a
// duel makes one and runs the truth beside it; a replay shows what was recorded.
const (
	Sandbox Mode = "sandbox"
	Duel    Mode = "duel"
	Replay  Mode = "replay"
)

// usualHorizons returns how far ahead a model looks in each mode, in tenths of a second,
// until someone says otherwise.
func usualHorizons() map[Mode]int { return map[Mode]int{Sandbox: 10, Duel: 40, Replay: 40} }

// limits returns the least and the greatest horizon of a mode in seconds.
func (m Mode) limits() (low, high float64) {
	if m == Sandbox {
		return 0.2, 4
	}
	return 1, 20
}
