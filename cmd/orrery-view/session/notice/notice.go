// Package notice holds one message for the user, and drops it after a while.
//
//	var board notice.Board
//	board.Notify("saved picture.png")
//	board.Tick() // sixty times a second
//	board.Notice()
package notice

import "orrery/cmd/orrery-view/session/tape"

// stays is for how many ticks a message is shown: four seconds.
const stays = 4 * tape.TicksPerSecond

// Board shows a message that goes away by itself. The zero Board is empty.
type Board struct {
	text  string
	ticks int // left
}

// Notice returns what the user should know now, or nothing.
func (b *Board) Notice() string { return b.text }

// Notify shows a message for a few seconds, in place of the one before.
func (b *Board) Notify(text string) { b.text, b.ticks = text, stays }

// Tick lets a sixtieth of a second pass.
func (b *Board) Tick() {
	if b.ticks--; b.ticks <= 0 {
		*b = Board{}
	}
}
