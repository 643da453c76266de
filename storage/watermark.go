package storage

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Watermark says below which free space on the disk of the data directory nothing is written any more. It reads as Elasticsearch's flood-stage watermark does.
// The zero value is DefaultWatermark.
type Watermark struct {
	// UsedPercent of the disk may be used.
	UsedPercent float64
	// Headroom is the most free space, in bytes, that UsedPercent may ask for; 0 is no bound. Large disks need not keep a share free.
	Headroom int64
	// Free is the free space in bytes, in place of the two above; 0 is not given.
	Free int64
}

// DefaultWatermark is a tenth of the disk, but not more than 1 GB: what is under way at full rate, merges included, takes less than that, and each byte kept free on a large
// disk is history that could have been kept. (Elasticsearch's own is 5 % and 100 GB.)
var DefaultWatermark = Watermark{UsedPercent: 90, Headroom: 1 << 30}

// ParseWatermark reads Elasticsearch's cluster.routing.allocation.disk.watermark.flood_stage, which is used space as a percentage or a ratio or free space as bytes, and
// its max_headroom, which is bytes or -1. Empty ones are the defaults; a percentage that is given has no headroom unless that is given too.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/modules-cluster.html#disk-based-shard-allocation
func ParseWatermark(floodStage, maxHeadroom string) (w Watermark, err error) {
	w = DefaultWatermark
	if floodStage != "" {
		if w, err = parseFloodStage(floodStage); err != nil {
			return w, err
		}
	}
	switch {
	case maxHeadroom == "":
	case maxHeadroom == "-1":
		w.Headroom = 0
	case w.Free > 0:
		return w, fmt.Errorf("max_headroom [%s] is for a percentage, and flood_stage [%s] is bytes: give one of them", maxHeadroom, floodStage)
	default:
		w.Headroom, err = parseBytes(maxHeadroom)
	}
	return w, err
}

func parseFloodStage(s string) (Watermark, error) {
	percent, isPercent := strings.CutSuffix(s, "%")
	if n, err := strconv.ParseFloat(percent, 64); err == nil {
		if !isPercent {
			n *= 100 // a ratio
		}
		if n <= 0 || n > 100 || math.IsNaN(n) {
			return Watermark{}, fmt.Errorf("flood_stage [%s]: must be a share of the disk, such as 90%% or 0.9, or free bytes, such as 1gb", s)
		}
		return Watermark{UsedPercent: n}, nil
	}
	free, err := parseBytes(s)
	return Watermark{Free: free}, err
}

// parseBytes reads a size as Elasticsearch does: 512mb, 1gb.
func parseBytes(s string) (int64, error) {
	text := strings.ToLower(strings.TrimSpace(s))
	for i, unit := range []string{"kb", "mb", "gb", "tb", "b"} {
		number, ok := strings.CutSuffix(text, unit)
		if !ok {
			continue
		}
		n, err := strconv.ParseFloat(number, 64)
		most := float64(1 << 20)
		if unit == "b" {
			most = 1 << 60
		}
		if err != nil || !(n > 0 && n <= most) { // which nan is not either
			break
		}
		return int64(n * float64(int64(1)<<(10*((i+1)%5)))), nil
	}
	return 0, fmt.Errorf("size [%s]: must be a number with a unit, such as 512mb or 1gb", s)
}

// limit is the free space, in bytes, below which a disk of that size is full.
func (w Watermark) limit(total int64) int64 {
	if w == (Watermark{}) {
		w = DefaultWatermark
	}
	if w.Free > 0 {
		return w.Free
	}
	limit := int64(float64(total) * (100 - w.UsedPercent) / 100)
	if w.Headroom > 0 {
		limit = min(limit, w.Headroom)
	}
	return limit
}
