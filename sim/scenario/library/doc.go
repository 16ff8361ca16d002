// Package library has the scenarios that the program brings along, by their names, and tells
// a name from the path of a file.
//
//	push, err := library.Find("push")
//	mine, err := library.Open("table.scenario.json")
//
// They are files, but for what files cannot say: five scenarios and three experts are in
// Go, each with the reason. A file is read when its scenario is first asked for.
//
// The default policies know no goal; those of push and pusht make data rich in contact.
// Experts are scripts: they succeed at nine starts of ten or more with the default
// parameters, and not by the best way. There is none for pusht.
//
// # Limits
//
// The kinematic robots of push and pusht are stronger than everything: they can
// crush a body through a wall, or leave the walls, which fails push and is allowed
// in pusht as in its original.
package library
