//! Words at given distances from each other, any of several at each place, and only from a certain
//! position on.
//!
//! The engine's phrases have one word at each place and do not say where they stand.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, HashMap};

use tantivy::schema::IndexRecordOption;
use tantivy::{BitSet, DocId, DocSet, SegmentReader, TERMINATED, Term};

use crate::deadline::Deadline;
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

/// The cells that hold the same words, and their places within the sequence.
struct Repeated<'q> {
    terms: &'q [Term],
    places: Vec<u32>,
}

/// Where the words of each of the cells that differ stand in a document, in order.
type Positions = Vec<Vec<u32>>;

impl PositionQuery {
    /// The different cells, those that fewest documents have first, so that little is read of the others.
    fn rarest_first(&self, segment: &SegmentReader) -> tantivy::Result<Vec<Repeated<'_>>> {
        let mut known: HashMap<&[Term], usize> = HashMap::new();
        let mut cells: Vec<(u64, Repeated<'_>)> = Vec::new();
        for (place, terms) in &self.cells {
            if let Some(at) = known.get(&terms[..]) {
                cells[*at].1.places.push(*place);
                continue;
            }
            known.insert(terms, cells.len());
            let mut frequency = 0;
            for term in terms {
                let index = segment.inverted_index(term.field())?;
                frequency += u64::from(index.doc_freq(term)?);
            }
            let places = vec![*place];
            cells.push((frequency, Repeated { terms, places }));
        }
        cells.sort_by_key(|(frequency, _)| *frequency);
        Ok(cells.into_iter().map(|(_, repeated)| repeated).collect())
    }

    /// The positions of all cells in the documents that have each of them often enough.
    fn positions(
        &self,
        cells: &[Repeated<'_>],
        (segment, deadline): (&SegmentReader, &Deadline),
        counts: impl Fn(DocId, u32) -> bool,
    ) -> tantivy::Result<HashMap<DocId, Positions>> {
        let mut found: Option<HashMap<DocId, Positions>> = None;
        for cell in cells {
            let mut here: HashMap<DocId, BTreeSet<u32>> = HashMap::new();
            for term in cell.terms {
                let known = |doc| found.as_ref().is_none_or(|found| found.contains_key(&doc));
                each_position(segment, (term, deadline), known, |doc, position| {
                    if counts(doc, position) {
                        here.entry(doc).or_default().insert(position);
                    }
                })?;
            }
            let least = cell.least_positions(self.slop);
            here.retain(|_, positions| positions.len() >= least);
            let earlier = &mut found;
            let extended = here.into_iter().map(|(doc, positions)| {
                let before = earlier.as_mut().and_then(|earlier| earlier.remove(&doc));
                let mut all = before.unwrap_or_default();
                all.push(positions.into_iter().collect());
                (doc, all)
            });
            found = Some(extended.collect());
        }
        Ok(found.unwrap_or_default())
    }

    /// Whether the cells stand at their places in a document with these positions.
    fn is_in_place(&self, cells: &[Repeated<'_>], positions: &Positions) -> bool {
        let at_places = || {
            let cells = cells.iter().zip(positions);
            cells.flat_map(|(cell, positions)| {
                let places = cell.places.iter();
                places.map(move |place| (i64::from(*place), &positions[..]))
            })
        };
        let shifted = |(place, positions): (i64, &[u32])| -> Vec<i64> {
            let positions = positions.iter();
            positions
                .map(|position| i64::from(*position) - place)
                .collect()
        };
        if self.slop > 0 {
            let shifts: Vec<Vec<i64>> = at_places().map(shifted).collect();
            return narrowest(&shifts) <= i64::from(self.slop);
        }
        let mut common: Option<Vec<i64>> = None;
        for (place, positions) in at_places() {
            let Some(shifts) = &mut common else {
                common = Some(shifted((place, positions)));
                continue;
            };
            let mut rest = positions;
            shifts.retain(|shift| {
                let position = shift + place;
                rest = &rest[rest.partition_point(|other| i64::from(*other) < position)..];
                rest.first()
                    .is_some_and(|found| i64::from(*found) == position)
            });
            if shifts.is_empty() {
                return false;
            }
        }
        common.is_some_and(|shifts| !shifts.is_empty())
    }
}

impl Repeated<'_> {
    /// How many positions a document needs at least to have all of the cells: one position can be that of
    /// several cells as far as the slop allows.
    fn least_positions(&self, slop: u32) -> usize {
        let shared = usize::try_from(slop)
            .unwrap_or(usize::MAX)
            .saturating_add(1);
        self.places.len().div_ceil(shared)
    }
}

/// Hands every position of a term in the documents that are `wanted` to `each`.
fn each_position(
    segment: &SegmentReader,
    (term, deadline): (&Term, &Deadline),
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
    let mut looked = 0;
    while postings.doc() != TERMINATED && !deadline.passes_at(&mut looked) {
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
    let heads = lists.iter().enumerate();
    let mut heads: BinaryHeap<Reverse<(i64, usize)>> = heads
        .map(|(list, numbers)| Reverse((numbers[0], list)))
        .collect();
    let mut at = vec![0; lists.len()];
    let mut high = lists.iter().map(|list| list[0]).max().unwrap_or(i64::MIN);
    let mut least = i64::MAX;
    while let Some(Reverse((low, list))) = heads.pop() {
        least = least.min(high.saturating_sub(low));
        // Only a greater one of the smallest can bring them closer.
        at[list] += 1;
        let Some(next) = lists[list].get(at[list]).filter(|_| least > 0) else {
            break;
        };
        high = high.max(*next);
        heads.push(Reverse((*next, list)));
    }
    least
}

impl DocumentFilter for PositionQuery {
    fn docs(&self, segment: &SegmentReader, deadline: &Deadline) -> tantivy::Result<BitSet> {
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
                    (term, deadline),
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
        let cells = self.rarest_first(segment)?;
        let mut looked = 0;
        #[expect(
            clippy::iter_over_hash_type,
            reason = "the documents are put into a set"
        )]
        for (doc, positions) in self.positions(&cells, (segment, deadline), counts)? {
            if !deadline.passes_at(&mut looked) && self.is_in_place(&cells, &positions) {
                docs.insert(doc);
            }
        }
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
