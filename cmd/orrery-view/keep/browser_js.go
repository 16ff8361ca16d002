package keep

import (
	"errors"
	"strings"
	"syscall/js"
)

// key begins the keys of ours in the storage of a browser, which all pages of an address share.
const key = "orrery."

// Browser is a Store in the storage of a browser. Tabs hold a lock of the browser while they live, which the page asks for
// before the program starts, and looks for once a second.
type Browser struct{ owner string }

// OpenBrowser returns the storage of this browser. Where it has none, it is an error.
func OpenBrowser() (*Browser, error) {
	b := &Browser{owner: js.Global().Get("orreryTab").String()}
	_, err := b.List()
	return b, err
}

// storage calls a function with the storage. What that throws is an error.
func storage(do func(s js.Value)) (err error) {
	defer func() {
		if thrown := recover(); thrown != nil {
			err = errors.New("this browser lets no page keep anything")
			if e, is := thrown.(js.Error); is && e.Get("name").String() == "QuotaExceededError" {
				err = ErrFull
			}
		}
	}()
	do(js.Global().Get("localStorage"))
	return nil
}

// Read implements Store.
func (b *Browser) Read(name string) ([]byte, error) {
	var text js.Value
	err := storage(func(s js.Value) { text = s.Call("getItem", key+name) })
	switch {
	case err != nil:
		return nil, err
	case text.IsNull():
		return nil, notThere(name)
	}
	return []byte(text.String()), nil
}

// Write implements Store.
func (b *Browser) Write(name string, content []byte) error {
	return storage(func(s js.Value) { s.Call("setItem", key+name, string(content)) })
}

// Remove implements Store.
func (b *Browser) Remove(name string) error {
	return storage(func(s js.Value) { s.Call("removeItem", key+name) })
}

// List implements Store.
func (b *Browser) List() ([]string, error) {
	var out []string
	err := storage(func(s js.Value) {
		for i := range s.Get("length").Int() {
			if name, ours := strings.CutPrefix(s.Call("key", i).String(), key); ours {
				out = append(out, name)
			}
		}
	})
	return out, err
}

// Owner implements Store.
func (b *Browser) Owner() string { return b.owner }

// Lives implements Store.
func (b *Browser) Lives(owner string) bool {
	return owner == b.owner || js.Global().Get("orreryTabs").Call("includes", owner).Bool()
}
