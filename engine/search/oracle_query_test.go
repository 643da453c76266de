package search

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"github.com/vedette-siem/vedette/engine/analysis"
)

// all are the documents that statistics count.
func (c *corpus) all() []*oracleDoc { return append(slices.Clone(c.docs), c.dead...) }

// termScore is BM25 as the textbook has it, over the values of one field.
func (c *corpus) termScore(d *oracleDoc, term string, values func(*oracleDoc) []string, lengths bool) (float64, bool) {
	docCount, docFreq, sum := 0.0, 0.0, 0.0
	for _, o := range c.all() {
		if vs := values(o); len(vs) > 0 {
			docCount++
			sum += float64(len(vs))
			if slices.Contains(vs, term) {
				docFreq++
			}
		}
	}
	freq, vs := 0.0, values(d)
	for _, v := range vs {
		if v == term {
			freq++
		}
	}
	if freq == 0 {
		return 0, false
	}
	length := float64(len(vs))
	if !lengths {
		freq, length = 1, 1
	}
	idf := math.Log(1 + (docCount-docFreq+0.5)/(docFreq+0.5))
	return 2.2 * idf * freq / (freq + 1.2*(0.25+0.75*length/(sum/docCount))), true
}

func words_(d *oracleDoc) []string { return d.words }

func keys_(d *oracleDoc) []string {
	distinct := slices.Clone(d.keys)
	slices.Sort(distinct)
	return slices.Compact(distinct)
}

func flag_(d *oracleDoc) []string {
	if d.flag == "" {
		return nil
	}
	return []string{d.flag}
}

func anyKey(accept func(string) bool) func(*oracleDoc) bool {
	return func(d *oracleDoc) bool { return slices.ContainsFunc(d.keys, accept) }
}

func quote(v any) string {
	raw, _ := json.Marshal(v)
	return string(raw)
}

func (c *corpus) randomClause(r *rand.Rand, depth int) clauseOracle {
	if depth > 0 && r.IntN(3) == 0 {
		return c.randomCompound(r, depth-1)
	}
	key := pickOne(r, vocabulary) + pickOne(r, []string{"", "-x", "-y"})
	word, n := pickOne(r, vocabulary), int64(r.IntN(12)-4)
	switch r.IntN(18) {
	case 0:
		return clauseOracle{fmt.Sprintf(`{"term":{"t":%q}}`, word), func(d *oracleDoc) (float64, bool) { return c.termScore(d, word, words_, true) }}
	case 1:
		return clauseOracle{fmt.Sprintf(`{"term":{"k":%q}}`, key), func(d *oracleDoc) (float64, bool) { return c.termScore(d, key, keys_, false) }}
	case 2:
		return clauseOracle{`{"term":{"b":true}}`, func(d *oracleDoc) (float64, bool) { return c.termScore(d, "true", flag_, false) }}
	case 3:
		return plain(fmt.Sprintf(`{"term":{"n":%d}}`, n), func(d *oracleDoc) bool { return slices.Contains(d.nums, n) })
	case 4:
		m := n + int64(r.IntN(4))
		return plain(fmt.Sprintf(`{"range":{"n":{"gt":%d.5,"lte":%d}}}`, n, m), func(d *oracleDoc) bool {
			return slices.ContainsFunc(d.nums, func(v int64) bool {
				return (float64(v) > float64(n)+0.5 && n >= 0 || float64(v) > float64(n)-0.5 && n < 0) && v <= m
			})
		})
	case 5:
		x := float64(n) / 2
		return plain(fmt.Sprintf(`{"range":{"d":{"gte":%v}}}`, x), func(d *oracleDoc) bool { return slices.ContainsFunc(d.doubles, func(v float64) bool { return v >= x }) })
	case 6:
		from := 1780000000000 + int64(r.IntN(50))*1000
		to := from + int64(r.IntN(20))*1000
		return plain(fmt.Sprintf(`{"range":{"@timestamp":{"gte":%d,"lt":%d}}}`, from, to), func(d *oracleDoc) bool { return d.time >= from && d.time < to })
	case 7:
		network := netip.MustParsePrefix(fmt.Sprintf("10.0.%d.0/%d", r.IntN(3), pickOne(r, []int{16, 23, 24, 30, 32}))).Masked()
		return plain(fmt.Sprintf(`{"term":{"ip":%q}}`, network), func(d *oracleDoc) bool { return d.ip != "" && network.Contains(netip.MustParseAddr(d.ip)) })
	case 8:
		return plain(fmt.Sprintf(`{"terms":{"k":[%q,"delta"]}}`, key), anyKey(func(k string) bool { return k == key || k == "delta" }))
	case 9:
		return plain(fmt.Sprintf(`{"prefix":{"k":%q}}`, word), anyKey(func(k string) bool { return strings.HasPrefix(k, word) }))
	case 10:
		pattern := pickOne(r, []string{"*a", "b?t*", "*-x", "al*t*", "*", "?e", "*et*-?"})
		re := regexp.MustCompile(`\A` + globAsRegexp(pattern) + `\z`)
		return plain(fmt.Sprintf(`{"wildcard":{"k":%q}}`, pattern), anyKey(re.MatchString))
	case 11:
		pattern := pickOne(r, []string{"(alpha|beta)(-x)?", "[a-c].*", ".*-[xy]", "be(t|ta)?", "a.+t"})
		re := regexp.MustCompile(`\A(?:` + pattern + `)\z`)
		return plain(fmt.Sprintf(`{"regexp":{"k":%q}}`, pattern), anyKey(re.MatchString))
	case 12:
		return plain(fmt.Sprintf(`{"range":{"k":{"gt":%q,"lt":"delta-y"}}}`, key), anyKey(func(k string) bool { return k > key && k < "delta-y" }))
	case 13:
		name := pickOne(r, []string{"t", "k", "n", "ip", "f.a"})
		return plain(fmt.Sprintf(`{"exists":{"field":%q}}`, name), func(d *oracleDoc) bool {
			return map[string]bool{"t": len(d.words) > 0, "k": len(d.keys) > 0, "n": len(d.nums) > 0, "ip": d.ip != "", "f.a": d.flat["a"] != ""}[name]
		})
	case 14:
		return unscored(fmt.Sprintf(`{"term":{"f.a":%q}}`, word), func(d *oracleDoc) bool { return d.flat["a"] == word })
	case 15:
		return unscored(fmt.Sprintf(`{"fuzzy":{"k":{"value":%q,"fuzziness":1}}}`, word), anyKey(func(k string) bool { return analysis.Edits([]rune(k), []rune(word), true) <= 1 }))
	case 16:
		return randomPhrase(r)
	}
	want := several(r, 5, func() string { return fmt.Sprintf("%03d", 1+r.IntN(60)) })
	return plain(fmt.Sprintf(`{"ids":{"values":%s}}`, quote(append([]string{"nope"}, want...))), func(d *oracleDoc) bool { return slices.Contains(want, d.id) })
}

func unscored(query string, matches func(d *oracleDoc) bool) clauseOracle {
	return clauseOracle{query, func(d *oracleDoc) (float64, bool) { return math.NaN(), matches(d) }}
}

// randomPhrase is a phrase of different words, for which slop means that the words can be put so that they are shifted by at most that much against each other.
func randomPhrase(r *rand.Rand) clauseOracle {
	phrase := slices.Clone(vocabulary)
	r.Shuffle(len(phrase), func(i, j int) { phrase[i], phrase[j] = phrase[j], phrase[i] })
	phrase = phrase[:2+r.IntN(2)]
	slop := r.IntN(4)
	return unscored(fmt.Sprintf(`{"match_phrase":{"t":{"query":%q,"slop":%d}}}`, strings.Join(phrase, " "), slop), func(d *oracleDoc) bool {
		return phraseFits(d.words, phrase, 0, math.MaxInt, math.MinInt, slop)
	})
}

func phraseFits(words, phrase []string, i, least, most, slop int) bool {
	if i == len(phrase) {
		return most-least <= slop
	}
	for at, w := range words {
		if w == phrase[i] && phraseFits(words, phrase, i+1, min(least, at-i), max(most, at-i), slop) {
			return true
		}
	}
	return false
}

func (c *corpus) randomCompound(r *rand.Rand, depth int) clauseOracle {
	list := func(most int) ([]clauseOracle, string) {
		clauses := several(r, most, func() clauseOracle { return c.randomClause(r, depth) })
		var texts []string
		for _, q := range clauses {
			texts = append(texts, q.json)
		}
		return clauses, "[" + strings.Join(texts, ",") + "]"
	}
	boost := float64(1 + r.IntN(3))
	switch r.IntN(4) {
	case 0:
		inner := c.randomClause(r, depth)
		return clauseOracle{fmt.Sprintf(`{"constant_score":{"filter":%s,"boost":%v}}`, inner.json, boost), func(d *oracleDoc) (float64, bool) {
			_, ok := inner.eval(d)
			return boost, ok
		}}
	case 1:
		clauses, text := list(3)
		first := c.randomClause(r, depth)
		return clauseOracle{fmt.Sprintf(`{"dis_max":{"queries":%s,"tie_breaker":0.25,"boost":%v}}`, text[:len(text)-1]+comma(clauses)+first.json+"]", boost), func(d *oracleDoc) (float64, bool) {
			best, sum, ok := 0.0, 0.0, false
			for _, q := range append(clauses, first) {
				if score, matched := q.eval(d); matched {
					best, sum, ok = math.Max(best, score), sum+score, true
				}
			}
			return boost * (best + 0.25*(sum-best)), ok
		}}
	case 2:
		positive, negative := c.randomClause(r, depth), c.randomClause(r, depth)
		return clauseOracle{fmt.Sprintf(`{"boosting":{"positive":%s,"negative":%s,"negative_boost":0.5}}`, positive.json, negative.json), func(d *oracleDoc) (float64, bool) {
			score, ok := positive.eval(d)
			if _, worse := negative.eval(d); worse {
				score /= 2
			}
			return score, ok
		}}
	}
	must, mustText := list(2)
	filter, filterText := list(2)
	should, shouldText := list(3)
	not, notText := list(1)
	least, option := 0, ""
	if len(must)+len(filter) == 0 && len(should) > 0 {
		least = 1
	}
	if len(should) > 0 && r.IntN(2) == 0 {
		least = 1 + r.IntN(len(should))
		option = fmt.Sprintf(`,"minimum_should_match":%d`, least)
	}
	empty := len(must)+len(filter)+len(should)+len(not) == 0
	text := fmt.Sprintf(`{"bool":{"must":%s,"filter":%s,"should":%s,"must_not":%s,"boost":%v%s}}`, mustText, filterText, shouldText, notText, boost, option)
	return clauseOracle{text, func(d *oracleDoc) (float64, bool) {
		score, matched := 0.0, 0
		for _, q := range must {
			s, ok := q.eval(d)
			if !ok {
				return 0, false
			}
			score += s
		}
		for _, q := range should {
			if s, ok := q.eval(d); ok {
				score, matched = score+s, matched+1
			}
		}
		fails := func(q clauseOracle) bool { _, ok := q.eval(d); return !ok }
		if matched < least || slices.ContainsFunc(filter, fails) || slices.ContainsFunc(not, func(q clauseOracle) bool { return !fails(q) }) {
			return 0, false
		}
		if empty {
			score = 1
		}
		return boost * score, true
	}}
}

func comma(clauses []clauseOracle) string {
	if len(clauses) == 0 {
		return ""
	}
	return ","
}
