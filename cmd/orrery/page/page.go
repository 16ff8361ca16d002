// Package page is the viewer's page for browsers, as it was built into this program.
//
//	files, err := page.BuiltIn()
//	handler, err := page.Handler(files)
//
// The page is made by `make web`, which also puts it where this package takes it from: a
// program that is built after that has it in itself, about 6 MB packed as browsers take it.
// One that is built without says so in Missing.
//
// A Handler answers from memory with a fixed set of files. Nothing of a request reaches a
// file system.
package page

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

//go:embed files
var built embed.FS

// ErrMissing is that this program was built without the page.
var ErrMissing = errors.New("this orrery was built without the page: `make web` makes it, and `go build ./cmd/orrery` then takes it in")

// Types are all files of the page, with their types of media.
var Types = map[string]string{
	"index.html":   "text/html; charset=utf-8",
	"wasm_exec.js": "text/javascript; charset=utf-8",
	packed:         "application/gzip",
}

// BuiltIn returns the files of the page that this program has in itself, or ErrMissing.
func BuiltIn() (fs.FS, error) {
	files, err := fs.Sub(built, "files")
	if err != nil {
		return nil, err
	}
	return whole(files)
}

func hash(content []byte) []byte {
	sum := sha256.Sum256(content)
	return sum[:8]
}

// whole returns files that have all of the page, or ErrMissing.
func whole(files fs.FS) (fs.FS, error) {
	for name := range Types {
		if _, err := fs.Stat(files, name); err != nil {
			return nil, ErrMissing
		}
	}
	return files, nil
}

// packed is the name of the program, which is stored packed.
const packed = "orrery-view.wasm.gz"

// Handler reads the page and serves it. Browsers that unpack by themselves are told that the program is one: they compile it while it
// comes, and keep what they have compiled until it changes. An error names the file that is not there.
func Handler(files fs.FS) (http.Handler, error) {
	mux := http.NewServeMux()
	for _, name := range slices.Sorted(maps.Keys(Types)) {
		content, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("there is no %s", name)
		}
		route := "GET /" + name
		if name == "index.html" {
			route = "GET /{$}"
		}
		tag := fmt.Sprintf("%q", hex.EncodeToString(hash(content)))
		mux.HandleFunc(route, func(w http.ResponseWriter, r *http.Request) {
			header := w.Header()
			header.Set("Content-Type", Types[name])
			header.Set("Cache-Control", "no-cache") // it is asked for again each time, and answered in a line as long as it is the same
			header.Set("ETag", tag)
			if name == packed && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
				header.Set("Content-Type", "application/wasm")
				header.Set("Content-Encoding", "gzip")
			}
			http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(content))
		})
	}
	return mux, nil
}
