//! Making segments: from articles to the files of the engine.
//!
//! The engine could do this, document by document. It would look up every word of every field by its
//! letters; here a word is looked up once, and all fields go by its number. Each thread collects for
//! itself: words in [`inverted`], which are emptied into a [`run`] whenever they fill the thread's
//! share of memory. In the end all runs of all threads become one segment in [`write`].

mod arena;
mod aside;
mod batch;
mod columns;
mod inverted;
mod postings;
mod run;
#[cfg(test)]
mod tests;
mod vocabulary;
mod words;
mod write;

use std::path::Path;
use std::thread;

use tantivy::index::{Segment, SegmentComponent};
use tantivy::store::StoreWriter;
use tantivy::{Index, SegmentMeta};

use crate::analysis::Analyzer;
use crate::article::{Article, ArticlePath, Problem};
use crate::document;
use crate::error::{Error, Result};
use crate::file_state::FileState;
use crate::parallel;
use crate::schema::mark;
use crate::store::Store;
use aside::Aside;
use batch::Batch;
use columns::Columns;
use inverted::Inverted;
use run::Run;

/// Memory in bytes that all threads together may fill with postings and columns.
const BUDGET: usize = 75_000_000;
/// Least share of it for a thread: there is no end to the number of processors.
const LEAST_SHARE: usize = 10_000_000;

/// Bytes of articles, before they are packed, after which another file of stored articles is begun: when
/// they are brought together, one file at a time is mapped as a whole.
const STORE_SHARE: usize = 200_000_000;

/// Collects files for an index, on one thread.
pub struct Collector {
    store: Store,
    analyzer: Analyzer,
    batch: Batch,
    /// Bytes to collect before they become a run.
    share: usize,
    /// Bytes of articles to store before another file is begun.
    store_share: usize,
    /// What was collected since the last run.
    open: Open,
    /// What was collected, if anything.
    collected: Option<Collected>,
    stored: document::Stored,
}

impl std::fmt::Debug for Collector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Collector").finish_non_exhaustive()
    }
}

/// Postings and columns on their way to a run.
struct Open {
    inverted: Inverted,
    columns: Columns,
}

/// What a thread has collected of a segment.
struct Collected {
    /// The segments whose files of stored articles are whole. They are nothing but names for the files.
    closed: Vec<Segment>,
    /// The file that articles are stored in now.
    store: (Segment, StoreWriter),
    /// Bytes stored in it, before they were packed.
    stored: usize,
    runs: Vec<Run>,
    /// The columns that go with the runs, as the engine has them.
    columns: Vec<Aside>,
}

impl Collector {
    pub(crate) fn new(store: &Store, threads: usize) -> Self {
        Self {
            store: store.clone(),
            analyzer: store.analyzer(),
            batch: Batch::default(),
            share: (BUDGET / threads.max(1)).max(LEAST_SHARE),
            store_share: STORE_SHARE,
            open: Open::new(store),
            collected: None,
            stored: document::Stored::default(),
        }
    }

    /// Adds an article and what is wrong with its file.
    ///
    /// # Errors
    /// [`Error::Io`] if it cannot be written, for lack of disk space mostly.
    pub fn add(
        &mut self,
        path: &ArticlePath,
        state: &FileState,
        article: Article,
        problems: &[Problem],
    ) -> Result<()> {
        let Open { inverted, columns } = &mut self.open;
        let values = document::values_by_key(&article);
        let traits = words::enter(
            &article,
            &values,
            inverted,
            (&mut self.analyzer, &mut self.batch),
        );
        columns.add_file(path, state);
        if let Some(position) = traits.body {
            columns.add_body(position);
        }
        columns.add_sketch(&traits.sketch);
        columns.add_article(&article, &values);
        drop(values);
        self.finish_document(article, problems)
    }

    /// Adds a file that is left out, so that it is known and need not be looked at again.
    ///
    /// # Errors
    /// As [`Collector::add`].
    pub fn leave_out(
        &mut self,
        path: &ArticlePath,
        state: &FileState,
        problems: &[Problem],
    ) -> Result<()> {
        let Open { inverted, columns } = &mut self.open;
        columns.add_file(path, state);
        inverted.push_mark(mark::LEFT_OUT);
        self.finish_document(Article::default(), problems)
    }

    fn finish_document(&mut self, article: Article, problems: &[Problem]) -> Result<()> {
        let Open { inverted, columns } = &mut self.open;
        if !problems.is_empty() {
            inverted.push_mark(mark::PROBLEM);
        }
        inverted.finish_document();
        columns.finish_document();
        let mut stored = std::mem::take(&mut self.stored);
        let bytes = stored.write(&self.store.fields, article, problems)?;
        let kept = self.keep(bytes);
        self.stored = stored;
        kept.map_err(Error::failing("writing", self.store.place()))
    }

    fn keep(&mut self, stored: &[u8]) -> tantivy::Result<()> {
        let mut collected = match self.collected.take() {
            Some(collected) => collected,
            None => Collected::new(&self.store)?,
        };
        collected.store_bytes(stored, &self.store, self.store_share)?;
        if self.open.bytes() >= self.share {
            collected.end_run(&mut self.open, &self.store)?;
            collected.spill(self.store.folder())?;
        }
        self.collected = Some(collected);
        Ok(())
    }

    /// All that was collected, if anything.
    fn finish(mut self) -> tantivy::Result<Option<Collected>> {
        let Some(mut collected) = self.collected else {
            return Ok(None);
        };
        if self.open.inverted.documents() > 0 {
            collected.end_run(&mut self.open, &self.store)?;
        }
        Ok(Some(collected))
    }
}

impl Open {
    fn new(store: &Store) -> Self {
        Self {
            inverted: Inverted::new(),
            columns: Columns::new(&store.index.schema()),
        }
    }

    /// Bytes of memory taken.
    fn bytes(&self) -> usize {
        self.inverted.bytes() + self.columns.bytes()
    }
}

impl Collected {
    fn new(store: &Store) -> tantivy::Result<Self> {
        Ok(Self {
            closed: Vec::new(),
            store: new_store(&store.index)?,
            stored: 0,
            runs: Vec::new(),
            columns: Vec::new(),
        })
    }

    /// Stores an article, in another file if the last one has its share.
    fn store_bytes(&mut self, bytes: &[u8], store: &Store, share: usize) -> tantivy::Result<()> {
        if self.stored > share {
            let (segment, full) = std::mem::replace(&mut self.store, new_store(&store.index)?);
            full.close()?;
            self.closed.push(segment);
            self.stored = 0;
        }
        self.stored += bytes.len();
        self.store.1.store_bytes(bytes)?;
        Ok(())
    }

    fn end_run(&mut self, open: &mut Open, store: &Store) -> tantivy::Result<()> {
        let open = std::mem::replace(open, Open::new(store));
        let Open {
            mut inverted,
            columns,
        } = open;
        self.runs.push(inverted.take_run());
        drop(inverted);
        self.columns.push(Aside::Memory(columns.serialize()?));
        Ok(())
    }

    /// Moves the last run into files, where there is a place for files.
    fn spill(&mut self, folder: Option<&Path>) -> tantivy::Result<()> {
        let last = self.runs.last_mut().zip(self.columns.last_mut());
        if let (Some((run, columns)), Some(folder)) = (last, folder) {
            run.spill(folder)?;
            columns.spill(folder)?;
        }
        Ok(())
    }
}

/// Begins a file of stored articles, with a segment of its own.
fn new_store(index: &Index) -> tantivy::Result<(Segment, StoreWriter)> {
    let segment = index.new_segment();
    let settings = index.settings();
    let file = segment.open_write(SegmentComponent::Store)?;
    let (compression, block) = (settings.docstore_compression, settings.docstore_blocksize);
    Ok((segment, StoreWriter::new(file, compression, block, false)?))
}

/// Makes one segment of all that was collected; none if nothing was.
pub(crate) fn finish(
    collectors: Vec<Collector>,
    store: &Store,
) -> tantivy::Result<Option<SegmentMeta>> {
    let collected = thread::scope(|scope| {
        let finish = |collector: Collector| parallel::spawn(scope, || collector.finish());
        let tasks: Vec<_> = collectors.into_iter().map(finish).collect();
        let finished = tasks.into_iter().map(parallel::Task::join);
        finished.collect::<tantivy::Result<Vec<_>>>()
    })?;
    let collected: Vec<_> = collected.into_iter().flatten().collect();
    if collected.is_empty() {
        return Ok(None);
    }
    write::write(store, collected).map(Some)
}
