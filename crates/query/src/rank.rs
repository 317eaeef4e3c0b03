//! How much a match is worth.
//!
//! An article is scored as one document: BM25 over all its words, stemmed. What is known besides
//! is evidence added with a small weight: that the word stands in exactly this form, and in which
//! part of the article. Filters and exclusions never change a score.

use std::collections::HashMap;

use gleaner_store::{Fields, Result, Snapshot, mark};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocSet, Searcher, SegmentReader, TERMINATED, Term};

/// BM25's saturation of repeated words, and its normalization by length: the values of the Okapi
/// papers that Lucene keeps as defaults. None of 56 other pairs did better on judged collections.
const K1: f64 = 1.2;
const B: f64 = 0.75;

/// What a match in each field counts. `text` holds title, excerpt, topics, author, provider and
/// passages as one document; the weights of the parts come on top of it, and are chosen so that
/// title > excerpt > headings > body > related.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Weights {
    /// All the words of the article.
    pub(crate) text: f64,
    /// The word in exactly the form of the query. It puts exact forms above stemmed ones; .3 was best
    /// of .1 to .5 for three judged collections together.
    pub(crate) exact: f64,
    /// The title. More helps looking up known titles and hurts topics.
    pub(crate) title: f64,
    /// The excerpt.
    pub(crate) excerpt: f64,
    /// The headings.
    pub(crate) heading: f64,
    /// Titles and excerpts of related articles, which are no part of `text`.
    pub(crate) related: f64,
}

impl Default for Weights {
    fn default() -> Self {
        Self {
            text: 1.0,
            exact: 0.3,
            title: 0.5,
            excerpt: 0.25,
            heading: 0.15,
            related: 0.2,
        }
    }
}

/// A word as the index has it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct WordForm {
    pub(crate) stem: String,
    pub(crate) exact: String,
}

/// A word of the query as evidence: the best of several ways to be there, each of them one or more
/// forms that have to be there together.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Evidence {
    pub(crate) ways: Vec<Vec<Forms>>,
    /// A form that counts only where none of the ways does.
    pub(crate) instead: Option<WordForm>,
}

impl Evidence {
    /// A word that can be there in one way only.
    pub(crate) fn word(forms: Forms) -> Self {
        Self {
            ways: vec![vec![forms]],
            instead: None,
        }
    }
}

/// Forms that count as the same word: the expansions of a prefix, or a single one.
pub(crate) type Forms = Vec<WordForm>;

/// The fields that score, with what they count.
fn scored_fields(fields: &Fields, weights: &Weights) -> [(Field, f64); 6] {
    [
        (fields.text, weights.text),
        (fields.exact, weights.exact),
        (fields.title, weights.title),
        (fields.excerpt, weights.excerpt),
        (fields.heading, weights.heading),
        (fields.related, weights.related),
    ]
}

/// Numbers over the whole index that scores rest on. Deleted documents and files left out do not
/// count, so that they are the same after any history of the index.
#[derive(Debug)]
pub(crate) struct Statistics {
    articles: u64,
    /// Mean number of words of a field over all articles.
    mean_length: HashMap<Field, f64>,
}

impl Statistics {
    pub(crate) fn of(snapshot: &Snapshot) -> Result<Self> {
        let searcher = snapshot.searcher();
        let mut left_out = 0;
        let left_out_term = Term::from_field_text(snapshot.fields().marks, mark::LEFT_OUT);
        for segment in searcher.segment_readers() {
            left_out += live_frequency(segment, &left_out_term).map_err(snapshot.damaged())?;
        }
        let articles = searcher.num_docs().saturating_sub(left_out);
        let mut mean_length = HashMap::new();
        for (field, _) in scored_fields(snapshot.fields(), &Weights::default()) {
            let total = total_length(searcher, field).map_err(snapshot.damaged())?;
            mean_length.insert(field, total as f64 / articles.max(1) as f64);
        }
        Ok(Self {
            articles,
            mean_length,
        })
    }

    /// `ln(1 + (N - n + 0.5) / (n + 0.5))`, as Lucene has it: never negative.
    fn idf(&self, frequency: u64) -> f64 {
        let (all, with) = (self.articles as f64, frequency as f64);
        (1.0 + ((all - with).max(0.0) + 0.5) / (with + 0.5)).ln()
    }
}

/// Sum of the lengths of a field over all live documents, as the index rounds them.
fn total_length(searcher: &Searcher, field: Field) -> tantivy::Result<u64> {
    let mut counts = [0_u64; 256];
    for segment in searcher.segment_readers() {
        let lengths = segment.get_fieldnorms_reader(field)?;
        match segment.alive_bitset() {
            None => {
                for doc in 0..segment.max_doc() {
                    counts[usize::from(lengths.fieldnorm_id(doc))] += 1;
                }
            }
            Some(alive) => {
                for doc in alive.iter_alive() {
                    counts[usize::from(lengths.fieldnorm_id(doc))] += 1;
                }
            }
        }
    }
    let length = |id: usize| {
        u64::from(tantivy::fieldnorm::FieldNormReader::id_to_fieldnorm(
            u8::try_from(id).unwrap_or(u8::MAX),
        ))
    };
    Ok(counts
        .iter()
        .enumerate()
        .map(|(id, count)| count * length(id))
        .sum())
}

/// Number of live documents of a segment that hold the term.
pub(crate) fn live_frequency(segment: &SegmentReader, term: &Term) -> tantivy::Result<u64> {
    let index = segment.inverted_index(term.field())?;
    let Some(info) = index.get_term_info(term)? else {
        return Ok(0);
    };
    let Some(alive) = segment.alive_bitset() else {
        return Ok(u64::from(info.doc_freq));
    };
    let postings = index.read_postings_from_terminfo(&info, IndexRecordOption::Basic)?;
    Ok(u64::from(postings.doc_freq_given_deletes(alive)))
}

/// The evidence of a query with its weights, for the whole index.
pub(crate) struct Ranking {
    words: Vec<RankedWord>,
}

/// One word of the query: as `Evidence`, with a weight for each field.
struct RankedWord {
    ways: Vec<Vec<RankedForms>>,
    instead: Option<RankedForms>,
}

struct RankedForms {
    fields: Vec<RankedField>,
}

/// The terms of one field that count as the same word.
struct RankedField {
    terms: Vec<Term>,
    /// Field weight times idf times `k1 + 1`.
    weight: f64,
    /// `k1 * (1 - b + b * length / mean length)` for every length the index tells apart.
    norms: Box<[f64; 256]>,
}

impl Ranking {
    pub(crate) fn new(
        snapshot: &Snapshot,
        statistics: &Statistics,
        weights: &Weights,
        evidence: &[Evidence],
    ) -> tantivy::Result<Self> {
        let fields = scored_fields(snapshot.fields(), weights);
        let searcher = snapshot.searcher();
        let ranked_forms = |forms: &Forms| -> tantivy::Result<RankedForms> {
            // One idf for all parts: that a word is rare in titles says nothing of the word.
            let mut frequencies = [0; 6];
            for (slot, (field, _)) in frequencies.iter_mut().zip(fields) {
                *slot = frequency(searcher, field, forms, snapshot.fields())?;
            }
            let [text, exact, .., related] = frequencies;
            let ranked = fields
                .iter()
                .zip(frequencies)
                .filter(|(_, there)| *there > 0);
            let ranked = ranked.map(|(&(field, weight), _)| {
                let frequency = if field == snapshot.fields().exact {
                    exact
                } else {
                    text.max(related)
                };
                RankedField {
                    terms: terms(field, forms, snapshot.fields()),
                    weight: weight * statistics.idf(frequency) * (K1 + 1.0),
                    norms: norms(statistics.mean_length[&field]),
                }
            });
            Ok(RankedForms {
                fields: ranked.collect(),
            })
        };
        let ranked_way = |way: &Vec<Forms>| way.iter().map(ranked_forms).collect();
        let ranked_word = |word: &Evidence| {
            let ways = word
                .ways
                .iter()
                .map(ranked_way)
                .collect::<tantivy::Result<_>>()?;
            let instead = word.instead.clone().map(|form| ranked_forms(&vec![form]));
            Ok(RankedWord {
                ways,
                instead: instead.transpose()?,
            })
        };
        let words = evidence
            .iter()
            .map(ranked_word)
            .collect::<tantivy::Result<_>>()?;
        Ok(Self { words })
    }

    /// A scorer for the documents of a segment.
    pub(crate) fn in_segment<'r>(
        &'r self,
        segment: &SegmentReader,
    ) -> tantivy::Result<SegmentScorer<'r>> {
        fn way<'r>(
            way: &'r [RankedForms],
            segment: &SegmentReader,
        ) -> tantivy::Result<Vec<FormsScorer<'r>>> {
            way.iter()
                .map(|forms| FormsScorer::new(forms, segment))
                .collect()
        }
        let word = |word: &'r RankedWord| -> tantivy::Result<WordScorer<'r>> {
            let ways = word.ways.iter().map(|forms| way(forms, segment));
            let instead = word
                .instead
                .as_ref()
                .map(|forms| FormsScorer::new(forms, segment));
            Ok(WordScorer {
                ways: ways.collect::<tantivy::Result<_>>()?,
                instead: instead.transpose()?,
            })
        };
        Ok(SegmentScorer {
            words: self
                .words
                .iter()
                .map(word)
                .collect::<tantivy::Result<_>>()?,
        })
    }
}

fn terms(field: Field, forms: &Forms, fields: &Fields) -> Vec<Term> {
    let mut terms: Vec<Term> = forms
        .iter()
        .map(|form| {
            let text = if field == fields.exact {
                &form.exact
            } else {
                &form.stem
            };
            Term::from_field_text(field, text)
        })
        .collect();
    terms.sort_unstable();
    terms.dedup();
    terms
}

/// Number of live documents that hold the most frequent of the forms.
fn frequency(
    searcher: &Searcher,
    field: Field,
    forms: &Forms,
    fields: &Fields,
) -> tantivy::Result<u64> {
    let mut most = 0;
    for term in terms(field, forms, fields) {
        let mut frequency = 0;
        for segment in searcher.segment_readers() {
            frequency += live_frequency(segment, &term)?;
        }
        most = most.max(frequency);
    }
    Ok(most)
}

fn norms(mean_length: f64) -> Box<[f64; 256]> {
    let mut norms = Box::new([0.0; 256]);
    for (id, norm) in (0..=u8::MAX).zip(norms.iter_mut()) {
        let length = f64::from(tantivy::fieldnorm::FieldNormReader::id_to_fieldnorm(id));
        *norm = K1 * (1.0 - B + B * length / mean_length.max(1.0));
    }
    norms
}

/// Scores documents of one segment. Documents have to come in ascending order.
pub(crate) struct SegmentScorer<'r> {
    words: Vec<WordScorer<'r>>,
}

struct WordScorer<'r> {
    ways: Vec<Vec<FormsScorer<'r>>>,
    instead: Option<FormsScorer<'r>>,
}

struct FormsScorer<'r> {
    fields: Vec<FieldScorer<'r>>,
}

struct FieldScorer<'r> {
    field: &'r RankedField,
    postings: Vec<tantivy::postings::SegmentPostings>,
    lengths: tantivy::fieldnorm::FieldNormReader,
}

impl<'r> FormsScorer<'r> {
    fn new(forms: &'r RankedForms, segment: &SegmentReader) -> tantivy::Result<Self> {
        let mut fields = Vec::with_capacity(forms.fields.len());
        for field in &forms.fields {
            let Some(first) = field.terms.first() else {
                continue;
            };
            let index = segment.inverted_index(first.field())?;
            let mut postings = Vec::new();
            for term in &field.terms {
                postings.extend(index.read_postings(term, IndexRecordOption::WithFreqs)?);
            }
            if !postings.is_empty() {
                let lengths = segment.get_fieldnorms_reader(first.field())?;
                fields.push(FieldScorer {
                    field,
                    postings,
                    lengths,
                });
            }
        }
        Ok(Self { fields })
    }

    fn score(&mut self, doc: u32) -> f64 {
        self.fields.iter_mut().map(|field| field.score(doc)).sum()
    }
}

impl FieldScorer<'_> {
    fn score(&mut self, doc: u32) -> f64 {
        use tantivy::postings::Postings;
        let mut count = 0;
        for postings in &mut self.postings {
            if postings.doc() < doc {
                postings.seek(doc);
            }
            if postings.doc() == doc && doc != TERMINATED {
                count += postings.term_freq();
            }
        }
        if count == 0 {
            return 0.0;
        }
        let count = f64::from(count);
        let norm = self.field.norms[usize::from(self.lengths.fieldnorm_id(doc))];
        self.field.weight * count / (count + norm)
    }
}

impl SegmentScorer<'_> {
    /// Score of a document: the sum over the words of the query.
    ///
    /// Added up in the order of the query, so that the sum is the same to the last bit wherever the
    /// document lies.
    pub(crate) fn score(&mut self, doc: u32) -> f32 {
        // A sum of nothing is -0 to the standard library.
        let add = |sum: f64, word: &mut WordScorer<'_>| sum + word.score(doc);
        self.words.iter_mut().fold(0.0, add) as f32
    }
}

impl WordScorer<'_> {
    /// The best way in which the word is there. A way of several forms counts as the weakest.
    fn score(&mut self, doc: u32) -> f64 {
        let mut best: f64 = 0.0;
        for way in &mut self.ways {
            let weakest = way
                .iter_mut()
                .map(|forms| forms.score(doc))
                .reduce(f64::min);
            best = best.max(weakest.unwrap_or(0.0));
        }
        match &mut self.instead {
            Some(instead) if best <= 0.0 => instead.score(doc),
            _ => best,
        }
    }
}
