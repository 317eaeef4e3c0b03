//! From the commit before to the next one: deletions, merging, and the list of segments.
//!
//! The engine's own writer would do this on threads of its own, and write its list of segments more than once in
//! a run. Here a run is one commit, made on the thread that asks for it: all files of it are on disk before the
//! list of segments names them, and that list is replaced at once.

use std::collections::HashSet;
use std::path::PathBuf;

use tantivy::directory::{OwnedBytes, TerminatingWrite};
use tantivy::fastfield::{AliveBitSet, write_alive_bitset};
use tantivy::index::{IndexMeta, Segment, SegmentComponent};
use tantivy::indexer::merge_filtered_segments;
use tantivy::{BitSet, Directory, IndexSettings, SegmentMeta, SegmentReader};

use crate::article::ArticlePath;
use crate::error::{Error, Result};
use crate::format;
use crate::record::CommitRecord;
use crate::removal::documents_of;
use crate::schema::PATH_COLUMN;
use crate::store::Store;
use crate::sweep::{files_of, used_files};
use crate::verify::verify_file;

/// A segment is merged with all smaller ones as long as it has at most this many times their
/// documents: segments grow geometrically, so few are left and little is written twice.
const MERGE_RATIO: u32 = 4;
/// A segment of which more than one document in this many is deleted is written anew.
const DELETED_SHARE: u32 = 5;

/// A segment of the next commit.
struct PendingSegment {
    segment: Segment,
    /// The documents that are left, where some are removed by this commit.
    alive: Option<BitSet>,
    deleted: u32,
}

impl PendingSegment {
    fn live(&self) -> u32 {
        self.segment.meta().max_doc() - self.deleted
    }
}

/// Makes a commit of the segments there are, without the documents of the paths `removed`, and of `added` ones.
pub(crate) fn commit(
    store: &Store,
    record: &CommitRecord,
    added: Vec<SegmentMeta>,
    removed: &[ArticlePath],
) -> Result<()> {
    let before = store.index.load_metas();
    let before = before.map_err(Error::reading(store.place()))?;
    let mut parts = Vec::new();
    for meta in before.segments {
        let segment = store.index.segment(meta);
        parts.extend(without(store, segment, removed)?);
    }
    for meta in added {
        let (segment, alive, deleted) = (store.index.segment(meta), None, 0);
        parts.push(PendingSegment {
            segment,
            alive,
            deleted,
        });
    }
    parts.sort_by_key(|part| (part.live(), part.segment.id()));
    let opstamp = before.opstamp + 1;
    let mut segments = Vec::new();
    let merged = merge(store, &parts)?;
    let chosen: HashSet<usize> = merged.iter().flat_map(|(of, _)| of.clone()).collect();
    for (i, part) in parts.into_iter().enumerate() {
        if !chosen.contains(&i) {
            segments.push(finish(store, part, opstamp)?);
        }
    }
    segments.extend(merged.map(|(_, segment)| segment));
    let payload = serde_json::to_string(record).map_err(Error::engine("committing"))?;
    let meta = IndexMeta {
        segments,
        opstamp,
        payload: Some(payload),
        ..IndexMeta::with_schema(store.index.schema())
    };
    let meta = serde_json::to_vec(&meta).map_err(Error::engine("committing"))?;
    publish(store, meta)
}

/// Makes the list of segments the one that readers open.
fn publish(store: &Store, meta: Vec<u8>) -> Result<()> {
    let Some(folder) = store.folder() else {
        let before = store.directory.meta().unwrap_or_default();
        let now = used_files(&meta);
        store.directory.set_meta(meta);
        for file in used_files(&before).difference(&now).map(PathBuf::from) {
            // Readers of the commit before hold what they need.
            let _ = store.directory.delete(&file);
        }
        store.directory.take_made();
        return Ok(());
    };
    store.cancel.commit(folder, || {
        store.locked_folder()?;
        let published = format::publish(folder, &meta);
        if matches!(published, Ok(()) | Err(Error::NotDurable { .. })) {
            store.directory.set_meta(meta);
            store.directory.take_made();
        }
        published
    })
}

/// The segment without the documents of these paths; `None` if nothing is left of it.
fn without(
    store: &Store,
    segment: Segment,
    paths: &[ArticlePath],
) -> Result<Option<PendingSegment>> {
    let place = store.place();
    // What is damaged must not become part of a commit whose checksums are right.
    verify_file(store, &segment.relative_path(SegmentComponent::FastFields))?;
    let mut part = PendingSegment {
        deleted: segment.meta().num_deleted_docs(),
        segment,
        alive: None,
    };
    if !paths.is_empty() {
        let find = || -> tantivy::Result<Vec<u32>> {
            let reader = SegmentReader::open(&part.segment)?;
            let column = reader.fast_fields().bytes(PATH_COLUMN)?;
            let mut found = match column {
                Some(column) => documents_of(&column, paths)?,
                None => Vec::new(),
            };
            found.retain(|&document| !reader.is_deleted(document));
            Ok(found)
        };
        let found = find().map_err(Error::reading(place))?;
        if !found.is_empty() {
            part.deleted += found.len() as u32;
            part.alive = Some(alive(&part.segment, &found).map_err(Error::reading(place))?);
        }
    }
    Ok((part.live() > 0).then_some(part))
}

/// The documents of a segment that are left without these.
fn alive(segment: &Segment, removed: &[u32]) -> tantivy::Result<BitSet> {
    let meta = segment.meta();
    let mut alive = BitSet::with_max_value_and_full(meta.max_doc());
    if meta.has_deletes() {
        let file = segment.open_read(SegmentComponent::Delete)?;
        let before = AliveBitSet::open(file.read_bytes()?);
        for document in (0..meta.max_doc()).filter(|&document| before.is_deleted(document)) {
            alive.remove(document);
        }
    }
    for &document in removed {
        alive.remove(document);
    }
    Ok(alive)
}

/// Writes which documents of a segment are left, where that changed.
fn finish(store: &Store, part: PendingSegment, opstamp: u64) -> Result<SegmentMeta> {
    let Some(alive) = part.alive else {
        return Ok(part.segment.meta().clone());
    };
    // The segment may have deletions already, and is counted from its beginning.
    let segment = part.segment.with_delete_meta(part.deleted, opstamp);
    let write = || -> tantivy::Result<()> {
        let mut file = segment.open_write(SegmentComponent::Delete)?;
        write_alive_bitset(&alive, &mut file)?;
        Ok(file.terminate()?)
    };
    write().map_err(Error::failing("writing", store.place()))?;
    Ok(segment.meta().clone())
}

/// Makes one segment of those that are worth it; says which these were.
fn merge(store: &Store, parts: &[PendingSegment]) -> Result<Option<(Vec<usize>, SegmentMeta)>> {
    let sizes: Vec<(u32, u32)> = parts
        .iter()
        .map(|part| (part.live(), part.deleted))
        .collect();
    let chosen = to_merge(&sizes);
    if chosen.is_empty() {
        return Ok(None);
    }
    let (mut segments, mut filters) = (Vec::new(), Vec::new());
    for &i in &chosen {
        let PendingSegment { segment, alive, .. } = &parts[i];
        for file in files_of(segment.meta()) {
            verify_file(store, &file)?;
        }
        segments.push(segment.clone());
        filters.push(alive.as_ref().map(filter).transpose()?);
    }
    store.cancel.check(store.place())?;
    let settings = IndexSettings {
        // One thread less to be had, and stored articles are copied as they are.
        docstore_compress_dedicated_thread: false,
        ..store.index.settings().clone()
    };
    let apart: Box<dyn Directory> = Box::new(store.directory.apart());
    let merged = merge_filtered_segments(&segments, settings, filters, apart)
        .and_then(|merged| merged.searchable_segment_metas());
    match merged.map_err(Error::failing("merging", store.place())) {
        Ok(merged) => Ok(merged.into_iter().next().map(|meta| (chosen, meta))),
        // Where there is no room to merge, the segments do as they are, until a later run.
        Err(Error::Io { .. }) => Ok(None),
        Err(other) => Err(other),
    }
}

/// The documents that are left, as the engine reads them.
fn filter(alive: &BitSet) -> Result<AliveBitSet> {
    let mut bytes = Vec::new();
    write_alive_bitset(alive, &mut bytes).map_err(Error::engine("merging"))?;
    Ok(AliveBitSet::open(OwnedBytes::new(bytes)))
}

/// Which of these segments, given as (live, deleted) documents in ascending order, become one.
fn to_merge(sizes: &[(u32, u32)]) -> Vec<usize> {
    let mut chosen = Vec::new();
    let (mut live_before, mut run) = (0_u32, 0);
    for (i, &(live, _)) in sizes.iter().enumerate() {
        if i > 0 && live <= live_before.saturating_mul(MERGE_RATIO) {
            run = i + 1;
        }
        live_before = live_before.saturating_add(live);
    }
    for (i, &(live, deleted)) in sizes.iter().enumerate() {
        let worn = deleted > (live.saturating_add(deleted)) / DELETED_SHARE;
        if i < run || worn {
            chosen.push(i);
        }
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_of_like_size_become_one_and_a_large_one_is_left_alone() {
        assert_eq!(to_merge(&[(100, 0)]), [] as [usize; 0]);
        assert_eq!(to_merge(&[(100, 0), (100, 0)]), [0, 1]);
        assert_eq!(to_merge(&[(1, 0), (1, 0), (48_000, 10)]), [0, 1]);
        assert_eq!(to_merge(&[(483, 0), (47_729, 483)]), [] as [usize; 0]);
        assert_eq!(
            to_merge(&[(10, 0), (30, 0), (150, 0), (48_000, 0)]),
            [0, 1, 2]
        );
    }

    #[test]
    fn a_segment_of_which_much_is_deleted_is_written_anew() {
        assert_eq!(to_merge(&[(79, 21)]), [0]);
        assert_eq!(to_merge(&[(80, 20)]), [] as [usize; 0]);
        assert_eq!(to_merge(&[(0, 3)]), [0]);
    }
}
