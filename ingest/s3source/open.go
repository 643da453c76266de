package s3source

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/vedette-siem/vedette/ingest"
	"github.com/vedette-siem/vedette/ingest/awsaccess"
)

// reopens is how often reading is taken up again without a byte in between before the object fails.
const reopens = 5

// Open opens an object and sets its ETag, Size and ModTime to those of what will be read: a notification may lack them, or be older. When the connection breaks, reading goes on
// behind the last byte, in the same state of the object or not at all.
func (c *Client) Open(ctx context.Context, o *ingest.Object) (io.ReadCloser, error) {
	b := &body{ctx: ctx, client: c, bucket: o.Bucket, key: o.Key, size: -1}
	out, err := b.get()
	if err != nil {
		b.cancel()
		return nil, err
	}
	b.etag, b.size = aws.ToString(out.ETag), aws.ToInt64(out.ContentLength)
	o.ETag, o.Size, o.ModTime = strings.Trim(b.etag, `"`), b.size, aws.ToTime(out.LastModified)
	b.r = out.Body
	return b, nil
}

// body reads an object, over several answers if need be.
type body struct {
	ctx         context.Context // that of Open: reading is part of that call
	client      *Client
	bucket, key string
	etag        string // as S3 writes it; empty before the first answer
	size, at    int64
	r           io.ReadCloser // nil when it must be asked for again
	fails       int           // since the last byte
	cancel      func()        // ends the answer that r reads
}

// get asks for the rest of the object. The caller calls cancel when it is done with the answer.
func (b *body) get() (out *s3.GetObjectOutput, err error) {
	in := &s3.GetObjectInput{Bucket: &b.bucket, Key: &b.key}
	if b.client.RequesterPays {
		in.RequestPayer = types.RequestPayerRequester
	}
	if b.at > 0 {
		in.Range = aws.String(fmt.Sprintf("bytes=%d-", b.at))
	}
	if b.etag != "" {
		in.IfMatch = &b.etag
	}
	ctx, cancel := context.WithCancel(b.ctx)
	b.cancel = cancel
	err = b.client.in(b.bucket, func(o ...func(*s3.Options)) error {
		out, err = b.client.api.GetObject(ctx, in, o...)
		return awsaccess.Explain(b.ctx, "s3:GetObject", "s3://"+b.bucket+"/"+b.key, err)
	})
	return out, err
}

// Read implements io.Reader.
func (b *body) Read(p []byte) (int, error) {
	for {
		if b.r == nil {
			if err := b.again(); err != nil {
				return 0, err
			}
		}
		n, err := b.read(p)
		b.at += int64(n)
		if n > 0 {
			b.fails = 0
		}
		if errors.Is(err, io.EOF) && (b.size < 0 || b.at >= b.size) {
			return n, io.EOF
		}
		if err != nil {
			if b.fails++; b.ctx.Err() != nil || b.fails > reopens {
				return n, errors.Join(b.ctx.Err(), b.brokeOff(err))
			}
			b.drop()
		}
		if n > 0 {
			return n, nil
		}
	}
}

// read reads from the answer, and gives it up when nothing comes.
func (b *body) read(p []byte) (int, error) {
	stalled := time.AfterFunc(cmp.Or(b.client.Stall, time.Minute), b.cancel)
	n, err := b.r.Read(p)
	if !stalled.Stop() && err != nil && b.ctx.Err() == nil {
		err = errStalled
	}
	return n, err
}

var errStalled = errors.New("nothing came for too long")

// brokeOff is an error of the way to S3: nothing is wrong with the object.
func (b *body) brokeOff(err error) error {
	err = fmt.Errorf("broke off at byte %d of %d: %w", b.at, b.size, noEOF(err))
	return awsaccess.Explain(b.ctx, "s3:GetObject", "s3://"+b.bucket+"/"+b.key, err)
}

func (b *body) drop() {
	_ = b.r.Close()
	b.cancel()
	b.r = nil
}

// again asks for the rest after a pause.
func (b *body) again() error {
	pause := b.client.Pause
	if pause == nil {
		pause = Pause
	}
	if err := pause(b.ctx, b.fails); err != nil {
		return err
	}
	out, err := b.get()
	if err != nil {
		b.cancel()
		return fmt.Errorf("read on at byte %d: %w", b.at, err)
	}
	if b.at > 0 && out.ContentRange == nil { // a server that knows no ranges sent all of it again
		if _, err := io.CopyN(io.Discard, out.Body, b.at); err != nil {
			err = errors.Join(b.brokeOff(err), out.Body.Close())
			b.cancel()
			return err
		}
	}
	b.r = out.Body
	return nil
}

// Close implements io.Closer.
func (b *body) Close() error {
	if b.r == nil {
		return nil
	}
	defer b.cancel()
	return b.r.Close()
}

// noEOF keeps an end that came too early from looking like the end of the object.
func noEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// Pause waits for a random part of 0.2 s, doubled with each attempt n (from 1) up to 20 s, or until ctx ends.
func Pause(ctx context.Context, n int) error {
	most := min(200*time.Millisecond<<min(max(n-1, 0), 10), 20*time.Second)
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(time.Duration(rand.Int64N(int64(most)) + 1)):
		return nil
	}
}
