package storage

import "errors"

// dial has nothing to offer in a browser, whose page must not carry a client for object stores.
func dial(string) (store, error) {
	return nil, errors.New("object stores are not reached from a browser")
}
