//go:build cgo || windows || js

package main

import (
	"github.com/hajimehoshi/ebiten/v2"
	"github.com/hajimehoshi/ebiten/v2/inpututil"

	"orrery/cmd/orrery-view/screen"
	"orrery/sim"
)

// gamepads are those that are plugged in now, which may change at any time.
type gamepads struct{ ids []ebiten.GamepadID }

// padKeys are the keys that a gamepad's buttons stand for.
var padKeys = map[ebiten.StandardGamepadButton]string{
	ebiten.StandardGamepadButtonRightBottom: "Enter",
	ebiten.StandardGamepadButtonRightRight:  "x",
	ebiten.StandardGamepadButtonCenterRight: "Space",
}

// padArrows are the arrow keys that a gamepad's cross stands for.
var padArrows = map[ebiten.StandardGamepadButton]string{
	ebiten.StandardGamepadButtonLeftLeft: "ArrowLeft", ebiten.StandardGamepadButtonLeftRight: "ArrowRight",
	ebiten.StandardGamepadButtonLeftTop: "ArrowUp", ebiten.StandardGamepadButtonLeftBottom: "ArrowDown",
}

// read adds what the gamepads do to the input, and returns what there is to tell of one that
// was plugged in or taken away, or whose layout is not known.
func (g *gamepads) read(in *screen.Input) (news string) {
	for _, id := range g.ids {
		if inpututil.IsGamepadJustDisconnected(id) {
			news = "the gamepad is gone"
		}
	}
	g.ids = ebiten.AppendGamepadIDs(g.ids[:0])
	for _, id := range inpututil.AppendJustConnectedGamepadIDs(nil) {
		news = ebiten.GamepadName(id) + ": the sticks drive, A begins and ends, B discards"
		if !ebiten.IsStandardGamepadLayoutAvailable(id) {
			news = ebiten.GamepadName(id) + ": its layout is not known, so it cannot drive"
		}
	}
	for _, id := range g.ids {
		if !ebiten.IsStandardGamepadLayoutAvailable(id) {
			continue
		}
		axis := func(a ebiten.StandardGamepadAxis) float64 { return ebiten.StandardGamepadAxisValue(id, a) }
		left := sim.Vec{X: axis(ebiten.StandardGamepadAxisLeftStickHorizontal), Y: -axis(ebiten.StandardGamepadAxisLeftStickVertical)}
		right := sim.Vec{X: axis(ebiten.StandardGamepadAxisRightStickHorizontal), Y: -axis(ebiten.StandardGamepadAxisRightStickVertical)}
		in.Sticks[0], in.Sticks[1] = in.Sticks[0].Add(left), in.Sticks[1].Add(right)
		for button, key := range padKeys {
			if inpututil.IsStandardGamepadButtonJustPressed(id, button) {
				in.Keys = append(in.Keys, key)
			}
		}
		for button, key := range padArrows {
			if ebiten.IsStandardGamepadButtonPressed(id, button) {
				in.Held = append(in.Held, key)
			}
		}
	}
	return news
}
