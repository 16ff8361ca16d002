package main

import "encoding/binary"

// Types and sections of a module.
// https://webassembly.github.io/spec/core/binary/
const (
	typeI32    = 0x7f
	typeV128   = 0x7b
	typeFunc   = 0x60
	blockEmpty = 0x40
	kindFunc   = 0
	kindMemory = 2
)

// list returns the number of items and the items.
func list(items ...[]byte) []byte {
	b := unsigned(len(items))
	for _, item := range items {
		b = append(b, item...)
	}
	return b
}

// sized returns the length of b and b.
func sized(b []byte) []byte { return append(unsigned(len(b)), b...) }

func section(id byte, items ...[]byte) []byte { return append([]byte{id}, sized(list(items...))...) }

func unsigned(n int) []byte { return binary.AppendUvarint(nil, uint64(n)) }

// signed returns n as LEB128 with a sign.
func signed(n int) (b []byte) {
	for {
		low := byte(n & 0x7f)
		n >>= 7
		if n == 0 && low&0x40 == 0 || n == -1 && low&0x40 != 0 {
			return append(b, low)
		}
		b = append(b, low|0x80)
	}
}

// code is the instructions of a function.
type code struct{ b []byte }

func (c *code) op(b ...byte)      { c.b = append(c.b, b...) }
func (c *code) number(n int)      { c.b = append(append(c.b, 0x41), signed(n)...) }
func (c *code) get(local int)     { c.b = append(append(c.b, 0x20), unsigned(local)...) }
func (c *code) set(local int)     { c.b = append(append(c.b, 0x21), unsigned(local)...) }
func (c *code) tee(local int)     { c.b = append(append(c.b, 0x22), unsigned(local)...) }
func (c *code) call(function int) { c.b = append(append(c.b, 0x10), unsigned(function)...) }
func (c *code) add()              { c.op(0x6a) }
func (c *code) subtract()         { c.op(0x6b) }
func (c *code) multiply()         { c.op(0x6c) }

// when begins what is done if the number on the stack is not 0; end ends it.
func (c *code) when() { c.op(0x04, blockEmpty) }
func (c *code) end()  { c.op(0x0b) }

// repeat begins a loop; again goes to its start if the number on the stack is not 0.
func (c *code) repeat() { c.op(0x03, blockEmpty) }
func (c *code) again()  { c.op(0x0d, 0) }

// vector appends an instruction of the vector set.
func (c *code) vector(instruction int, operands ...byte) {
	c.b = append(append(append(c.b, 0xfd), unsigned(instruction)...), operands...)
}

// Instructions of the vector set.
const (
	v128Load        = 0
	v128Load32Splat = 9
	v128Store       = 11
	v128Const       = 12
	f32x4Add        = 228
	f32x4Mul        = 230
	f32x4Max        = 233
)

// access appends a load or a store at an offset of the address on the stack, a multiple of 4.
func (c *code) access(instruction, offset int) {
	c.vector(instruction, append([]byte{2}, unsigned(offset)...)...)
}
