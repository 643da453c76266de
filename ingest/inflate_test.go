package ingest

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

func zipped(t testing.TB, texts ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	for _, text := range texts {
		z := gzip.NewWriter(&b)
		if _, err := io.WriteString(z, text); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}

func zstandard(t testing.TB, text string) []byte {
	t.Helper()
	z, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	return z.EncodeAll([]byte(text), nil)
}

func inflate(stored []byte, l Limits) (string, error) {
	in, err := newInflater(bytes.NewReader(stored), l)
	if err != nil {
		return "", err
	}
	defer in.Close()
	plain, err := io.ReadAll(in)
	return string(plain), err
}

func TestInflate(t *testing.T) {
	for name, stored := range map[string][]byte{
		"plain":               []byte("hello world"),
		"plain with a mark":   []byte("\xef\xbb\xbfhello world"),
		"gzip":                zipped(t, "hello world"),
		"gzip with a mark":    zipped(t, "\xef\xbb\xbfhello world"),
		"gzip of two members": zipped(t, "hello ", "world"),
		"gzip in gzip":        zipped(t, string(zipped(t, "hello world"))),
		"zstd":                zstandard(t, "hello world"),
		"zstd of two frames":  append(zstandard(t, "hello "), zstandard(t, "world")...),
		"gzip in zstd":        zstandard(t, string(zipped(t, "hello world"))),
	} {
		if got, err := inflate(stored, Limits{}); got != "hello world" || err != nil {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func TestEmptyObjectsInflateToNothing(t *testing.T) {
	for _, stored := range [][]byte{nil, zipped(t, ""), []byte("\xef\xbb\xbf")} {
		if got, err := inflate(stored, Limits{}); got != "" || err != nil {
			t.Errorf("%q, %v", got, err)
		}
	}
}

func TestTruncatedCompressionGivesWhatCameBefore(t *testing.T) {
	text := strings.Repeat("hello world\n", 10_000)
	for name, stored := range map[string][]byte{"gzip": zipped(t, text), "zstd": zstandard(t, text)} {
		got, err := inflate(stored[:len(stored)-9], Limits{})
		if !errors.Is(err, ErrTruncated) || !strings.HasPrefix(text, got) {
			t.Errorf("%s: %d bytes, %v", name, len(got), err)
		}
	}
	if got, err := inflate(zipped(t, text)[:7], Limits{}); !errors.Is(err, ErrTruncated) || got != "" {
		t.Errorf("in its header: %q, %v", got, err)
	}
}

func TestBrokenCompression(t *testing.T) {
	stored := zipped(t, strings.Repeat("hello world", 1000))
	stored[len(stored)/2] ^= 0xff
	if _, err := inflate(stored, Limits{}); err == nil {
		t.Error("a flipped byte is not noticed")
	}
}

func TestInflateLimits(t *testing.T) {
	bomb := zipped(t, strings.Repeat("\x00", 8<<20))
	if _, err := inflate(bomb, Limits{InflateRatio: 100}); !errors.Is(err, ErrInflateRatio) {
		t.Errorf("a bomb: %v", err)
	}
	if _, err := inflate(bomb, Limits{InflatedBytes: 1 << 20}); !errors.Is(err, ErrTooLarge) {
		t.Errorf("inflated: %v", err)
	}
	if _, err := inflate(bytes.Repeat([]byte("x"), 1<<20), Limits{ObjectBytes: 100_000}); !errors.Is(err, ErrTooLarge) {
		t.Errorf("stored: %v", err)
	}
}
