// Package expression reads and computes arithmetic that people write in files, such as
// "2 * size + uniform(0, 0.1)" or "45deg".
//
//	e, err := expression.Parse("hypot(width, height) / 2")
//	program, err := e.Compile([]string{"width", "height"})
//	reach := program.Eval(&expression.Env{Values: []float64{0.3, 0.4}}) // 0.25
//
// An expression has numbers with or without a unit, names, the operators
//
//   - - * / % ^      % takes the sign of its right side, ^ is a power
//     < <= > >= == !=  1 if it holds, 0 if not
//     and or not       everything but 0 holds
//     c ? a : b        a if c holds, b if not
//
// the constants pi and deg, and functions: see Functions. Angles are in radians, so that
// "45deg" is 0.785. Only what is needed is computed: in c ? a : b one of a and b.
//
// Random functions draw from the generator of the Env, in the order in which they
// stand.
package expression
