//! Words at given distances from each other, any of several at each place, and only from a certain
//! position on.
//!
//! The engine's phrases have one word at each place and do not say where they stand.

use std::collections::{BTreeSet, HashMap};

use tantivy::schema::IndexRecordOption;
use tantivy::{BitSet, DocId, DocSet, SegmentReader, TERMINATED, Term};

use crate::filter::DocumentFilter;

/// Documents that have a word of each cell, at the distances the cells have from each other.
#[derive(Debug, Clone)]
pub(crate) struct PositionQuery {
    /// Place of the cell within the sequence, and the words that may stand there, of one field.
    pub(crate) cells: Vec<(u32, Vec<Term>)>,
    /// How far apart the places may be beyond what the cells say: greatest less smallest shift.
    pub(crate) slop: u32,
    /// Name of the column of the first position that counts. A document without it has none.
    pub(crate) start_column: Option<&'static str>,
}

/// Where the words of each cell stand in a document, less the place of the cell.
type Shifts = Vec<Vec<i64>>;

impl PositionQuery {
    /// The cells, those that fewest documents have first, so that little is read of the others.
    fn rarest_first(&self, segment: &SegmentReader) -> tantivy::Result<Vec<(u32, &[Term])>> {
        let mut cells = Vec::with_capacity(self.cells.len());
        for (offset, terms) in &self.cells {
            let mut frequency = 0;
            for term in terms {
                let index = segment.inverted_index(term.field())?;
                frequency += u64::from(index.doc_freq(term)?);
            }
            cells.push((frequency, *offset, &terms[..]));
        }
        cells.sort_by_key(|(frequency, ..)| *frequency);
        let cells = cells.into_iter();
        Ok(cells.map(|(_, offset, terms)| (offset, terms)).collect())
    }
}

/// Hands every position of a term in the documents that are `wanted` to `each`.
fn each_position(
    segment: &SegmentReader,
    term: &Term,
    wanted: impl Fn(DocId) -> bool,
    mut each: impl FnMut(DocId, u32),
) -> tantivy::Result<()> {
    use tantivy::postings::Postings;
    let index = segment.inverted_index(term.field())?;
    let with_positions = IndexRecordOption::WithFreqsAndPositions;
    let Some(mut postings) = index.read_postings(term, with_positions)? else {
        return Ok(());
    };
    let mut positions = Vec::new();
    while postings.doc() != TERMINATED {
        let doc = postings.doc();
        if wanted(doc) {
            postings.positions(&mut positions);
            for position in &positions {
                each(doc, *position);
            }
        }
        postings.advance();
    }
    Ok(())
}

/// The least distance between the greatest and the smallest of one number from each list. The lists
/// are in order, and none is empty.
fn narrowest(lists: &[Vec<i64>]) -> i64 {
    let mut at = vec![0; lists.len()];
    let mut least = i64::MAX;
    loop {
        let heads = lists.iter().zip(&at).map(|(list, at)| list[*at]);
        let (mut low, mut high) = ((i64::MAX, 0), i64::MIN);
        for (i, head) in heads.enumerate() {
            low = low.min((head, i));
            high = high.max(head);
        }
        least = least.min(high.saturating_sub(low.0));
        // Only a greater one of the smallest can bring them closer.
        let (_, list) = low;
        at[list] += 1;
        if least == 0 || at[list] == lists[list].len() {
            return least;
        }
    }
}

impl DocumentFilter for PositionQuery {
    fn docs(&self, segment: &SegmentReader) -> tantivy::Result<BitSet> {
        let starts = match self.start_column {
            Some(name) => segment.fast_fields().column_opt::<u64>(name)?,
            None => None,
        };
        let start = |doc: DocId| match (&starts, self.start_column) {
            (Some(starts), _) => starts.first(doc),
            (None, Some(_)) => None,
            (None, None) => Some(0),
        };
        let counts = |doc, position| start(doc).is_some_and(|start| u64::from(position) >= start);
        let mut docs = BitSet::with_max_value(segment.max_doc());
        if let [(_, terms)] = &self.cells[..] {
            for term in terms {
                each_position(
                    segment,
                    term,
                    |_| true,
                    |doc, position| {
                        if counts(doc, position) {
                            docs.insert(doc);
                        }
                    },
                )?;
            }
            return Ok(docs);
        }
        let mut found: Option<HashMap<DocId, Shifts>> = None;
        for (offset, terms) in self.rarest_first(segment)? {
            let mut here: HashMap<DocId, BTreeSet<i64>> = HashMap::new();
            for term in terms {
                let known = |doc| found.as_ref().is_none_or(|found| found.contains_key(&doc));
                each_position(segment, term, known, |doc, position| {
                    if counts(doc, position) {
                        let shift = i64::from(position) - i64::from(offset);
                        here.entry(doc).or_default().insert(shift);
                    }
                })?;
            }
            let earlier = &mut found;
            let extended = here.into_iter().map(|(doc, shifts)| {
                let before = earlier.as_mut().and_then(|earlier| earlier.remove(&doc));
                let mut all = before.unwrap_or_default();
                all.push(shifts.into_iter().collect());
                (doc, all)
            });
            found = Some(extended.collect());
        }
        let fits = |shifts: &Shifts| narrowest(shifts) <= i64::from(self.slop);
        let found = found.unwrap_or_default().into_iter();
        let fitting = found.filter(|(_, shifts)| fits(shifts));
        fitting.for_each(|(doc, _)| {
            docs.insert(doc);
        });
        Ok(docs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_narrowest_window_takes_one_of_each() {
        assert_eq!(narrowest(&[vec![1, 10, 20], vec![4, 12], vec![19]]), 8);
        assert_eq!(narrowest(&[vec![5], vec![5]]), 0);
        assert_eq!(narrowest(&[vec![-3, 7]]), 0);
    }
}
