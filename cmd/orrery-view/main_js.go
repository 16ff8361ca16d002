package main

import (
	"context"
	"io/fs"
	"syscall/js"

	"orrery/cmd/orrery-view/lesson"
	"orrery/cmd/orrery-view/open"
	"orrery/cmd/orrery-view/screen"
	"orrery/cmd/orrery-view/session"
	"orrery/cmd/orrery-view/session/jobs"
	"orrery/cmd/orrery-view/session/replay"
	"orrery/cmd/orrery-view/watched"
	"orrery/cmd/orrery/planning"
	"orrery/sim/scenario/library"
	"orrery/world/fit"
	"orrery/world/flight"
)

// main shows what the address says. What is wrong there becomes a notice. In a worker it gives lessons instead.
func main() {
	if js.Global().Get("orreryWorker").Truthy() {
		serveLessons()
		return
	}
	location := js.Global().Get("location")
	o, wrong := open.ParseQuery(location.Get("search").String())
	linked, garbled := open.ParseFragment(location.Get("hash").String())
	o.Linked, wrong = linked, open.Joined(wrong, garbled)
	o.Embedded = fit.DecodeLater
	o.Watch = func(ctx context.Context, files fs.FS, name string, progress func(float64)) (replay.Show, error) {
		return watched.Show(watched.InTurns(ctx), files, name, progress)
	}
	opener, err := open.New(o, jobs.InTick, planning.Engine{}, newPlanner, fit.Decode)
	if opener != nil {
		opener.Session.SetTeacher(farTeacher(), fit.Decode)
		opener.Check(open.Joined(wrong, err))
		err = runWindow(opener, o)
	}
	if err != nil {
		js.Global().Call("orreryFailed", err.Error())
	}
}

// farTeacher returns the teacher that is a worker of the page, which starts with the first order.
func farTeacher() *lesson.Far {
	far := lesson.NewFar(func(text string) { js.Global().Call("orreryAsk", text) })
	js.Global().Set("orreryAnswer", js.FuncOf(func(_ js.Value, arguments []js.Value) any {
		far.Receive(arguments[0].String())
		return nil
	}))
	return far
}

// serveLessons gives lessons to the page whose worker this is.
func serveLessons() {
	orders := make(chan string, 64)
	js.Global().Set("orreryOrder", js.FuncOf(func(_ js.Value, arguments []js.Value) any {
		select {
		case orders <- arguments[0].String():
		default: // nobody asks that often
		}
		return nil
	}))
	js.Global().Call("orreryReady")
	read := func(letter []byte) (lesson.Subject, error) { return session.ReadSubject(letter, library.Find) }
	lesson.Serve(context.Background(), lesson.New(fit.Short, flight.Ballistic()), read, orders, func(text string) { js.Global().Call("postMessage", text) })
}

// receive hands on files that were dropped, which can be read only while the event
// loop goes on.
func receive(files fs.FS, use func(fs.FS, error)) {
	go func() { use(open.InMemory(files)) }()
}

// ownPixels says that this program looks after the pixels of the display itself: the library
// would keep to devicePixelRatio as it was at the start, which zooming changes.
const ownPixels = true

// density returns how many pixels of the display are one unit of the page, one of the
// canvas's size as the library is told it, and one of a place as the library tells it.
// index.html tells the library the size in pixels.
func density() (unit, size, place float64) {
	scale := js.Global().Get("devicePixelRatio").Float()
	if !(scale > 0) {
		scale = 1
	}
	return scale, 1, scale
}

// wait is for a desktop: a browser asks for a picture only when it will show one.
func wait() {}

// showLink puts the state into the address, to be copied from there.
func showLink(query string) { js.Global().Call("orreryLink", query) }

// stopped returns nothing to wait for: a page just goes.
func stopped() <-chan struct{} { return nil }

// copyLink hands an address to the clipboard.
func copyLink(query string) { js.Global().Call("orreryCopyLink", query) }

// hasLinks says that what is shown has an address.
const hasLinks = true

// started takes the progress bar away.
func started() { js.Global().Call("orreryStarted") }

// save hands a file to the browser's downloads.
func save(file screen.File) (string, error) {
	bytes := js.Global().Get("Uint8Array").New(len(file.Data))
	js.CopyBytesToJS(bytes, file.Data)
	js.Global().Call("orrerySave", file.Name, bytes)
	return file.Name, nil
}

// keep hands a folder to the browser's downloads, packed into one file that can be dropped on the page again.
func keep(folder screen.Folder) (string, error) {
	packed, err := open.Packed(folder.Name, folder.Files)
	if err != nil {
		return "", err
	}
	return save(screen.File{Name: folder.Name + ".zip", Data: packed})
}
