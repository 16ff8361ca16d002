package screen

// editPanel returns the widgets of the side panel in the edit mode.
func (s *Screen) editPanel() []widget { return nil }
