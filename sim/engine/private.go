package engine

import (
	"reflect"
	"unsafe"

	"github.com/jakecoffman/cp/v2"
)

// What the C library lets anyone set, and its port keeps in private fields: friction and
// restitution of a contact, which callbacks may change there, and of a space the share of an
// overlap that is left after a second and the number of the next shape.
var (
	arbiterFriction   = fieldOf[cp.Arbiter, float64]("u")
	arbiterElasticity = fieldOf[cp.Arbiter, float64]("e")
	spaceBias         = fieldOf[cp.Space, float64]("collisionBias")
	spaceNextShape    = fieldOf[cp.Space, uint]("shapeIDCounter")
)

// field is the offset of a field of type F in an S of the library.
type field[S, F any] uintptr

func fieldOf[S, F any](name string) field[S, F] {
	f, ok := reflect.TypeFor[S]().FieldByName(name)
	if !ok || f.Type != reflect.TypeFor[F]() {
		panic("engine: the library's " + reflect.TypeFor[S]().String() + " has no " + name + " of type " + reflect.TypeFor[F]().String())
	}
	return field[S, F](f.Offset)
}

func (f field[S, F]) of(s *S) *F { return (*F)(unsafe.Add(unsafe.Pointer(s), f)) }
