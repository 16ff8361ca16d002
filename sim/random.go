package sim

import (
	"hash/fnv"
	"math/rand/v2"
)

// NewRand returns the random stream that belongs to a seed, a purpose and an
// index. Streams of different purposes or indices are independent, so episode 7
// is the same whoever makes it and in whatever order.
func NewRand(seed uint64, purpose string, index int) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(purpose))
	return rand.New(rand.NewPCG(mix(seed^h.Sum64()), mix(uint64(index)+0x9e3779b97f4a7c15)))
}

// mix spreads the bits of x; the finaliser of SplitMix64 (Steele, Lea and Flood,
// "Fast splittable pseudorandom number generators", OOPSLA 2014).
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
