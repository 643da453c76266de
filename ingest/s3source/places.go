package s3source

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"
)

// A place is a folder whose objects are listed together.
type place struct {
	prefix string
	// hive and plain are folders of years below it: `year=2026/month=11/day=24/` and `2026/11/24/`. Without either, it holds objects itself.
	hive, plain bool
	// dated objects have names that begin with a day, as S3 server access logs have.
	dated bool
}

// maxPlaces bounds the memory for the layout of a bucket.
const maxPlaces = 100_000

var (
	year    = regexp.MustCompile(`^(year=)?(?:19|20)[0-9]{2}/$`)
	dayName = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}`)
)

// find walks the folders down to those with years or objects; AWSLogs/ is found wherever it lies, with the accounts, services and regions below it.
func (s *Source) find(ctx context.Context) ([]place, error) {
	var found []place
	todo := []string{s.o.Prefix}
	for len(todo) > 0 {
		folder := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		below, here, err := s.look(ctx, folder)
		if err != nil {
			return nil, err
		}
		found = append(found, here...)
		for i := len(below) - 1; i >= 0; i-- { // so that they come in order
			todo = append(todo, below[i])
		}
		if len(found)+len(todo) > maxPlaces {
			return nil, fmt.Errorf("s3://%s/%s has more than %d folders: set a longer prefix, or use a queue", s.o.Bucket, s.o.Prefix, maxPlaces)
		}
	}
	return found, nil
}

// look lists one folder without what is below it: the folders to look into, and what it is itself.
func (s *Source) look(ctx context.Context, folder string) (below []string, here []place, err error) {
	root := folder[:strings.LastIndexByte(folder, '/')+1]
	years, objects := place{prefix: root}, place{prefix: folder}
	holds := false
	for page, err := range s.pages(ctx, folder, "/", "") {
		if err != nil {
			return nil, nil, err
		}
		for _, o := range page.Contents {
			if !holds {
				objects.dated = dayName.MatchString((*o.Key)[strings.LastIndexByte(*o.Key, '/')+1:])
			}
			holds = true
		}
		for _, p := range page.CommonPrefixes {
			if m := year.FindStringSubmatch(strings.TrimPrefix(*p.Prefix, root)); m != nil {
				years.hive, years.plain = years.hive || m[1] != "", years.plain || m[1] == ""
			} else {
				below = append(below, *p.Prefix)
			}
		}
		if holds && len(page.CommonPrefixes) == 0 && len(page.Contents) == pageSize && objects.dated {
			break // a flat folder of very many objects: its layout is clear
		}
	}
	if holds {
		here = append(here, objects)
	}
	if years.hive || years.plain {
		here = append(here, years)
	}
	return below, here, nil
}

// prefixes are what to list of a folder with years for [since, until]: days, or months when there are many, or all of it when there is no beginning.
func (p place) prefixes(since, until time.Time) []string {
	if since.IsZero() {
		return []string{p.prefix}
	}
	plain, hive := "2006/01/02/", "year=2006/month=01/day=02/"
	day, step := since.UTC().Truncate(24*time.Hour), func(t time.Time) time.Time { return t.AddDate(0, 0, 1) }
	if until.Sub(since) > 31*24*time.Hour {
		plain, hive = "2006/01/", "year=2006/month=01/"
		day, step = day.AddDate(0, 0, 1-day.Day()), func(t time.Time) time.Time { return t.AddDate(0, 1, 0) }
	}
	var out []string
	for ; !day.After(until); day = step(day) {
		if p.plain {
			out = append(out, p.prefix+day.Format(plain))
		}
		if p.hive {
			out = append(out, p.prefix+day.Format(hive))
		}
	}
	return out
}
