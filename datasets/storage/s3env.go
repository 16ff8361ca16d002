//go:build !js

package storage

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/minio/minio-go/v7/pkg/credentials"
	"gopkg.in/ini.v1"
)

// surroundings are what the environment says of object stores, in the words of Amazon's own programs.
type surroundings struct {
	host, region string
	secure       bool
	id           string // AWS_ACCESS_KEY_ID: another has another client
	secret       string
	token        string
	profile      string
	file         string // of credentials
}

// amazon is where buckets are unless something else is said.
const amazon = "s3.amazonaws.com"

// look reads the environment, and the file of settings that it may name.
func look() (surroundings, error) {
	s := surroundings{
		id: os.Getenv("AWS_ACCESS_KEY_ID"), secret: os.Getenv("AWS_SECRET_ACCESS_KEY"), token: os.Getenv("AWS_SESSION_TOKEN"),
		profile: cmp.Or(os.Getenv("AWS_PROFILE"), "default"), file: os.Getenv("AWS_SHARED_CREDENTIALS_FILE"),
	}
	endpoint := cmp.Or(os.Getenv("AWS_ENDPOINT_URL_S3"), os.Getenv("AWS_ENDPOINT_URL"))
	s.region = cmp.Or(os.Getenv("AWS_REGION"), os.Getenv("AWS_DEFAULT_REGION"))
	settings := profileSettings(s.profile)
	endpoint = cmp.Or(endpoint, settings("endpoint_url"))
	s.region = cmp.Or(s.region, settings("region"))
	if endpoint == "" {
		s.host, s.secure = amazon, true
		return s, nil
	}
	if err := CheckEndpoint(endpoint); err != nil {
		return s, fmt.Errorf("AWS_ENDPOINT_URL: %w", err)
	}
	at, err := url.Parse(endpoint)
	if err != nil {
		return s, err
	}
	s.host, s.secure = at.Host, at.Scheme == "https"
	if s.region == "" && !strings.HasSuffix(at.Hostname(), "amazonaws.com") {
		s.region = "us-east-1" // what stores that have no regions answer to
	}
	return s, nil
}

// profileSettings returns a function that reads a setting of a profile in ~/.aws/config, where it is.
func profileSettings(profile string) func(key string) string {
	path := os.Getenv("AWS_CONFIG_FILE")
	if home, err := os.UserHomeDir(); path == "" && err == nil {
		path = filepath.Join(home, ".aws", "config")
	}
	none := func(string) string { return "" }
	file, err := ini.LooseLoad(path)
	if path == "" || err != nil {
		return none
	}
	name := "profile " + profile
	if profile == "default" {
		name = profile
	}
	section, err := file.GetSection(name)
	if err != nil {
		return none
	}
	return func(key string) string { return section.Key(key).String() }
}

// credentials returns who asks: the environment says it, or the usual file, or, where the environment names it, the
// service that hands credentials to programs in a cluster. Otherwise nobody does, and public buckets can be read.
func (s surroundings) credentials() *credentials.Credentials {
	chain := []credentials.Provider{&credentials.EnvAWS{}, &credentials.FileAWSCredentials{Filename: s.file, Profile: s.profile}}
	for _, name := range []string{"AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"} {
		if os.Getenv(name) != "" {
			chain = append(chain, &credentials.IAM{Client: &http.Client{Transport: transport()}})
			break
		}
	}
	return credentials.NewChainCredentials(chain)
}
