//! Gleaner, as its command uses it.

use std::path::Path;

use gleaner::{IngestOptions, Query, Searcher};

use super::Peer;
use crate::ask::{Ask, Class, Found, Shown, Want};

/// Indexes a folder anew.
pub(super) fn index(articles: &Path, folder: &Path) -> u64 {
    let report = gleaner::ingest(articles, folder, &IngestOptions::default());
    report.expect("indexed").articles
}

/// Brings an index up to date.
pub(super) fn update(articles: &Path, folder: &Path) -> u64 {
    let report = gleaner::ingest(articles, folder, &IngestOptions::default());
    report.expect("indexed").opened
}

/// Opens an index for searching.
pub(super) fn open(folder: &Path) -> Searcher {
    Searcher::open(folder).expect("an index")
}

impl Peer for Searcher {
    fn find(&self, ask: &Ask, want: Want) -> Option<Found> {
        let query = query(ask);
        match want {
            Want::Hits | Want::Count => {
                let limit = if matches!(want, Want::Count) { 0 } else { 10 };
                let page = self.search_paths(&query.limit(limit)).expect("a page");
                let hit = |(path, _): (gleaner::ArticlePath, f64)| Shown {
                    path: path.as_bytes().to_vec(),
                    ..Shown::default()
                };
                Some(Found {
                    total: Some(page.total),
                    hits: page.paths.into_iter().map(hit).collect(),
                })
            }
            Want::Titles | Want::Snippets => {
                let has_snippets = matches!(want, Want::Snippets);
                let query = query.limit(10).snippets(has_snippets);
                let page = self.search(&query).expect("a page");
                let hit = |hit: gleaner::Hit| Shown {
                    path: hit.path.as_bytes().to_vec(),
                    snippet: hit.snippet.mark("<b>", "</b>"),
                    title: hit.title,
                };
                Some(Found {
                    total: Some(page.total),
                    hits: page.hits.into_iter().map(hit).collect(),
                })
            }
        }
    }
}

/// The query in the language of Gleaner.
pub fn query(ask: &Ask) -> Query {
    let words = ask.words.join(" ");
    match ask.class {
        Class::Term | Class::Or => Query::plain(words),
        Class::And => Query::plain(words).all(true),
        Class::Phrase | Class::CommonPhrase => Query::new(format!("\"{words}\"")),
        Class::Prefix => Query::new(format!("{words}*")),
        Class::Fuzzy => Query::new(format!("{words}~1")),
        Class::Filtered => {
            let (key, value) = ask.filter.as_ref().expect("a filter");
            Query::new(format!("{words} {key}:{value}"))
        }
    }
}
