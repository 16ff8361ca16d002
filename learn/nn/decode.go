package nn

// Decode sets the parameters from the content of a safetensors file, under the
// rules of Load, and returns its metadata.
func (p *Params) Decode(file []byte) (map[string]string, error) { return p.decode(file) }
