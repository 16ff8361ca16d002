//go:build !amd64

package statistics

const useLanes = false

func sortLanes(*float32, int, int)               { panic("statistics: there are no lanes") }
func sumLanes(*float64, *float32, *float32, int) { panic("statistics: there are no lanes") }
