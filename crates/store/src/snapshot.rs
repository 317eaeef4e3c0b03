//! A read-only view of one commit.

use std::path::PathBuf;
use std::sync::Arc;

use tantivy::columnar::{BytesColumn, Column};
use tantivy::postings::SegmentPostings;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocSet, Searcher, SegmentReader, TERMINATED, Term};

use crate::article::{Article, ArticlePath, Problem};
use crate::document::Head;
use crate::error::{EngineError, Error, Result};
use crate::file_state::FileState;
use crate::opened::{FileColumns, Opened, opened};
use crate::record::CommitRecord;
use crate::removal::documents_of;
use crate::schema::{Fields, PATH_COLUMN, SHINGLES_COLUMN, SKETCH_COLUMN, mark};
use crate::sketch::Sketch;
use crate::store::Store;
use crate::stored::{StoredArticle, StoredDocument, StoredPassage};

/// One commit of an index. It does not change, whatever is written meanwhile. Cheap to clone.
#[derive(Clone)]
pub struct Snapshot {
    searcher: Searcher,
    store: Store,
    /// What the commit says of itself; `None` for an index that never had one.
    record: Option<CommitRecord>,
    /// What was opened of each segment.
    opened: Arc<[Opened]>,
}

/// Blocks of stored documents kept unpacked for each segment, as many as the engine's searcher
/// keeps: some 2 MB where articles are short.
const CACHED_BLOCKS: usize = 100;

impl std::fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Snapshot")
            .field("store", &self.store)
            .finish_non_exhaustive()
    }
}

/// How much room an index takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// Bytes on disk, or in memory.
    pub bytes: u64,
    /// Number of segments.
    pub segments: usize,
}

/// The sketches of the articles of a snapshot, by which copies are told.
pub struct Sketches {
    segments: Vec<(Column<u64>, Column<u64>)>,
}

impl std::fmt::Debug for Sketches {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sketches").finish_non_exhaustive()
    }
}

impl Sketches {
    /// The sketch of a document; an empty one for an address that is none of this snapshot.
    pub fn of(&self, address: DocAddress) -> Sketch {
        let Some((shingles, hashes)) = self.segments.get(address.segment_ord as usize) else {
            return Sketch::default();
        };
        let doc = address.doc_id;
        let hashes = hashes.values_for_doc(doc).map(|hash| hash as u32).collect();
        Sketch::new(shingles.first(doc).unwrap_or_default(), hashes)
    }
}

impl Snapshot {
    pub(crate) fn new(searcher: Searcher, store: Store) -> Result<Self> {
        let record = record(&store)?;
        let opened = searcher.segment_readers().iter();
        let opened = opened.map(|_| Opened::default()).collect();
        Ok(Self {
            searcher,
            store,
            record,
            opened,
        })
    }

    /// The engine's searcher.
    pub fn searcher(&self) -> &Searcher {
        &self.searcher
    }

    /// The index this is a view of.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The fields of the engine's schema.
    pub fn fields(&self) -> &Fields {
        &self.store.fields
    }

    /// Number of articles that can be found; files left out do not count.
    ///
    /// # Errors
    /// [`Error::Damaged`] if the index cannot be read.
    pub fn articles(&self) -> Result<u64> {
        self.marked(mark::ARTICLE)
    }

    /// Number of files that were left out.
    ///
    /// # Errors
    /// As [`Snapshot::articles`].
    pub fn left_out(&self) -> Result<u64> {
        self.marked(mark::LEFT_OUT)
    }

    fn marked(&self, mark: &str) -> Result<u64> {
        let mut count = 0;
        self.each_marked(mark, |_| {
            count += 1;
            Ok(())
        })?;
        Ok(count)
    }

    fn each_marked(
        &self,
        mark: &str,
        mut each: impl FnMut(DocAddress) -> Result<()>,
    ) -> Result<()> {
        let term = Term::from_field_text(self.fields().marks, mark);
        for (ord, segment) in self.searcher.segment_readers().iter().enumerate() {
            let Some(mut postings) = self.postings(segment, &term)? else {
                continue;
            };
            let mut doc = postings.doc();
            while doc != TERMINATED {
                if !segment.is_deleted(doc) {
                    each(DocAddress::new(ord as u32, doc))?;
                }
                doc = postings.advance();
            }
        }
        Ok(())
    }

    /// What the commit says of itself; `None` for an index that never had one.
    pub fn record(&self) -> Option<&CommitRecord> {
        self.record.as_ref()
    }

    /// The root of the articles, if there is one.
    pub fn root(&self) -> Option<PathBuf> {
        self.record.as_ref()?.root(self.store.folder())
    }

    /// All files the index knows, in the order of their paths.
    ///
    /// # Errors
    /// As [`Snapshot::articles`].
    pub fn files(&self) -> Result<Vec<(ArticlePath, FileState)>> {
        let mut files = Vec::with_capacity(self.searcher.num_docs() as usize);
        for ord in 0..self.searcher.segment_readers().len() {
            self.files_of(ord, &mut files)?;
        }
        files.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        Ok(files)
    }

    fn files_of(&self, ord: usize, files: &mut Vec<(ArticlePath, FileState)>) -> Result<()> {
        let segment = &self.searcher.segment_readers()[ord];
        let columns = self.file_columns(ord)?;
        let paths = self.path_column(ord)?;
        let mut left_out = vec![false; segment.max_doc() as usize];
        let index = segment
            .inverted_index(self.fields().marks)
            .map_err(self.damaged())?;
        let term = Term::from_field_text(self.fields().marks, mark::LEFT_OUT);
        let postings = index.read_postings(&term, IndexRecordOption::Basic);
        if let Some(mut postings) = postings.map_err(self.damaged())? {
            let mut doc = postings.doc();
            while doc != TERMINATED {
                left_out[doc as usize] = true;
                doc = postings.advance();
            }
        }
        // Paths are unique within a segment but for deleted ones, so this list is short to sort;
        // the dictionary is then read once from front to back.
        let mut by_ord: Vec<(u64, u32)> = segment
            .doc_ids_alive()
            .filter_map(|doc| Some((paths.ords().first(doc)?, doc)))
            .collect();
        by_ord.sort_unstable();
        let mut stream = paths.dictionary().stream().map_err(self.damaged())?;
        let mut wanted = by_ord.into_iter().peekable();
        while stream.advance() {
            while let Some((_, doc)) = wanted.next_if(|&(ord, _)| ord == stream.term_ord()) {
                let state = FileState {
                    left_out: left_out[doc as usize],
                    ..columns.state(doc)
                };
                files.push((ArticlePath::from_bytes(stream.key()), state));
            }
        }
        Ok(())
    }

    /// The column of paths of a segment, by its place among the segments.
    ///
    /// # Errors
    /// [`Error::Damaged`] if there is none.
    pub fn path_column(&self, ord: usize) -> Result<&BytesColumn> {
        let no_column = "there is no column of paths";
        let segment = self.opened.get(ord);
        let segment = segment.ok_or_else(|| self.damaged()(EngineError::new(no_column)))?;
        opened(&segment.paths, || {
            let segment = &self.searcher.segment_readers()[ord];
            let column = segment.fast_fields().bytes(PATH_COLUMN);
            let column = column.map_err(self.damaged())?;
            column.ok_or_else(|| self.damaged()(EngineError::new(no_column)))
        })
    }

    /// Path of a document.
    ///
    /// # Errors
    /// [`Error::Damaged`] if it cannot be read.
    pub fn path(&self, address: DocAddress) -> Result<ArticlePath> {
        let paths = self.path_column(address.segment_ord as usize)?;
        let mut bytes = Vec::new();
        if let Some(ord) = paths.ords().first(address.doc_id) {
            paths
                .ord_to_bytes(ord, &mut bytes)
                .map_err(self.damaged())?;
        }
        Ok(ArticlePath::from_bytes(bytes))
    }

    /// Paths of documents, in the order given. Paths side by side in the dictionary, as those of one
    /// folder are, are read at once.
    ///
    /// # Errors
    /// As [`Snapshot::path`].
    pub fn paths(&self, addresses: &[DocAddress]) -> Result<Vec<ArticlePath>> {
        let mut paths = vec![ArticlePath::default(); addresses.len()];
        for segment in 0..self.searcher.segment_readers().len() as u32 {
            let column = self.path_column(segment as usize)?;
            let here = addresses.iter().enumerate();
            let here = here.filter(|(_, address)| address.segment_ord == segment);
            let mut places: Vec<(u64, usize)> = here
                .filter_map(|(place, address)| Some((column.ords().first(address.doc_id)?, place)))
                .collect();
            places.sort_unstable();
            let ords: Vec<u64> = places.iter().map(|(ord, _)| *ord).collect();
            let mut places = places.into_iter();
            let keep = |bytes: &[u8]| {
                if let Some((_, place)) = places.next() {
                    paths[place] = ArticlePath::from_bytes(bytes.to_vec());
                }
            };
            let read = column.dictionary().sorted_ords_to_term_cb(&ords, keep);
            read.map_err(self.damaged())?;
        }
        Ok(paths)
    }

    /// The article of this path; `None` if there is none, or if its file was left out.
    ///
    /// # Errors
    /// [`Error::Damaged`] if the index cannot be read.
    pub fn find(&self, path: &ArticlePath) -> Result<Option<DocAddress>> {
        let is_article = Term::from_field_text(self.fields().marks, mark::ARTICLE);
        for (ord, segment) in self.searcher.segment_readers().iter().enumerate() {
            let of_path = documents_of(self.path_column(ord)?, std::slice::from_ref(path));
            // Former versions of the file may not have been cleared away yet.
            let mut of_path = of_path.map_err(self.damaged())?.into_iter();
            let Some(doc) = of_path.find(|&doc| !segment.is_deleted(doc)) else {
                continue;
            };
            let articles = self.postings(segment, &is_article)?;
            let found = articles.is_some_and(|mut articles| {
                articles.doc() == doc || (articles.doc() < doc && articles.seek(doc) == doc)
            });
            return Ok(found.then(|| DocAddress::new(ord as u32, doc)));
        }
        Ok(None)
    }

    fn postings(&self, segment: &SegmentReader, term: &Term) -> Result<Option<SegmentPostings>> {
        let index = segment.inverted_index(term.field());
        let index = index.map_err(self.damaged())?;
        let postings = index.read_postings(term, IndexRecordOption::Basic);
        postings.map_err(self.damaged())
    }

    /// Whether an article or a left-out file holds a term; deleted ones do not count. Looks no further than to the
    /// first one, as a term may be in all of them.
    ///
    /// # Errors
    /// [`Error::Damaged`] if the index cannot be read.
    pub fn has_term(&self, term: &Term) -> Result<bool> {
        for segment in self.searcher.segment_readers() {
            let Some(mut postings) = self.postings(segment, term)? else {
                continue;
            };
            let alive = segment.alive_bitset();
            while postings.doc() != TERMINATED {
                if alive.is_none_or(|alive| alive.is_alive(postings.doc())) {
                    return Ok(true);
                }
                postings.advance();
            }
        }
        Ok(false)
    }

    /// What a document's file looked like when it was read, and its hash.
    ///
    /// # Errors
    /// [`Error::Damaged`] if they cannot be read.
    pub fn file_state(&self, address: DocAddress) -> Result<FileState> {
        let columns = self.file_columns(address.segment_ord as usize)?;
        Ok(columns.state(address.doc_id))
    }

    fn file_columns(&self, ord: usize) -> Result<&FileColumns> {
        let segment = self.searcher.segment_reader(ord as u32);
        opened(&self.opened[ord].files, || FileColumns::of(segment)).map_err(self.damaged())
    }

    /// The article of a document, with its passages.
    ///
    /// # Errors
    /// [`Error::Damaged`] if it cannot be read.
    pub fn article(&self, address: DocAddress) -> Result<Article> {
        let stored = self.stored_article(address)?;
        let passages = stored.passages().map_err(self.damaged())?;
        let passages = passages.into_iter().map(StoredPassage::to_passage);
        let passages = passages.collect();
        let mut article = stored.head;
        article.passages = passages;
        Ok(article)
    }

    /// The article of a document, with its passages where they lie: nothing of them is copied.
    ///
    /// # Errors
    /// [`Error::Damaged`] if it cannot be read.
    pub fn stored_article(&self, address: DocAddress) -> Result<StoredArticle> {
        let document = self.document(address)?;
        let article = self.head(&document)?.article;
        let prose = document.field(self.fields().prose);
        let prose = prose.map_err(self.damaged())?.unwrap_or_default();
        Ok(StoredArticle::new(article, document.0.slice(prose)))
    }

    /// The article of a document without its passages, which is much less to read.
    ///
    /// # Errors
    /// [`Error::Damaged`] if it cannot be read.
    pub fn summary(&self, address: DocAddress) -> Result<Article> {
        let document = self.document(address)?;
        Ok(self.head(&document)?.article)
    }

    /// The sketches of all articles.
    ///
    /// # Errors
    /// [`Error::Damaged`] if they cannot be read.
    pub fn sketches(&self) -> Result<Sketches> {
        let columns = |(segment, here): (&SegmentReader, &Opened)| -> tantivy::Result<_> {
            let columns = segment.fast_fields();
            let sketches = opened(&here.sketches, || {
                tantivy::Result::Ok((columns.u64(SHINGLES_COLUMN)?, columns.u64(SKETCH_COLUMN)?))
            });
            sketches.cloned()
        };
        let segments = self.searcher.segment_readers().iter();
        let segments = segments.zip(&*self.opened).map(columns);
        let segments = segments.collect::<tantivy::Result<_>>();
        Ok(Sketches {
            segments: segments.map_err(self.damaged())?,
        })
    }

    /// Every problem of every file, in the order of the paths.
    ///
    /// # Errors
    /// [`Error::Damaged`] if they cannot be read.
    pub fn problems(&self) -> Result<Vec<Problem>> {
        let mut problems = Vec::new();
        self.each_marked(mark::PROBLEM, |address| {
            let path = self.path(address)?;
            let head = self.head(&self.document(address)?)?;
            let of_file = head.problems.into_iter();
            problems.extend(of_file.map(|(at, kind)| Problem {
                path: path.clone(),
                at,
                kind,
            }));
            Ok(())
        })?;
        problems.sort_by(|a, b| (&a.path, a.at).cmp(&(&b.path, b.at)));
        Ok(problems)
    }

    /// How much room the index takes.
    ///
    /// # Errors
    /// [`Error::Damaged`] if its files cannot be read.
    pub fn usage(&self) -> Result<Usage> {
        let space = self.searcher.space_usage().map_err(self.damaged())?;
        let segments = self.searcher.segment_readers().len();
        Ok(Usage {
            bytes: space.total().get_bytes(),
            segments,
        })
    }

    fn document(&self, address: DocAddress) -> Result<StoredDocument> {
        let ord = address.segment_ord as usize;
        let segment = &self.searcher.segment_readers()[ord];
        let store = opened(&self.opened[ord].documents, || {
            segment.get_store_reader(CACHED_BLOCKS)
        });
        let store = store.map_err(self.damaged())?;
        let bytes = store.get_document_bytes(address.doc_id);
        Ok(StoredDocument(bytes.map_err(self.damaged())?))
    }

    fn head(&self, document: &StoredDocument) -> Result<Head> {
        let head = document.field(self.fields().head).map_err(self.damaged())?;
        let head =
            head.ok_or_else(|| self.damaged()(EngineError::new("an article has no head")))?;
        postcard::from_bytes(&document.0[head]).map_err(self.damaged())
    }

    /// Wraps a failure to read this index, for use in `map_err`: one of the system, or else damage.
    pub fn damaged<E>(&self) -> impl FnOnce(E) -> Error
    where
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        Error::reading(self.store.place())
    }

    /// Runs what reads this snapshot: see [`Store::guard`].
    ///
    /// # Errors
    /// Those of `read`; [`Error::Damaged`] and [`Error::Defect`] in place of a panic.
    pub fn guard<T>(&self, read: impl FnOnce() -> Result<T>) -> Result<T> {
        self.store.guard(read)
    }
}

/// What the list of segments says of its commit.
fn record(store: &Store) -> Result<Option<CommitRecord>> {
    #[derive(serde::Deserialize)]
    struct Payload {
        payload: Option<String>,
    }
    let meta = store.directory.meta().unwrap_or_default();
    let parse = || -> serde_json::Result<Option<CommitRecord>> {
        let Payload { payload } = serde_json::from_slice(&meta)?;
        payload
            .map(|payload| serde_json::from_str(&payload))
            .transpose()
    };
    parse().map_err(Error::reading(store.place()))
}
