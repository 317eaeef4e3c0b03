//! Words of the index that begin alike.

use std::collections::HashMap;

use gleaner_store::{Analyzer, Result, Snapshot};
use tantivy::postings::Postings;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocAddress, DocSet, Term};

use crate::rank::WordForm;

/// Most words a prefix stands for; the most frequent ones are taken.
pub(crate) const MAX_EXPANSIONS: usize = 1_000;

/// The words a prefix stands for.
#[derive(Debug, Default)]
pub(crate) struct Expansion {
    /// The most frequent first, among equals in order.
    pub(crate) forms: Vec<WordForm>,
    /// Whether these are all there are.
    pub(crate) all: bool,
}

/// The words of all articles that begin with `prefix`, which is folded.
pub(crate) fn expand(
    snapshot: &Snapshot,
    analyzer: &mut Analyzer,
    prefix: &str,
) -> Result<Expansion> {
    let mut found: Vec<(u64, String)> = terms_from(snapshot, snapshot.fields().exact, prefix)?
        .into_iter()
        .map(|(t, n)| (n, t))
        .collect();
    found.sort_unstable_by(|(a, a_text), (b, b_text)| b.cmp(a).then_with(|| a_text.cmp(b_text)));
    let all = found.len() <= MAX_EXPANSIONS;
    found.truncate(MAX_EXPANSIONS);
    let form = |(_, exact): (u64, String)| {
        let stem = analyzer.stem(&exact).to_owned();
        WordForm { stem, exact }
    };
    Ok(Expansion {
        forms: found.into_iter().map(form).collect(),
        all,
    })
}

/// The terms of front-matter values that begin with `prefix`, in order.
pub(crate) fn metadata_terms(snapshot: &Snapshot, prefix: &str) -> Result<Vec<String>> {
    let found = terms_from(snapshot, snapshot.fields().keys, prefix)?;
    let mut terms: Vec<String> = found.into_keys().collect();
    terms.sort_unstable();
    Ok(terms)
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

/// The terms of a field that begin with `prefix`, with the number of documents that hold them.
fn terms_from(snapshot: &Snapshot, field: Field, prefix: &str) -> Result<HashMap<String, u64>> {
    let mut terms: HashMap<String, u64> = HashMap::new();
    for segment in snapshot.searcher().segment_readers() {
        let index = segment.inverted_index(field).map_err(snapshot.damaged())?;
        let mut stream = index
            .terms()
            .range()
            .ge(prefix)
            .into_stream()
            .map_err(snapshot.damaged())?;
        while stream.advance() {
            let Some(text) = std::str::from_utf8(stream.key()).ok() else {
                continue;
            };
            if !text.starts_with(prefix) {
                break;
            }
            *terms.entry(text.to_owned()).or_default() += u64::from(stream.value().doc_freq);
        }
    }
    Ok(terms)
}
