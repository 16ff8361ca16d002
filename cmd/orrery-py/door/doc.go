// Package door lets programs in other languages in: they call a method by its name, with a request in JSON and with
// arrays that stay where they are, and get an answer of the same two kinds.
//
//	methods := door.Methods{"double": func(ctx context.Context, c *door.Call) (any, error) {
//		x, err := c.Floats("x", -1)
//		if err != nil {
//			return nil, err
//		}
//		twice, err := c.NewFloats("twice", len(x))
//		for i, v := range x {
//			twice[i] = 2 * v
//		}
//		return nil, err
//	}}
//	job := methods.Start(call)
//
// A Job runs by itself, can be waited for and cancelled, and never panics. What lives longer than a call is on a Shelf,
// under a number. Everything but a Call may be used by many goroutines.
//
// Errors have a Fault, which tells the caller whose doing they are.
package door
