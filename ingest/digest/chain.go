package digest

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"github.com/vedette-siem/vedette/ingest"
)

// Objects opens what digests name. It is called by one goroutine.
type Objects interface {
	// Open returns the bytes of an object as they are stored, which the caller closes, and the object's `x-amz-meta-signature`; empty where it
	// is not known. The error wraps fs.ErrNotExist where there is no such object.
	Open(ctx context.Context, at Ref) (content io.ReadCloser, signature string, err error)
}

// A Verifier checks chains of digests and the log files that they list.
type Verifier struct {
	Objects Objects
	// Keys may be nil: then signatures are not checked, only the hashes from digest to digest.
	Keys *Keys
	// Limits bound the sizes of what is read.
	Limits ingest.Limits
}

// A Result is a digest that is right, or one thing that is wrong.
type Result struct {
	At     Ref     // where the digest lies, or should
	Digest *Digest // nil where there is none that can be read
	Fault  *Fault  // nil where all is right
	Log    *LogFile
	Hash   string // of what is there instead; empty where there is nothing
	// Logs is how many log files were checked; Signed says that the signature was.
	Logs   int
	Signed bool
	// Note is something to know about a digest that is right.
	Note string
}

// maxDigest is how long a digest may be, in bytes.
const maxDigest = 64 << 20

// Verify checks the chains that digests make, each from its newest to its oldest, and gives the results to yield. It ends with ctx, with an error of
// yield, and where Objects fails in a way that says nothing about the object.
func (v *Verifier) Verify(ctx context.Context, digests []Ref, yield func(*Result) error) error {
	for _, links := range chains(digests) {
		c := &chain{Verifier: v, ctx: ctx, yield: yield, known: map[string]bool{}}
		for _, at := range links {
			c.known[at.Key] = true
		}
		for _, at := range links {
			if err := c.link(at); err != nil {
				return fmt.Errorf("verify %s: %w", at, err)
			}
		}
	}
	return nil
}

// chains sorts digests into chains, the newest first: names differ in their time alone
// (`<account>_CloudTrail-Digest_<region>_<trail>_<home region>_<time>.json.gz`).
func chains(digests []Ref) [][]Ref {
	byName := map[string][]Ref{}
	var names []string
	for _, at := range digests {
		base := at.Key[strings.LastIndexByte(at.Key, '/')+1:]
		folder, _, _ := strings.Cut(at.Key, "CloudTrail-Digest/")
		name := folder + base[:max(strings.LastIndexByte(base, '_'), 0)]
		if byName[name] == nil {
			names = append(names, name)
		}
		byName[name] = append(byName[name], at)
	}
	slices.Sort(names)
	var out [][]Ref
	for _, name := range names {
		links := byName[name]
		slices.SortFunc(links, func(a, b Ref) int {
			return cmp.Compare(b.Key[strings.LastIndexByte(b.Key, '/')+1:], a.Key[strings.LastIndexByte(a.Key, '/')+1:])
		})
		out = append(out, links)
	}
	return out
}

// chain is the state of going down one chain.
type chain struct {
	*Verifier
	ctx   context.Context
	yield func(*Result) error
	known map[string]bool // keys that are there
	after *Digest         // the digest that follows in time; nil for none, or none that can be read
}

// link checks a digest and the log files it lists.
func (c *chain) link(at Ref) error {
	if err := c.ctx.Err(); err != nil {
		return err
	}
	plain, signature, err := c.read(at)
	if err != nil {
		return c.unreadable(at, err)
	}
	d, err := Parse(plain)
	if err != nil {
		return c.unreadable(at, err)
	}
	r := &Result{At: at, Digest: d, Hash: hash(plain)}
	after := c.after
	if after != nil && after.PreviousKey != at.Key && c.known[after.PreviousKey] { // go on with the one that is named
		r.Fault = fault(DigestUnlinked, "no digest names this one, and the digest of %s names another", after.End)
		return c.yield(r)
	}
	c.after = d
	switch {
	case after == nil:
	case after.IsFirst():
		r.Note = fmt.Sprintf("logging or its validation was off from %s to %s", d.End, after.Start)
	case after.PreviousKey != at.Key:
		if err := c.missing(after, d); err != nil {
			return err
		}
	default:
		signature = after.PreviousSignature
		if f := follows(after, r.Hash); f != nil {
			r.Fault = f
			return c.yield(r)
		}
		if err := c.gap(r, after); err != nil {
			return err
		}
	}
	if f := c.signature(r, plain, signature); f != nil {
		r.Fault = f
		return c.yield(r)
	}
	return c.logs(r)
}

// read reads a whole digest, inflated.
func (c *chain) read(at Ref) (plain []byte, signature string, err error) {
	content, signature, err := c.Objects.Open(c.ctx, at)
	if err != nil {
		return nil, "", err
	}
	defer content.Close()
	in, err := ingest.Inflate(content, c.Limits)
	if err != nil {
		return nil, "", broken{err}
	}
	defer in.Close()
	plain, err = io.ReadAll(io.LimitReader(in, maxDigest+1))
	switch {
	case err != nil:
		return nil, "", broken{err}
	case len(plain) > maxDigest:
		return nil, "", broken{fmt.Errorf("it has more than %d bytes", maxDigest)}
	}
	return plain, signature, nil
}

// broken is an error of an object's content, not of the way to it.
type broken struct{ error }

// unreadable reports a digest that cannot be read. An error that says nothing about it ends the run.
func (c *chain) unreadable(at Ref, err error) error {
	c.after = nil
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return c.yield(&Result{At: at, Fault: fault(DigestMissing, "the digest is gone")})
	case errors.As(err, new(broken)), strings.HasPrefix(err.Error(), "parse digest"):
		return c.yield(&Result{At: at, Fault: fault(DigestUnreadable, "the digest cannot be read: %v", err)})
	}
	return err
}

// missing reports that the digest before another is not there, and that an older one comes next.
func (c *chain) missing(after, older *Digest) error {
	return c.yield(&Result{At: after.previous, Fault: fault(DigestMissing,
		"the digest before the one of %s is gone: nothing tells whether log files from %s to %s were altered or removed", after.End, older.End, after.Start)})
}

// follows checks a digest by the one that follows it.
func follows(after *Digest, sum string) *Fault {
	switch {
	case after.PreviousHashType != hashing:
		return fault(DigestAltered, "the digest after it hashes with %q, which is not %s", after.PreviousHashType, hashing)
	case !strings.EqualFold(sum, after.PreviousHash):
		return fault(DigestAltered, "the digest was altered: its hash is not the one that the digest of %s tells", after.End)
	}
	return nil
}

// gap reports that a digest does not end where the one after it begins.
func (c *chain) gap(r *Result, after *Digest) error {
	if r.Digest.endTime.Equal(after.startTime) {
		return nil
	}
	return c.yield(&Result{At: r.At, Digest: r.Digest, Hash: r.Hash, Fault: fault(Gap, "the digest ends at %s, and the one after it begins at %s", r.Digest.End, after.Start)})
}

// signature checks the place of a digest, and its signature as far as it and the keys are known.
func (c *chain) signature(r *Result, plain []byte, signature string) *Fault {
	if c.Keys == nil || signature == "" {
		if r.At.Key != r.Digest.Key || r.At.Bucket != r.Digest.Bucket {
			return fault(DigestMisplaced, "the digest says that it belongs to %s, and lies in %s", r.Digest.placement, r.At)
		}
		if r.Note == "" && c.Keys != nil {
			r.Note = "its signature is not known here: S3 keeps that of the newest digest beside it"
		}
		return nil
	}
	err := r.Digest.Verify(r.At, plain, signature, c.Keys)
	if f := (*Fault)(nil); errors.As(err, &f) {
		return f
	}
	r.Signed = true
	return nil
}

// logs checks the log files of a digest, and reports the digest as right if they are.
func (c *chain) logs(r *Result) error {
	wrong := false
	for i := range r.Digest.LogFiles {
		log := &r.Digest.LogFiles[i]
		sum, f, err := c.log(log)
		if err != nil {
			return err
		}
		r.Logs++
		if f == nil {
			continue
		}
		wrong = true
		if err := c.yield(&Result{At: r.At, Digest: r.Digest, Fault: f, Log: log, Hash: sum, Signed: r.Signed}); err != nil {
			return err
		}
	}
	if wrong {
		return nil
	}
	return c.yield(r)
}

// log hashes a log file.
func (c *chain) log(l *LogFile) (sum string, f *Fault, err error) {
	if err := c.ctx.Err(); err != nil {
		return "", nil, err
	}
	if l.HashAlgorithm != hashing {
		return "", fault(LogAltered, "the log file is hashed with %q, which is not %s", l.HashAlgorithm, hashing), nil
	}
	content, _, err := c.Objects.Open(c.ctx, Ref{l.Bucket, l.Key})
	if errors.Is(err, fs.ErrNotExist) {
		return "", fault(LogMissing, "the log file is gone"), nil
	}
	if err != nil {
		return "", nil, err
	}
	defer content.Close()
	in, err := ingest.Inflate(content, c.Limits)
	if err != nil {
		return "", fault(LogAltered, "the log file was altered: %v", err), nil
	}
	defer in.Close()
	h := sha256.New()
	if _, err := io.Copy(h, in); err != nil {
		return "", fault(LogAltered, "the log file was altered: %v", err), nil
	}
	if sum = hex.EncodeToString(h.Sum(nil)); !strings.EqualFold(sum, l.HashValue) {
		return sum, fault(LogAltered, "the log file was altered: its hash is not the one that the digest tells"), nil
	}
	return sum, nil, nil
}
