// Package decoded reads films to their ends, for the tests of what decodes them:
//
//	pictures, starts := decoded.All(t, gif.Open, data)
package decoded

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"orrery/datasets/film"
)

// Opener opens a film, as the packages beside this one do.
type Opener[S film.Source] func(io.ReadCloser) (S, error)

// Open opens a film held in memory, and ends the test where it cannot.
func Open[S film.Source](t testing.TB, open Opener[S], data []byte) S {
	t.Helper()
	source, err := open(io.NopCloser(bytes.NewReader(data)))
	if err != nil {
		t.Fatal(err)
	}
	return source
}

// All opens a film and returns its pictures [3·w·h], red, green and blue, and when each starts, in s. It ends the test
// where a picture cannot be read.
func All[S film.Source](t testing.TB, open Opener[S], data []byte) (pictures [][]uint8, starts []float64) {
	t.Helper()
	source := Open(t, open, data)
	for {
		pix := make([]uint8, 3*source.Size().X*source.Size().Y)
		at, err := source.Next(t.Context(), pix)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("picture %d: %v", len(pictures), err)
		}
		pictures, starts = append(pictures, pix), append(starts, at)
	}
	if err := source.Close(); err != nil {
		t.Error(err)
	}
	return pictures, starts
}

// Error opens a film and returns what keeps it from being read to its end, or nil.
func Error[S film.Source](t testing.TB, open Opener[S], data []byte) error {
	t.Helper()
	source, err := open(io.NopCloser(bytes.NewReader(data)))
	if err != nil {
		return err
	}
	pix := make([]uint8, 3*source.Size().X*source.Size().Y)
	for err == nil {
		_, err = source.Next(t.Context(), pix)
	}
	if err == io.EOF {
		return nil
	}
	return err
}

// Fuzz reads 100 pictures at most of films that are damaged in any way. Those of more than 65,536 px are only opened.
func Fuzz[S film.Source](f *testing.F, open Opener[S]) {
	f.Fuzz(func(t *testing.T, data []byte) {
		source, err := open(io.NopCloser(bytes.NewReader(data)))
		if err != nil || source.Size().X*source.Size().Y > 1<<16 {
			return
		}
		pix := make([]uint8, 3*source.Size().X*source.Size().Y)
		for range 100 {
			if _, err := source.Next(t.Context(), pix); err != nil {
				return
			}
		}
	})
}
