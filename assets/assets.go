//go:build !js

package assets

import "embed"

// Files is the read-only tree of embedded files. themes holds the colours of
// the pictures, one JSON file each, which sim/render decodes; models the trained
// models that the viewer offers without any file, a directory each, as world/fit
// loads them; serve what cmd/orrery/serve hands out to clients; guide the pages that
// orrery guide prints, one Markdown file a topic; scenarios the library's scenario files,
// which sim/scenario reads.
//
//go:embed themes models serve guide scenarios/*.scenario.json
var Files embed.FS
