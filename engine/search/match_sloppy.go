package search

import "slices"

// sloppyFreq adds 1/(1+distance) for every place where the words of a phrase lie at most slop apart from how the phrase has them. It follows Lucene's
// SloppyPhraseMatcher: the word that lies first is moved on until no nearer constellation is left, and a word that the phrase has twice
// must be there twice.
//
// See https://github.com/apache/lucene/blob/main/lucene/core/src/java/org/apache/lucene/search/SloppyPhraseMatcher.java.
func sloppyFreq(readers []*placeReader, slop int, all bool) float32 {
	s := &sloppy{readers: readers}
	if !s.start() {
		return 0
	}
	freq := float32(0)
	for {
		distance, found, more := s.next(slop)
		if found {
			freq += 1 / (1 + float32(distance))
		}
		if !more || found && !all {
			return freq
		}
	}
}

type sloppy struct {
	readers []*placeReader
	end     int // the greatest position at which a reader stands
}

func (r *placeReader) position() int { return r.positions[r.at] }

// word is where in the document the reader's word stands.
func (r *placeReader) word() int { return r.positions[r.at] + r.offset }

func (s *sloppy) start() bool {
	for _, r := range s.readers {
		if len(r.positions) == 0 {
			return false
		}
	}
	s.end = s.readers[0].position()
	for i, r := range s.readers {
		s.end = max(s.end, r.position())
		if !s.separate(s.readers[:i+1], i) {
			return false
		}
	}
	return true
}

// advance moves a reader on, or returns false at its end.
func (s *sloppy) advance(r *placeReader) bool {
	if r.at+1 >= len(r.positions) {
		return false
	}
	r.at++
	s.end = max(s.end, r.position())
	return true
}

// separate makes sure that the i-th of readers and others with the same words do not stand on the same word of the document.
func (s *sloppy) separate(readers []*placeReader, i int) bool {
	for {
		other := collision(readers, i)
		if other < 0 {
			return true
		}
		if behind(readers[other], readers[i]) {
			i = other
		}
		if !s.advance(readers[i]) {
			return false
		}
	}
}

// collision returns a reader that shares a word with the i-th and stands where it stands, or -1.
func collision(readers []*placeReader, i int) int {
	for j, r := range readers {
		if j != i && r.word() == readers[i].word() && slices.ContainsFunc(r.terms, func(t string) bool { return slices.Contains(readers[i].terms, t) }) {
			return j
		}
	}
	return -1
}

// behind orders readers by position, and those of one position by their place in the phrase.
func behind(a, b *placeReader) bool {
	if a.position() != b.position() {
		return a.position() < b.position()
	}
	return a.offset < b.offset
}

// first returns the reader that stands first, and the position of the one after it.
func (s *sloppy) first() (index, next int) {
	for i, r := range s.readers {
		if behind(r, s.readers[index]) {
			index = i
		}
	}
	second := -1
	for i, r := range s.readers {
		if i != index && (second < 0 || behind(r, s.readers[second])) {
			second = i
		}
	}
	return index, s.readers[second].position()
}

// next finds the next constellation: how far its words are from the phrase, whether that is within slop, and whether there may be more.
func (s *sloppy) next(slop int) (distance int, found, more bool) {
	i, next := s.first()
	distance = s.end - s.readers[i].position()
	for s.advance(s.readers[i]) {
		if !s.separate(s.readers, i) {
			break
		}
		if s.readers[i].position() > next {
			if distance <= slop {
				return distance, true, true
			}
			i, next = s.first()
			distance = s.end - s.readers[i].position()
		} else {
			distance = min(distance, s.end-s.readers[i].position())
		}
	}
	return distance, distance <= slop, false
}
