package dsl

import (
	"cmp"
	"slices"
	"unicode/utf16"

	"github.com/vedette-siem/vedette/engine/mapping"
)

// javaOrder lists the places of fields in the order in which Elasticsearch, which keeps them in a HashMap, goes over them: several may refuse a value, and the error tells of the
// first. https://github.com/openjdk/jdk/blob/master/src/java.base/share/classes/java/util/HashMap.java
func javaOrder(fields []weighted) []int {
	buckets := uint32(16)
	for len(fields) > int(buckets)/4*3 {
		buckets *= 2
	}
	order, bucket := make([]int, len(fields)), make([]uint32, len(fields))
	for i, f := range fields {
		hash := javaHash(f.name)
		order[i], bucket[i] = i, (hash^hash>>16)&(buckets-1)
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(bucket[a], bucket[b]) })
	return order
}

// javaHash is the hash code of a text in Java.
func javaHash(text string) (hash uint32) {
	for _, c := range utf16.Encode([]rune(text)) {
		hash = 31*hash + uint32(c)
	}
	return hash
}

// InJavaOrder puts fields that a pattern has found into the order of a HashMap.
func InJavaOrder(fields []*mapping.Field) []*mapping.Field {
	names := make([]weighted, len(fields))
	for i, f := range fields {
		names[i].name = f.Name
	}
	out := make([]*mapping.Field, 0, len(fields))
	for _, i := range javaOrder(names) {
		out = append(out, fields[i])
	}
	return out
}

// NamesInJavaOrder puts names into the order of the keys of a HashMap.
func NamesInJavaOrder(names []string) []string {
	list := make([]weighted, len(names))
	for i, name := range names {
		list[i].name = name
	}
	out := make([]string, 0, len(names))
	for _, i := range javaOrder(list) {
		out = append(out, names[i])
	}
	return out
}
