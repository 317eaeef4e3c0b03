//! Reordering of near ties by date and quality, for those who ask for it.

use gleaner_store::{DATE_COLUMN, METADATA_COLUMNS, Snapshot};
use tantivy::columnar::{Column, DynamicColumn};
use tantivy::{DocId, SegmentReader};

/// Most that a boost adds to a score or takes from it, as a share of the score. Beside one boost, a
/// match that is better by a quarter stays ahead of any other; beside both, one better by half.
const MOST: f64 = 0.1;

/// Age in seconds at which a boost for being recent is spent by half: 180 days.
const HALF_LIFE: f64 = 180.0 * 86_400.0;

/// The key of the front matter that holds the quality.
const QUALITY_KEY: &str = "quality";

/// The boosts of a query.
#[derive(Debug, Clone, Default)]
pub(crate) struct Boosts {
    /// The time in seconds since 1970 that ages are counted from.
    recent: Option<i64>,
    /// The least and the greatest quality of all live articles.
    quality: Option<(f64, f64)>,
}

impl Boosts {
    /// Boosts what is recent at a time in seconds since 1970.
    pub(crate) fn recent(&mut self, now: i64) {
        self.recent = Some(now);
    }

    /// Boosts quality, measured by the range it has in the index.
    pub(crate) fn quality(&mut self, snapshot: &Snapshot) -> tantivy::Result<()> {
        let mut range: Option<(f64, f64)> = None;
        for segment in snapshot.searcher().segment_readers() {
            let columns = quality_columns(segment)?;
            for doc in segment.doc_ids_alive() {
                if let Some(value) = quality(&columns, doc) {
                    let (least, most) = range.unwrap_or((value, value));
                    range = Some((least.min(value), most.max(value)));
                }
            }
        }
        self.quality = range.filter(|(least, most)| least < most);
        Ok(())
    }

    /// Most that the boosts can make of a score of 1.
    pub(crate) fn most(&self) -> f64 {
        let boosts = u8::from(self.recent.is_some()) + u8::from(self.quality.is_some());
        1.0 + MOST * f64::from(boosts)
    }

    pub(crate) fn in_segment(&self, segment: &SegmentReader) -> tantivy::Result<SegmentBoosts> {
        let recent = match self.recent {
            None => None,
            Some(now) => {
                let dates = segment.fast_fields().column_opt::<i64>(DATE_COLUMN)?;
                dates.map(|dates| (now, dates))
            }
        };
        let quality = match self.quality {
            None => None,
            Some(range) => Some((range, quality_columns(segment)?)),
        };
        Ok(SegmentBoosts { recent, quality })
    }
}

/// The boosts of a query in one segment.
pub(crate) struct SegmentBoosts {
    recent: Option<(i64, Column<i64>)>,
    quality: Option<((f64, f64), Vec<DynamicColumn>)>,
}

impl SegmentBoosts {
    /// What being recent and quality add to a score. Nothing, if the article does not say.
    pub(crate) fn of(&self, doc: DocId, score: f64) -> (f64, f64) {
        let recent = self.recent.as_ref().and_then(|(now, dates)| {
            let age = now.saturating_sub(dates.first(doc)?).max(0);
            Some(score * MOST * (2.0 * (-(age as f64) / HALF_LIFE).exp2() - 1.0))
        });
        let quality = self.quality.as_ref().and_then(|((least, most), columns)| {
            let share = (quality(columns, doc)? - least) / (most - least);
            Some(score * MOST * (2.0 * share - 1.0))
        });
        (recent.unwrap_or(0.0), quality.unwrap_or(0.0))
    }
}

fn quality_columns(segment: &SegmentReader) -> tantivy::Result<Vec<DynamicColumn>> {
    let name = format!("{METADATA_COLUMNS}.{QUALITY_KEY}");
    let handles = segment.fast_fields().dynamic_column_handles(&name)?;
    let columns = handles.iter().map(|handle| Ok(handle.open()?));
    columns.collect()
}

/// The greatest number the article gives as its quality.
fn quality(columns: &[DynamicColumn], doc: DocId) -> Option<f64> {
    let values = columns.iter().flat_map(|column| -> Vec<f64> {
        match column {
            DynamicColumn::I64(column) => column.values_for_doc(doc).map(|v| v as f64).collect(),
            DynamicColumn::U64(column) => column.values_for_doc(doc).map(|v| v as f64).collect(),
            DynamicColumn::F64(column) => column.values_for_doc(doc).collect(),
            _ => Vec::new(),
        }
    });
    values.filter(|value| value.is_finite()).reduce(f64::max)
}
