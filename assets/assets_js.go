package assets

import "embed"

// Files is the part of the embedded files that the viewer's page uses: themes, scenario
// files, and the models without their measurements. Every byte is sent to everyone who opens the page.
//
//go:embed themes models/*/config.json models/*/model.safetensors scenarios/*.scenario.json
var Files embed.FS
