package ecs

import (
	"bytes"
	"strings"
)

// UserAgent sets `user_agent.original` and what can be told from it at a glance: name, version, operating system and
// device. An absent one is omitted.
//
// It looks for known words and never runs a regular expression: the well-known list of patterns for agents costs one to two
// milliseconds for each new one, which anybody who sends requests could use to stop the reading of logs.
func (b *Builder) UserAgent(v []byte) {
	if Absent(v) {
		return
	}
	b.KeywordBytes("user_agent.original", v)
	a := b.agents.of(v[:min(len(v), memoBytes)], tellAgent)
	b.Keyword("user_agent.name", a.name)
	b.Keyword("user_agent.version", a.version)
	b.Keyword("user_agent.os.name", a.system)
	b.Keyword("user_agent.os.version", a.release)
	b.Keyword("user_agent.device.name", a.device)
}

// agent is what is told of an agent; empty parts are not known.
type agent struct{ name, version, system, release, device string }

func tellAgent(v []byte) agent {
	name, version := agentProduct(v)
	system, release := agentSystem(v)
	return agent{name, string(version), system, string(release), agentDevice(v)}
}

// browsers are told by a word before their version, in this order: most of them also name those that follow.
var browsers = [...]struct{ word, name string }{
	{"Edg/", "Edge"}, {"EdgA/", "Edge"}, {"Edge/", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser/", "Samsung Internet"},
	{"HeadlessChrome/", "HeadlessChrome"}, {"CriOS/", "Chrome Mobile iOS"}, {"FxiOS/", "Firefox iOS"},
	{"Firefox/", "Firefox"}, {"Chrome/", "Chrome"}, {"MSIE ", "IE"},
}

// crawlers call themselves Mozilla but are told by their own word.
var crawlers = [...]string{"Googlebot", "bingbot", "AhrefsBot", "SemrushBot", "YandexBot", "DuckDuckBot", "Applebot", "facebookexternalhit", "CensysInspect"}

func agentProduct(v []byte) (name string, version []byte) {
	if !bytes.HasPrefix(v, []byte("Mozilla/")) {
		return agentTool(v)
	}
	for _, word := range crawlers {
		if at := bytes.Index(v, []byte(word)); at >= 0 {
			return word, versionAt(bytes.TrimPrefix(v[at+len(word):], []byte("/")))
		}
	}
	for _, browser := range browsers {
		if at := bytes.Index(v, []byte(browser.word)); at >= 0 {
			return browser.name, versionAt(v[at+len(browser.word):])
		}
	}
	if at := bytes.Index(v, []byte("Version/")); at >= 0 && bytes.Contains(v, []byte("Safari/")) {
		return "Safari", versionAt(v[at+len("Version/"):])
	}
	return "", nil
}

// agentTool reads `name/version …`, as tools and SDKs write it, with or without brackets around the whole.
func agentTool(v []byte) (name string, version []byte) {
	v = bytes.TrimLeft(v, "[")
	if at := bytes.Index(v, []byte("Terraform/")); at > 0 && bytes.HasPrefix(v, []byte("APN/")) {
		v = v[at:]
	}
	slash := bytes.IndexByte(v, '/')
	if slash <= 0 || slash > 64 || bytes.ContainsAny(v[:slash], " ;,()@:\"") {
		return "", nil
	}
	return string(v[:slash]), versionAt(v[slash+1:])
}

// versionAt is the run of digits, letters, dots, dashes and pluses at the beginning, when it begins like a version.
func versionAt(v []byte) []byte {
	n := 0
	for n < len(v) && n < 32 && (v[n] == '.' || v[n] == '-' || v[n] == '+' || v[n] == '_' || isAlnum(v[n])) {
		n++
	}
	v = v[:n]
	if n == 0 || (v[0] != 'v' && (v[0] < '0' || v[0] > '9')) {
		return nil
	}
	return v
}

func isAlnum(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// systems are told by a word, in this order.
var systems = [...]struct{ word, name string }{
	{"Windows NT ", "Windows"}, {"Android ", "Android"}, {"iPhone OS ", "iOS"}, {"CPU OS ", "iOS"}, {"Mac OS X ", "Mac OS X"},
	{"Windows/", "Windows"}, {"Darwin/", "Mac OS X"}, {"macos/", "Mac OS X"}, {"os/windows", "Windows"}, {"os/macos", "Mac OS X"},
	{"os/linux", "Linux"}, {"Linux/", "Linux"}, {"linux/", "Linux"}, {"CrOS ", "Chrome OS"}, {"Windows", "Windows"},
	{"Android", "Android"}, {"Darwin", "Mac OS X"}, {"darwin", "Mac OS X"}, {"Linux", "Linux"}, {"linux", "Linux"}, {"windows", "Windows"},
}

func agentSystem(v []byte) (name string, version []byte) {
	for _, s := range systems {
		at := bytes.Index(v, []byte(s.word))
		if at < 0 {
			continue
		}
		rest := v[at+len(s.word):]
		if strings.HasPrefix(s.word, "os/") {
			rest = bytes.TrimPrefix(rest, []byte("#"))
		}
		version = versionAt(rest)
		if s.name == "iOS" || s.name == "Mac OS X" {
			version = bytes.ReplaceAll(version, []byte("_"), []byte("."))
		}
		return s.name, version
	}
	return "", nil
}

func agentDevice(v []byte) string {
	for _, d := range [...]struct{ word, name string }{{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Macintosh", "Mac"}} {
		if bytes.Contains(v, []byte(d.word)) {
			return d.name
		}
	}
	return ""
}
