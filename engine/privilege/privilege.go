// Package privilege knows Elasticsearch's named privileges and which actions each of them grants, as patterns. It decides nothing about users:
// package engine asks it for the actions of a role, and for the names to tell who was refused.
// https://www.elastic.co/guide/en/elasticsearch/reference/8.19/security-privileges.html
package privilege

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
	"github.com/vedette-siem/vedette/engine/glob"
)

// Actions is a set of actions. The zero value is empty.
type Actions struct {
	// Include are patterns with `*`; Exclude are patterns that are taken out again.
	Include, Exclude []string
}

// Has says whether an action is in the set.
func (a Actions) Has(action string) bool {
	return matches(a.Include, action) && !matches(a.Exclude, action)
}

func matches(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return glob.Match(p, name) })
}

// Covers says whether all of the other set is in this one. It may say no where only several patterns together cover one.
func (a Actions) Covers(other Actions) bool {
	for _, pattern := range other.Include {
		if !matches(a.Include, pattern) { // a `*` in the covered pattern is met by a `*` alone
			return false
		}
		for _, out := range a.Exclude {
			if overlap(out, pattern) && !matches(other.Exclude, out) {
				return false
			}
		}
	}
	return true
}

// overlap says whether two patterns have a name in common.
func overlap(a, b string) bool {
	switch {
	case a == "" || b == "":
		return strings.Trim(a+b, "*") == ""
	case a[0] == '*':
		return overlap(a[1:], b) || overlap(a, b[1:])
	case b[0] == '*':
		return overlap(a, b[1:]) || overlap(a[1:], b)
	}
	return a[0] == b[0] && overlap(a[1:], b[1:])
}

// IsCluster says whether an action is about the cluster, and not about indices. Actions on index templates are.
func IsCluster(action string) bool { return cluster["all"].Has(action) }

// Cluster are the actions that a list of cluster privileges grants: names, or patterns of actions. A name that nobody has is an error.
func Cluster(names []string) ([]Actions, error) {
	return resolve(names, cluster, func(name string) bool { return matches(cluster["all"].Include, name) }, func(name string) error {
		return eserr.Illegal("unknown cluster privilege [%s]. a privilege must be either one of the predefined cluster privilege names [%s] or a pattern over one of the available cluster actions",
			name, strings.Join(ClusterNames(), ","))
	})
}

// Index are the actions that a list of index privileges grants.
func Index(names []string) ([]Actions, error) {
	return resolve(names, index, func(name string) bool { return matches(index["all"].Include, name) }, func(name string) error {
		return eserr.Illegal("unknown index privilege [%s]. a privilege must be either one of the predefined fixed indices privileges [%s] or a pattern over one of the available index actions",
			name, strings.Join(byAccess(index), ","))
	})
}

func resolve(names []string, table map[string]Actions, isAction func(string) bool, unknown func(string) error) ([]Actions, error) {
	var all []Actions
	for _, name := range names {
		name = strings.ToLower(name)
		if a, ok := table[name]; ok {
			all = append(all, a)
			continue
		}
		if !isAction(name) {
			return nil, unknown(name)
		}
		all = append(all, Actions{Include: []string{name + "*"}}) // an action's parts on the shards have its name and more
	}
	return all, nil
}

// ClusterNames are the names of the cluster privileges.
func ClusterNames() []string { return slices.Sorted(maps.Keys(cluster)) }

// IndexNames are the names of the index privileges.
func IndexNames() []string { return slices.Sorted(maps.Keys(index)) }

// Granting lists the privileges that grant an action, the least first.
func Granting(action string) []string {
	table := index
	if IsCluster(action) {
		table = cluster
	}
	return slices.DeleteFunc(byAccess(table), func(name string) bool { return !table[name].Has(action) })
}

// byAccess sorts the privileges of a table: first those that are part of most others.
func byAccess(table map[string]Actions) []string {
	within := map[string]int{}
	for name, a := range table {
		for other, b := range table {
			if name != other && b.Covers(a) {
				within[name]++
			}
		}
	}
	return slices.SortedFunc(maps.Keys(table), func(a, b string) int {
		return cmp.Or(cmp.Compare(within[b], within[a]), strings.Compare(a, b))
	})
}
