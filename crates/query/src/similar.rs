//! Articles like a given one, and why.
//!
//! An article is like another one by the telling words they share, and by its front matter naming
//! the other as related. Near copies of the article are no answer: they are given apart.

use std::fmt;
use std::path::Path;
use std::time::{Duration, Instant};

use gleaner_store::{
    Analyzer, Article, ArticlePath, Date, Error, Related, Result, Snapshot, metadata_term,
};
use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::Postings;
use tantivy::query::{BooleanQuery, EnableScoring, Occur, Query, TermQuery};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocAddress, DocSet, SegmentReader, TERMINATED, Term};

use crate::collect::{Found, Ranked};
use crate::copies::collapse;
use crate::deadline::Deadline;
use crate::nearest::nearest;
use crate::page::{Copy, Freshness};
use crate::searcher::freshness;
use crate::telling::{TellingWord, telling_words};
use crate::terms::occurrences;

/// Saturation of repeated words and normalization by length: the usual values of BM25.
const K1: f64 = 1.2;
const B: f64 = 0.75;

/// What being named as related adds to the score, either way: as much as having all the words. Such
/// articles come first, since somebody looked at both.
const NAMED: f64 = 1.0;

/// Most shared words that are told of a hit.
const MAX_SHARED: usize = 5;

/// The articles most like a given one.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SimilarPage {
    /// Path of the given article below the root.
    pub path: ArticlePath,
    /// Its title.
    pub title: String,
    /// Its near-duplicates, which are not among the hits; the most similar by words first.
    pub copies: Vec<Copy>,
    /// The articles most like it, the most similar first; equals in the order of their paths.
    pub hits: Vec<SimilarHit>,
    /// Time it took.
    pub elapsed: Duration,
}

/// An article like a given one.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SimilarHit {
    /// Place among the hits, from 1.
    pub rank: u64,
    /// How similar it is, from 0 up. The given article itself has 1 by its words; being named as
    /// related adds 1 either way.
    pub score: f64,
    /// Path below the root of the articles.
    pub path: ArticlePath,
    /// The title.
    pub title: String,
    /// Date of publication.
    pub date: Option<Date>,
    /// Who published it.
    pub provider: Option<String>,
    /// Where it stands on the web.
    pub url: Option<String>,
    /// Why it is here; at least one reason.
    pub reasons: Vec<SimilarReason>,
    /// Whether the file is still what was indexed.
    pub freshness: Freshness,
    /// Near-duplicates of it further down.
    pub copies: Vec<Copy>,
}

/// Why an article is like a given one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SimilarReason {
    /// The given article names it as related.
    NamedByIt,
    /// It names the given article as related.
    NamesIt,
    /// It shares these words, the most telling ones first.
    Alike(Vec<String>),
}

impl fmt::Display for SimilarReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NamedByIt => f.write_str("named by it as related"),
            Self::NamesIt => f.write_str("names it as related"),
            Self::Alike(words) => write!(f, "alike: {}", words.join(", ")),
        }
    }
}

/// Finds the articles most like the one at `path`.
pub(crate) fn similar(
    snapshot: &Snapshot,
    root: Option<&Path>,
    path: &ArticlePath,
    limit: usize,
) -> Result<SimilarPage> {
    let started = Instant::now();
    let Some(address) = snapshot.find(path)? else {
        let paths = snapshot.files()?.into_iter();
        let paths = paths.filter(|(_, state)| !state.left_out);
        return Err(Error::NoArticle {
            path: path.clone(),
            nearest: nearest(path, paths.map(|(path, _)| path).collect()),
        });
    };
    let mut analyzer = snapshot.store().analyzer();
    let article = snapshot.article(address)?;
    let words = telling_words(snapshot, &article, &mut analyzer)?;
    let named = Named::of(snapshot, &article, &mut analyzer)?;
    let candidates = candidates(snapshot, address, &words, &named)?;
    let first = Ranked {
        address,
        score: f64::INFINITY,
    };
    // The article comes first, so that its copies are put under it.
    let wanted = (0, limit.saturating_add(1));
    let (found, copies) = collapse(snapshot, wanted, &Deadline::default(), |count| {
        let mut hits = vec![first.clone()];
        hits.extend(best(snapshot, &candidates, count.saturating_sub(1))?);
        Ok(Found {
            total: candidates.len() as u64 + 1,
            with_all: None,
            hits,
        })
    })?;
    let mut groups = found.hits.iter().zip(copies);
    let copies = groups.next().map(|(_, copies)| copies).unwrap_or_default();
    let mut hits = Vec::new();
    for (ranked, copies) in groups {
        let reasons = reasons(snapshot, ranked.address, &words, &named)?;
        let mut hit = hit(snapshot, root, ranked, reasons)?;
        (hit.rank, hit.copies) = (hits.len() as u64 + 1, copies);
        hits.push(hit);
    }
    Ok(SimilarPage {
        path: path.clone(),
        title: article.title.text,
        copies,
        hits,
        elapsed: started.elapsed(),
    })
}

fn hit(
    snapshot: &Snapshot,
    root: Option<&Path>,
    ranked: &Ranked,
    reasons: Vec<SimilarReason>,
) -> Result<SimilarHit> {
    let address = ranked.address;
    let path = snapshot.path(address)?;
    let article = snapshot.summary(address)?;
    let freshness = match root {
        Some(root) => freshness(&path, root, &snapshot.file_state(address)?),
        None => Freshness::Unknown,
    };
    Ok(SimilarHit {
        rank: 0,
        score: ranked.score,
        path,
        title: article.title.text,
        date: article.date,
        provider: article.provider,
        url: article.url,
        reasons,
        freshness,
        copies: Vec::new(),
    })
}

fn reasons(
    snapshot: &Snapshot,
    address: DocAddress,
    words: &[TellingWord],
    named: &Named,
) -> Result<Vec<SimilarReason>> {
    let mut reasons = Vec::new();
    if named.by_it.contains(&address) {
        reasons.push(SimilarReason::NamedByIt);
    }
    if named.naming_it.contains(&address) {
        reasons.push(SimilarReason::NamesIt);
    }
    let mut shared = Vec::new();
    for word in words {
        if shared.len() < MAX_SHARED && occurrences(snapshot, &word.term, address)? > 0 {
            shared.push(word.shown.clone());
        }
    }
    if !shared.is_empty() {
        reasons.push(SimilarReason::Alike(shared));
    }
    Ok(reasons)
}

/// The scores of all articles but the one at `address` that share a telling word with it or are
/// named, in no particular order.
fn candidates(
    snapshot: &Snapshot,
    address: DocAddress,
    words: &[TellingWord],
    named: &Named,
) -> Result<Vec<Ranked>> {
    let segments = snapshot.searcher().segment_readers();
    let mean = mean_length(snapshot).map_err(snapshot.damaged())?;
    let scores = segments.iter().map(|segment| scores(segment, words, mean));
    let mut scores: Vec<Vec<f64>> = scores
        .collect::<tantivy::Result<_>>()
        .map_err(snapshot.damaged())?;
    let score_of = |scores: &[Vec<f64>], at: DocAddress| {
        let of_segment = scores.get(at.segment_ord as usize);
        of_segment
            .and_then(|scores| scores.get(at.doc_id as usize))
            .copied()
    };
    let own = score_of(&scores, address).unwrap_or_default();
    for score in scores.iter_mut().flatten() {
        *score /= own.max(f64::MIN_POSITIVE);
    }
    for at in named.by_it.iter().chain(&named.naming_it) {
        scores[at.segment_ord as usize][at.doc_id as usize] += NAMED;
    }
    let mut candidates = Vec::new();
    for (ord, scores) in scores.iter().enumerate() {
        for (doc, &score) in scores.iter().enumerate().filter(|(_, score)| **score > 0.0) {
            let at = DocAddress::new(ord as u32, doc as u32);
            if at != address {
                candidates.push(Ranked { address: at, score });
            }
        }
    }
    Ok(candidates)
}

/// The scores of the documents of a segment by the words they share, added up in the order of the
/// words, so that they are the same to the last bit wherever a document lies.
fn scores(
    segment: &SegmentReader,
    words: &[TellingWord],
    mean_length: f64,
) -> tantivy::Result<Vec<f64>> {
    let mut scores = vec![0.0; segment.max_doc() as usize];
    let Some(first) = words.first() else {
        return Ok(scores);
    };
    let field = first.term.field();
    let lengths = segment.get_fieldnorms_reader(field)?;
    let index = segment.inverted_index(field)?;
    for word in words {
        let postings = index.read_postings(&word.term, IndexRecordOption::WithFreqs)?;
        let Some(mut postings) = postings else {
            continue;
        };
        let mut doc = postings.doc();
        while doc != TERMINATED {
            if !segment.is_deleted(doc) {
                let count = f64::from(postings.term_freq());
                let length = f64::from(lengths.fieldnorm(doc));
                let norm = K1 * (1.0 - B + B * length / mean_length);
                scores[doc as usize] += word.weight * count / (count + norm);
            }
            doc = postings.advance();
        }
    }
    Ok(scores)
}

/// Mean number of words of all articles, as the index rounds lengths.
fn mean_length(snapshot: &Snapshot) -> tantivy::Result<f64> {
    let (mut total, mut articles) = (0_u64, 0_u64);
    for segment in snapshot.searcher().segment_readers() {
        let lengths: FieldNormReader = segment.get_fieldnorms_reader(snapshot.fields().text)?;
        for doc in segment.doc_ids_alive() {
            let length = lengths.fieldnorm(doc);
            total += u64::from(length);
            // A file that was left out has no words.
            articles += u64::from(length > 0);
        }
    }
    Ok((total as f64 / articles.max(1) as f64).max(1.0))
}

/// The best `count` of the candidates: score descending, then path.
fn best(snapshot: &Snapshot, candidates: &[Ranked], count: usize) -> Result<Vec<Ranked>> {
    let mut scores: Vec<f64> = candidates.iter().map(|hit| hit.score).collect();
    let worst = match count.checked_sub(1) {
        None => return Ok(Vec::new()),
        Some(last) if last < scores.len() => {
            *scores.select_nth_unstable_by(last, |a, b| b.total_cmp(a)).1
        }
        Some(_) => 0.0,
    };
    let mut best = Vec::new();
    for hit in candidates.iter().filter(|hit| hit.score >= worst) {
        best.push((snapshot.path(hit.address)?, hit.clone()));
    }
    best.sort_by(|(a_path, a), (b_path, b)| {
        b.score.total_cmp(&a.score).then_with(|| a_path.cmp(b_path))
    });
    Ok(best.into_iter().take(count).map(|(_, hit)| hit).collect())
}

/// The articles that an article names as related, and those that name it so. An entry names the
/// article with its address on the web if there is one, and else those with its title, whatever the
/// case and the punctuation.
#[derive(Debug, Default)]
struct Named {
    by_it: Vec<DocAddress>,
    naming_it: Vec<DocAddress>,
}

impl Named {
    fn of(snapshot: &Snapshot, article: &Article, analyzer: &mut Analyzer) -> Result<Self> {
        let mut named = Self::default();
        for entry in &article.related {
            named
                .by_it
                .extend(entry_targets(snapshot, entry, analyzer)?);
        }
        named.by_it.sort_unstable();
        named.by_it.dedup();
        let title = folded_words(&article.title.text, analyzer);
        let related = snapshot.fields().related;
        for at in having_all(snapshot, related, &article.title.text, analyzer)? {
            let mut entries = snapshot.summary(at)?.related.into_iter();
            let names_it = entries.any(|entry| {
                same_url(entry.url.as_deref(), article.url.as_deref())
                    || folded_words(&entry.title, analyzer) == title
            });
            if names_it {
                named.naming_it.push(at);
            }
        }
        Ok(named)
    }
}

fn entry_targets(
    snapshot: &Snapshot,
    entry: &Related,
    analyzer: &mut Analyzer,
) -> Result<Vec<DocAddress>> {
    let mut found = Vec::new();
    if let Some(url) = &entry.url {
        for at in with_words_of_url(snapshot, url, analyzer)? {
            if same_url(snapshot.summary(at)?.url.as_deref(), Some(url)) {
                found.push(at);
            }
        }
    }
    if found.is_empty() {
        let title = folded_words(&entry.title, analyzer);
        let field = snapshot.fields().title;
        for at in having_all(snapshot, field, &entry.title, analyzer)? {
            if folded_words(&snapshot.summary(at)?.title.text, analyzer) == title {
                found.push(at);
            }
        }
    }
    Ok(found)
}

fn same_url(a: Option<&str>, b: Option<&str>) -> bool {
    let plain = |url: &str| url.trim_end_matches('/').to_lowercase();
    matches!((a, b), (Some(a), Some(b)) if plain(a) == plain(b))
}

fn folded_words(text: &str, analyzer: &mut Analyzer) -> Vec<String> {
    let mut words = Vec::new();
    analyzer.each_token(text, |token| {
        if token.kind.is_word() {
            words.push(token.exact.to_owned());
        }
    });
    words
}

/// The documents whose address on the web has all words of `url`.
fn with_words_of_url(
    snapshot: &Snapshot,
    url: &str,
    analyzer: &mut Analyzer,
) -> Result<Vec<DocAddress>> {
    let field = snapshot.fields().keys;
    let words = folded_words(url, analyzer).into_iter();
    let term = |word: String| Term::from_field_text(field, &metadata_term("url", &word));
    matching(snapshot, words.map(term).collect())
}

/// The documents that have the stems of all words of `text` in a field.
fn having_all(
    snapshot: &Snapshot,
    field: Field,
    text: &str,
    analyzer: &mut Analyzer,
) -> Result<Vec<DocAddress>> {
    let mut terms = Vec::new();
    analyzer.each_token(text, |token| {
        terms.push(Term::from_field_text(field, token.stem));
    });
    matching(snapshot, terms)
}

/// The live documents that have all of these terms; none for no terms.
fn matching(snapshot: &Snapshot, terms: Vec<Term>) -> Result<Vec<DocAddress>> {
    if terms.is_empty() {
        return Ok(Vec::new());
    }
    let clauses = terms.into_iter().map(|term| {
        let query: Box<dyn Query> = Box::new(TermQuery::new(term, IndexRecordOption::Basic));
        (Occur::Must, query)
    });
    let query = BooleanQuery::new(clauses.collect());
    let searcher = snapshot.searcher();
    let find = || -> tantivy::Result<Vec<DocAddress>> {
        let weight = query.weight(EnableScoring::disabled_from_searcher(searcher))?;
        let mut found = Vec::new();
        for (ord, segment) in searcher.segment_readers().iter().enumerate() {
            let mut matches = weight.scorer(segment, 1.0)?;
            let mut doc = matches.doc();
            while doc != TERMINATED {
                if !segment.is_deleted(doc) {
                    found.push(DocAddress::new(ord as u32, doc));
                }
                doc = matches.advance();
            }
        }
        Ok(found)
    };
    find().map_err(snapshot.damaged())
}
