//go:build unix

package main

import "syscall"

// reserve returns n bytes of memory outside of Go's heap, until release.
func reserve(n int) ([]byte, error) {
	return syscall.Mmap(-1, 0, n, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
}

// release gives back what reserve returned; nobody may read it then.
func release(memory []byte) { _ = syscall.Munmap(memory) }
