package files

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"path"
)

// identity returns the SHA-256 of a file, or of the names, sizes and bytes of a folder's pictures in their order. It tells read
// how many bytes it has read each time.
func (p place) identity(ctx context.Context, read func(bytes int64)) (string, error) {
	info, err := fs.Stat(p.files, p.name)
	if err != nil {
		return "", plain(err)
	}
	sum := sha256.New()
	if !info.IsDir() {
		if _, err := p.add(ctx, sum, p.name, read); err != nil {
			return "", err
		}
		return hex.EncodeToString(sum.Sum(nil)), nil
	}
	f, err := openFolder(p.files, p.name)
	if err != nil {
		return "", err
	}
	for _, name := range f.names {
		one := sha256.New()
		n, err := p.add(ctx, one, path.Join(f.dir, name), read)
		if err != nil {
			return "", fmt.Errorf("%s: %w", name, err)
		}
		fmt.Fprintf(sum, "%q %d %x\n", name, n, one.Sum(nil))
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// add adds the bytes of a file to a sum and returns how many there are.
func (p place) add(ctx context.Context, sum hash.Hash, name string, read func(bytes int64)) (int64, error) {
	file, err := p.files.Open(name)
	if err != nil {
		return 0, plain(err)
	}
	defer file.Close()
	total := int64(0)
	for {
		n, err := io.CopyN(sum, file, 1<<22)
		total += n
		read(n)
		if err == io.EOF {
			return total, nil
		}
		if err != nil {
			return total, plain(err)
		}
		if ctx.Err() != nil {
			return total, ctx.Err()
		}
	}
}
