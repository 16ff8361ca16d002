//go:build !race

package trial

import (
	"os"
	"sync"
	"testing"
)

// ends is what is done when all tests have ended.
var ends struct {
	sync.Mutex
	do []func()
}

func atEnd(do func()) {
	ends.Lock()
	defer ends.Unlock()
	ends.do = append(ends.do, do)
}

func TestMain(m *testing.M) {
	code := m.Run()
	for _, do := range ends.do {
		do()
	}
	os.Exit(code)
}
