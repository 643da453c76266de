package analysis

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/segment"
)

const (
	typeEmoji          = "<EMOJI>"
	typeSoutheastAsian = "<SOUTHEAST_ASIAN>"
	joiner             = '\u200d' // holds symbols together to one
	keycap             = '\u20e3'
)

// wordType is the type that Lucene's StandardTokenizer gives to a segment of annex 29; empty for what is no word. Beyond letters and digits it takes emoji, and runs
// of the scripts that are written without spaces.
// https://github.com/apache/lucene/blob/main/lucene/core/src/java/org/apache/lucene/analysis/standard/StandardTokenizerImpl.jflex
func wordType(word string, kind int) string {
	first, _ := utf8.DecodeRuneInString(word)
	switch {
	case isEmoji(first) || isRegional(first) || strings.HasSuffix(word, string(keycap)) && strings.ContainsRune("0123456789#*", first):
		return typeEmoji
	case isSoutheastAsian(first):
		return typeSoutheastAsian
	case kind == segment.Letter && onlyHangul(word):
		return "<HANGUL>"
	case kind == segment.Letter:
		return "<ALPHANUM>"
	case kind == segment.Number:
		return "<NUM>"
	case kind == segment.Ideo && !unicode.Is(unicode.Katakana, first):
		return "<IDEOGRAPHIC>"
	case kind == segment.Ideo, kind == segment.Kana:
		return "<KATAKANA>"
	}
	return ""
}

// continues reports whether a segment belongs to the word right before it: marks on a symbol, symbols that are joined, a colour of skin, and scripts without spaces.
func continues(before Span, word, kind string) bool {
	first, _ := utf8.DecodeRuneInString(word)
	switch before.Type {
	case typeSoutheastAsian:
		return kind == typeSoutheastAsian
	case typeEmoji:
		return unicode.In(first, unicode.M, unicode.Cf) || kind == typeEmoji && (strings.HasSuffix(before.Term, string(joiner)) || first >= 0x1F3FB && first <= 0x1F3FF)
	}
	return false
}

// flag is the length of the first flag of a word, which is two regional indicators; of all of it if it is none.
func flag(word string) int {
	first, size := utf8.DecodeRuneInString(word)
	if !isRegional(first) {
		return len(word)
	}
	second, more := utf8.DecodeRuneInString(word[size:])
	end := size
	if isRegional(second) {
		end += more
	}
	for end < len(word) { // what stands above or joins them
		next, n := utf8.DecodeRuneInString(word[end:])
		if isRegional(next) {
			break
		}
		end += n
	}
	return end
}

func isRegional(r rune) bool { return r >= 0x1F1E6 && r <= 0x1F1FF }

// isEmoji reports whether a character is an Extended_Pictographic or a colour of skin.
// https://www.unicode.org/Public/UCD/latest/ucd/emoji/emoji-data.txt
func isEmoji(r rune) bool {
	i, found := slices.BinarySearchFunc(pictographic, r, func(span [2]rune, r rune) int { return int(span[0] - r) })
	return found || i > 0 && r <= pictographic[i-1][1]
}

// pictographic are ranges of characters, ascending.
var pictographic = [][2]rune{
	{0xA9, 0xA9}, {0xAE, 0xAE}, {0x203C, 0x203C}, {0x2049, 0x2049}, {0x2122, 0x2122}, {0x2139, 0x2139}, {0x2194, 0x2199}, {0x21A9, 0x21AA}, {0x231A, 0x231B},
	{0x2328, 0x2328}, {0x2388, 0x2388}, {0x23CF, 0x23CF}, {0x23E9, 0x23F3}, {0x23F8, 0x23FA}, {0x24C2, 0x24C2}, {0x25AA, 0x25AB}, {0x25B6, 0x25B6}, {0x25C0, 0x25C0},
	{0x25FB, 0x25FE}, {0x2600, 0x2605}, {0x2607, 0x2612}, {0x2614, 0x2685}, {0x2690, 0x2705}, {0x2708, 0x2712}, {0x2714, 0x2714}, {0x2716, 0x2716}, {0x271D, 0x271D},
	{0x2721, 0x2721}, {0x2728, 0x2728}, {0x2733, 0x2734}, {0x2744, 0x2744}, {0x2747, 0x2747}, {0x274C, 0x274C}, {0x274E, 0x274E}, {0x2753, 0x2755}, {0x2757, 0x2757},
	{0x2763, 0x2767}, {0x2795, 0x2797}, {0x27A1, 0x27A1}, {0x27B0, 0x27B0}, {0x27BF, 0x27BF}, {0x2934, 0x2935}, {0x2B05, 0x2B07}, {0x2B1B, 0x2B1C}, {0x2B50, 0x2B50},
	{0x2B55, 0x2B55}, {0x3030, 0x3030}, {0x303D, 0x303D}, {0x3297, 0x3297}, {0x3299, 0x3299}, {0x1F000, 0x1F0FF}, {0x1F10D, 0x1F10F}, {0x1F12F, 0x1F12F},
	{0x1F16C, 0x1F171}, {0x1F17E, 0x1F17F}, {0x1F18E, 0x1F18E}, {0x1F191, 0x1F19A}, {0x1F1AD, 0x1F1E5}, {0x1F201, 0x1F20F}, {0x1F21A, 0x1F21A}, {0x1F22F, 0x1F22F},
	{0x1F232, 0x1F23A}, {0x1F23C, 0x1F23F}, {0x1F249, 0x1F53D}, {0x1F546, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F774, 0x1F77F}, {0x1F7D5, 0x1F7FF}, {0x1F80C, 0x1F80F},
	{0x1F848, 0x1F84F}, {0x1F85A, 0x1F85F}, {0x1F888, 0x1F88F}, {0x1F8AE, 0x1F8FF}, {0x1F90C, 0x1F93A}, {0x1F93C, 0x1F945}, {0x1F947, 0x1FAFF}, {0x1FC00, 0x1FFFD},
}

// isSoutheastAsian reports whether a character is of a script whose words cannot be found without a dictionary.
func isSoutheastAsian(r rune) bool {
	return r >= 0xE00 && unicode.In(r, unicode.Thai, unicode.Lao, unicode.Myanmar, unicode.Khmer, unicode.Tai_Le, unicode.New_Tai_Lue, unicode.Tai_Tham, unicode.Tai_Viet) &&
		unicode.In(r, unicode.L, unicode.M)
}

func onlyHangul(word string) bool {
	for _, r := range word {
		if !unicode.Is(unicode.Hangul, r) {
			return false
		}
	}
	return true
}
