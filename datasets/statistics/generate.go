package statistics

//go:generate go -C asm run . -out ../lanes_amd64.s -stubs ../lanes_amd64.go -pkg statistics
