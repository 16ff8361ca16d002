//go:build cgo || windows || js

package main

import (
	"errors"
	"io/fs"
	"slices"
	"sync"

	"github.com/hajimehoshi/ebiten/v2"
	"github.com/hajimehoshi/ebiten/v2/inpututil"

	"orrery/cmd/orrery-view/open"
	"orrery/cmd/orrery-view/screen"
	"orrery/cmd/orrery-view/session/jobs"
	"orrery/cmd/orrery-view/session/tape"
	"orrery/sim/render"
)

// window is the ebiten.Game of a viewer.
type window struct {
	*viewer
	canvas canvas
	drawn  drawn
	chars  []rune
	keys   []ebiten.Key
	names  []string

	pads    gamepads
	dropped chan drop
	stop    <-chan struct{} // is closed when the program is to end
	first   sync.Once
}

// drawn is the picture that the window shows.
type drawn struct {
	on   *ebiten.Image // which is another one after a change of size
	list *render.List
	tick int // at which it was drawn or found to be up to date
	late int // tick by which it is drawn again, whether it has changed or not
}

// redrawTicks is the longest time for which a picture stays as it is. What the system has lost of the
// window, as when another one lay over it, comes back so.
const redrawTicks = tape.TicksPerSecond

// drop has the files that were dropped on the window, once it can be read.
type drop struct {
	files fs.FS
	err   error
}

// maxDrops is the number of drops that may wait to be opened.
const maxDrops = 16

// runWindow shows what was opened until the window is closed.
func runWindow(opener *open.Opener, o open.Options) error {
	v, err := newViewer(opener, o)
	if err != nil {
		return err
	}
	ebiten.SetWindowTitle("Orrery")
	ebiten.SetWindowSize(o.Width, o.Height)
	ebiten.SetWindowSizeLimits(320, 240, -1, -1)
	ebiten.SetWindowResizingMode(ebiten.WindowResizingModeEnabled)
	ebiten.SetTPS(tape.TicksPerSecond)
	ebiten.SetScreenClearedEveryFrame(false) // every picture covers all of it
	game := &window{viewer: v, canvas: newCanvas(), dropped: make(chan drop, maxDrops), stop: stopped()}
	jobs.ShareProcessors()
	err = ebiten.RunGameWithOptions(game, &ebiten.RunGameOptions{DisableHiDPI: ownPixels})
	v.Session.Leave()
	v.screen.Finish()
	for _, file := range v.screen.TakeFiles() {
		_, wrong := save(file)
		err = errors.Join(err, wrong)
	}
	for _, folder := range v.screen.TakeFolders() {
		_, wrong := keep(folder)
		err = errors.Join(err, wrong)
	}
	if v.screen.Keeper != nil {
		err = errors.Join(err, v.screen.Keeper.Close())
	}
	return err
}

// Layout implements ebiten.Game, which needs it beside LayoutF.
func (w *window) Layout(width, height int) (int, int) { return width, height }

// LayoutF implements ebiten.LayoutFer: a pixel of the picture is one of the display.
func (w *window) LayoutF(width, height float64) (float64, float64) {
	scale, size, _ := density()
	w.screen.Resize(int(width*size), int(height*size), scale)
	now := w.screen.Size()
	return float64(now.X), float64(now.Y)
}

// Update implements ebiten.Game.
func (w *window) Update() error {
	select {
	case <-w.stop:
		return ebiten.Termination
	default:
	}
	if files := ebiten.DroppedFiles(); files != nil {
		receive(files, func(files fs.FS, err error) { w.dropped <- drop{files, err} })
	}
	select {
	case d := <-w.dropped:
		if d.err == nil {
			d.err = w.Dropped(d.files)
		}
		w.Check(d.err)
	default:
	}
	w.screen.Update(w.input())
	for _, file := range w.screen.TakeFiles() {
		where, err := save(file)
		if err == nil {
			w.Session.Notify("saved " + where)
		}
		w.Check(err)
	}
	for _, folder := range w.screen.TakeFolders() {
		where, err := keep(folder)
		if err == nil {
			w.Session.Notify("kept " + where)
		}
		w.Check(err)
	}
	if w.screen.TakeFullscreen() {
		ebiten.SetFullscreen(!ebiten.IsFullscreen())
	}
	w.tick()
	return nil
}

// Draw implements ebiten.Game. It leaves the picture alone while nothing in it changes: the
// library asks as often as the display, or a machine without a graphics card, is able to.
func (w *window) Draw(picture *ebiten.Image) {
	w.pictures++
	d := &w.drawn
	if picture == d.on && w.ticks == d.tick {
		wait()
		return
	}
	list := w.screen.List()
	if picture != d.on || w.ticks >= d.late || !list.Equal(d.list) {
		w.canvas.draw(picture, list)
		w.drawings++
		d.on, d.list, d.late = picture, list, w.ticks+redrawTicks
	}
	d.tick = w.ticks
	w.first.Do(started)
}

// input returns what the user has done since the last tick. Characters stand for the
// keys that print them, wherever those lie; the rest of the keys have names.
func (w *window) input() screen.Input {
	x, y := ebiten.CursorPosition()
	_, wheel := ebiten.Wheel()
	in := screen.Input{
		Mouse: pixel(x, y), Wheel: wheel,
		Left:   ebiten.IsMouseButtonPressed(ebiten.MouseButtonLeft),
		Right:  ebiten.IsMouseButtonPressed(ebiten.MouseButtonRight),
		Middle: ebiten.IsMouseButtonPressed(ebiten.MouseButtonMiddle),
		Shift:  ebiten.IsKeyPressed(ebiten.KeyShift), Control: ebiten.IsKeyPressed(ebiten.KeyControl) || ebiten.IsKeyPressed(ebiten.KeyMeta),
		Gone: !ebiten.IsFocused(),
	}
	if ebiten.IsKeyPressed(ebiten.KeyAltRight) { // AltGr, which Windows tells as Control, too, prints characters such as [ and |
		in.Control = false
	}
	w.touch(&in)
	w.notify(w.pads.read(&in))
	w.keys = inpututil.AppendJustPressedKeys(w.keys[:0])
	w.chars = ebiten.AppendInputChars(w.chars[:0])
	w.names = w.names[:0]
	for _, key := range w.keys {
		w.names = append(w.names, key.String())
	}
	if w.screen.Typing() {
		in.Text = string(w.chars)
		for _, key := range []ebiten.Key{ebiten.KeyBackspace, ebiten.KeyDelete, ebiten.KeyArrowLeft, ebiten.KeyArrowRight} {
			if held := inpututil.KeyPressDuration(key); held > repeatAfter && held%repeatEach == 0 {
				w.names = append(w.names, key.String())
			}
		}
	}
	switch {
	case in.Control: // which keeps keys from printing characters
		for _, key := range w.keys {
			name := []rune(ebiten.KeyName(key))
			if len(name) == 0 { // some browsers, such as Firefox, do not tell what a key prints
				name = []rune(key.String())
			}
			if len(name) == 1 {
				w.names = append(w.names, screen.KeyOf(name[0]))
			}
		}
	case len(w.keys) > 0: // else the characters repeat, as those of a held key do
		for _, c := range w.chars {
			w.names = append(w.names, screen.KeyOf(c))
		}
	}
	in.Keys = append(in.Keys, slices.DeleteFunc(slices.Clone(w.names), func(name string) bool { return name == "" })...)
	for _, key := range []ebiten.Key{ebiten.KeyArrowLeft, ebiten.KeyArrowRight, ebiten.KeyArrowUp, ebiten.KeyArrowDown} {
		if ebiten.IsKeyPressed(key) {
			in.Held = append(in.Held, key.String())
		}
	}
	return in
}

// A key that is held in a text repeats after some ticks, and then each few.
const (
	repeatAfter = tape.TicksPerSecond / 2
	repeatEach  = tape.TicksPerSecond / 20
)

// notify tells the user something, unless it is empty.
func (w *window) notify(what string) {
	if what != "" {
		w.Session.Notify(what)
	}
}

// touch lets a finger stand for the mouse with its left button down.
func (w *window) touch(in *screen.Input) {
	if ids := ebiten.AppendTouchIDs(nil); len(ids) > 0 {
		x, y := ebiten.TouchPosition(ids[0])
		in.Mouse, in.Left = pixel(x, y), true
		for _, id := range ids {
			x, y := ebiten.TouchPosition(id)
			in.Touches = append(in.Touches, screen.Touch{ID: int(id), At: pixel(x, y)})
		}
	}
}

// pixel returns the middle of the pixel at a place as the library tells it.
func pixel(x, y int) render.Point {
	_, _, place := density()
	return render.Point{X: (float64(x) + 0.5) * place, Y: (float64(y) + 0.5) * place}
}
