package console

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
)

// Listen listens at an address of TCP, such as 127.0.0.1:8417 or [::1]:0. A text that is no
// address is an error of usage.
func Listen(address string) (net.Listener, error) {
	_, port, err := net.SplitHostPort(address)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return nil, Usagef("%q must be HOST:PORT with a port from 0 to 65535, such as 127.0.0.1:8417", address)
	}
	listener, err := net.Listen("tcp", address)
	if system, host := (*os.SyscallError)(nil), (*net.DNSError)(nil); errors.As(err, &system) {
		err = fmt.Errorf("%s: %w", address, system.Err)
	} else if errors.As(err, &host) {
		err = fmt.Errorf("%s: there is no host %q", address, host.Name)
	}
	return listener, err
}
