// Package assets embeds the files a program needs at run time, so that one
// binary is enough and nothing is downloaded.
//
//	data, err := assets.Files.ReadFile("themes/light.json")
//
// Paths use forward slashes on every system. The bytes are those of the source
// tree at build time; the packages that use a file define its format.
package assets
