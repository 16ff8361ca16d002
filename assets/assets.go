package assets

import "embed"

// Files is the read-only tree of embedded files. themes holds the colours of
// the pictures, one JSON file each, which sim/render decodes.
//
//go:embed themes
var Files embed.FS
