package recording

import "errors"

// ErrNoRate is the error of a recording without times of which nothing says how many pictures a second has.
var ErrNoRate = errors.New("nothing says how many pictures a second has")
