package ecs_test

import (
	"encoding/json"
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/maxmind/mmdbwriter"
	"github.com/maxmind/mmdbwriter/mmdbtype"
	"go4.org/netipx"

	"github.com/vedette-siem/vedette/ingest/ecs"
)

// TestCommunityID holds the specification's vectors.
func TestCommunityID(t *testing.T) {
	for _, test := range []struct {
		from, to string
		protocol uint8
		want     string
	}{
		{"172.31.16.139:20641", "172.31.16.21:22", 6, "1:78twGw5/iHs2/5/1899dIS6GfPc="},
		{"172.31.9.69:49761", "172.31.9.12:3389", 6, "1:uNfXEHxtOFkEsLzQLEzproPA1iU="},
		{"52.213.180.42:43416", "10.0.0.62:5001", 6, "1:HQ1oJYZ+9SJOoeju7badiLfvwls="},
		{"[2001:db8:1234:a100:8d6e:3477:df66:f105]:34892", "[2001:db8:1234:a102:3304:8879:34cf:4071]:22", 6, "1:hXZclvxUJScaVf0xMIJR6yW6tBQ="},
		{"216.160.83.56:36721", "89.160.20.128:8080", 17, "1:sU/jA1+FI5cshrGCoA1TfwNwfOo="},
		{"10.0.0.1:0", "10.0.0.2:0", 1, ""},
		{"10.0.0.1:1", "[2001:db8::1]:2", 6, ""},
	} {
		from, to := netip.MustParseAddrPort(test.from), netip.MustParseAddrPort(test.to)
		if got := ecs.CommunityID(from, to, test.protocol); got != test.want {
			t.Errorf("%s to %s: %s, want %s", test.from, test.to, got, test.want)
		}
		if got := ecs.CommunityID(to, from, test.protocol); got != test.want {
			t.Errorf("%s back to %s: %s, want %s", test.to, test.from, got, test.want)
		}
	}
	if got := ecs.CommunityID(netip.AddrPort{}, netip.AddrPort{}, 6); got != "" {
		t.Errorf("without addresses: %s", got)
	}
}

func TestUserAgent(t *testing.T) {
	const chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/114.0.0.0 Safari/537.36"
	for agent, want := range map[string]string{
		"aws-cli/2.13.5 Python/3.11.4 Linux/5.15 exe/x86_64":                "aws-cli 2.13.5 Linux 5.15 ",
		"aws-cli/2.15 md/awscrt#0.19 ua/2.0 os/macos#23.1.0 md/arch#arm64":  "aws-cli 2.15 Mac OS X 23.1.0 ",
		"Boto3/1.26.160 md/Botocore#1.29 ua/2.0 os/linux#5.10":              "Boto3 1.26.160 Linux 5.10 ",
		"[S3Console/0.4, aws-internal/3]":                                   "S3Console 0.4   ",
		"APN/1.0 HashiCorp/1.0 Terraform/1.1.2 (+https://www.terraform.io)": "Terraform 1.1.2   ",
		"curl/8.5.0":                "curl 8.5.0   ",
		"autoscaling.amazonaws.com": "    ",
		"AWS Internal":              "    ",
		chrome:                      "Chrome 114.0.0.0 Windows 10.0 ",
		chrome + " Edg/114.0.1":     "Edge 114.0.1 Windows 10.0 ",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 16_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.5 Mobile/15E148 Safari/604.1": "Safari 16.5 iOS 16.5 iPhone",
		"Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0":                                                                  "Firefox 115.0 Linux  ",
		"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)":                                                                "Googlebot 2.1   ",
		"Mozilla/5.0 (Linux; Android 13; Pixel 7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/114.0.0.0 Mobile Safari/537.36":                   "Chrome 114.0.0.0 Android 13 ",
		"<script>/1":                "<script> 1   ",
		strings.Repeat("x", 10_000): "    ",
	} {
		b := begin(ecs.Options{})
		b.UserAgent([]byte(agent))
		var source struct {
			UserAgent struct {
				Original, Name, Version string
				OS                      struct{ Name, Version string }
				Device                  struct{ Name string }
			} `json:"user_agent"`
		}
		if err := json.Unmarshal(b.Document("i").Source, &source); err != nil {
			t.Fatal(err)
		}
		ua := source.UserAgent
		if got := strings.Join([]string{ua.Name, ua.Version, ua.OS.Name, ua.OS.Version, ua.Device.Name}, " "); got != want || ua.Original != agent {
			t.Errorf("%s:\n got %q\nwant %q", agent, got, want)
		}
	}
}

func TestTLSVersion(t *testing.T) {
	for raw, want := range map[string]string{
		"TLSv1.2": `"tls":{"version_protocol":"tls","version":"1.2"}`, "tlsv12": `"tls":{"version_protocol":"tls","version":"1.2"}`,
		"TLSv1": `"tls":{"version_protocol":"tls","version":"1"}`, "SSLv3": `"tls":{"version_protocol":"ssl","version":"3"}`,
		"-": "", "": "", "TLSv": "", "xv1": "", "QUICv1": "",
	} {
		b := begin(ecs.Options{})
		b.TLSVersion([]byte(raw))
		source := string(b.Document("i").Source)
		if strings.Contains(source, `"tls"`) != (want != "") || !strings.Contains(source, want) {
			t.Errorf("%s: %s", raw, source)
		}
	}
}

func geoFile(t *testing.T, name string, records map[string]mmdbtype.Map) string {
	t.Helper()
	tree, err := mmdbwriter.New(mmdbwriter.Options{DatabaseType: "Test", RecordSize: 24, IncludeReservedNetworks: true})
	if err != nil {
		t.Fatal(err)
	}
	for network, record := range records {
		if err := tree.Insert(netipx.PrefixIPNet(netip.MustParsePrefix(network)), record); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), name)
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tree.WriteTo(file); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func names(en string) mmdbtype.Map { return mmdbtype.Map{"en": mmdbtype.String(en)} }

func TestGeoIP(t *testing.T) {
	city := geoFile(t, "city.mmdb", map[string]mmdbtype.Map{
		"198.51.100.0/24": {
			"country": mmdbtype.Map{"iso_code": mmdbtype.String("DE"), "names": names("Germany")}, "city": mmdbtype.Map{"names": names("Köln")},
			"subdivisions": mmdbtype.Slice{mmdbtype.Map{"iso_code": mmdbtype.String("NW"), "names": names("North Rhine-Westphalia")}},
			"location":     mmdbtype.Map{"latitude": mmdbtype.Float64(50.9), "longitude": mmdbtype.Float64(6.95)},
		},
		"10.0.0.0/8": {"country": mmdbtype.Map{"iso_code": mmdbtype.String("XX")}},
	})
	as := geoFile(t, "as.mmdb", map[string]mmdbtype.Map{
		"198.51.100.0/24": {"autonomous_system_number": mmdbtype.Uint32(64500), "autonomous_system_organization": mmdbtype.String("Example \"Net\"")},
	})
	geo, err := ecs.OpenGeoIP(city, as)
	if err != nil {
		t.Fatal(err)
	}
	defer geo.Close()
	for range 2 { // the second time from memory
		b := begin(ecs.Options{Steps: []ecs.Step{geo}})
		b.Address("source.address", "source.ip", []byte("198.51.100.7"))
		b.Address("destination.address", "destination.ip", []byte("10.0.0.1"))
		source := string(b.Document("i").Source)
		want := `"source":{"address":"198.51.100.7","ip":"198.51.100.7",` +
			`"geo":{"country_iso_code":"DE","country_name":"Germany","region_iso_code":"DE-NW","region_name":"North Rhine-Westphalia","city_name":"Köln","location":{"lat":50.9,"lon":6.95}},` +
			`"as":{"number":64500,"organization":{"name":"Example \"Net\""}}},"destination":{"address":"10.0.0.1","ip":"10.0.0.1"}`
		if !strings.Contains(source, want) {
			t.Errorf(" got %s\nwant %s", source, want)
		}
	}
}

func TestGeoIPTakesAFileThatReplacesItsOwn(t *testing.T) {
	country := func(code string) map[string]mmdbtype.Map {
		return map[string]mmdbtype.Map{"198.51.100.0/24": {"country": mmdbtype.Map{"iso_code": mmdbtype.String(code)}}}
	}
	path := geoFile(t, "old.mmdb", country("DE"))
	geo, err := ecs.OpenGeoIP(path)
	if err != nil {
		t.Fatal(err)
	}
	defer geo.Close()
	want := func(code string) {
		t.Helper()
		if place, _ := geo.Locate(netip.MustParseAddr("198.51.100.7")); string(place) != `{"country_iso_code":"`+code+`"}` {
			t.Errorf("%s instead of %s", place, code)
		}
	}
	want("DE")
	if err := geo.Reload(); err != nil {
		t.Error(err)
	}
	if err := os.Rename(geoFile(t, "new.mmdb", country("FR")), path); err != nil {
		t.Fatal(err)
	}
	want("DE")
	if err := geo.Reload(); err != nil {
		t.Error(err)
	}
	want("FR")
	rubbish := filepath.Join(t.TempDir(), "rubbish.mmdb")
	if err := errors.Join(os.WriteFile(rubbish, []byte("rubbish"), 0o600), os.Rename(rubbish, path)); err != nil {
		t.Fatal(err)
	}
	if err := geo.Reload(); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("%v", err)
	}
	want("FR")
}

func TestGeoIPNamesTheFileThatItCannotOpen(t *testing.T) {
	rubbish := filepath.Join(t.TempDir(), "rubbish.mmdb")
	if err := os.WriteFile(rubbish, []byte("rubbish"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{rubbish, filepath.Join(t.TempDir(), "missing.mmdb")} {
		if _, err := ecs.OpenGeoIP(path); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%v", err)
		}
	}
}
