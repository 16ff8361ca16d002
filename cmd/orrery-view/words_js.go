package main

import "syscall/js"

// hasWords says that the page tells in words what it shows.
const hasWords = true

func showOutline(nodes string) { js.Global().Call("orreryOutline", nodes) }
func announce(news string)     { js.Global().Call("orreryNews", news) }

// listen lets the page ask.
func listen() {
	on := func(name string, use func(arguments []js.Value) ask) {
		js.Global().Set(name, js.FuncOf(func(_ js.Value, arguments []js.Value) any {
			select {
			case asks <- use(arguments):
			default:
			}
			return nil
		}))
	}
	on("orreryDo", func(a []js.Value) ask {
		id := a[0].String()
		return func(v *viewer) { v.screen.Do(id) }
	})
	on("orreryType", func(a []js.Value) ask {
		id, text := a[0].String(), a[1].String()
		return func(v *viewer) { v.screen.Type(id, text) }
	})
	on("orreryPasted", func(a []js.Value) ask {
		text := a[0].String()
		return func(v *viewer) { v.screen.Paste(text) }
	})
	on("orreryPicked", func(a []js.Value) ask {
		name, text := a[0].String(), a[1].String()
		return func(v *viewer) { v.Check(v.screen.OpenText(name, "", []byte(text))) }
	})
	on("orreryTrouble", func(a []js.Value) ask {
		reason := a[0].String()
		return func(v *viewer) { v.Session.Notify(reason) }
	})
	on("orrerySlide", func(a []js.Value) ask {
		id, share := a[0].String(), a[1].Float()
		return func(v *viewer) { v.screen.Slide(id, share) }
	})
}
