package animation

import (
	"context"
	"fmt"
	"image"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"orrery/sim/ffmpeg"
)

// FindFFmpeg returns the path of the program ffmpeg, without which there is no MP4.
func FindFFmpeg() (string, error) {
	path, err := ffmpeg.Find("ffmpeg")
	if err != nil {
		return "", fmt.Errorf("mp4: %w; gif and apng work without it", err)
	}
	return path, nil
}

// EncodeMP4 writes an animation as H.264 in MP4 by running the ffmpeg that is on
// the path, and says so when there is none. Odd sizes gain a black row or column.
func EncodeMP4(ctx context.Context, w io.Writer, a Animation) error {
	program, err := FindFFmpeg()
	if err != nil {
		return err
	}
	// An MP4 starts with an index of its end, so ffmpeg needs a file to seek in.
	dir, err := os.MkdirTemp("", "orrery-mp4-")
	if err != nil {
		return fmt.Errorf("mp4: %w", err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "film.mp4")
	cmd := exec.CommandContext(ctx, program, "-loglevel", "error",
		"-f", "rawvideo", "-pixel_format", "rgba", "-video_size", fmt.Sprintf("%dx%d", a.Size.X, a.Size.Y),
		"-framerate", fmt.Sprint(a.Rate), "-i", "-",
		"-vf", fmt.Sprintf("tpad=stop_mode=clone:stop_duration=%g,pad=ceil(iw/2)*2:ceil(ih/2)*2", a.Hold),
		"-c:v", "libx264", "-crf", "18", "-pix_fmt", "yuv420p", "-movflags", "+faststart", path)
	var complaint ffmpeg.Complaint
	cmd.Stderr = &complaint
	if err := pipePictures(cmd, a); err != nil {
		return fmt.Errorf("mp4: %w: %s", err, strings.TrimSpace(complaint.String()))
	}
	film, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("mp4: %w", err)
	}
	defer film.Close()
	_, err = io.Copy(w, film)
	return err
}

// pipePictures runs a command with the pixels of every picture as its input. An
// error of the command explains one of the pipe and is the one returned.
func pipePictures(cmd *exec.Cmd, a Animation) error {
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	fed := a.each(func(_ int, _, picture *image.RGBA, _ image.Rectangle) error {
		_, err := in.Write(picture.Pix)
		return err
	})
	in.Close()
	if err := cmd.Wait(); err != nil {
		return err
	}
	return fed
}
