//go:build cgo || windows || js

package main

import (
	"io/fs"
	"slices"
	"sync"

	"github.com/hajimehoshi/ebiten/v2"
	"github.com/hajimehoshi/ebiten/v2/inpututil"

	"orrery/cmd/orrery-view/open"
	"orrery/cmd/orrery-view/screen"
	"orrery/cmd/orrery-view/session/tape"
	"orrery/sim/render"
)

// window is the ebiten.Game of a viewer.
type window struct {
	*viewer
	canvas canvas
	scale  float64 // pixels per unit of the system
	chars  []rune
	keys   []ebiten.Key
	names  []string

	dropped chan drop
	first   sync.Once
}

// drop is what was dropped on the window, once it can be read.
type drop struct {
	files fs.FS
	err   error
}

// maxDrops is how many drops may wait to be opened.
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
	return ebiten.RunGame(&window{viewer: v, canvas: newCanvas(), scale: 1, dropped: make(chan drop, maxDrops)})
}

// Layout implements ebiten.Game, which needs it beside LayoutF.
func (w *window) Layout(width, height int) (int, int) { return width, height }

// LayoutF implements ebiten.LayoutFer: a pixel of the picture is one of the display.
func (w *window) LayoutF(width, height float64) (float64, float64) {
	w.scale = ebiten.Monitor().DeviceScaleFactor()
	w.screen.Resize(int(width*w.scale), int(height*w.scale), w.scale)
	size := w.screen.Size()
	return float64(size.X), float64(size.Y)
}

// Update implements ebiten.Game.
func (w *window) Update() error {
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
	if w.screen.TakeFullscreen() {
		ebiten.SetFullscreen(!ebiten.IsFullscreen())
	}
	w.tick()
	return nil
}

// Draw implements ebiten.Game.
func (w *window) Draw(picture *ebiten.Image) {
	w.canvas.draw(picture, w.screen.List())
	w.pictures++
	w.first.Do(started)
}

// input returns what the user has done since the last tick. Characters stand for the
// keys that print them, wherever those lie; the rest of the keys have names.
func (w *window) input() screen.Input {
	x, y := ebiten.CursorPosition()
	_, wheel := ebiten.Wheel()
	in := screen.Input{
		Mouse: render.Point{X: float64(x) + 0.5, Y: float64(y) + 0.5}, Wheel: wheel,
		Left:   ebiten.IsMouseButtonPressed(ebiten.MouseButtonLeft),
		Right:  ebiten.IsMouseButtonPressed(ebiten.MouseButtonRight),
		Middle: ebiten.IsMouseButtonPressed(ebiten.MouseButtonMiddle),
		Shift:  ebiten.IsKeyPressed(ebiten.KeyShift), Control: ebiten.IsKeyPressed(ebiten.KeyControl),
		Gone: !ebiten.IsFocused(),
	}
	w.touch(&in)
	w.keys = inpututil.AppendJustPressedKeys(w.keys[:0])
	w.chars = ebiten.AppendInputChars(w.chars[:0])
	w.names = w.names[:0]
	for _, key := range w.keys {
		w.names = append(w.names, key.String())
	}
	if len(w.keys) > 0 { // else the characters repeat, as those of a held key do
		for _, c := range w.chars {
			w.names = append(w.names, screen.KeyOf(c))
		}
	}
	in.Keys = slices.DeleteFunc(slices.Clone(w.names), func(name string) bool { return name == "" })
	for _, key := range []ebiten.Key{ebiten.KeyArrowLeft, ebiten.KeyArrowRight, ebiten.KeyArrowUp, ebiten.KeyArrowDown} {
		if ebiten.IsKeyPressed(key) {
			in.Held = append(in.Held, key.String())
		}
	}
	return in
}

// touch lets a finger stand for the mouse with its left button down.
func (w *window) touch(in *screen.Input) {
	if ids := ebiten.AppendTouchIDs(nil); len(ids) > 0 {
		x, y := ebiten.TouchPosition(ids[0])
		in.Mouse, in.Left = render.Point{X: float64(x) + 0.5, Y: float64(y) + 0.5}, true
	}
}
