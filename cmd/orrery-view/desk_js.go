package main

import (
	"fmt"
	"net/url"
	"strings"
	"syscall/js"

	works "orrery/cmd/orrery-view/keep"
	"orrery/cmd/orrery-view/open"
	"orrery/cmd/orrery-view/screen"
)

// openKeeper keeps what is drawn in the storage of the browser, also in the last moment before the page goes.
func openKeeper() (*works.Keeper, error) {
	store, err := works.OpenBrowser()
	if err != nil {
		return nil, fmt.Errorf("what is drawn is not kept by itself: %w", err)
	}
	k := works.New(store)
	js.Global().Set("orreryHide", js.FuncOf(func(js.Value, []js.Value) any {
		_ = k.Flush() // nobody is there any more to be told
		return nil
	}))
	return k, nil
}

// lostWork says that what the address names is shown again, or what was lost where it names nothing. A link to something else
// takes nothing away: what was lost stays among what is recent.
func lostWork(open.Options) (slot string, wanted bool) {
	location := js.Global().Get("location")
	query, err := url.ParseQuery(strings.TrimPrefix(location.Get("search").String(), "?"))
	if err != nil {
		return "", false
	}
	slot = query.Get(workKey)
	return slot, slot != "" || len(query) == 0 && len(location.Get("hash").String()) < 2
}

// desk lets the browser ask for files. Saving is a download.
func desk() screen.Desk {
	return screen.Desk{AskOpen: func() { js.Global().Call("orreryPick") }}
}

// clipboard is that of the browser, which may ask whether it may be read.
func clipboard() screen.Clipboard {
	return screen.Clipboard{
		Copy:  func(text string) { js.Global().Call("orreryCopy", text) },
		Paste: func() { js.Global().Call("orreryPaste") },
		Ask: func(title, text string) (string, bool) {
			typed := js.Global().Call("prompt", title, text)
			if typed.IsNull() {
				return "", false
			}
			return typed.String(), true
		},
	}
}
