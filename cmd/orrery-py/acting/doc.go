// Package acting has the methods with which other languages sample scenes, act in environments, one or many at a
// time, and look at them.
//
// An environment that many act in at a time is one thing with arrays that stay: who acts writes into the array of
// actions, calls Step and reads the others. Nothing is copied or allocated on the way.
package acting
