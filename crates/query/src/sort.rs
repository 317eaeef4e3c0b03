//! Hits in another order than by score.
//!
//! Within a segment, texts are compared by the place of their ordinal among the texts of the matches,
//! so each is folded once, however many articles have it.

use std::cmp::Ordering;

use gleaner_store::{ArticlePath, Result, Snapshot, fold};
use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocAddress, DocId};

use crate::collect::{Ranked, scores};
use crate::keys::{Key, KeyColumn, KeyValue, Number, title_columns};
use crate::matching::Matching;
use crate::rank::Ranking;

/// The order of the hits.
///
/// Values are in the order false, true, numbers, dates, texts. Texts compare without regard to case
/// and diacritics, and as they are written only where that makes no difference. Of several values the
/// first in the order counts: ascending the least, descending the greatest. Hits without a value come
/// last in either direction, and equals are in the order of their paths.
///
/// ```
/// use gleaner_query::{Query, Sort};
///
/// let newest = Query::new("robots").sort(Sort::descending("date"));
/// assert_eq!(Sort::read("-date"), Sort::descending("date"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sort {
    by: By,
    direction: Direction,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum By {
    Score,
    Path,
    Title,
    Key(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Ascending,
    Descending,
}

impl Direction {
    fn of(self, order: Ordering) -> Ordering {
        match self {
            Self::Ascending => order,
            Self::Descending => order.reverse(),
        }
    }
}

impl Sort {
    /// The best hits first: the order unless said.
    pub fn score() -> Self {
        Self {
            by: By::Score,
            direction: Direction::Descending,
        }
    }

    /// Least values of a key first. A key is one of the front matter or a concept; `title` is the
    /// title as shown, `path` the path below the root, and `score` means [`Sort::score`].
    pub fn ascending(key: impl Into<String>) -> Self {
        Self::by(key.into(), Direction::Ascending)
    }

    /// Greatest values of a key first; otherwise as [`Sort::ascending`].
    pub fn descending(key: impl Into<String>) -> Self {
        Self::by(key.into(), Direction::Descending)
    }

    /// Reads an order as people type it: `KEY`, or `-KEY` for the greatest first.
    pub fn read(text: &str) -> Self {
        match text.strip_prefix('-') {
            Some(key) => Self::descending(key),
            None => Self::ascending(text),
        }
    }

    fn by(key: String, direction: Direction) -> Self {
        let by = match key.to_lowercase().as_str() {
            // Nobody wants the worst hits, so the best come first either way.
            "score" => return Self::score(),
            "path" => By::Path,
            "title" => By::Title,
            _ => By::Key(key),
        };
        Self { by, direction }
    }

    /// The key as given, if it is one of the front matter or a concept.
    pub(crate) fn key_name(&self) -> Option<&str> {
        match &self.by {
            By::Key(key) => Some(key),
            By::Score | By::Path | By::Title => None,
        }
    }

    /// What the order means in this index; `None` if it is that of the scores, or if no article has
    /// the key.
    pub(crate) fn order(&self, snapshot: &Snapshot) -> Result<Option<Order>> {
        let by = match &self.by {
            By::Score => return Ok(None),
            By::Path => {
                return Ok(Some(Order {
                    source: Source::Nothing,
                    values: Direction::Ascending,
                    paths: self.direction,
                }));
            }
            By::Title => Some(Source::Title),
            By::Key(key) => Key::find(snapshot, key)?.map(Source::Key),
        };
        Ok(by.map(|source| Order {
            source,
            values: self.direction,
            paths: Direction::Ascending,
        }))
    }
}

impl Default for Sort {
    fn default() -> Self {
        Self::score()
    }
}

/// What hits are sorted by, in one index.
#[derive(Debug)]
pub(crate) struct Order {
    source: Source,
    values: Direction,
    /// Order of hits whose values are equal.
    paths: Direction,
}

#[derive(Debug)]
enum Source {
    Nothing,
    Title,
    Key(Key),
}

impl Order {
    fn compare<T: Ord, P: Ord>(&self, a: (&Option<T>, &P), b: (&Option<T>, &P)) -> Ordering {
        let values = match (a.0, b.0) {
            (Some(a), Some(b)) => self.values.of(a.cmp(b)),
            (a, b) => b.is_some().cmp(&a.is_some()),
        };
        values.then_with(|| self.paths.of(a.1.cmp(b.1)))
    }
}

/// A text, folded and as it is written.
type Text = (String, String);

/// A match within a segment: a text is its place among the texts of the segment, a path its ordinal.
struct Candidate {
    value: Option<KeyValue<usize>>,
    path: u64,
    doc: DocId,
}

/// A candidate that can be compared with those of other segments.
struct Placed {
    value: Option<KeyValue<Text>>,
    path: ArticlePath,
    address: DocAddress,
}

/// The first of all the matches in an order, with their scores.
pub(crate) fn sorted(
    snapshot: &Snapshot,
    matches: &[Matching<'_>],
    ranking: &Ranking,
    order: &Order,
    (offset, limit): (usize, usize),
) -> Result<Vec<Ranked>> {
    let wanted = if limit == 0 {
        0
    } else {
        offset.saturating_add(limit)
    };
    let mut first: Vec<Placed> = Vec::new();
    for matching in matches {
        first.extend(first_of_segment(snapshot, matching, order, wanted)?);
    }
    first.sort_by(|a, b| order.compare((&a.value, &a.path), (&b.value, &b.path)));
    let page = first.into_iter().skip(offset).take(limit);
    let addresses: Vec<DocAddress> = page.map(|placed| placed.address).collect();
    let scores = scores(snapshot, ranking, &addresses)?;
    let ranked = addresses.into_iter().zip(scores);
    let ranked = ranked.map(|(address, scores)| Ranked {
        address,
        score: scores.total(),
    });
    Ok(ranked.collect())
}

/// The first `wanted` matches of a segment.
fn first_of_segment(
    snapshot: &Snapshot,
    matching: &Matching<'_>,
    order: &Order,
    wanted: usize,
) -> Result<Vec<Placed>> {
    if wanted == 0 || matching.docs.is_empty() {
        return Ok(Vec::new());
    }
    let paths = snapshot.path_column(matching.ord as usize)?;
    let SegmentValues { values, texts } =
        SegmentValues::of(matching, order).map_err(snapshot.damaged())?;
    let candidate = |(&doc, value)| {
        let path = paths.ords().first(doc)?;
        Some(Candidate { value, path, doc })
    };
    let mut candidates: Vec<Candidate> = matching
        .docs
        .iter()
        .zip(values)
        .filter_map(candidate)
        .collect();
    let compare =
        |a: &Candidate, b: &Candidate| order.compare((&a.value, &a.path), (&b.value, &b.path));
    if wanted < candidates.len() {
        candidates.select_nth_unstable_by(wanted, compare);
        candidates.truncate(wanted);
    }
    // The dictionary is read once from front to back.
    candidates.sort_unstable_by_key(|candidate| candidate.path);
    let ords: Vec<u64> = candidates.iter().map(|candidate| candidate.path).collect();
    let mut placed = Vec::with_capacity(candidates.len());
    let mut rest = candidates.into_iter();
    let add = |path: &[u8]| {
        placed.extend(rest.next().map(|candidate| {
            Placed {
                value: candidate
                    .value
                    .map(|value| value.map_text(|place| texts[place].clone())),
                path: ArticlePath::from_bytes(path),
                address: DocAddress::new(matching.ord, candidate.doc),
            }
        }));
    };
    paths
        .dictionary()
        .sorted_ords_to_term_cb(&ords, add)
        .map_err(snapshot.damaged())?;
    Ok(placed)
}

/// The values by which the matches of a segment are sorted.
#[derive(Default)]
struct SegmentValues {
    /// The value of each match; a text is its place in `texts`.
    values: Vec<Option<KeyValue<usize>>>,
    /// The texts of the matches in their order.
    texts: Vec<Text>,
}

impl SegmentValues {
    fn of(matching: &Matching<'_>, order: &Order) -> tantivy::Result<Self> {
        let mut all = Self {
            values: vec![None; matching.docs.len()],
            texts: Vec::new(),
        };
        let columns = match &order.source {
            Source::Nothing => Vec::new(),
            Source::Title => title_columns(matching.segment)?,
            Source::Key(key) => key.columns(matching.segment)?,
        };
        let (docs, direction) = (&matching.docs, order.values);
        for column in columns {
            match column {
                KeyColumn::Bool(column) => all.add(docs, direction, &column, KeyValue::Bool),
                KeyColumn::Seconds(column) => all.add(docs, direction, &column, KeyValue::Date),
                KeyColumn::Date(column) => all.add(docs, direction, &column, |date| {
                    KeyValue::Date(date.into_timestamp_secs())
                }),
                KeyColumn::Integer(column) => all.add(docs, direction, &column, |number| {
                    KeyValue::Number(Number::integer(number))
                }),
                KeyColumn::Unsigned(column) => all.add(docs, direction, &column, |number| {
                    KeyValue::Number(Number::unsigned(number))
                }),
                KeyColumn::Float(column) => all.add(docs, direction, &column, |number| {
                    KeyValue::Number(Number::float(number))
                }),
                KeyColumn::Text(column) => all.add_texts(docs, direction, &column)?,
            }
        }
        Ok(all)
    }

    /// Takes the first value of each document in the order, over all columns.
    fn add<T: PartialOrd + Copy + std::fmt::Debug + Send + Sync + 'static>(
        &mut self,
        docs: &[DocId],
        direction: Direction,
        column: &Column<T>,
        value: impl Fn(T) -> KeyValue<usize>,
    ) {
        for (&doc, first) in docs.iter().zip(&mut self.values) {
            for value in column.values_for_doc(doc).map(&value) {
                let is_before = |first: &KeyValue<usize>| direction.of(value.cmp(first)).is_lt();
                if first.as_ref().is_none_or(is_before) {
                    *first = Some(value);
                }
            }
        }
    }

    fn add_texts(
        &mut self,
        docs: &[DocId],
        direction: Direction,
        column: &StrColumn,
    ) -> tantivy::Result<()> {
        let mut is_there = vec![false; column.num_terms()];
        for &doc in docs {
            for ord in column.ords().values_for_doc(doc) {
                is_there[ord as usize] = true;
            }
        }
        let ords: Vec<u64> = (0..)
            .zip(&is_there)
            .filter(|(_, is)| **is)
            .map(|(ord, _)| ord)
            .collect();
        let mut texts: Vec<(Text, u64)> = Vec::with_capacity(ords.len());
        let mut rest = ords.iter().copied();
        column.dictionary().sorted_ords_to_term_cb(&ords, |text| {
            let text = String::from_utf8_lossy(text).into_owned();
            texts.push(((fold(&text), text), rest.next().unwrap_or_default()));
        })?;
        texts.sort_unstable();
        let mut places = vec![0; column.num_terms()];
        for (place, (_, ord)) in texts.iter().enumerate() {
            places[*ord as usize] = place;
        }
        self.texts = texts.into_iter().map(|(text, _)| text).collect();
        let place = |ord: u64| KeyValue::Text(places[ord as usize]);
        self.add(docs, direction, column.ords(), place);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_read_with_its_direction() {
        assert_eq!(Sort::read("date"), Sort::ascending("date"));
        assert_eq!(Sort::read("-Date"), Sort::descending("Date"));
        assert_eq!(Sort::read("score"), Sort::score());
        assert_eq!(Sort::read("-Score"), Sort::default());
        assert_eq!(Sort::read("-").key_name(), Some(""));
        assert_eq!(Sort::read("PATH").key_name(), None);
    }

    #[test]
    fn what_is_missing_comes_last_in_both_directions_and_paths_ascend() {
        for values in [Direction::Ascending, Direction::Descending] {
            let order = Order {
                source: Source::Title,
                values,
                paths: Direction::Ascending,
            };
            assert!(order.compare((&Some(1), &"b"), (&None, &"a")).is_lt());
            assert!(order.compare((&None::<u8>, &"b"), (&None, &"a")).is_gt());
            assert!(order.compare((&Some(1), &"a"), (&Some(1), &"b")).is_lt());
            let less = order.compare((&Some(1), &"b"), (&Some(2), &"a"));
            assert_eq!(less, values.of(Ordering::Less));
        }
    }
}
