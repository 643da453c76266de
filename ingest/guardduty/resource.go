package guardduty

import (
	"strings"

	"github.com/valyala/fastjson"

	"github.com/vedette-siem/vedette/ingest/carrier"
	"github.com/vedette-siem/vedette/ingest/ecs"
)

// whom sets the resource that a finding is about.
func whom(s *carrier.Session, resource *fastjson.Value) {
	instance := get(resource, "instanceDetails")
	s.Keyword("cloud.instance.id", get(instance, "instanceId"))
	s.Keyword("cloud.machine.type", get(instance, "instanceType"))
	s.Keyword("cloud.availability_zone", get(instance, "availabilityZone"))
	for _, i := range carrier.Items(get(instance, "networkInterfaces")) {
		for _, name := range []string{"privateIpAddress", "publicIp"} {
			if a, ok := ecs.ParseIP(s.Text(get(i, name))); ok {
				s.B.RelatedIP(a)
			}
		}
	}
	key := get(resource, "accessKeyDetails")
	s.Keyword("user.name", get(key, "userName"))
	s.Keyword("user.id", get(key, "principalId"))
	s.B.RelatedUser(s.Text(get(key, "userName")))
	if cluster := get(resource, "eksClusterDetails"); cluster != nil {
		s.B.Keyword("orchestrator.type", "kubernetes")
		s.Keyword("orchestrator.cluster.name", get(cluster, "name"))
	}
	if user := get(get(get(resource, "kubernetesDetails"), "kubernetesUserDetails"), "username"); user != nil {
		s.Keyword("user.name", user)
		s.B.RelatedUser(s.Text(user))
	}
	container := get(resource, "containerDetails")
	s.Keyword("container.id", get(container, "id"))
	s.Keyword("container.name", get(container, "name"))
	s.Keyword("container.image.name", get(container, "image"))
}

// process sets the process that was seen.
func process(s *carrier.Session, p *fastjson.Value) {
	if p == nil {
		return
	}
	path := get(p, "executablePath")
	if path == nil {
		path = get(p, "path") // of ASFF
	}
	s.Keyword("process.name", get(p, "name"))
	s.Keyword("process.executable", path)
	s.Keyword("process.hash.sha256", get(p, "executableSha256"))
	s.Keyword("process.working_directory", get(p, "pwd"))
	s.Keyword("process.entity_id", get(p, "uuid"))
	s.Keyword("process.user.name", get(p, "user"))
	s.Long("process.pid", get(p, "pid"))
	s.Long("process.parent.pid", get(p, "parentPid"))
}

// maxHashLevel bounds the search for hashes.
const maxHashLevel = 12

// hashes collects the hashes of files and processes in whatever part of a finding.
func hashes(s *carrier.Session, v *fastjson.Value, level int) {
	if v == nil || level > maxHashLevel {
		return
	}
	for _, item := range carrier.Items(v) {
		hashes(s, item, level+1)
	}
	if !carrier.IsObject(v) {
		return
	}
	v.GetObject().Visit(func(key []byte, m *fastjson.Value) {
		if carrier.IsText(m) && isHash(m.GetStringBytes()) && isHashName(string(key)) {
			s.B.RelatedHash(m.GetStringBytes())
		}
		hashes(s, m, level+1)
	})
}

func isHashName(name string) bool {
	name = strings.ToLower(name)
	return strings.HasSuffix(name, "hash") || strings.HasSuffix(name, "sha256") || strings.HasSuffix(name, "sha1") || strings.HasSuffix(name, "md5")
}

// isHash reports whether a text is as long as an MD5, SHA-1 or SHA-256, and hexadecimal.
func isHash(v []byte) bool {
	switch len(v) {
	case 32, 40, 64:
		return strings.Trim(string(v), "0123456789abcdefABCDEF") == ""
	}
	return false
}
