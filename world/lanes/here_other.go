//go:build !amd64

package lanes

// Here says that there is no vector code for this processor.
const Here = false

// SweepSpots is not here. It would take velocities v [n+2, 4] in m/s and spots [n].
func SweepSpots(_, _ *float32, _, _ int, _ float32) int { panic(missing) }

// PartSpots is not here. It would take velocities v [n+2, 4] in m/s and spots [n].
func PartSpots(_, _ *float32, _, _ int, _ float32) int { panic(missing) }

// SweepLanes is not here. It would take points [n, 15, 8] and echoes [n, n, 4, 8].
func SweepLanes(_, _ *float32, _, _, _ int, _ float32) int { panic(missing) }

// PartLanes is not here. It would take points [n, 4, 8] and echoes [n, n, 8].
func PartLanes(_, _ *float32, _, _, _ int, _, _ float32) int { panic(missing) }

// RecordSweepLanes is not here. It would take points [n, 15, 8], echoes [n, n, 4, 8] and visits [rounds, 1+4n, 8].
func RecordSweepLanes(_, _, _ *float32, _, _, _ int, _ float32) int { panic(missing) }

// RecordPartLanes is not here. It would take points [n, 4, 8], echoes [n, n, 8] and visits [rounds, 1+2n, 8].
func RecordPartLanes(_, _, _ *float32, _, _, _ int, _, _ float32) int { panic(missing) }

// SweepLanesBack is not here. It would take what RecordSweepLanes takes, and backs [n, 14, 8].
func SweepLanesBack(_, _, _, _ *float32, _, _ int, _ float32) { panic(missing) }

// PartLanesBack is not here. It would take what RecordPartLanes takes, and backs [n, 4, 8].
func PartLanesBack(_, _, _, _ *float32, _, _ int) { panic(missing) }

// SameValues is not here. It would take values [n].
func SameValues(_, _ *float64, _ int) bool { panic(missing) }

// MeetBoxes is not here. It would take sets of boxes [some] and boxes [n, 4] in metres.
func MeetBoxes(_, _ *uint64, _ *float64, _, _ int) { panic(missing) }

// PlaceCorners is not here. It would take corners [8, 2] in metres.
func PlaceCorners(_, _ *float64, _, _, _, _ float64) { panic(missing) }

// PartCorners is not here. It would take corners [8, 2] in metres.
func PartCorners(_, _ *float64, _ float64) (int, float64) { panic(missing) }

const missing = "lanes: no vector code for this processor"
