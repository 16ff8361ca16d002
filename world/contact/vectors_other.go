//go:build !amd64

package contact

// vectors says that there is no vector code for this processor.
var vectors = false

func sweepSpots(_, _ *float32, _, _ int, _ float32) int { panic(noVectors) }
func partSpots(_, _ *float32, _, _ int, _ float32) int  { panic(noVectors) }

func sweepLanes(_, _ *float32, _, _ int, _ float32) int   { panic(noVectors) }
func partLanes(_, _ *float32, _, _ int, _, _ float32) int { panic(noVectors) }

const noVectors = "contact: no vector code for this processor"
