// Package tape keeps what has happened to a scene and says which frame of it is shown.
//
//	t := tape.New(scene.Start())
//	deck := tape.NewDeck(t, scene.FPS)
//	t.Add(next, action, false)
//	deck.Forward()
//	deck.Seek(0)
//	deck.State() // the start
//
// A Tape is the memory, a Player its reader: cursor, pace, pause and loop. A Deck is a
// Player with what moves it. Time passes by Deck.Tick alone, in sixtieths of a second, so
// the same calls show the same frames.
//
// A tape never writes into states it was given nor into lists it has returned: a
// recording that is replayed stays as it is, whatever is done while it is shown, and
// other goroutines may go on reading what was cut off.
//
// The states are those of package sim; frames are numbered from 0 and keep their numbers
// when older ones are forgotten.
package tape
