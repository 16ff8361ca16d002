//go:build (cgo || windows) && !js

package main

// hasWords says that a window is drawn alone: Ebitengine tells nothing to screen readers.
const hasWords = false

func showOutline(string) {}
func announce(string)    {}
func listen()            {}
