// Package moto gives tests a real S3, SQS, SNS and STS over HTTP: moto (https://docs.getmoto.org), in a Python environment of its own that the first test makes
// below .cache. Only tests import it.
//
// Where moto differs from AWS, as far as the tests here could notice: it checks no permissions and no signatures, knows no 301 for a bucket of another region, never
// throttles and never answers with half a body. Proxy plays those.
package moto

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

// Version is the pinned version of moto on PyPI.
const Version = "5.2.5"

// Region is that of all that the tests make.
const Region = "eu-central-1"

// A Server is a running moto.
type Server struct {
	URL string
	cmd *exec.Cmd
}

var (
	once   sync.Once
	shared *Server
	failed error
)

// Start gives a test the package's server, emptied. Tests that use it must not run in parallel. Call Stop in TestMain.
func Start(t testing.TB) *Server {
	t.Helper()
	once.Do(func() { shared, failed = start() })
	if failed != nil {
		t.Fatal(failed)
	}
	answer, err := http.Post(shared.URL+"/moto-api/reset", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	http.DefaultClient.CloseIdleConnections()
	return shared
}

// Stop ends the package's server, if there is one.
func Stop() {
	if shared == nil {
		return
	}
	_ = shared.cmd.Process.Kill()
	_ = shared.cmd.Wait()
}

// Config is how clients reach the server.
func (s *Server) Config() aws.Config {
	return aws.Config{Region: Region, BaseEndpoint: aws.String(s.URL), Credentials: credentials.NewStaticCredentialsProvider("test", "test", "")}
}

var address = regexp.MustCompile(`Running on (http://[0-9.:]+)`)

func start() (*Server, error) {
	bin, err := install()
	if err != nil {
		return nil, fmt.Errorf("install moto %s: %w", Version, err)
	}
	cmd := exec.Command(bin, "-H", "127.0.0.1", "-p", "0")
	cmd.Env = append(os.Environ(), "PYTHONUNBUFFERED=1", "AWS_DEFAULT_REGION="+Region)
	cmd.SysProcAttr = dieWithParent()
	out, err := cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	lines, said := bufio.NewScanner(out), ""
	for lines.Scan() {
		if m := address.FindStringSubmatch(lines.Text()); m != nil {
			go func() { // so that it never waits for a reader
				for lines.Scan() {
				}
			}()
			return &Server{URL: m[1], cmd: cmd}, nil
		}
		said += lines.Text() + "\n"
	}
	_ = cmd.Wait()
	return nil, fmt.Errorf("moto did not start: %s", said)
}

// install makes the environment once for all packages, and returns the program in it.
func install() (string, error) {
	root, err := repository()
	if err != nil {
		return "", err
	}
	cache := filepath.Join(root, ".cache")
	venv := filepath.Join(cache, "moto-"+Version)
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return "", err
	}
	lock, err := os.Create(venv + ".lock")
	if err != nil {
		return "", err
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return "", err
	}
	bin, ready := filepath.Join(venv, "bin", "moto_server"), filepath.Join(venv, "ready")
	if _, err := os.Stat(ready); err == nil {
		return bin, nil
	}
	for _, line := range [][]string{
		{"python3", "-m", "venv", "--clear", venv},
		{filepath.Join(venv, "bin", "pip"), "install", "--quiet", "--disable-pip-version-check", "moto[s3,sqs,sns,sts,server]==" + Version},
	} {
		if out, err := exec.CommandContext(context.Background(), line[0], line[1:]...).CombinedOutput(); err != nil {
			return "", fmt.Errorf("%s: %w\n%s", strings.Join(line, " "), err, out)
		}
	}
	return bin, os.WriteFile(ready, nil, 0o644)
}

// repository is the folder with go.mod, above the one that tests run in.
func repository() (string, error) {
	dir, err := os.Getwd()
	for err == nil {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		if filepath.Dir(dir) == dir {
			return "", fmt.Errorf("no go.mod above the tests")
		}
		dir = filepath.Dir(dir)
	}
	return "", err
}
