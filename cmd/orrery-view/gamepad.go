//go:build cgo || windows || js

package main

import (
	"slices"

	"github.com/hajimehoshi/ebiten/v2"
	"github.com/hajimehoshi/ebiten/v2/inpututil"

	"orrery/cmd/orrery-view/screen"
)

// gamepads are those that are plugged in now, which may change at any time.
type gamepads struct{ ids []ebiten.GamepadID }

// read adds what the gamepads do to the input, and returns what there is to tell of them. The library has the numbers of
// the Standard Gamepad for axes and buttons, as the screen has.
func (g *gamepads) read(in *screen.Input) (news string) {
	gone := slices.ContainsFunc(g.ids, inpututil.IsGamepadJustDisconnected)
	g.ids = ebiten.AppendGamepadIDs(g.ids[:0])
	fresh := inpututil.AppendJustConnectedGamepadIDs(nil)
	var pads []screen.Gamepad
	for _, id := range g.ids {
		pads = append(pads, screen.Gamepad{
			Name: ebiten.GamepadName(id), New: slices.Contains(fresh, id), Known: ebiten.IsStandardGamepadLayoutAvailable(id),
			Axis: func(axis int) float64 {
				return ebiten.StandardGamepadAxisValue(id, ebiten.StandardGamepadAxis(axis))
			},
			Pressed: func(button int) bool {
				return inpututil.IsStandardGamepadButtonJustPressed(id, ebiten.StandardGamepadButton(button))
			},
			Held: func(button int) bool {
				return ebiten.IsStandardGamepadButtonPressed(id, ebiten.StandardGamepadButton(button))
			},
		})
	}
	return in.AddGamepads(pads, gone)
}
