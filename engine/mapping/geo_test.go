package mapping

import (
	"math"
	"testing"
)

func TestPointsOfAllForms(t *testing.T) {
	f := func(raw string, lat, lon float64) {
		t.Helper()
		p, err := ParsePoint([]byte(raw))
		if err != nil || math.Abs(p.Lat-lat) > 1e-9 || math.Abs(p.Lon-lon) > 1e-9 {
			t.Errorf("%s: got %v, %v", raw, p, err)
		}
	}
	f(`{"lat": 48.1, "lon": "11.5"}`, 48.1, 11.5)
	f(`[11.5, 48.1]`, 48.1, 11.5)
	f(`"48.1, 11.5"`, 48.1, 11.5)
	f(`"POINT (11.5 48.1)"`, 48.1, 11.5)
	f(`{"type": "Point", "coordinates": [11.5, 48.1]}`, 48.1, 11.5)
	f(`"s00"`, 0, 0)
	f(`"u"`, 45, 0)
	for _, bad := range []string{`{"lat": 91, "lon": 0}`, `[1]`, `"a!"`, `{"lat": 1}`, `1`, `{`} {
		if _, err := ParsePoint([]byte(bad)); err == nil {
			t.Errorf("%s is accepted", bad)
		}
	}
}

func TestPointsKeepTheirPlaceWhenEncoded(t *testing.T) {
	for _, p := range []Point{{0, 0}, {48.137154, 11.576124}, {-33.87, 151.2}, {90, 180}, {-90, -180}, {12.5, -0.0000001}} {
		q := PointOf(p.Encode())
		if math.Abs(q.Lat-p.Lat) > 1e-7 || math.Abs(q.Lon-p.Lon) > 1e-7 {
			t.Errorf("%v becomes %v", p, q)
		}
	}
}

func TestDistances(t *testing.T) {
	berlin, munich := Point{52.520008, 13.404954}, Point{48.137154, 11.576124}
	if d := berlin.Distance(munich); math.Abs(d-504_200) > 300 || berlin.Distance(berlin) != 0 {
		t.Errorf("got %v", d)
	}
}
