//! Opening an index and putting queries to it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;

use gleaner_store::{
    Article, ArticlePath, Date, Error, FileStamp, FileState, MemoryIndex, Result, Snapshot, Store,
    content_hash, memory_store,
};

use crate::answer::Answer;
use crate::collect::{Ranked, scores};
use crate::complete::complete;
use crate::deadline::Deadline;
use crate::explain::Explanation;
use crate::page::{Freshness, Hit, Page, PathPage};
use crate::parse::{Note, NoteKind};
use crate::query::Query;
use crate::rank::Statistics;
use crate::similar::{SimilarPage, similar};
use crate::snippet::{Marker, Snippet, snippets};
use crate::summary::{self, FieldSummary};

/// Hits of a page that are read though the deadline has passed.
const READ_AT_LEAST: usize = 100;

/// Searches one commit of an index.
///
/// Cheap to clone and shared between threads; it never sees a half-written index, and nothing that
/// is written after it was opened, until [`Searcher::reload`].
#[derive(Debug, Clone)]
pub struct Searcher {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    store: Store,
    view: RwLock<Arc<View>>,
}

/// A snapshot with what is known of it.
#[derive(Debug)]
pub(crate) struct View {
    pub(crate) snapshot: Snapshot,
    pub(crate) statistics: Statistics,
    root: Option<PathBuf>,
}

impl View {
    fn of(store: &Store) -> Result<Self> {
        store.guard(|| {
            let snapshot = store.snapshot()?;
            let statistics = Statistics::of(&snapshot)?;
            let root = snapshot.root();
            Ok(Self {
                snapshot,
                statistics,
                root,
            })
        })
    }

    fn search(&self, query: &Query) -> Result<Page> {
        let started = Instant::now();
        let deadline = Deadline::after(query.timeout, started);
        let Self { snapshot, root, .. } = self;
        let Answer {
            found,
            facets,
            copies,
            ranking,
            patterns,
            notes,
            answered,
            timed_out,
        } = self.answer(query, &deadline)?;
        let mut marker = Marker::new(&patterns, snapshot.store().analyzer());
        let addresses: Vec<_> = found.hits.iter().map(|ranked| ranked.address).collect();
        let paths = snapshot.paths(&addresses)?;
        let mut hits = Vec::with_capacity(found.hits.len());
        for (i, ranked) in paths.into_iter().zip(&found.hits).enumerate() {
            if i >= READ_AT_LEAST && deadline.has_passed() {
                break;
            }
            let shows = query.has_snippets && !deadline.has_passed();
            let mut hit = hit(snapshot, root.as_deref(), ranked, &mut marker, shows)?;
            hit.rank = (query.offset + i + 1) as u64;
            hits.push(hit);
        }
        let collapsed = copies.iter().map(|copies| copies.len() as u64).sum();
        for (hit, copies) in hits.iter_mut().zip(copies) {
            hit.copies = copies;
        }
        if query.is_explained {
            let scores = scores(snapshot, &ranking, &addresses)?;
            let now = query.now.unwrap_or_else(Date::now).seconds();
            for (hit, scores) in hits.iter_mut().zip(&scores) {
                let age = hit
                    .date
                    .map(|date| (now - date.seconds()).div_euclid(86_400));
                hit.explanation = Some(Explanation::of(&ranking, scores, age));
            }
        }
        Ok(Page {
            total: found.total,
            answered,
            collapsed,
            with_all_words: found.with_all,
            hits,
            facets,
            notes: told(notes, timed_out || deadline.has_passed(), query),
            timed_out: timed_out || deadline.has_passed(),
            elapsed: started.elapsed(),
        })
    }

    fn search_paths(&self, query: &Query) -> Result<PathPage> {
        let started = Instant::now();
        let deadline = Deadline::after(query.timeout, started);
        let Answer {
            found,
            facets,
            notes,
            answered,
            timed_out,
            ..
        } = self.answer(&query.clone().collapse(false), &deadline)?;
        let addresses: Vec<_> = found.hits.iter().map(|ranked| ranked.address).collect();
        let paths = self.snapshot.paths(&addresses)?;
        let scores = found.hits.iter().map(|ranked| ranked.score);
        Ok(PathPage {
            total: found.total,
            answered,
            paths: paths.into_iter().zip(scores).collect(),
            facets,
            notes: told(notes, timed_out, query),
            timed_out,
            elapsed: started.elapsed(),
        })
    }

    /// Runs what reads this view; what is damaged is an error, never a panic.
    fn guard<T>(&self, read: impl FnOnce() -> Result<T>) -> Result<T> {
        self.snapshot.guard(read)
    }
}

impl Searcher {
    /// Opens the index in a folder. Needs no write access.
    ///
    /// # Errors
    /// Those of [`Store::open`]: [`Error::NotFound`](gleaner_store::Error::NotFound) if there is
    /// no index, and refusals of folders and versions that are not ours.
    pub fn open(index: impl AsRef<Path>) -> Result<Self> {
        Self::of_store(&Store::open(index)?)
    }

    /// Searches an index in memory.
    ///
    /// # Errors
    /// [`Error::Damaged`](gleaner_store::Error::Damaged) if it cannot be read.
    pub fn of(index: &MemoryIndex) -> Result<Self> {
        Self::of_store(memory_store(index))
    }

    fn of_store(store: &Store) -> Result<Self> {
        let view = RwLock::new(Arc::new(View::of(store)?));
        Ok(Self {
            shared: Arc::new(Shared {
                store: store.clone(),
                view,
            }),
        })
    }

    /// Goes over to the last commit, in all clones.
    ///
    /// # Errors
    /// As [`Searcher::open`]; the searcher then stays where it is.
    pub fn reload(&self) -> Result<()> {
        let store = match self.shared.store.folder() {
            Some(folder) => Store::open(folder)?,
            None => self.shared.store.clone(),
        };
        let view = Arc::new(View::of(&store)?);
        *self
            .shared
            .view
            .write()
            .unwrap_or_else(PoisonError::into_inner) = view;
        Ok(())
    }

    /// Compares all files of the commit with their checksums. Gives an error for each that is damaged, in the order
    /// of their names; none if all is well. Reads the whole index, at the speed of the disk.
    pub fn verify(&self) -> Vec<Error> {
        self.view().snapshot.store().verify()
    }

    /// Number of articles.
    ///
    /// # Errors
    /// [`Error::Damaged`](gleaner_store::Error::Damaged) if the index cannot be read.
    pub fn articles(&self) -> Result<u64> {
        let view = self.view();
        view.guard(|| view.snapshot.articles())
    }

    /// Paths of all articles, in order.
    ///
    /// # Errors
    /// [`Error::Damaged`](gleaner_store::Error::Damaged) if the index cannot be read.
    pub fn paths(&self) -> Result<Vec<ArticlePath>> {
        let view = self.view();
        let files = view.guard(|| view.snapshot.files())?;
        let articles = files.into_iter().filter(|(_, state)| !state.left_out);
        Ok(articles.map(|(path, _)| path).collect())
    }

    /// The article of a path, as the index has it; `None` if there is none.
    ///
    /// # Errors
    /// [`Error::Damaged`](gleaner_store::Error::Damaged) if the index cannot be read.
    pub fn article(&self, path: &ArticlePath) -> Result<Option<Article>> {
        let view = self.view();
        view.guard(|| {
            let address = view.snapshot.find(path)?;
            address.map(|at| view.snapshot.article(at)).transpose()
        })
    }

    /// Root of the articles, where it lies now; `None` if the index does not say.
    pub fn root(&self) -> Option<PathBuf> {
        self.view().root.clone()
    }

    fn view(&self) -> Arc<View> {
        Arc::clone(
            &self
                .shared
                .view
                .read()
                .unwrap_or_else(PoisonError::into_inner),
        )
    }

    /// Finds the articles that match a query, the best first unless another order is asked for.
    ///
    /// # Errors
    /// [`Error::Damaged`](gleaner_store::Error::Damaged) if the index cannot be read. No text of a
    /// query is an error.
    pub fn search(&self, query: &Query) -> Result<Page> {
        let view = self.view();
        view.guard(|| view.search(query))
    }

    /// What is in the front matter of the articles: concepts first, then every key in order.
    ///
    /// # Errors
    /// [`Error::Damaged`](gleaner_store::Error::Damaged) if the index cannot be read.
    pub fn fields(&self) -> Result<Vec<FieldSummary>> {
        let view = self.view();
        view.guard(|| summary::fields(&view.snapshot))
    }

    /// The words of the index that begin with the last word of `text`, folded as articles are, with the
    /// number of articles that hold them: at most `limit`, the most frequent first, equals in order.
    ///
    /// # Errors
    /// [`Error::Damaged`](gleaner_store::Error::Damaged) if the index cannot be read.
    pub fn complete(&self, text: &str, limit: usize) -> Result<Vec<(String, u64)>> {
        let view = self.view();
        view.guard(|| complete(&view.snapshot, text, limit))
    }

    /// Finds the same articles in the same order as [`Searcher::search`], and gives nothing but
    /// their paths and scores: no article is read, so this is much faster for long lists. Every
    /// article is given by itself, also one that is a copy of another.
    ///
    /// # Errors
    /// As [`Searcher::search`].
    pub fn search_paths(&self, query: &Query) -> Result<PathPage> {
        let view = self.view();
        view.guard(|| view.search_paths(query))
    }

    /// Finds the articles most like the one at `path`, by the words they share and by what their front
    /// matter names as related, and says why. The article itself is left out, and its near-duplicates
    /// are given apart.
    ///
    /// # Errors
    /// [`Error::NoArticle`](gleaner_store::Error::NoArticle) if there is no article of this path, and
    /// [`Error::Damaged`](gleaner_store::Error::Damaged) if the index cannot be read.
    pub fn similar(&self, path: &ArticlePath, limit: usize) -> Result<SimilarPage> {
        let view = self.view();
        view.guard(|| similar(&view.snapshot, view.root.as_deref(), path, limit))
    }
}

/// The notes of a search, and the first of all whether it was stopped.
fn told(mut notes: Vec<Note>, timed_out: bool, query: &Query) -> Vec<Note> {
    if let (true, Some(timeout)) = (timed_out, query.timeout) {
        notes.insert(0, Note::on_all(&query.text, NoteKind::TimedOut(timeout)));
    }
    notes
}

fn hit(
    snapshot: &Snapshot,
    root: Option<&Path>,
    (path, ranked): (ArticlePath, &Ranked),
    marker: &mut Marker<'_>,
    has_snippets: bool,
) -> Result<Hit> {
    let article = snapshot.stored_article(ranked.address)?;
    let (snippet, second) = if has_snippets {
        let found = snippets(&article, marker);
        found.map_err(snapshot.damaged())?
    } else {
        let line = article.head.title.line.max(1);
        let nothing = Snippet::default();
        (Snippet { line, ..nothing }, None)
    };
    let freshness = match root {
        Some(root) => freshness(&path, root, &snapshot.file_state(ranked.address)?),
        None => Freshness::Unknown,
    };
    let line = snippet.line;
    let Article {
        title,
        date,
        topics,
        provider,
        author,
        url,
        metadata,
        ..
    } = article.head;
    let title_marks = marker.marks(&title.text);
    let (title, score) = (title.text, ranked.score);
    Ok(Hit {
        rank: 0,
        score,
        path,
        line,
        title,
        title_marks,
        date,
        provider,
        author,
        topics,
        url,
        snippet,
        second,
        explanation: None,
        freshness,
        metadata,
        copies: Vec::new(),
    })
}

/// Looks whether a file is still what was indexed. It is only read where it looks different from outside:
/// touching a file does not make it another.
pub(crate) fn freshness(path: &ArticlePath, root: &Path, indexed: &FileState) -> Freshness {
    let file = path.below(root);
    let Ok(metadata) = fs::metadata(&file) else {
        return Freshness::Gone;
    };
    if FileStamp::of(&metadata).fingerprint() == indexed.stamp {
        return Freshness::Current;
    }
    match fs::read(&file) {
        Ok(bytes) if content_hash(&bytes) == indexed.hash => Freshness::Current,
        Ok(_) => Freshness::Changed,
        Err(_) => Freshness::Gone,
    }
}
