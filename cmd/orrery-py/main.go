//go:build cgo

// Command orrery-py is the shared library below the Python package orrery:
//
//	go build -buildmode=c-shared -o _orrery.so ./cmd/orrery-py
//
// The functions that it exports are few. start begins a call of package door, wait waits for its answer, and step, the
// one that must cost nothing, lets environments act. Memory that an answer holds is the caller's, who frees it.
// Programs that were forked from one that has loaded it cannot use it: the threads of Go's runtime are not there.
package main

/*
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
	char *name;
	void *data;
	int64_t kind; // the character of struct's format: d, f, q or B
	int64_t dims;
	int64_t shape[8];
} orrery_array;

typedef struct {
	char *text;
	int64_t length;
	orrery_array *arrays;
	int64_t count;
} orrery_answer;
*/
import "C"

import (
	"sync"
	"time"
	"unsafe"

	"orrery/cmd/orrery-py/acting"
	"orrery/cmd/orrery-py/door"
	"orrery/cmd/orrery-py/kept"
	"orrery/cmd/orrery-py/learned"
	"orrery/world/fit"
)

func main() {} // a library has none, but the go command wants one

// shelf keeps what Python holds by a number.
var shelf door.Shelf

// methods are all there are.
var methods = door.Join(
	acting.Methods(&shelf), kept.Methods(&shelf, kept.Source{Own: ownData, SetWatch: acting.SetWatch, EndWatch: acting.EndWatch}), making,
	learned.Methods(&shelf, learned.Source{Load: fit.Load, Decode: fit.Decode}), door.Methods{"train": trainModel}, judging,
)

// jobs are the calls that wait for somebody to take their answers.
var jobs = struct {
	sync.Mutex
	last  int64
	calls map[int64]*door.Job
}{calls: map[int64]*door.Job{}}

// orrery_start begins a call and returns its number. The arrays must stay as they are until orrery_wait says that it
// is done.
//
//export orrery_start
func orrery_start(method *C.char, request *C.char, length C.int64_t, arrays *C.orrery_array, count C.int64_t) C.int64_t {
	call := &door.Call{Method: C.GoString(method), Request: C.GoBytes(unsafe.Pointer(request), C.int(length)), Allocate: allocate}
	for _, a := range unsafe.Slice(arrays, count) {
		call.Arrays = append(call.Arrays, taken(&a))
	}
	job := methods.Start(call)
	jobs.Lock()
	defer jobs.Unlock()
	jobs.last++
	jobs.calls[jobs.last] = job
	return C.int64_t(jobs.last)
}

// orrery_wait waits for a call, for so many milliseconds at most, and returns 1 when it is done: the answer is then
// the caller's to free, and the number has no meaning any more. Else the text tells how far the call has come, if it
// has told.
//
//export orrery_wait
func orrery_wait(number C.int64_t, milliseconds C.int64_t, answer *C.orrery_answer) C.int32_t {
	jobs.Lock()
	job := jobs.calls[int64(number)]
	jobs.Unlock()
	*answer = C.orrery_answer{}
	if job == nil {
		return -1
	}
	if !job.Wait(time.Duration(milliseconds) * time.Millisecond) {
		if text := job.Progress(); text != nil {
			answer.text, answer.length = (*C.char)(C.CBytes(text)), C.int64_t(len(text))
		}
		return 0
	}
	jobs.Lock()
	delete(jobs.calls, int64(number))
	jobs.Unlock()
	give(answer, job.Answer())
	return 1
}

// orrery_cancel asks a call to end soon.
//
//export orrery_cancel
func orrery_cancel(number C.int64_t) {
	jobs.Lock()
	defer jobs.Unlock()
	if job := jobs.calls[int64(number)]; job != nil {
		job.Cancel()
	}
}

// orrery_step lets the environments of a handle act for a frame. It returns nothing, or what is wrong in words that
// the caller frees.
//
//export orrery_step
func orrery_step(handle C.int64_t) *C.char {
	if err := acting.Step(&shelf, int64(handle)); err != nil {
		return C.CString(door.Words(err))
	}
	return nil
}

// orrery_drop forgets what has a number.
//
//export orrery_drop
func orrery_drop(handle C.int64_t) { shelf.Drop(int64(handle)) }

// orrery_free frees what an answer held.
//
//export orrery_free
func orrery_free(memory unsafe.Pointer) { C.free(memory) }

// taken is an array of the caller, where it is.
func taken(a *C.orrery_array) door.Array {
	array := door.Array{Name: C.GoString(a.name)}
	n := 1
	for _, k := range a.shape[:a.dims] {
		array.Shape = append(array.Shape, int(k))
		n *= int(k)
	}
	switch a.kind {
	case 'd':
		array.Values = unsafe.Slice((*float64)(a.data), n)
	case 'f':
		array.Values = unsafe.Slice((*float32)(a.data), n)
	case 'q':
		array.Values = unsafe.Slice((*int64)(a.data), n)
	case 'B':
		array.Values = unsafe.Slice((*uint8)(a.data), n)
	}
	return array
}

// allocate returns memory that Go's collector does not know, all 0.
func allocate(kind any, n int) any {
	claim := func(size uintptr) unsafe.Pointer { return C.calloc(C.size_t(n), C.size_t(size)) }
	switch kind.(type) {
	case []float64:
		return slice[float64](claim(8), n)
	case []float32:
		return slice[float32](claim(4), n)
	case []int64:
		return slice[int64](claim(8), n)
	case []uint8:
		return slice[uint8](claim(1), n)
	}
	return nil
}

func slice[T any](memory unsafe.Pointer, n int) []T {
	if memory == nil {
		return nil
	}
	return unsafe.Slice((*T)(memory), n)
}

// start returns where numbers are; of none it is nowhere.
func start[T any](values []T) unsafe.Pointer {
	if len(values) == 0 {
		return nil
	}
	return unsafe.Pointer(unsafe.SliceData(values))
}

// give hands an answer over.
func give(to *C.orrery_answer, a door.Answer) {
	to.text, to.length = (*C.char)(C.CBytes(a.Text)), C.int64_t(len(a.Text))
	if len(a.Arrays) == 0 {
		return
	}
	to.count = C.int64_t(len(a.Arrays))
	to.arrays = (*C.orrery_array)(C.calloc(C.size_t(len(a.Arrays)), C.size_t(unsafe.Sizeof(C.orrery_array{}))))
	all := unsafe.Slice(to.arrays, len(a.Arrays))
	for i, from := range a.Arrays {
		array := &all[i]
		array.name, array.dims = C.CString(from.Name), C.int64_t(len(from.Shape))
		for k, n := range from.Shape {
			array.shape[k] = C.int64_t(n)
		}
		switch values := from.Values.(type) { // memory of C, or nothing
		case []float64:
			array.kind, array.data = 'd', start(values)
		case []float32:
			array.kind, array.data = 'f', start(values)
		case []int64:
			array.kind, array.data = 'q', start(values)
		case []uint8:
			array.kind, array.data = 'B', start(values)
		}
	}
}
