package kernel

//go:generate go -C asm run . -out ../vector_amd64.s -stubs ../vector_amd64.go -pkg kernel
