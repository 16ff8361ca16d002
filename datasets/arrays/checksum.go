package arrays

import "math/bits"

// checksum returns lookup3 of text with the initial value 0 (Bob Jenkins 2006,
// https://burtleburtle.net/bob/c/lookup3.c, hashlittle), which guards the
// metadata of HDF5.
func checksum(text []byte) uint32 {
	a := 0xdeadbeef + uint32(len(text))
	b, c := a, a
	if len(text) == 0 {
		return c
	}
	for ; len(text) > 12; text = text[12:] {
		a, b, c = a+order.Uint32(text), b+order.Uint32(text[4:]), c+order.Uint32(text[8:])
		for _, by := range [][3]int{{4, 6, 8}, {16, 19, 4}} {
			a = (a - c) ^ bits.RotateLeft32(c, by[0])
			c += b
			b = (b - a) ^ bits.RotateLeft32(a, by[1])
			a += c
			c = (c - b) ^ bits.RotateLeft32(b, by[2])
			b += a
		}
	}
	var last [12]byte
	copy(last[:], text)
	a, b, c = a+order.Uint32(last[:]), b+order.Uint32(last[4:]), c+order.Uint32(last[8:])
	c = (c ^ b) - bits.RotateLeft32(b, 14)
	a = (a ^ c) - bits.RotateLeft32(c, 11)
	b = (b ^ a) - bits.RotateLeft32(a, 25)
	c = (c ^ b) - bits.RotateLeft32(b, 16)
	a = (a ^ c) - bits.RotateLeft32(c, 4)
	b = (b ^ a) - bits.RotateLeft32(a, 14)
	return (c ^ b) - bits.RotateLeft32(b, 24)
}
