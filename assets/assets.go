//go:build !js

package assets

import "embed"

// Files is the read-only tree of embedded files. themes holds the colours of
// the pictures, one JSON file each, which sim/render decodes; models the trained
// models that the viewer offers without any file, a directory each, as world/fit
// loads them; serve what cmd/orrery/serve hands out to clients; guide the pages that
// orrery guide prints, one Markdown file a topic.
//
//go:embed themes models serve guide
var Files embed.FS
