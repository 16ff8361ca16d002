//go:build linux && !race

package trial

import (
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// courier lets files fall on a window as file managers do: by XDND, version 5
// (https://freedesktop.org/wiki/Specifications/XDND).
type courier struct {
	t      *testing.T
	conn   *xgb.Conn
	source xproto.Window
	target xproto.Window
}

func newCourier(d *desktop) *courier {
	d.t.Helper()
	target, err := strconv.ParseUint(d.window, 10, 32)
	if err != nil {
		d.t.Fatal(err)
	}
	conn, err := xgb.NewConnDisplay(d.display)
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(conn.Close)
	c := &courier{t: d.t, conn: conn, target: xproto.Window(target)}
	if c.source, err = xproto.NewWindowId(conn); err != nil {
		d.t.Fatal(err)
	}
	screen := xproto.Setup(conn).DefaultScreen(conn)
	c.check(xproto.CreateWindowChecked(conn, screen.RootDepth, c.source, screen.Root, 0, 0, 1, 1, 0,
		xproto.WindowClassInputOutput, screen.RootVisual, 0, nil).Check())
	c.check(xproto.SetSelectionOwnerChecked(conn, c.source, c.atom("XdndSelection"), xproto.TimeCurrentTime).Check())
	return c
}

func (c *courier) check(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

func (c *courier) atom(name string) xproto.Atom {
	c.t.Helper()
	reply, err := xproto.InternAtom(c.conn, false, uint16(len(name)), name).Reply()
	c.check(err)
	return reply.Atom
}

// send tells the target that something happens to what is dragged.
func (c *courier) send(kind string, data ...uint32) {
	c.t.Helper()
	data = append([]uint32{uint32(c.source)}, data...)
	event := xproto.ClientMessageEvent{
		Format: 32, Window: c.target, Type: c.atom(kind), Data: xproto.ClientMessageDataUnionData32New(append(data, make([]uint32, 5-len(data))...)),
	}
	c.check(xproto.SendEventChecked(c.conn, false, c.target, xproto.EventMaskNoEvent, string(event.Bytes())).Check())
}

// drop drags a file over the window and lets it go.
func (c *courier) drop(path string) {
	c.t.Helper()
	file := url.URL{Scheme: "file", Path: path}
	list, place := []byte(file.String()+"\r\n"), uint32(300<<16|300)
	c.send("XdndEnter", 5<<24, uint32(c.atom("text/uri-list")))
	c.send("XdndPosition", 0, place, 0, uint32(c.atom("XdndActionCopy")))
	c.send("XdndDrop")
	late := time.AfterFunc(20*time.Second, c.conn.Close)
	defer late.Stop()
	finished := c.atom("XdndFinished")
	for {
		switch event, err := c.conn.WaitForEvent(); event := event.(type) {
		case nil:
			c.t.Fatalf("the window does not take %s: %v", path, err)
		case xproto.SelectionRequestEvent:
			c.check(xproto.ChangePropertyChecked(c.conn, xproto.PropModeReplace, event.Requestor, event.Property, event.Target,
				8, uint32(len(list)), list).Check())
			answer := xproto.SelectionNotifyEvent{
				Time: event.Time, Requestor: event.Requestor, Selection: event.Selection, Target: event.Target, Property: event.Property,
			}
			c.check(xproto.SendEventChecked(c.conn, false, event.Requestor, xproto.EventMaskNoEvent, string(answer.Bytes())).Check())
		case xproto.ClientMessageEvent:
			if event.Type == finished {
				return
			}
		}
	}
}

// TestFilesCanBeDroppedOnTheWindow drops a scene, a model and a dataset, and then what is
// none of them: that is said, and nothing else happens.
func TestFilesCanBeDroppedOnTheWindow(t *testing.T) {
	t.Parallel()
	d := start(t)
	c := newCourier(d)
	scene, model := droppable(t, "dropped by hand")
	c.drop(scene)
	d.until("opens the scene", func(r report) bool { return r.Scene == "dropped by hand" })
	c.drop(model)
	d.until("opens the model", func(r report) bool { return r.Model == "small" })
	dataset, err := filepath.Abs("../../../datasets/sample")
	if err != nil {
		t.Fatal(err)
	}
	c.drop(dataset)
	shown := d.until("replays the dataset", func(r report) bool { return r.Mode == "replay" && r.Scene == "mixed" })

	if err := os.WriteFile(filepath.Join(model, "model.safetensors"), []byte("nonsense"), 0o644); err != nil {
		t.Fatal(err)
	}
	broken := filepath.Join(t.TempDir(), "broken")
	if err := os.CopyFS(broken, os.DirFS(dataset)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(broken, "meta", "info.json"), []byte(`{"codebase_version":`), 0o644); err != nil {
		t.Fatal(err)
	}
	for path, says := range map[string]string{model: "model.safetensors", broken: "info.json", t.TempDir(): "neither a model nor a dataset"} {
		c.drop(path)
		r := d.until("complains", func(r report) bool { return strings.Contains(r.Notice, says) })
		if r.Mode != shown.Mode || r.Model != shown.Model {
			t.Errorf("%s: mode %s, model %s", path, r.Mode, r.Model)
		}
	}
}
