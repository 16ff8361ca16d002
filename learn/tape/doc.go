// Package tape differentiates programs on float32 matrices, in reverse.
//
// A Tape records operations while it computes them; Backward then walks the
// record from the loss to the parameters and leaves gradients behind.
//
//	t := tape.New()
//	for step := range steps {
//		t.Reset()
//		x := t.Input(rows, 3, batch)
//		w := t.Param(3, 1, weights, gradient)
//		b := t.Param(1, 1, bias, biasGradient)
//		y := t.Linear(x, w, b, tape.None)
//		t.Backward(t.SquaredError(y, targets, nil))
//		// gradient and biasGradient have grown by this batch's share
//	}
//
// All memory comes from an arena that Reset reuses: running a program again with
// the same shapes allocates nothing, and one whose shapes vary stops allocating
// once the arena has grown to the largest.
// Gradients are computed only for a Variable, or for a Param with a gradient. Backward
// takes the memory for them, so a program that only runs forwards does not pay.
//
// Everything a Value refers to (inputs, parameters, index lists, targets) is
// borrowed until Reset and must not change meanwhile. Matrices without rows are
// fine everywhere. Shapes that do not fit panic with a message of this package:
// they are the caller's mistake and never depend on data.
//
// A tape belongs to one goroutine. Its results depend on the recorded program
// alone, bit for bit, as package kernel promises. Only first derivatives exist.
package tape
