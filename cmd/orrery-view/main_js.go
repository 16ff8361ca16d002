package main

import (
	"io/fs"
	"syscall/js"

	"orrery/cmd/orrery-view/open"
	"orrery/cmd/orrery-view/screen"
	"orrery/cmd/orrery-view/session/jobs"
	"orrery/cmd/orrery/planning"
)

// main shows what the address says. What is wrong there becomes a notice.
func main() {
	o, wrong := open.ParseQuery(js.Global().Get("location").Get("search").String())
	opener, err := open.New(o, jobs.InTick, planning.Engine{}, newPlanner)
	if opener != nil {
		opener.Check(open.Joined(wrong, err))
		err = runWindow(opener, o)
	}
	if err != nil {
		js.Global().Call("orreryFailed", err.Error())
	}
}

// receive hands on files that were dropped, which can be read only while the event
// loop goes on.
func receive(files fs.FS, use func(fs.FS, error)) {
	go func() { use(open.InMemory(files)) }()
}

// showLink puts the state into the address, to be copied from there.
func showLink(query string) { js.Global().Call("orreryLink", query) }

// started takes the progress bar away.
func started() { js.Global().Call("orreryStarted") }

// save hands a file to the browser's downloads.
func save(file screen.File) (string, error) {
	bytes := js.Global().Get("Uint8Array").New(len(file.Data))
	js.CopyBytesToJS(bytes, file.Data)
	js.Global().Call("orrerySave", file.Name, bytes)
	return file.Name, nil
}
