//! The words of the index a pattern stands for.

use std::collections::HashMap;

use gleaner_store::{Analyzer, Result, Snapshot};
use tantivy::postings::Postings;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocAddress, DocSet, Term};

use crate::automaton::{TermPattern, WordPattern};
use crate::deadline::Deadline;
use crate::rank::WordForm;

/// Most words a pattern is scored by. Every article with any of the words is found; but the score of
/// an article takes a look at each word that counts.
pub(crate) const MAX_SCORED: usize = 128;

/// A term that fits a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Expanded {
    pub(crate) term: String,
    /// How far it is from what was typed.
    pub(crate) distance: u8,
    /// How many live documents hold it, at least 1.
    pub(crate) frequency: u64,
}

/// A word near a typed one, spelled as some article spells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NearForm {
    pub(crate) form: WordForm,
    /// How many edits it is away; letters that changed places are one.
    pub(crate) distance: u8,
    /// How many live documents hold it, at least 1.
    pub(crate) frequency: u64,
}

/// The terms of a field that are `before` and then a word of the shape: the nearest first, then the
/// most frequent, then by their letters. So they are the same whatever the segments are.
pub(crate) fn expand(
    snapshot: &Snapshot,
    field: Field,
    (before, pattern): (&str, &WordPattern),
    deadline: &Deadline,
) -> Result<Vec<Expanded>> {
    let mut frequencies: HashMap<String, u64> = HashMap::new();
    let terms = TermPattern {
        before: before.as_bytes(),
        word: pattern,
    };
    each_term(snapshot, (field, terms), deadline, |term, frequency| {
        *frequencies.entry(term.to_owned()).or_default() += frequency;
    })?;
    let mut expanded: Vec<Expanded> = frequencies
        .into_iter()
        .map(|(term, frequency)| Expanded {
            distance: pattern.distance(&term[before.len()..]),
            term,
            frequency,
        })
        .collect();
    expanded.sort_unstable_by(|a, b| {
        let nearer = a.distance.cmp(&b.distance);
        let rarer = a.frequency.cmp(&b.frequency);
        nearer
            .then(rarer.reverse())
            .then_with(|| a.term.cmp(&b.term))
    });
    Ok(expanded)
}

/// How often a document has a term.
pub(crate) fn occurrences(snapshot: &Snapshot, term: &Term, address: DocAddress) -> Result<u32> {
    let segment = snapshot.searcher().segment_reader(address.segment_ord);
    let count = || -> tantivy::Result<u32> {
        let index = segment.inverted_index(term.field())?;
        let postings = index.read_postings(term, IndexRecordOption::WithFreqs)?;
        let Some(mut postings) = postings else {
            return Ok(0);
        };
        if postings.doc() < address.doc_id {
            postings.seek(address.doc_id);
        }
        let is_there = postings.doc() == address.doc_id;
        Ok(if is_there { postings.term_freq() } else { 0 })
    };
    count().map_err(snapshot.damaged())
}

/// Hands every term of a field that fits, with the number of live documents that hold it, to `each`,
/// segment by segment.
fn each_term(
    snapshot: &Snapshot,
    (field, terms): (Field, TermPattern<'_>),
    deadline: &Deadline,
    mut each: impl FnMut(&str, u64),
) -> Result<()> {
    let mut looked = 0;
    for segment in snapshot.searcher().segment_readers() {
        let index = segment.inverted_index(field).map_err(snapshot.damaged())?;
        let fitting = index.terms().search(terms);
        let mut stream = fitting.into_stream().map_err(snapshot.damaged())?;
        while stream.advance() && !deadline.passes_at(&mut looked) {
            let info = stream.value();
            let frequency = match segment.alive_bitset() {
                None => info.doc_freq,
                Some(alive) => index
                    .read_postings_from_terminfo(info, IndexRecordOption::Basic)
                    .map_err(snapshot.damaged())?
                    .doc_freq_given_deletes(alive),
            };
            // The beginning alone holds no word.
            let has_word = stream.key().len() > terms.before.len() && frequency > 0;
            if let (Ok(term), true) = (std::str::from_utf8(stream.key()), has_word) {
                each(term, u64::from(frequency));
            }
        }
    }
    Ok(())
}

/// The words of all articles at most `distance` edits (1 or 2) from a word, which need not be folded:
/// the nearest first, then the most frequent. The word itself is among them if some article has it.
///
/// Whether a word should be fuzzed at all is for the caller to say: nobody means `2024` by `2023`.
pub(crate) fn fuzzy_forms(
    snapshot: &Snapshot,
    analyzer: &mut Analyzer,
    (word, distance): (&str, u8),
    deadline: &Deadline,
) -> Result<Vec<NearForm>> {
    let pattern = WordPattern::fuzzy(word, distance);
    let expanded = expand(snapshot, snapshot.fields().exact, ("", &pattern), deadline)?;
    let near = expanded.into_iter().map(|near| NearForm {
        distance: near.distance,
        frequency: near.frequency,
        form: form_of(near.term, analyzer),
    });
    Ok(near.collect())
}

/// A word of the index with its stem.
pub(crate) fn form_of(exact: String, analyzer: &mut Analyzer) -> WordForm {
    let stem = analyzer.stem(&exact).to_owned();
    WordForm { stem, exact }
}
