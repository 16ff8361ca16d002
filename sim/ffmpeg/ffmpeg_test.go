package ffmpeg

import (
	"errors"
	"strings"
	"testing"
)

// TestComplaintsKeepTheirEnd, the last 8192 bytes, and have a line that says more than where it is from.
func TestComplaintsKeepTheirEnd(t *testing.T) {
	t.Parallel()
	var c Complaint
	if c.Line() != "" {
		t.Errorf("nothing was said but %q", c.Line())
	}
	for _, text := range []string{strings.Repeat("a", 8000), strings.Repeat("b", 191) + "c", "d"} {
		if n, err := c.Write([]byte(text)); n != len(text) || err != nil {
			t.Errorf("%d bytes, %v", n, err)
		}
	}
	if got := c.String(); got != strings.Repeat("a", 7999)+strings.Repeat("b", 191)+"cd" {
		t.Errorf("%d bytes are kept: %s", len(got), got)
	}
	var said Complaint
	if _, err := said.Write([]byte("\n[mov,mp4 @ 0x55] \n[mov @ 0x5] [h264 @ 0x6] moov atom not found \nx.mp4: Invalid data\n")); err != nil {
		t.Fatal(err)
	}
	if got := said.Line(); got != "moov atom not found" {
		t.Errorf("it says %q", got)
	}
}

// TestProgramsThatAreMissingAreNamed.
func TestProgramsThatAreMissingAreNamed(t *testing.T) {
	t.Parallel()
	if _, err := Find("ffmpeg-of-nobody"); !errors.Is(err, ErrMissing) || err.Error() != "needs the program ffmpeg-of-nobody, which is not on the path" {
		t.Errorf("error %v", err)
	}
	if path, err := Find("sh"); err != nil || !strings.HasSuffix(path, "sh") {
		t.Errorf("%s, %v", path, err)
	}
}
