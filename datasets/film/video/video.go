package video

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"math"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"orrery/datasets/film"
	"orrery/sim/ffmpeg"
)

// patience is how long ffmpeg may think about one picture. A slow machine decodes one in under a second.
const patience = time.Minute

// ticks is how many times a second are told apart; the rates of cameras are whole numbers of them.
const ticks = 90000

// formats are the containers that ffmpeg may open, by its names: those that hold pictures and lead to no other file.
const formats = "mov,mp4,avi,matroska,webm,gif,ogg"

// source are the arguments that make ffmpeg and ffprobe open one file and nothing else.
func source(path string) []string {
	return []string{"-protocol_whitelist", "file,pipe", "-format_whitelist", formats,
		"-max_pixels", fmt.Sprint(film.MostPixels), "-i", "file:" + path}
}

// Video is a film that ffmpeg can decode.
type Video struct {
	path     string
	filter   string // of ffmpeg, that makes pixels square
	ffmpeg   string // path of the program
	patience time.Duration
	claimed  int // number of pictures that an AVI says it has, or 0
	facts    film.Facts
}

// Facts returns what ffprobe tells of the film.
func (v *Video) Facts() film.Facts { return v.facts }

// Reader decodes one pass over a film.
type Reader struct {
	of        *Video
	outer     context.Context // given to Open
	cmd       *exec.Cmd
	stop      context.CancelCauseFunc
	watch     *time.Timer
	ctx       context.Context // done when ffmpeg is to end
	in        *bufio.Reader
	frames    *nut
	complaint *ffmpeg.Complaint
	patience  time.Duration
	size      image.Point
	number    int // of pictures read, or less than any where some were skipped
	waited    bool
}

var errPatience = errors.New("ffmpeg says nothing any more and was stopped")

// Open starts ffmpeg at the first picture.
func (v *Video) Open(ctx context.Context) (*Reader, error) {
	return v.openAt(ctx, nil)
}

// openAt starts ffmpeg with options of its input.
func (v *Video) openAt(ctx context.Context, input []string) (*Reader, error) {
	// Every picture of the film is wanted once, at its own size: where that changes, Next must notice.
	r, err := v.start(ctx, input, "-fps_mode", "passthrough", "-autoscale", "0")
	if err != nil && strings.Contains(err.Error(), "Unrecognized option") {
		return v.start(ctx, input, "-vsync", "passthrough") // what ffmpeg before 5.1 calls it
	}
	return r, err
}

// start starts ffmpeg with options of its input and of its output.
func (v *Video) start(outer context.Context, input []string, options ...string) (*Reader, error) {
	ctx, stop := context.WithCancelCause(outer)
	arguments := append(append([]string{"-nostdin", "-v", "error"}, input...), source(v.path)...)
	arguments = append(append(arguments, "-map", "0:V:0"), options...)
	arguments = append(arguments, "-enc_time_base", fmt.Sprintf("1/%d", ticks))
	if v.filter != "" {
		arguments = append(arguments, "-vf", v.filter)
	}
	arguments = append(arguments, "-c:v", "rawvideo", "-pix_fmt", "rgb24", "-f", "nut", "-")
	r := &Reader{of: v, outer: outer, cmd: exec.CommandContext(ctx, v.ffmpeg, arguments...), stop: stop, ctx: ctx, complaint: &ffmpeg.Complaint{}, patience: v.patience}
	r.cmd.Stderr = r.complaint
	r.cmd.WaitDelay = 500 * time.Millisecond
	pipe, err := r.cmd.StdoutPipe()
	if err == nil {
		// Whatever ffmpeg may have started keeps its end of the pipe open, so this end is closed too.
		r.cmd.Cancel = func() error {
			defer pipe.Close()
			return r.cmd.Process.Kill()
		}
		err = r.cmd.Start()
	}
	if err != nil {
		stop(nil)
		return nil, fmt.Errorf("ffmpeg does not start: %w", err)
	}
	r.watch = time.AfterFunc(r.patience, func() { stop(errPatience) })
	r.in = bufio.NewReaderSize(pipe, 1<<16)
	if r.frames, err = openNut(r.in); err != nil {
		err = r.ended(err)
		r.Close()
		return nil, err
	}
	r.watch.Stop()
	r.size = image.Pt(r.frames.width, r.frames.height)
	if err := film.CheckSize(r.size.X, r.size.Y); err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}

// Size returns the size of the pictures in px, upright.
func (r *Reader) Size() image.Point { return r.size }

// Next reads the next picture into pix [3·w·h] and returns when it is shown, in s.
func (r *Reader) Next(_ context.Context, pix []uint8) (float64, error) {
	r.watch.Reset(r.patience)
	defer r.watch.Stop() // whoever uses the picture may take his time
	at, begins, size, err := r.frames.next()
	if err == io.EOF {
		return 0, r.ended(io.EOF)
	}
	if err != nil {
		return 0, r.ended(early(err))
	}
	if size != int64(len(pix)) {
		return 0, fmt.Errorf("has another size than the pictures before, which are %d × %d px", r.size.X, r.size.Y)
	}
	if _, err := io.ReadFull(r.in, pix[copy(pix, begins):]); err != nil {
		return 0, r.ended(early(err))
	}
	r.number++
	return at, nil
}

// SkipTo passes over pictures until the next one starts at a time in s or before: ffmpeg starts anew, from the last
// picture before it that needs no other.
func (r *Reader) SkipTo(seconds float64) error {
	const margin = 0.5 // s, for times that the container rounds when it looks one up
	if seconds <= margin {
		return nil
	}
	r.Close()
	again, err := r.of.openAt(r.outer, []string{"-copyts", "-start_at_zero", "-ss", fmt.Sprintf("%.6f", seconds-margin)})
	if err != nil {
		return err
	}
	if again.size != r.size {
		again.Close()
		return fmt.Errorf("has another size than before, which was %d × %d px", r.size.X, r.size.Y)
	}
	*r = *again
	r.number = math.MinInt
	return nil
}

// Complaint returns what ffmpeg found wrong and read nevertheless, or "".
func (r *Reader) Complaint() string {
	if line := r.complaint.Line(); line != "" {
		return "ffmpeg: " + clean(line, r.of.path)
	}
	return ""
}

// ended waits for ffmpeg, and returns why it ended: io.EOF where it has sent the whole film.
func (r *Reader) ended(err error) error {
	failed := r.wait()
	complaint := r.complaint.Line()
	switch {
	case context.Cause(r.ctx) != nil:
		return context.Cause(r.ctx)
	case isCut(r.complaint.String()):
		return io.ErrUnexpectedEOF
	case failed == nil && err == io.EOF && r.frames != nil && r.number >= 0 && r.number < r.of.claimed:
		return io.ErrUnexpectedEOF
	case failed == nil && err == io.EOF && r.frames != nil:
		return io.EOF
	case complaint != "":
		return fmt.Errorf("ffmpeg cannot read it: %s", clean(complaint, r.of.path))
	case failed != nil:
		return fmt.Errorf("ffmpeg cannot read it and ends with %w", failed)
	}
	return fmt.Errorf("ffmpeg sends no pictures: %w", early(err))
}

// isCut reports whether ffmpeg complains of a file that ends too early.
func isCut(complaint string) bool {
	for _, words := range []string{"partial file", "ended prematurely", "moov atom not found", "Truncat"} {
		if strings.Contains(complaint, words) {
			return true
		}
	}
	return false
}

// wait waits until ffmpeg has ended, once.
func (r *Reader) wait() error {
	if r.waited {
		return nil
	}
	r.waited = true
	r.watch.Stop()
	return r.cmd.Wait()
}

// Close ends ffmpeg and waits for it.
func (r *Reader) Close() error {
	r.stop(nil)
	_ = r.wait() // it was stopped
	return nil
}

// Probe asks ffprobe what a file is, which must be one that ffmpeg may open. Without ffprobe, what it would
// tell stays unknown.
func Probe(ctx context.Context, path string) (*Video, error) {
	program, err := ffmpeg.Find("ffmpeg")
	if err != nil {
		return nil, err
	}
	if path, err = filepath.Abs(path); err != nil {
		return nil, err
	}
	v := &Video{path: path, ffmpeg: program, patience: patience, facts: film.Facts{Format: "video"}}
	if program, err = ffmpeg.Find("ffprobe"); err != nil {
		return v, nil
	}
	return v, v.probe(ctx, program)
}
