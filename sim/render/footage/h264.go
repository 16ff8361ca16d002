package footage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"iter"
	"os"
	"os/exec"
	"path/filepath"

	"orrery/sim/render/animation"
)

// compressed yields the pictures as they are after H.264. The compressed film lies in a temporary file meanwhile.
func (s *Shot) compressed(ctx context.Context) iter.Seq2[*image.RGBA, error] {
	return func(yield func(*image.RGBA, error) bool) {
		dir, err := os.MkdirTemp(s.settings.Scratch, "orrery-footage-")
		if err != nil {
			yield(nil, fmt.Errorf("footage: %w", err))
			return
		}
		defer os.RemoveAll(dir)
		path := filepath.Join(dir, "film.mp4")
		if err := s.encode(ctx, path, s.settings.H264, nil); err != nil {
			yield(nil, err)
			return
		}
		s.decode(ctx, path, yield)
	}
}

// fine is the constant rate factor at which H.264 loses nothing that is seen.
const fine = 18

// MP4 returns the film as an MP4 file with H.264, of the settings' factor or, where they have none, of 18. Every other picture
// stands for itself, so that any is found fast. See, unless it is nil, is shown each picture before it is
// compressed. Odd sizes gain a row or a column. The same ffmpeg makes the same bytes.
func (s *Shot) MP4(ctx context.Context, see func(*image.RGBA)) ([]byte, error) {
	dir, err := os.MkdirTemp(s.settings.Scratch, "orrery-footage-")
	if err != nil {
		return nil, fmt.Errorf("footage: %w", err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "film.mp4")
	crf := s.settings.H264
	if crf == 0 {
		crf = fine
	}
	if err := s.encode(ctx, path, crf, see, "-g", "2", "-bf", "0", "-movflags", "+faststart", "-fflags", "+bitexact", "-flags:v", "+bitexact"); err != nil {
		return nil, err
	}
	file, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("footage: %w", err)
	}
	return file, nil
}

// encode compresses the film into a file. One thread makes the same bytes on every machine with the same ffmpeg.
func (s *Shot) encode(ctx context.Context, path string, crf int, see func(*image.RGBA), more ...string) error {
	in, out := io.Pipe()
	args := []string{"-f", "rawvideo", "-pix_fmt", "rgba", "-s", s.size(), "-r", fmt.Sprint(s.settings.Rate), "-i", "-",
		"-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2", "-c:v", "libx264", "-threads", "1", "-crf", fmt.Sprint(crf), "-pix_fmt", "yuv420p"}
	cmd, complaint, err := s.ffmpeg(ctx, append(append(args, more...), path)...)
	if err != nil {
		return err
	}
	cmd.Stdin = in
	if err := cmd.Start(); err != nil {
		return s.failure(ctx, err, nil, complaint)
	}
	fed := make(chan error, 1)
	go func() {
		var err error
		for picture, failed := range s.drawn(ctx) {
			if err = failed; err == nil {
				if see != nil {
					see(picture)
				}
				_, err = out.Write(picture.Pix)
			}
			if err != nil {
				break
			}
		}
		out.CloseWithError(err)
		fed <- err
	}()
	err = cmd.Wait()
	in.Close() // so that whoever still writes ends
	drawn := <-fed
	return s.failure(ctx, err, drawn, complaint)
}

// decode yields the pictures of a compressed film.
func (s *Shot) decode(ctx context.Context, path string, yield func(*image.RGBA, error) bool) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	w, h := s.settings.Width, s.settings.Height
	cmd, complaint, err := s.ffmpeg(ctx, "-i", path, "-vf", fmt.Sprintf("format=rgba,crop=%d:%d:0:0", w, h), "-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "rgba", "-")
	if err != nil {
		yield(nil, err)
		return
	}
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		yield(nil, s.failure(ctx, err, nil, complaint))
		return
	}
	for range s.length {
		picture := image.NewRGBA(image.Rect(0, 0, w, h))
		if _, err = io.ReadFull(out, picture.Pix); err != nil {
			break
		}
		if !yield(picture, nil) {
			stop()
			_ = cmd.Wait() // it was stopped
			return
		}
	}
	if failed := s.failure(ctx, cmd.Wait(), err, complaint); failed != nil {
		yield(nil, failed)
	}
}

// ffmpeg returns a command and where it complains.
func (s *Shot) ffmpeg(ctx context.Context, args ...string) (*exec.Cmd, *bytes.Buffer, error) {
	path, err := animation.FindFFmpeg()
	if err != nil {
		return nil, nil, errors.New("footage: H.264 needs the program ffmpeg, which is not on the path; JPEG works without it")
	}
	cmd := exec.CommandContext(ctx, path, append([]string{"-nostdin", "-v", "error"}, args...)...)
	complaint := new(bytes.Buffer)
	cmd.Stderr = complaint
	return cmd, complaint, nil
}

// failure returns the error of a run of ffmpeg: that of ctx when it was cancelled, or what ffmpeg says, or what whoever fed it or read from it had.
func (s *Shot) failure(ctx context.Context, ran, fed error, complaint *bytes.Buffer) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case ran != nil:
		return fmt.Errorf("footage: ffmpeg: %w: %s", ran, bytes.TrimSpace(complaint.Bytes()))
	case fed != nil:
		return fmt.Errorf("footage: %w", fed)
	}
	return nil
}

// size returns width and height as ffmpeg wants them.
func (s *Shot) size() string { return fmt.Sprintf("%dx%d", s.settings.Width, s.settings.Height) }
