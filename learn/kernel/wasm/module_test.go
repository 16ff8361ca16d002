package main

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// memoryModule returns a module that has a memory of so many pages of 64 KiB, as a program of Go does.
func memoryModule(pages int) []byte {
	return slices.Concat([]byte("\x00asm\x01\x00\x00\x00"),
		section(5, append([]byte{0}, unsigned(pages)...)),
		section(7, slices.Concat(sized([]byte("mem")), []byte{kindMemory, 0})))
}

// load instantiates the module beside a memory and returns both.
func load(t *testing.T) (api.Function, api.Memory) {
	t.Helper()
	runtime := wazero.NewRuntime(t.Context())
	t.Cleanup(func() { runtime.Close(t.Context()) })
	memory, err := runtime.InstantiateWithConfig(t.Context(), memoryModule(4), wazero.NewModuleConfig().WithName("go"))
	if err != nil {
		t.Fatal(err)
	}
	tile, err := runtime.InstantiateWithConfig(t.Context(), module(), wazero.NewModuleConfig().WithName("tile"))
	if err != nil {
		t.Fatal(err)
	}
	return tile.ExportedFunction("tile"), memory.Memory()
}

// naive returns a value of a tile, summed up in the order of the portable code: four terms at a time.
func naive(start float32, x, y []float32, relu bool) float32 {
	v := start
	p := 0
	for ; p+4 <= len(x); p += 4 {
		sum := float32(x[p]*y[p]) + float32(x[p+1]*y[p+1])
		sum += float32(x[p+2] * y[p+2])
		sum += float32(x[p+3] * y[p+3])
		v += sum
	}
	for ; p < len(x); p++ {
		v += float32(x[p] * y[p])
	}
	if relu {
		v = max(v, 0)
	}
	return v
}

// Tiles have the bits of the portable code, whatever their sizes and steps, and nothing else is written.
func TestTilesHaveTheBitsOfPortableCode(t *testing.T) {
	t.Parallel()
	tile, memory := load(t)
	rng := rand.New(rand.NewPCG(1, 2))
	for range 400 {
		rows, k := 1+rng.IntN(7), rng.IntN(70)
		cStep, startStep := panel+rng.IntN(3), panel+rng.IntN(3)
		aRow, aCol := max(1, k)+rng.IntN(3), 1
		if rng.IntN(2) == 0 {
			aRow, aCol = 1, rows+rng.IntN(3)
		}
		relu, begun, inPlace := rng.IntN(2), rng.IntN(2) == 0, rng.IntN(2) == 0
		values := make([]float32, 16_000)
		for i := range values {
			values[i] = 2*rng.Float32() - 1
			switch rng.IntN(2000) {
			case 0:
				values[i] = float32(math.Inf(1))
			case 1:
				values[i] = float32(math.NaN())
			}
		}
		// Where things are, in values; 0 is no address of Go's.
		const c, a, b, s = 1000, 4000, 8000, 14000
		from, fromStep := 0, 0
		if begun {
			from, fromStep = s, startStep
			if inPlace {
				from, fromStep = c, cStep
			}
		}
		want := slices.Clone(values)
		for r := range rows {
			for j := range panel {
				x, y, start := make([]float32, k), make([]float32, k), float32(0)
				for p := range k {
					x[p], y[p] = values[a+r*aRow+p*aCol], values[b+p*panel+j]
				}
				if begun {
					start = values[from+r*fromStep+j]
				}
				want[c+r*cStep+j] = naive(start, x, y, relu == 1)
			}
		}
		text := make([]byte, 4*len(values))
		if _, err := binary.Encode(text, binary.LittleEndian, values); err != nil {
			t.Fatal(err)
		}
		memory.Write(0, text)
		numbers := []uint64{uint64(rows), 4 * c, uint64(4 * cStep), 4 * a, uint64(4 * aRow), uint64(4 * aCol), 4 * b, uint64(k), uint64(4 * from), uint64(4 * fromStep), uint64(relu)}
		if _, err := tile.Call(t.Context(), numbers...); err != nil {
			t.Fatal(err)
		}
		text, _ = memory.Read(0, uint32(len(text)))
		for i, w := range want {
			got := math.Float32frombits(binary.LittleEndian.Uint32(text[4*i:]))
			if math.Float32bits(got) != math.Float32bits(w) && !(math.IsNaN(float64(got)) && math.IsNaN(float64(w))) {
				t.Fatalf("%d rows of %d terms, steps %d %d %d %d, start at %d, relu %d: value %d is %v, want %v", rows, k, cStep, aRow, aCol, fromStep, from, relu, i-c, got, w)
			}
		}
	}
}

// Numbers with and without a sign are those of the standard.
func TestNumbersAreLEB128(t *testing.T) {
	t.Parallel()
	for n, want := range map[int][]byte{0: {0}, 63: {63}, 64: {0xc0, 0}, -1: {0x7f}, -64: {0x40}, -65: {0xbf, 0x7f}, 300: {0xac, 2}} {
		if got := signed(n); !slices.Equal(got, want) {
			t.Errorf("%d is % x, want % x", n, got, want)
		}
	}
	if got := unsigned(228); !slices.Equal(got, []byte{0xe4, 1}) {
		t.Errorf("228 is % x", got)
	}
}
