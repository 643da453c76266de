package dsl

import (
	"fmt"
	"strconv"
	"strings"
)

// unescapeLucene takes the backslashes out of a text: the character behind one stands for itself, and four hexadecimal digits behind \u for a character.
func unescapeLucene(text string) (string, error) {
	if !strings.Contains(text, `\`) {
		return text, nil
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' {
			b.WriteByte(text[i])
			continue
		}
		i++
		if i == len(text) {
			return "", &syntaxError{reason: "Term can not end with escape character."}
		}
		if text[i] != 'u' {
			b.WriteByte(text[i])
			continue
		}
		if len(text) < i+5 {
			return "", &syntaxError{reason: "Truncated unicode escape sequence."}
		}
		code, err := strconv.ParseUint(text[i+1:i+5], 16, 16)
		if err != nil {
			return "", &syntaxError{reason: fmt.Sprintf("Non-hex character in Unicode escape sequence: %s", text[i+1:i+5])}
		}
		b.WriteRune(rune(code))
		i += 4
	}
	return b.String(), nil
}

// mapLiterals applies f to the parts of a wildcard pattern between its wildcards and escapes.
func mapLiterals(pattern string, f func(string) (string, error)) (string, error) {
	var b strings.Builder
	for len(pattern) > 0 {
		n := strings.IndexAny(pattern, `\*?`)
		if n < 0 {
			n = len(pattern)
		}
		if n > 0 {
			literal, err := f(pattern[:n])
			if err != nil {
				return "", err
			}
			b.WriteString(literal)
			pattern = pattern[n:]
			continue
		}
		special := 1
		if pattern[0] == '\\' {
			special = escapeLength(pattern)
		}
		b.WriteString(pattern[:special])
		pattern = pattern[special:]
	}
	return b.String(), nil
}

// escapeLength is the length of a backslash and the character behind it.
func escapeLength(pattern string) int {
	for i := range pattern[1:] {
		if i > 0 {
			return 1 + i
		}
	}
	return len(pattern)
}
