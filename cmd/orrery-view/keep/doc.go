// Package keep sees to it that nothing is lost of what is drawn: it saves a document by itself while it changes, and
// finds it again after the program, its window or its tab was killed.
//
//	k := keep.New(store)
//	k.Tick(time.Now(), document) // as often as one likes
//	…
//	work, ok := k.Lost()         // at the next start
//	err := k.Adopt(work, document) // opened from work.Text
//
// # Works
//
// A Work is one document as it was last. Each belongs to the program that edits it while that lives, so programs and tabs
// never write over each other's; what belongs to none is what Recent lists. A document that is opened gets a work of its
// own: opening, a link or a new page take nothing away. Of those that were saved as files the last few are kept.
//
// A Store is where works are: a folder of the user, or the storage of a browser. A write takes effect as a whole or
// not at all. Where a store is full or cannot be written in, Tick says so once.
//
// A Keeper belongs to one goroutine.
package keep
