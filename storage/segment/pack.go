package segment

import (
	"runtime"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// packWindow is the largest distance of a repetition that compression looks for: a little more than a block of rests.
const packWindow = 128 << 10

// The coders keep nothing from one call to the next but memory, which all segments share; each is for many goroutines.
var (
	packer = sync.OnceValue(func() *zstd.Encoder {
		e, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(runtime.GOMAXPROCS(0)), zstd.WithWindowSize(packWindow), zstd.WithLowerEncoderMem(true))
		if err != nil {
			panic("BUG: segment: options of the encoder: " + err.Error())
		}
		return e
	})
	unpacker = sync.OnceValue(func() *zstd.Decoder {
		d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(runtime.GOMAXPROCS(0)))
		if err != nil {
			panic("BUG: segment: options of the decoder: " + err.Error())
		}
		return d
	})
)

// pack appends compressed bytes with a checksum to buf.
func pack(buf, raw []byte) []byte { return packer().EncodeAll(raw, buf) }

// unpack appends the bytes that pack has compressed to buf.
func unpack(buf, packed []byte) ([]byte, error) { return unpacker().DecodeAll(packed, buf) }
