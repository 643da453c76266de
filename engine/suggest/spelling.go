package suggest

import (
	"math"
	"strings"

	"github.com/vedette-siem/vedette/engine/eserr"
)

// Modes say for which words others are suggested.
const (
	modeMissing = iota // for those that the index does not have
	modePopular        // only others that more documents have
	modeAlways
)

// spelling says which words are near a word. See DirectSpellcheckerSettings:
// https://github.com/elastic/elasticsearch/blob/8.19/server/src/main/java/org/elasticsearch/search/suggest/DirectSpellcheckerSettings.java
type spelling struct {
	mode         int
	accuracy     float32 // the least score
	byFrequency  bool    // the order of options
	distance     distance
	maxEdits     int // 1 or 2
	inspections  int // candidates to look at for each option that is wanted
	maxTermFreq  float32
	prefixLength int
	minWord      int
	minDocFreq   float32
}

func defaultSpelling() spelling {
	return spelling{accuracy: 0.5, maxEdits: 2, inspections: 5, maxTermFreq: 0.01, prefixLength: 1, minWord: 4}
}

// read reads an option of a term suggester. It returns false for one that there is not.
func (s *spelling) read(m member) (known bool, err error) {
	switch m.name {
	case "suggest_mode":
		err = s.readMode(m.text())
	case "sort":
		err = s.readSort(m.text())
	case "string_distance":
		s.distance, err = parseDistance(m.text())
	case "accuracy", "max_term_freq", "min_doc_freq":
		err = s.readFloat(m)
	case "max_edits", "max_inspections", "prefix_length", "min_word_length":
		err = s.readInteger(m)
	default:
		return false, nil
	}
	return true, err
}

func (s *spelling) readMode(text string) error {
	switch strings.ToLower(text) {
	case "missing":
		s.mode = modeMissing
	case "popular":
		s.mode = modePopular
	case "always":
		s.mode = modeAlways
	default:
		return eserr.Illegal("No enum constant org.elasticsearch.search.suggest.term.TermSuggestionBuilder.SuggestMode.%s", strings.ToUpper(text))
	}
	return nil
}

func (s *spelling) readSort(text string) error {
	switch strings.ToLower(text) {
	case "score":
		s.byFrequency = false
	case "frequency":
		s.byFrequency = true
	default:
		return eserr.Illegal("No enum constant org.elasticsearch.search.suggest.SortBy.%s", strings.ToUpper(text))
	}
	return nil
}

func (s *spelling) readFloat(m member) error {
	f, err := m.float()
	if err != nil {
		return err
	}
	switch m.name {
	case "accuracy":
		if s.accuracy = f; f < 0 || f > 1 {
			return eserr.Illegal("accuracy must be between 0 and 1")
		}
	case "max_term_freq":
		s.maxTermFreq = f
		return checkFrequency("maxTermFreq", f)
	case "min_doc_freq":
		s.minDocFreq = f
		return checkFrequency("minDocFreq", f)
	}
	return nil
}

// checkFrequency refuses what is neither a part of all documents nor a number of them.
func checkFrequency(name string, f float32) error {
	switch {
	case f < 0:
		return eserr.Illegal("%s must be positive", name)
	case f > 1 && float64(f) != math.Floor(float64(f)):
		return eserr.Illegal("if %s is greater than 1, it must not be a fraction", name)
	}
	return nil
}

func (s *spelling) readInteger(m member) error {
	n, err := m.integer()
	if err != nil {
		return err
	}
	switch m.name {
	case "max_edits":
		if s.maxEdits = n; n < 1 || n > 2 {
			return eserr.Illegal("maxEdits must be between 1 and 2")
		}
	case "max_inspections":
		if s.inspections = n; n < 0 {
			return eserr.Illegal("maxInspections must be positive")
		}
	case "prefix_length":
		if s.prefixLength = n; n < 0 {
			return eserr.Illegal("prefixLength must be positive")
		}
	case "min_word_length":
		if s.minWord = n; n < 1 {
			return eserr.Illegal("minWordLength must be greater or equal to 1")
		}
	}
	return nil
}
