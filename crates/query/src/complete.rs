//! Words of the index that go on from what was typed.

use std::collections::HashMap;

use gleaner_store::{Result, Snapshot, fold};
use tantivy::schema::IndexRecordOption;

/// The `limit` most frequent words that begin with the last word of `text`, with the number of articles
/// that hold them; equals in order.
pub(crate) fn complete(
    snapshot: &Snapshot,
    text: &str,
    limit: usize,
) -> Result<Vec<(String, u64)>> {
    let mut prefix = fold(text.split_whitespace().next_back().unwrap_or_default());
    prefix.retain(|c| !joins_or_quotes(c));
    let words = words_from(snapshot, &prefix).map_err(snapshot.damaged())?;
    let mut words: Vec<(String, u64)> = words.into_iter().collect();
    let compare = |a: &(String, u64), b: &(String, u64)| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0));
    if limit < words.len() {
        words.select_nth_unstable_by(limit, compare);
        words.truncate(limit);
    }
    words.sort_unstable_by(compare);
    Ok(words)
}

/// Whether a sign is no part of a word: `sci-f` goes on to `scifi`, which compounds have beside their
/// parts, and `"hem` to `hemorrhage`.
fn joins_or_quotes(c: char) -> bool {
    // C++ and C# keep theirs; from U+2010 on are dashes, quotes and points.
    (c.is_ascii_punctuation() && !matches!(c, '+' | '#')) || matches!(c, '\u{2010}'..='\u{2027}')
}

/// The words that begin with `prefix`, with the number of live documents that hold them.
fn words_from(snapshot: &Snapshot, prefix: &str) -> tantivy::Result<HashMap<String, u64>> {
    let mut words: HashMap<String, u64> = HashMap::new();
    for segment in snapshot.searcher().segment_readers() {
        let index = segment.inverted_index(snapshot.fields().exact)?;
        let mut terms = index.terms().range().ge(prefix).into_stream()?;
        while terms.advance() && terms.key().starts_with(prefix.as_bytes()) {
            let Ok(word) = std::str::from_utf8(terms.key()) else {
                continue;
            };
            let count = match segment.alive_bitset() {
                None => terms.value().doc_freq,
                Some(alive) => index
                    .read_postings_from_terminfo(terms.value(), IndexRecordOption::Basic)?
                    .doc_freq_given_deletes(alive),
            };
            if count > 0 {
                *words.entry(word.to_owned()).or_default() += u64::from(count);
            }
        }
    }
    Ok(words)
}
